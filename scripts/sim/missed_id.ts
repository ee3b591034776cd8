/** MissedId: what a connection brings soon after it was called missed was not missed. */
import type { DepthUpdate } from "../../actors/symbol/engine/event.ts";
import { AHEAD_WAIT_MS } from "../../actors/symbol/engine/sync/sync.ts";
import type { Exchange } from "./exchange.ts";
import type { FaultKind } from "./fault.ts";
import type { Market } from "./market.ts";
import type { Break } from "./output_inspector.ts";

/** Faults that let a connection bring something again, or too late, and for how long. */
const EXCUSES: readonly FaultKind[] = ["reorder", "duplicate", "slow_drip"];
const EXCUSED_MS = 60_000;

/** The last gap of one monitor. */
export class MissedId {
  readonly #exchange: Exchange;
  readonly #market: Market;
  readonly #break: Break;
  #id: number | null = null;
  #calledMs = 0;

  constructor(exchange: Exchange, market: Market, onBreak: Break) {
    this.#exchange = exchange;
    this.#market = market;
    this.#break = onBreak;
  }

  /** The engine has given up waiting for this id. */
  called(id: number): void {
    this.#id = id;
    this.#calledMs = this.#exchange.agenda.nowMs;
  }

  /** An update of an open connection. */
  came({ firstUpdateId, finalUpdateId }: DepthUpdate): void {
    const id = this.#id;
    if (id === null) return;
    const { agenda, trouble } = this.#exchange;
    const { nowMs } = agenda;
    if (nowMs - this.#calledMs > AHEAD_WAIT_MS) this.#id = null;
    else if (firstUpdateId <= id && id <= finalUpdateId) {
      const isExcused = EXCUSES.some((kind) =>
        nowMs - trouble.lastOfKindMs(kind, this.#market.index) < EXCUSED_MS
      );
      if (!isExcused) this.#break("a gap is what no connection brings", `${id} came`);
    }
  }
}
