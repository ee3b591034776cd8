/**
 * AheadHold: rows of a time that is not there yet wait a while for the exchange's word. A clock that has just been set right, or a
 * machine that has just woken up, says the same of them as one that was set wrong; which of these it was is known as soon as
 * a book is live again.
 */
import { log } from "../../shared/log.ts";
import type { Row } from "./rows.ts";
import { areAhead, hear, itemsOf } from "./time_gate.ts";
import type { TrustedClock } from "./trusted_clock.ts";

/** A feed is live again by then, mostly. */
const HOLD_MS = 30_000;
/** How often it is looked whether they have to wait still. */
export const HOLD_LOOK_MS = 250;
/** Without such a row for so long, the next one is of another time that was set. */
const OVER_MS = 300_000;

/** The holds of one life of the writer. */
export class AheadHold {
  /** When the first and the last such row was seen; `null`: none was. */
  #seen: { readonly firstMs: number; readonly lastMs: number } | null = null;

  /** Whether these have to wait for now; `nowMs` is of the clock's clock that never steps. */
  mustWait(rows: readonly Row[], clock: TrustedClock, nowMs: number): boolean {
    hear(itemsOf(rows), clock, () => nowMs);
    if (!areAhead(rows, clock, nowMs)) return false;
    const seen = this.#seen !== null && nowMs - this.#seen.lastMs <= OVER_MS ? this.#seen : null;
    const firstMs = seen?.firstMs ?? nowMs;
    this.#seen = { firstMs, lastMs: nowMs };
    if (seen === null) {
      const what = "rows are more than a day ahead of the time that can be trusted";
      log(
        "warn",
        "writer",
        `${what}: they wait up to ${HOLD_MS / 1_000} s for the exchange's word`,
      );
    }
    return nowMs - firstMs < HOLD_MS;
  }
}
