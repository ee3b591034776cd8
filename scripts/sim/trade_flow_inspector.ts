/**
 * TradeFlowInspector: what a frame says of the trades of its windows is what the exchange's own trades in them come to, as
 * far as the monitor was told of them; and a window in which trades were missed says nothing.
 */
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import type { MetricName, MetricValues } from "../../shared/catalogue/metrics.ts";
import type { MetricsFrame, Output } from "../../shared/output.ts";
import type { Exchange } from "./exchange.ts";
import type { Fill } from "./order_flow.ts";
import type { Market, MarketListener } from "./market.ts";
import type { Break } from "./output_inspector.ts";

/** Trades so much older than the newest, and than the book, are in no window. */
const KEEP_MS = 120_000;
/** A hole in the ids is a loss when the exchange's time has gone on by so much. */
const HOLE_WAIT_MS = 1_000;
/** The longest window, and what may be on its way. */
const CONFUSED_MS = 75_000;
const TOLERANCE = 1e-9;
const PROMISE = "what is told of trades is the exchange's";

/** One window: its length, and its metrics. */
interface Window {
  readonly ms: number;
  readonly count: MetricName;
  readonly buy: MetricName;
  readonly sell: MetricName;
}

const WINDOWS: readonly Window[] = [
  { ms: 1_000, count: "tradeCount1s", buy: "buyQty1s", sell: "sellQty1s" },
  { ms: 10_000, count: "tradeCount10s", buy: "buyQty10s", sell: "sellQty10s" },
  { ms: 60_000, count: "tradeCount60s", buy: "buyQty60s", sell: "sellQty60s" },
];

/** A trade of the exchange's, and how many the monitor had been told of with it; `null`: it was not. */
interface Made {
  readonly id: number;
  readonly tradeMs: number;
  readonly qty: number;
  readonly isBuy: boolean;
  /** How far the exchange's clock was ahead. */
  readonly aheadMs: number;
  heardAs: number | null;
}

/** Watches the windows of one engine. */
export class TradeFlowInspector implements MarketListener {
  readonly #break: Break;
  readonly #exchange: Exchange;
  #made: Made[] = [];
  #heard = 0;
  /** Of the book's update: what was heard before it is in each of its numbers. */
  #heardAtUpdate = 0;
  #id: number | null = null;
  /** The exchange's time of the book that was shown last: of a quiet one it may be long ago. `Infinity`: none is. */
  #bookMs = Infinity;
  #compared = 0;
  #wasAheadMs = -Infinity;
  /** By the exchange's clock, as the frames' windows are: of a quiet book the last update may be long ago. */
  #confusedUntilMs = -Infinity;

  constructor(exchange: Exchange, onBreak: Break) {
    this.#exchange = exchange;
    this.#break = onBreak;
  }

  /** Windows compared so far. */
  get compared(): number {
    return this.#compared;
  }

  /** The monitor may be held up while the exchange's clock is another: nothing comes to it then. */
  bestChanged(): void {
    this.#watchClock();
  }

  filled(market: Market, { qty, isBuy }: Fill, id: number): void {
    this.#watchClock();
    const tradeMs = this.#exchange.exchangeMs();
    const keptFromMs = Math.min(tradeMs, this.#bookMs) - KEEP_MS;
    this.#made = this.#made.filter((made) => made.tradeMs > keptFromMs);
    this.#made.push({
      id,
      tradeMs,
      qty: market.qty(qty),
      isBuy,
      aheadMs: this.#aheadMs(),
      heardAs: null,
    });
  }

  /** An event was taken in, and this was said; the book is at `id` then. `null`: an event that came too late to count. */
  after(event: EngineEvent | null, outputs: readonly Output[], id: number | null): void {
    this.#watchClock();
    if (event?.type === "trade") {
      const made = this.#made.find((one) => one.id === event.trade.tradeId);
      this.#heard += 1;
      if (made !== undefined) made.heardAs ??= this.#heard;
    }
    if (id !== this.#id) this.#heardAtUpdate = this.#heard;
    this.#id = id;
    for (const output of outputs) {
      if (output.type === "metrics" && output.bookUpdateId === id) this.#check(output);
    }
  }

  #check({ values, eventMs }: MetricsFrame): void {
    this.#bookMs = eventMs ?? Infinity;
    if (eventMs === null || eventMs < this.#confusedUntilMs) return;
    for (const window of WINDOWS) {
      if (values[window.count] === null) continue;
      this.#compared += 1;
      const inside = this.#made
        .filter(({ tradeMs }) => tradeMs > eventMs - window.ms && tradeMs <= eventMs);
      this.#checkWindow(values, window, inside);
      const missed = inside.find((made) => made.heardAs === null && this.#isLost(made, eventMs));
      if (missed === undefined) continue;
      this.#break(PROMISE, `${window.count} is told, and trade ${missed.id} was missed`);
    }
  }

  /** Of a clock that was set back the stamps repeat: what windows should hold, nobody can say until it is over. */
  #watchClock(): void {
    const aheadMs = this.#aheadMs();
    if (aheadMs < this.#wasAheadMs) {
      this.#made = this.#made.filter((made) => made.aheadMs <= aheadMs);
      const untilMs = this.#exchange.exchangeMs() + CONFUSED_MS;
      this.#confusedUntilMs = Math.max(this.#confusedUntilMs, untilMs);
    }
    this.#wasAheadMs = aheadMs;
  }

  /** How far the exchange's clock is ahead of time itself, but for a constant. */
  #aheadMs(): number {
    return this.#exchange.exchangeMs() - Math.floor(this.#exchange.agenda.nowMs);
  }

  #checkWindow(values: MetricValues, { count, buy, sell }: Window, inside: readonly Made[]): void {
    const least = inside.filter(({ heardAs }) => (heardAs ?? Infinity) <= this.#heardAtUpdate);
    const most = inside.filter(({ heardAs }) => heardAs !== null);
    const qty = (of: readonly Made[], side: boolean) =>
      of.filter(({ isBuy }) => isBuy === side).reduce((sum, made) => sum + made.qty, 0);
    this.#between(count, values[count], least.length, most.length);
    this.#between(buy, values[buy], qty(least, true), qty(most, true));
    this.#between(sell, values[sell], qty(least, false), qty(most, false));
  }

  /**
   * A later one has come, and the time that a hole may stay open is over. A hole has two ends: what was kept back before the
   * first trade that was heard of, nobody can know.
   */
  #isLost({ id }: Made, eventMs: number): boolean {
    const hasBegun = this.#made.some((earlier) => earlier.id < id && earlier.heardAs !== null);
    return hasBegun &&
      this.#made.some((later) =>
        later.id > id && later.heardAs !== null && later.heardAs <= this.#heardAtUpdate &&
        later.tradeMs + HOLE_WAIT_MS < eventMs
      );
  }

  #between(name: MetricName, said: number | null, least: number, most: number): void {
    const room = TOLERANCE * Math.max(1, most);
    if (said !== null && said >= least - room && said <= most + room) return;
    this.#break(PROMISE, `${name} is shown as ${said} and is ${least} to ${most}`);
  }
}
