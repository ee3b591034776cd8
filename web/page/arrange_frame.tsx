/// <reference lib="dom" />
/** What lies over a panel while it can be moved: dragged, or by the arrow keys; at its corner, or with Shift, resized. */
import { batch } from "@preact/signals";
import type { JSX, TargetedEvent, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { arrangeButton } from "./arrange_tools.tsx";
import { type Arrangement, type Breadth, COLUMNS } from "./arrangement.ts";
import { type Page, usePage } from "./context.ts";
import { withoutKind } from "./panel_settings.ts";
import { PANELS } from "./panels/registry.ts";
import { movedTo, ofSlot, pastNext, without } from "./rearrange.ts";
import { DESK_SYMBOLS_MAX } from "./route.ts";

interface ArrangeFrameProps {
  /** In the arrangement. */
  readonly index: number;
  readonly breadth: Exclude<Breadth, "narrow">;
  /** Where it lies: as its panel does. */
  readonly style: Record<string, string>;
}

/** Takes the keyboard and the pointer from what it lies over. */
export function ArrangeFrame({ index, breadth, style }: ArrangeFrameProps): JSX.Element | null {
  const page = usePage();
  const { arrangement } = page;
  const placed = arrangement.shown.value[index];
  if (placed === undefined) return null;
  const { title, needs } = PANELS.get(placed.panel) ?? { title: placed.panel, needs: [] };
  const place = placed[breadth];
  const remove = () =>
    batch(() => {
      const { parameters, ...where } = page.route.peek();
      page.replace({ ...where, parameters: withoutKind(parameters, placed.panel) });
      arrangement.keep(without(arrangement.shown.peek(), index));
    });
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const isChord = event.ctrlKey || event.altKey || event.metaKey;
    if (event.target !== event.currentTarget || isChord) return;
    if (event.key === "Escape") {
      // What has the focus goes.
      arrangeButton.current?.focus();
      arrangement.arrange(false);
    } else if (event.key === "Delete" || event.key === "Backspace") remove();
    else {
      const next = afterKey(event, arrangement.shown.peek(), index, breadth);
      if (next === null) return;
      arrangement.keep(next);
    }
    event.preventDefault();
  };
  return (
    <div
      class="arrange"
      style={style}
      role="group"
      tabIndex={0}
      aria-label={`${title}: arrow keys move it, with Shift they resize it, Delete removes it`}
      data-testid={`arrange-${placed.panel}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => drag(event, page, index, breadth)}
    >
      <p class="arrange-head">
        <b>{title}</b>
        {/* What needs nothing of its symbol is of all of them. */}
        {needs.length > 0 && <SymbolChoice index={index} slot={placed.slot} title={title} />}
        <button type="button" class="round" aria-label={`Remove ${title}`} onClick={remove}>
          ×
        </button>
      </p>
      <p class="muted" role="status">
        {`columns ${place.x + 1} to ${place.x + place.width}, rows ${place.y + 1} to ${
          place.y + place.height
        }`}
      </p>
      <span class="arrange-corner" aria-hidden="true" />
    </div>
  );
}

interface SymbolChoiceProps {
  readonly index: number;
  readonly slot: number;
  readonly title: string;
}

/** Of which symbol the panel is; one that is not on the desk yet comes there, while there is room. */
function SymbolChoice({ index, slot, title }: SymbolChoiceProps): JSX.Element {
  const { arrangement, deskSymbols, shown, route, go } = usePage();
  const symbols = deskSymbols.value;
  const choose = ({ currentTarget: { value } }: TargetedEvent<HTMLSelectElement>) => {
    const there = symbols.indexOf(value);
    const isFull = symbols.length >= DESK_SYMBOLS_MAX;
    const chosen = there >= 0 ? there : isFull ? slot : symbols.length;
    if (there < 0) {
      const others = isFull
        ? symbols.map((one, i) => i === slot ? value : one)
        : [...symbols, value];
      go({ ...route.peek(), symbols: others });
    }
    arrangement.keep(ofSlot(arrangement.shown.peek(), index, chosen));
  };
  return (
    <select aria-label={`Symbol of ${title}`} value={symbols[slot] ?? ""} onChange={choose}>
      {symbols[slot] === undefined && <option value="">no symbol</option>}
      {shown.symbols.value.map((symbol) => <option key={symbol} value={symbol}>{symbol}</option>)}
    </select>
  );
}

/** `null`: the key is none of ours. */
function afterKey(
  { key, shiftKey }: KeyboardEvent,
  arrangement: Arrangement,
  index: number,
  breadth: Exclude<Breadth, "narrow">,
): Arrangement | null {
  const place = arrangement[index]?.[breadth];
  const columns = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  const rows = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (place === undefined || (columns === 0 && rows === 0)) return null;
  if (rows !== 0 && !shiftKey) return pastNext(arrangement, index, breadth, rows);
  const { x, width, height } = place;
  const wanted = shiftKey
    ? { ...place, width: width + columns, height: height + rows }
    : { ...place, x: x + columns };
  return movedTo(arrangement, index, breadth, wanted);
}

/** Follows the pointer until it is let go; what has the pointer for itself is left alone. */
function drag(
  event: TargetedPointerEvent<HTMLDivElement>,
  { arrangement }: Page,
  index: number,
  breadth: Exclude<Breadth, "narrow">,
): void {
  const node = event.currentTarget;
  const target = event.target instanceof Element ? event.target : node;
  const from = arrangement.shown.peek()[index]?.[breadth];
  if (from === undefined || event.button !== 0 || target.closest("select, button")) return;
  const isResized = target.closest(".arrange-corner") !== null;
  const before = arrangement.shown.peek();
  const columnPx = (node.parentElement?.clientWidth ?? COLUMNS) / COLUMNS;
  const rowPx = node.offsetHeight / from.height;
  const [startX, startY] = [event.pageX, event.pageY];
  const ended = new AbortController();
  const { signal } = ended;
  node.setPointerCapture(event.pointerId);
  node.addEventListener("pointermove", ({ pageX, pageY }) => {
    const columns = Math.round((pageX - startX) / columnPx);
    const rows = Math.round((pageY - startY) / rowPx);
    const { x, y, width, height } = from;
    const wanted = isResized
      ? { x, y, width: width + columns, height: height + rows }
      : { x: x + columns, y: y + rows, width, height };
    arrangement.show(movedTo(before, index, breadth, wanted));
  }, { signal });
  node.addEventListener("pointerup", () => {
    ended.abort();
    arrangement.keep(arrangement.shown.peek());
  }, { signal });
  node.addEventListener("pointercancel", () => {
    ended.abort();
    arrangement.show(before);
  }, { signal });
}
