/** The best rows of the book, as a person wants them, and above them what was traded of late. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useBound } from "../bound.ts";
import { useWhy } from "../bound_metric.ts";
import { Canvas } from "../canvas.tsx";
import { usePage } from "../context.ts";
import { formatPrice } from "../format.ts";
import { useKeptChoice } from "../kept_choice.ts";
import { Ladder, type LadderLayout, type LadderShown } from "../ladder.ts";
import { ROW_COUNTS, tickOf, TICKS_PER_ROW } from "../ladder_rows.ts";
import { noBookText } from "../no_book.ts";
import { secondText, tradesText } from "../recent_trades.ts";
import { useToldRoom } from "../told_room.ts";
import type { PanelProps } from "./panel.ts";

const DEFAULT_ROWS = 20;
const LAYOUTS: readonly LadderLayout[] = ["beside", "above"];
const HEADS: Readonly<Record<LadderLayout, readonly string[]>> = {
  beside: ["sum", "qty", "bid", "ask", "qty", "sum"],
  above: ["price", "qty", "sum"],
};

/** Where there is no book its rows are empty, and the reason stands there. */
export function OrderBook({ symbol }: PanelProps): JSX.Element {
  const count = useKeptChoice<number>("ladder-rows", ROW_COUNTS, DEFAULT_ROWS);
  const ticks = useKeptChoice<number>("ladder-ticks", TICKS_PER_ROW, 1);
  const layout = useKeptChoice<LadderLayout>("ladder-layout", LAYOUTS, "beside");
  const tick = useBound(
    () => tickOf(symbol.metrics.value?.values ?? null, symbol.decimals.value),
    [symbol],
  );
  const shown = useBound((): LadderShown => ({
    book: symbol.book.value,
    decimals: symbol.decimals.value,
    step: ticks.value === 1 ? null : ticks.value * tick.value,
    count: count.value,
    layout: layout.value,
  }), [symbol, tick]);
  const why = useWhy(symbol, ["mid"]);
  const hasBook = useBound(() => symbol.book.value !== null, [symbol]);
  const lack = useBound(
    () => hasBook.value ? "" : noBookText(symbol.standing.value, why.value),
    [symbol, hasBook, why],
  );
  const room = useToldRoom<HTMLDivElement>();
  return (
    <div class="ladder-panel">
      <div class="panel-head">
        <h2>Order book</h2>
        <span class="spring" />
        <Form count={count} ticks={ticks} layout={layout} tick={tick} symbol={symbol} />
      </div>
      <Trades symbol={symbol} />
      <div ref={room} class="book" tabIndex={0} role="group" aria-label="Levels">
        <div class="ladder-head muted" data-layout={layout}>
          {HEADS[layout.value].map((word, i) => <span class={word} key={i}>{word}</span>)}
        </div>
        <Canvas
          class="ladder"
          data-testid="ladder"
          make={(room) => new Ladder(room)}
          shown={shown}
        />
        <p class="no-picture muted" data-testid="ladder-none" hidden={hasBook}>{lack}</p>
      </div>
    </div>
  );
}

interface FormProps extends PanelProps {
  readonly count: Signal<number>;
  readonly ticks: Signal<number>;
  readonly layout: Signal<LadderLayout>;
  readonly tick: { readonly value: number };
}

/** How the book is shown. */
function Form({ count, ticks, layout, tick, symbol }: FormProps): JSX.Element {
  const { decimals } = symbol;
  return (
    <span class="ladder-form">
      <select
        aria-label="Levels of each side, at most"
        data-testid="ladder-rows"
        value={count.value}
        onChange={(event) => count.value = Number(event.currentTarget.value)}
      >
        {ROW_COUNTS.map((one) => <option key={one} value={one}>{one} levels</option>)}
      </select>
      <select
        aria-label="Prices put together in one row"
        data-testid="ladder-step"
        value={ticks.value}
        onChange={(event) => ticks.value = Number(event.currentTarget.value)}
      >
        {TICKS_PER_ROW.map((one) => (
          <option key={one} value={one}>{formatPrice(one * tick.value, decimals.value)}</option>
        ))}
      </select>
      <button
        type="button"
        class="round"
        data-testid="ladder-layout"
        aria-pressed={layout.value === "above"}
        title="Asks above bids, with cumulative sums"
        onClick={() => layout.value = layout.value === "above" ? "beside" : "above"}
      >
        stacked
      </button>
    </span>
  );
}

/** What was bought and sold in the last seconds. To whoever points at its end it tells of the last second with trades. */
function Trades({ symbol }: PanelProps): JSX.Element {
  const { shown: { serverMs } } = usePage();
  const text = useBound(() => tradesText(symbol.traded.value), [symbol]);
  const bought = useBound(() => text.value.bought, [symbol]);
  const sold = useBound(() => text.value.sold, [symbol]);
  const span = useBound(() => text.value.span, [symbol]);
  const second = useBound(
    () => secondText(symbol.tradesSecond.value, symbol.decimals.value, serverMs.value),
    [symbol],
  );
  return (
    <p
      class="trades muted"
      data-testid="trades"
      title="Quantity traded, base asset, by the side that crossed the spread"
    >
      <span class="bought">{bought}</span> <span class="sold">{sold}</span>
      <span class="spring" /> <span title={second}>{span}</span>
    </p>
  );
}
