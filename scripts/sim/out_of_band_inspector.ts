/**
 * OutOfBandInspector: a monitor may say that the price has left the levels it knows only when it
 * has, and must know others within a minute.
 */
import type { Engine } from "../../actors/symbol/engine/engine.ts";
import type { Output } from "../../shared/output.ts";
import type { Exchange } from "./exchange.ts";
import type { Market } from "./market.ts";
import type { Break } from "./output_inspector.ts";

/** What the engine's reason begins with. */
const REASON = "the price has left";
/** Another snapshot is asked for at once, or 5 s after the last, and the price may leave that too. */
const AWAY_MAX_MS = 60_000;

/** Watches how one monitor follows a price that leaves its book. */
export class OutOfBandInspector {
  readonly #engine: Engine;
  readonly #exchange: Exchange;
  readonly #market: Market;
  readonly #break: Break;
  /** Since when it says so; `null`: it does not. */
  #sinceMs: number | null = null;
  #count = 0;

  constructor(engine: Engine, exchange: Exchange, market: Market, onBreak: Break) {
    this.#engine = engine;
    this.#exchange = exchange;
    this.#market = market;
    this.#break = onBreak;
  }

  /** How often it has said so. */
  get count(): number {
    return this.#count;
  }

  /** Whether it says so now. */
  get isAway(): boolean {
    return this.#sinceMs !== null;
  }

  /** What was said in a step that led a live book from one id to another. */
  check(
    outputs: readonly Output[],
    wasLive: boolean,
    fromId: number | null,
    toId: number | null,
  ): void {
    const status = outputs.findLast((output) => output.type === "feed");
    if (status === undefined) return;
    const isAway = status.reason?.startsWith(REASON) === true;
    if (isAway === this.isAway) return;
    this.#sinceMs = isAway ? this.#exchange.agenda.nowMs : null;
    if (!isAway) return;
    this.#count += 1;
    if (toId === null) return this.#break("a price that has left was known", "there is no book");
    if (wasLive && !this.#hasLeft(fromId ?? toId, toId)) {
      this.#break("a price is called away only when it is", `it was not, up to ${toId}`);
    }
  }

  /** To be called as time passes. */
  tick(): void {
    if (this.#sinceMs === null) return;
    const { agenda, trouble } = this.#exchange;
    const { nowMs } = agenda;
    const sinceMs = Math.max(this.#sinceMs, trouble.lastMs(this.#market.index, nowMs));
    if (nowMs - sinceMs <= AWAY_MAX_MS) return;
    this.#break("a price that has left is found again", `not after ${AWAY_MAX_MS / 1_000} s`);
  }

  /** Whether the exchange's best has been outside the known span at one of these ids. */
  #hasLeft(fromId: number, toId: number): boolean {
    const truth = this.#market.truthOf(toId);
    if (truth === null) return false;
    const { low, high } = this.#engine.band;
    for (let id = toId; id >= Math.max(fromId, truth.firstId); id--) {
      const { bids, asks } = truth.snapshot(id - truth.firstId, 1);
      const bid = this.#market.price(bids[0]?.[0] ?? 0);
      const ask = this.#market.price(asks[0]?.[0] ?? Infinity);
      if (bid < low || ask > high) return true;
    }
    return false;
  }
}
