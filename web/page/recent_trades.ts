/** What was traded in the last seconds, and since when that can be said at all. Pure and bounded. */
import type { TradesFrame, TradesOfSide, TradesSecond } from "../../shared/output.ts";
import { mergeTrades } from "../../shared/trades.ts";
import { formatAge, formatPrice, formatQty, NOTHING } from "./format.ts";
import { formatExact } from "./times.ts";

/** What "recent" means. */
export const RECENT_MS = 10_000;
/** Ten seconds of ticks; what is more is one sum. */
const FRAMES_MAX = 120;

/** Quantities of the time before now, in the base asset. */
export interface Traded {
  /** How long before now; longer than `RECENT_MS` when a sum reaches back further. */
  readonly spanMs: number;
  /** By who crossed the spread; 0 is known to be none. */
  readonly bought: number;
  readonly sold: number;
}

/** The trades of one symbol. */
export class RecentTrades {
  #frames: TradesFrame[] = [];
  #sinceMs: number | null = null;

  /** From `timeMs` on every trade is told of; nothing happens when that was so before. */
  begin(timeMs: number): void {
    this.#sinceMs ??= timeMs;
  }

  /** From now on trades may be missing. */
  end(): void {
    this.#sinceMs = null;
    this.#frames = [];
  }

  /** Takes the next sum. */
  take(frame: TradesFrame): void {
    if (this.#sinceMs === null) return;
    const frames = this.#frames.filter(({ timeMs }) => timeMs > frame.timeMs - RECENT_MS);
    const [first, second] = frames;
    if (frames.length >= FRAMES_MAX && first !== undefined && second !== undefined) {
      frames.splice(0, 2, mergeTrades(first, second));
    }
    this.#frames = [...frames, frame];
  }

  /** What was traded of late at `nowMs`, by the server's clock; `null`: not known. */
  at(nowMs: number): Traded | null {
    if (this.#sinceMs === null) return null;
    const frames = this.#frames.filter(({ timeMs }) => timeMs > nowMs - RECENT_MS);
    const fromMs = Math.min(
      Math.max(this.#sinceMs, nowMs - RECENT_MS),
      ...frames.map((frame) => frame.fromMs),
    );
    return {
      spanMs: Math.max(0, nowMs - fromMs),
      bought: frames.reduce((sum, { buy }) => sum + (buy?.qty ?? 0), 0),
      sold: frames.reduce((sum, { sell }) => sum + (sell?.qty ?? 0), 0),
    };
  }
}

/** The texts of the line below the ladder's title. */
export interface TradesText {
  readonly bought: string;
  readonly sold: string;
  readonly span: string;
}

/** Says "no trades" only of a time that is known. */
export function tradesText(traded: Traded | null): TradesText {
  if (traded === null) return { bought: "", sold: "", span: `trades ${NOTHING}` };
  const { bought, sold, spanMs } = traded;
  const span = `in ${formatAge(spanMs)}`;
  if (bought === 0 && sold === 0) return { bought: "", sold: "", span: `no trades ${span}` };
  return { bought: `${formatQty(bought)} bought`, sold: `${formatQty(sold)} sold`, span };
}

/** The last second with trades in words, prices with `decimals`; empty: none was told. */
export function secondText(second: TradesSecond | null, decimals: number, nowMs: number): string {
  if (second === null) return "";
  const { timeMs, buy, sell } = second;
  const sides = `${sideText("bought", buy, decimals)}; ${sideText("sold", sell, decimals)}`;
  return `In the second until ${formatExact(timeMs, nowMs)}: ${sides}`;
}

function sideText(verb: string, side: TradesOfSide | null, decimals: number): string {
  if (side === null) return `none ${verb}`;
  const { qty, vwap, low, high, count } = side;
  const trades = count === 1 ? "1 trade" : `${count} trades`;
  const range = `${formatPrice(low, decimals)} to ${formatPrice(high, decimals)}`;
  return `${formatQty(qty)} ${verb} in ${trades} at ${range}, ${
    formatPrice(vwap, decimals)
  } on average`;
}
