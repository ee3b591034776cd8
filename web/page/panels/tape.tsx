/// <reference lib="dom" />
/** The tape: what was traded, the newest first, one by one or put together, with the large ones marked. */
import { type ReadonlySignal, type Signal, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBound } from "../bound.ts";
import { Canvas } from "../canvas.tsx";
import { type Page, usePage } from "../context.ts";
import { formatQty } from "../format.ts";
import { keepText, keptText } from "../kept_text.ts";
import type { SymbolShown } from "../symbol_store.ts";
import { TapeFeed } from "../tape_feed.ts";
import { TapePicture, type TapeShown } from "../tape_picture.ts";
import {
  LARGE_SHARES,
  type LargeRule,
  TAPE_GROUPS,
  type TapeGroup,
  tapeRows,
} from "../tape_rows.ts";
import { tapeNote } from "../tape_text.ts";
import { type Setting, useSetting } from "../use_setting.ts";
import type { PlacedPanelProps } from "./panel.ts";

/** Rows at first, more than a panel has room for, and what each older page adds. */
const FIRST_ROWS = 100;
const PAGE_ROWS = 200;
const LARGE_CHOICES = ["1", "5", "10", "from"] as const;
const GROUP_WORDS: Readonly<Record<TapeGroup, string>> = {
  each: "each trade",
  "1 s": "by second",
  "10 s": "by 10 s",
  size: "by size",
};

/** Empty until it is known of which symbol it is. */
export function TradeTape({ symbol, settings }: PlacedPanelProps): JSX.Element {
  const { name } = symbol;
  if (name === null) return <div class="tape" />;
  return <TapeOf key={name} symbol={symbol} settings={settings} name={name} />;
}

interface TapeProps extends PlacedPanelProps {
  readonly name: string;
}

function TapeOf({ symbol, settings, name }: TapeProps): JSX.Element {
  const page = usePage();
  const feed = useFeed(page, symbol, name);
  const group = useSetting<TapeGroup>(settings, "group", TAPE_GROUPS, "each");
  const large = useSetting<string>(settings, "large", LARGE_CHOICES, "5");
  const from = useKeptQty(`tape-large.${name}`);
  const isStanding = useSignal(false);
  const pages = useSignal(1);
  const shown = useShown(feed, symbol, page, { group, large, from, isStanding, pages });
  const note = useBound(() =>
    tapeNote({
      standing: symbol.standing.value,
      isTold: feed.isTold.value,
      loading: feed.loading.value,
      lastMs: feed.lastMs.value,
      nowMs: page.shown.serverMs.value,
    }), [feed]);
  const isLast = useBound(() => !feed.hasOlder.value, [feed]);
  const waiting = useBound(() => {
    if (!isStanding.value) return "";
    return feed.version.value === shown.version() ? "stopped" : "stopped, there are newer trades";
  }, [feed, shown]);
  return (
    <div class="tape">
      <div class="panel-head">
        <h2>
          Trades <small>base asset</small>
        </h2>
        <span class="spring" />
        <Form group={group} large={large} from={from} isStanding={isStanding} shown={shown.rows} />
      </div>
      <p class="tape-note muted" data-testid="tape-note">
        {useBound(() => waiting.value || note.value, [waiting, note])}
      </p>
      <div class="tape-scroll" tabIndex={0} role="group" aria-label={`Trades of ${name}`}>
        <Canvas
          data-testid="tape"
          make={(room) => new TapePicture(room, `Trades of ${name}, the newest first`)}
          shown={shown.rows}
        />
        <button
          type="button"
          class="round"
          data-testid="tape-older"
          hidden={isLast}
          onClick={() => {
            pages.value += 1;
            void feed.older();
          }}
        >
          older trades
        </button>
      </div>
    </div>
  );
}

function useFeed(page: Page, symbol: SymbolShown, name: string): TapeFeed {
  const feed = useMemo(() => new TapeFeed(page, symbol, name), [symbol, name]);
  useEffect(() => () => feed.end(), [feed]);
  return feed;
}

