/**
 * Losses: rows that are not stored and never will be, gathered until they are told. Whoever loses rows in a stream
 * loses many: the first is told at once, those after it once a minute, together. Pure.
 */
import { type Market, marketText, MONITOR, type SymbolId } from "./market.ts";
import type { LossRecord } from "./output.ts";
import type { InHand } from "./in_hand.ts";
import { timeText } from "./time_text.ts";

/** Between two records of one market and cause. */
const TOLD_EVERY_MS = 60_000;

/** Rows that were lost together. */
export interface LostRows {
  /** `null`: it cannot be told any more. */
  readonly market: Market | null;
  readonly cause: string;
  /** Times of the oldest and of the newest, UTC milliseconds; `null` likewise. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | null;
  /** At least so many. */
  readonly rows: number;
  /** One phrase for a person, such as what Postgres said; `null`: the cause says all. */
  readonly detail: string | null;
}

/** Rows of one symbol that ended with its actor's life. */
export interface LostInHand {
  readonly type: "lost";
  /** Counts up within one process: `lost_noted` names it. */
  readonly id: number;
  readonly rows: number;
  /** Times of the oldest and of the newest; `null`: not known. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | null;
  readonly symbol: SymbolId;
  /** Whose hands they were in. */
  readonly lostBy: LossRecord["lostBy"];
  /** `crash`: its next life begins anew. `removal`: there is none, and its time to hand them over was up. */
  readonly cause: "crash" | "removal";
  /** For a person: what it died of; `null`: nothing. */
  readonly detail: string | null;
}

/**
 * From the writer: what it still has in hand of a life that is over, each time that it has become less. What it has
 * no more is safe, or was told as lost.
 */
export interface Inherited extends InHand {
  readonly type: "inherited";
  readonly symbol: SymbolId;
  readonly incarnation: number;
}

/** From the writer. */
export type LossErrand =
  /** What it could not keep. */
  | { readonly type: "losses"; readonly losses: readonly LossRecord[] }
  /** Its checkpoint has the `LostInHand` of this `id`. */
  | { readonly type: "lost_noted"; readonly id: number }
  | Inherited;

interface Episode {
  /** In the clock of `take`; `null`: never yet. */
  toldMs: number | null;
  waiting: LostRows | null;
}

/** What one life of an actor has lost. Bounded by markets times causes. */
export class LossBook {
  readonly #lostBy: LossRecord["lostBy"];
  readonly #episodes = new Map<string, Episode>();
  #untold: readonly LostRows[] = [];
  #count = 0;

  constructor(lostBy: LossRecord["lostBy"]) {
    this.#lostBy = lostBy;
  }

  /** Takes what was lost just now. */
  add(lost: LostRows): void {
    const key = `${marketText(lost.market ?? MONITOR)} ${lost.cause}`;
    const episode = this.#episodes.get(key);
    if (episode === undefined) this.#episodes.set(key, { toldMs: null, waiting: lost });
    else episode.waiting = episode.waiting === null ? lost : together(episode.waiting, lost);
    this.#changed();
  }

  /** What no record has told yet; the same list until that changes. */
  get untold(): readonly LostRows[] {
    return this.#untold;
  }

  /** The records that are due: at `nowMs` of a clock that never steps, which is `utcMs`. O(markets). */
  take(nowMs: number, utcMs: number): LossRecord[] {
    const due: LossRecord[] = [];
    for (const episode of this.#episodes.values()) {
      const { waiting, toldMs } = episode;
      if (waiting === null || toldMs !== null && nowMs - toldMs < TOLD_EVERY_MS) continue;
      episode.waiting = null;
      episode.toldMs = nowMs;
      due.push(this.#recordOf(waiting, utcMs));
    }
    if (due.length > 0) this.#changed();
    return due;
  }

  #changed(): void {
    this.#untold = [...this.#episodes.values()].flatMap(({ waiting }) => waiting ?? []);
  }

  #recordOf({ market, cause, span, rows, detail }: LostRows, timeMs: number): LossRecord {
    this.#count += 1;
    const { venue, symbol } = market ?? MONITOR;
    const { fromMs = null, toMs = null } = span ?? {};
    const said = { rows, cause, lostBy: this.#lostBy, detail };
    return { type: "loss", venue, symbol, number: this.#count, timeMs, fromMs, toMs, ...said };
  }
}

/** One record in words: `3 rows of BTCUSDT are lost (12:00:03Z to 12:00:05Z): outbox full`. */
export function lossText(loss: Omit<LossRecord, "type" | "number" | "lostBy">): string {
  const { rows, fromMs, toMs, timeMs, cause, detail } = loss;
  const of = marketText(loss) === MONITOR.symbol ? "" : ` of ${marketText(loss)}`;
  const span = fromMs === null || toMs === null
    ? ""
    : ` (${timeText(fromMs, timeMs)} to ${timeText(toMs, timeMs)})`;
  const count = rows === 1 ? "1 row" : `${rows.toLocaleString("en")} rows`;
  const why = detail === null ? cause : `${cause}, ${detail}`;
  return `${count}${of} ${rows === 1 ? "is" : "are"} lost${span}: ${why}`;
}

/** Two records of one market and cause that nobody has been told yet, as one: the later one. */
export function mergeLosses(older: LossRecord, newer: LossRecord): LossRecord {
  const { span, rows, detail } = together(lostOf(older), lostOf(newer));
  const { fromMs = null, toMs = null } = span ?? {};
  return { ...newer, fromMs, toMs, rows, detail };
}

function lostOf({ venue, symbol, cause, fromMs, toMs, rows, detail }: LossRecord): LostRows {
  const span = fromMs === null || toMs === null ? null : { fromMs, toMs };
  return { market: { venue, symbol }, cause, span, rows, detail };
}

/** Of what one does not know, the other may; what it says then is right as far as it goes. */
function together(one: LostRows, other: LostRows): LostRows {
  const spans = [one.span, other.span].filter((span) => span !== null);
  const span = spans.length === 0 ? null : {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  };
  return { ...one, span, rows: one.rows + other.rows, detail: one.detail ?? other.detail };
}
