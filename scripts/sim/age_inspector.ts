/** AgeInspector: a connection is replaced at its age, before the exchange ends it. */
import type { Connection } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { Market } from "./market.ts";
import type { Break } from "./output_inspector.ts";

/** A successor is waited for at most so long, and another tried once more. */
const REPLACED_MAX_MS = 75_000;

/** Watches the connections of one monitor. */
export class AgeInspector {
  readonly #exchange: Exchange;
  readonly #market: Market;
  readonly #break: Break;

  constructor(exchange: Exchange, market: Market, onBreak: Break) {
    this.#exchange = exchange;
    this.#market = market;
    this.#break = onBreak;
  }

  /** These connections are open or, `null`, being opened. */
  check(lives: readonly (Pick<Connection, "openedMs"> | null)[]): void {
    const { agenda, trouble } = this.#exchange;
    const { index, character } = this.#market;
    const openedMs = Math.min(...lives.map((life) => life?.openedMs ?? Infinity));
    const overdueMs = agenda.nowMs - openedMs - character.connectionAge.maxMs;
    if (overdueMs < REPLACED_MAX_MS) return;
    if (agenda.nowMs - trouble.lastMs(index, agenda.nowMs) < REPLACED_MAX_MS) return;
    this.#break("a connection is replaced at its age", `${Math.round(overdueMs)} ms too old`);
  }
}
