/** What is said of a tape: of one row, of how long nothing was traded, and of why there is nothing. Pure. */
import type { Standing } from "./data_standing.ts";
import { formatAge, formatPrice, formatQty } from "./format.ts";
import type { Loading } from "./loading.ts";
import type { TapeTrades } from "./tape.ts";
import { formatExact, formatTime } from "./times.ts";

/** A quiet time that is worth saying. */
const QUIET_MS = 5_000;

/** What a tape is made of. */
export interface TapeStanding {
  readonly standing: Pick<Standing, "word" | "reason">;
  /** Whether trades are told to this page now. */
  readonly isTold: boolean;
  readonly loading: Loading;
  /** The newest trade that is known; `null`: none is. */
  readonly lastMs: number | null;
  /** By the server's clock. */
  readonly nowMs: number;
}

/** How the tape stands, in a sentence; empty: trades come. */
export function tapeNote({ standing, isTold, loading, lastMs, nowMs }: TapeStanding): string {
  const { word, reason } = standing;
  if (word === "waiting") return "Waiting for the first word of this symbol.";
  if (word !== "live" && word !== "halted") {
    return `Not live: ${word}${reason === null ? "" : `, ${reason}`}. Trades may be missing.`;
  }
  if (!isTold) return "Trades are not told to this page yet.";
  if (loading.kind === "failed") {
    return `Stored trades cannot be read, trying again: ${loading.reason}`;
  }
  if (lastMs === null) {
    return loading.kind === "loading"
      ? "Loading stored trades…"
      : "No trade is stored, and none has come since.";
  }
  const quietMs = nowMs - lastMs;
  if (quietMs < QUIET_MS) return "";
  const halted = word === "halted" ? "Trading is halted. " : "";
  return `${halted}No trade since ${formatExact(lastMs, nowMs)} (${formatAge(quietMs)})`;
}

/** A time of the day, to a tenth of a second where it is of one trade. */
export function tapeTime({ timeMs, count }: Pick<TapeTrades, "timeMs" | "count">): string {
  const time = formatTime(timeMs);
  return count === 1 ? `${time}.${Math.floor(timeMs / 100) % 10}` : time;
}

/** All that is known of a row of several trades; empty: it is one trade, and says so itself. */
export function tapeTitle(
  { count, qty, price, low, high }: TapeTrades,
  decimals: number,
): string {
  if (count === 1) return "";
  const range = low === high
    ? formatPrice(low, decimals)
    : `${formatPrice(low, decimals)} to ${formatPrice(high, decimals)}`;
  return `${count} trades at ${range}, ${formatPrice(price, decimals)} on average: ${
    formatQty(qty)
  }`;
}
