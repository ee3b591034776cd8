/**
 * SnapshotPolicy: when a live book wants another snapshot, and of how many levels a side.
 *
 * - The first one is small, for speed; one of all levels that are wanted (`widen`) follows when the
 *   widest depth band, 1 % of mid, is not covered.
 * - Another (`renew`) when less than half of what was covered is left, before the price reaches the
 *   edge of what is known.
 * - One now and then to compare every level (`audit`).
 * - A small and urgent one (`resync`) when the price has left what is known, as if the book were
 *   lost.
 *
 * A request that has not left yet gives way to one that is more urgent.
 */
import { BANDS_BPS } from "../book/depth_bands.ts";
import type { SnapshotPurpose } from "../event.ts";

/** The band that should be covered. */
const WIDEST_BPS = Math.max(...BANDS_BPS);
/** The band is renewed when less than this share of what it covered at first is left. */
const RENEW_AT = 0.5;
/** Between two tries for the same reason: one may not have helped. */
const RETRY_MS = 60_000;
/** And after one that was answered: a band that is narrow is soon left again. Each failure doubles it. */
const PAUSE_MS = 5_000;

/** What a snapshot may be for, the most urgent first. */
const URGENCY: readonly SnapshotPurpose[] = ["resync", "sync", "widen", "renew", "audit"];

/** What to ask for. */
export interface SnapshotNeed {
  readonly purpose: Exclude<SnapshotPurpose, "sync">;
  readonly limit: number;
}

/** The needs of one book after another. */
export class SnapshotPolicy {
  readonly #firstLevels: number;
  readonly #depthLevels: number;
  readonly #auditIntervalMs: number;
  /** Levels that the last snapshot was asked for, what it covered, and when. */
  #limit = 0;
  #coveredBps = 0;
  #triedMs = -Infinity;
  #auditAtMs = Infinity;
  #pauseMs = PAUSE_MS;

  /** `auditIntervalMs` `null`: no audits. */
  constructor(firstLevels: number, depthLevels: number, auditIntervalMs: number | null) {
    this.#firstLevels = Math.min(firstLevels, depthLevels);
    this.#depthLevels = depthLevels;
    this.#auditIntervalMs = auditIntervalMs ?? Infinity;
  }

  /** Levels to begin with. */
  get firstLimit(): number {
    return this.#firstLevels;
  }

  /**
   * A book began from a snapshot, or was replaced by one, and knows everything `reachBps` beyond its best
   * prices; `random` spreads the audits of many.
   */
  began(limit: number, reachBps: number, nowMs: number, random: number): void {
    this.#limit = limit;
    this.#coveredBps = reachBps;
    this.#pauseMs = PAUSE_MS;
    this.#triedMs = Math.min(this.#triedMs, nowMs + PAUSE_MS - RETRY_MS);
    this.#auditAtMs = nowMs + this.#auditIntervalMs * (0.5 + random / 2);
  }

  /** The last need has come to nothing. */
  failed(): void {
    this.#pauseMs = Math.min(RETRY_MS, 2 * this.#pauseMs);
  }

  /**
   * The need of this moment; `null`: none that is more urgent than what is asked for. A need is not repeated
   * for a while. `isOut`: the best prices are not known any more, which is as bad as a book that was lost, and
   * asks for as little. `isHeldBack`: only what keeps best prices known is asked for; the rest is due later.
   */
  request(
    reachBps: number,
    isOut: boolean,
    asked: SnapshotPurpose | null,
    nowMs: number,
    isHeldBack = false,
  ): SnapshotNeed | null {
    const mayHurry = isOut && nowMs - this.#triedMs >= this.#pauseMs;
    const purpose = mayHurry ? "resync" : this.#purpose(reachBps, nowMs, isHeldBack);
    if (purpose === null) return null;
    if (asked !== null && URGENCY.indexOf(purpose) >= URGENCY.indexOf(asked)) return null;
    if (purpose === "audit") this.#auditAtMs = nowMs + this.#auditIntervalMs;
    else this.#triedMs = nowMs;
    return { purpose, limit: mayHurry ? this.#firstLevels : this.#depthLevels };
  }

  #purpose(
    reachBps: number,
    nowMs: number,
    isHeldBack: boolean,
  ): SnapshotNeed["purpose"] | null {
    const mayTry = nowMs - this.#triedMs >= RETRY_MS;
    if (!isHeldBack && mayTry && this.#limit < this.#depthLevels && reachBps < WIDEST_BPS) {
      return "widen";
    }
    const wanted = Math.min(WIDEST_BPS, this.#coveredBps) * RENEW_AT;
    if (mayTry && reachBps < wanted) return "renew";
    return !isHeldBack && nowMs >= this.#auditAtMs ? "audit" : null;
  }
}
