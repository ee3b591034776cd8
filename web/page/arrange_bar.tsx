/// <reference lib="dom" />
/** What can be done to all panels of the desk while they are being arranged: another arrangement, or one panel more. */
import type { JSX, TargetedEvent } from "preact";
import { useMemo } from "preact/hooks";
import { type Arrangement, COLUMNS, PANELS_MAX } from "./arrangement.ts";
import { usePage } from "./context.ts";
import { openFirst } from "./opens_first.ts";
import { PANELS } from "./panels/registry.ts";
import { READY_MADE, type ReadyMade } from "./ready_made.ts";
import { withPanel } from "./rearrange.ts";

/** What was made by hand is not lost by looking at what is ready: the way back is there until this ends. */
export function ArrangeBar(): JSX.Element {
  const { arrangement, deskSymbols, shown, route, go } = usePage();
  const before = useMemo(() => arrangement.shown.peek(), []);
  const now = arrangement.shown.value;
  const isFull = now.length >= PANELS_MAX;
  const choose = ({ arrangement: ready, symbols }: ReadyMade) => {
    arrangement.keep(ready);
    const first = deskSymbols.peek();
    if (first.length >= symbols) return;
    const others = shown.symbols.peek().filter((symbol) => !first.includes(symbol));
    go({ ...route.peek(), symbols: [...first, ...others].slice(0, symbols) });
  };
  const add = ({ currentTarget }: TargetedEvent<HTMLSelectElement>) => {
    arrangement.keep(withPanel(arrangement.shown.peek(), currentTarget.value, 0));
    currentTarget.value = "";
  };
  return (
    <div class="arrange-bar" role="group" aria-label="All panels of this desk">
      {READY_MADE.map((ready) => (
        <button
          key={ready.id}
          type="button"
          class="round ready-made"
          data-testid={`ready-${ready.id}`}
          aria-pressed={isSame(now, ready.arrangement)}
          title={ready.purpose}
          onClick={() => choose(ready)}
        >
          <Preview arrangement={ready.arrangement} />
          {ready.title}
        </button>
      ))}
      <button
        type="button"
        class="round"
        data-testid="arrange-before"
        title="As this desk was when you began"
        disabled={isSame(now, before)}
        onClick={() => arrangement.keep(before)}
      >
        Undo all
      </button>
      <select
        aria-label="Add a panel"
        data-testid="add-panel"
        value=""
        disabled={isFull}
        onKeyDown={openFirst}
        onChange={add}
      >
        <option value="">{isFull ? "The desk is full" : "Add a panel…"}</option>
        {[...PANELS.values()].map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
      </select>
      <span class="muted arrange-hint">
        Drag a panel, or its corner; arrow keys move the one in focus, with Shift they resize it.
      </span>
      <span class="warning-text" role="status" hidden={arrangement.isKept.value}>
        This browser keeps nothing for this page: the arrangement ends with it.
      </span>
    </div>
  );
}

/** Where its panels stand in a wide window. */
function Preview({ arrangement }: { readonly arrangement: Arrangement }): JSX.Element {
  const rows = Math.max(...arrangement.map(({ wide }) => wide.y + wide.height));
  return (
    <svg viewBox={`0 0 ${COLUMNS} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
      {arrangement.map(({ panel, slot, wide }) => (
        <rect
          key={`${panel} ${slot}`}
          x={wide.x + 0.25}
          y={wide.y + 0.75}
          width={wide.width - 0.5}
          height={Math.max(0.5, wide.height - 1.5)}
          data-panel={panel}
        />
      ))}
    </svg>
  );
}

function isSame(one: Arrangement, other: Arrangement): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
