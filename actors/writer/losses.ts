/**
 * What the writer could not keep, and why: one `Loss` for each market and cause. Everything that loses rows in
 * this room tells it by `OnLoss`, and nothing else counts them. Pure.
 */
import type { LostRows } from "../../shared/losses.ts";
import { marketText, MONITOR } from "../../shared/market.ts";
import type { Gauges } from "../../shared/protocol.ts";
import type { Row } from "./rows.ts";

/** Why rows are not in the database and never will be. */
export type LossCause =
  /** Postgres refuses them for what is in them. */
  | "poison"
  /** Their sender is dead, and too much of it waited. */
  | "sender gone"
  /** Their sender died, or was removed, and had not handed them over. */
  | "crash"
  | "removal"
  /** The spool was full, and they were the oldest of what may be dropped. */
  | "spool full"
  /** What the spool holds is not what was written there. */
  | "spool damaged"
  /** They are older than their table is kept, or than what was dropped of it. */
  | "too old"
  /** Buckets of roll-ups: what they are made of is gone. */
  | "not rolled up"
  /** They are of a time that is not there yet: a clock was set. */
  | "clock ahead";

/** Rows of one market that were lost together in this room. */
export interface Loss extends LostRows {
  readonly cause: LossCause;
}

/** Takes losses, as they happen. */
export type OnLoss = (losses: readonly Loss[]) => void;

/** How many rows each cause has taken so far. */
export class LossCounts {
  readonly #rows: Record<LossCause, number> = {
    poison: 0,
    "sender gone": 0,
    crash: 0,
    removal: 0,
    "spool full": 0,
    "spool damaged": 0,
    "too old": 0,
    "not rolled up": 0,
    "clock ahead": 0,
  };

  add(losses: readonly Loss[]): void {
    for (const { cause, rows } of losses) this.#rows[cause] += rows;
  }

  /** `poisonRows` are in the file of dead letters; the others are nowhere. */
  gauges(): Gauges {
    return {
      droppedRows: this.#rows["sender gone"] + this.#rows.crash + this.#rows.removal,
      poisonRows: this.#rows.poison,
      spoolDroppedRows: this.#rows["spool full"],
      spoolDamagedRows: this.#rows["spool damaged"],
      tooOldRows: this.#rows["too old"],
      notRolledUpRows: this.#rows["not rolled up"],
      clockAheadRows: this.#rows["clock ahead"],
    };
  }
}

/** Rows of which nobody can tell any more what they were. */
export function lossOf(cause: LossCause, rows: number, detail: string | null): Loss {
  return { cause, market: null, span: null, rows, detail };
}

/** Rows that were lost for one reason, by market, in the order in which the markets first come. */
export function lossesOf(
  rows: readonly Pick<Row, "item">[],
  cause: LossCause,
  detail: string | null,
): Loss[] {
  const losses = new Map<string, Loss & { readonly span: NonNullable<Loss["span"]> }>();
  for (const { item } of rows) {
    const { venue, symbol, timeMs } = item;
    // The word of a loss that is refused, as its market's name is: it is told under one that is not, or never.
    const isLoss = item.type === "loss";
    if (isLoss && marketText(item) === MONITOR.symbol) continue;
    const market = isLoss ? MONITOR : { venue, symbol };
    const known = losses.get(marketText(market));
    const { fromMs, toMs } = known?.span ?? { fromMs: timeMs, toMs: timeMs };
    losses.set(marketText(market), {
      cause,
      market,
      span: { fromMs: Math.min(fromMs, timeMs), toMs: Math.max(toMs, timeMs) },
      rows: (known?.rows ?? 0) + (isLoss ? item.rows : 1),
      detail,
    });
  }
  return [...losses.values()];
}