/** A quantity that a person has typed; `null`: none. */
function useKeptQty(key: string): Signal<number | null> {
  return useMemo(() => {
    const qty = Number(keptText(key));
    const kept = signal(qty > 0 ? qty : null);
    kept.subscribe((value) => keepText(key, value === null ? null : String(value)));
    return kept;
  }, [key]);
}

interface Choices {
  readonly group: Setting<TapeGroup>;
  readonly large: Setting<string>;
  readonly from: Signal<number | null>;
  readonly isStanding: Signal<boolean>;
  readonly pages: Signal<number>;
}

interface Rows {
  readonly rows: ReadonlySignal<TapeShown>;
  /** Of the tape, as it is drawn. */
  version(): number;
}

/** Drawn with the page's pictures, and not while it, or the page, stands still. */
function useShown(feed: TapeFeed, symbol: SymbolShown, page: Page, by: Choices): Rows {
  const rows = useMemo(() => {
    let version = -1;
    let before: TapeShown = { rows: [], largeFrom: null, decimals: 0 };
    let choices = "";
    return {
      version: () => version,
      compute: (): TapeShown => {
        const { group, large, from, isStanding, pages } = by;
        // Once a picture, however many trades have come since the last.
        void page.shown.localMs.value;
        const now = feed.version.peek();
        const rule = ruleOf(large.value, from.value);
        const chosen = JSON.stringify([group.value, rule, pages.value, symbol.decimals.value]);
        const stands = isStanding.value || page.isPaused.value;
        if ((stands || now === version) && chosen === choices) return before;
        version = now;
        choices = chosen;
        const most = FIRST_ROWS + PAGE_ROWS * (pages.value - 1);
        return before = {
          ...tapeRows(feed.tape.items(), group.value, rule, most),
          decimals: symbol.decimals.value,
        };
      },
    };
  }, [feed, symbol]);
  return { rows: useBound(rows.compute, [rows]), version: rows.version };
}

function ruleOf(large: string, from: number | null): LargeRule {
  if (large === "from" && from !== null) return { kind: "from", qty: from };
  return { kind: "share", percent: LARGE_SHARES.find((one) => String(one) === large) ?? 5 };
}

interface FormProps extends Omit<Choices, "pages"> {
  readonly shown: { readonly value: TapeShown };
}

/** How trades are put together, which are large, and whether the tape stands still. */
function Form({ group, large, from, isStanding, shown }: FormProps): JSX.Element {
  return (
    <span class="tape-form">
      <select
        aria-label="Trades put together in one row"
        data-testid="tape-group"
        value={group.value}
        onChange={(event) =>
          group.value = TAPE_GROUPS.find((one) => one === event.currentTarget.value) ?? "each"}
      >
        {TAPE_GROUPS.map((one) => <option key={one} value={one}>{GROUP_WORDS[one]}</option>)}
      </select>
      <select
        aria-label="Which are large"
        data-testid="tape-large"
        value={large.value}
        onChange={(event) => large.value = event.currentTarget.value}
      >
        {LARGE_SHARES.map((one) => <option key={one} value={String(one)}>largest {one} %</option>)}
        <option value="from">large from…</option>
      </select>
      {large.value === "from" && (
        <input
          type="number"
          min="0"
          step="any"
          aria-label="Large from this size on, base asset"
          data-testid="tape-from"
          value={from.value ?? ""}
          onChange={(event) => {
            const qty = event.currentTarget.valueAsNumber;
            from.value = qty > 0 ? qty : null;
          }}
        />
      )}
      <span class="muted tape-large" data-testid="tape-large-from">
        {useBound(() => {
          const { largeFrom } = shown.value;
          return largeFrom === null ? "" : `≥ ${formatQty(largeFrom)}`;
        }, [shown])}
      </span>
      <button
        type="button"
        class="round"
        data-testid="tape-pause"
        aria-pressed={isStanding.value}
        onClick={() => isStanding.value = !isStanding.value}
      >
        pause
      </button>
    </span>
  );
}
