/** TradeInspector: each trade that a monitor was told of counts once, however often it came. */
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import type { Output } from "../../shared/output.ts";
import type { Break } from "./output_inspector.ts";

/** Counts the trades of one engine. */
export class TradeInspector {
  readonly #break: Break;
  readonly #ids = new Set<number>();
  #said = 0;

  constructor(onBreak: Break) {
    this.#break = onBreak;
  }

  /** Trades told of so far. */
  get told(): number {
    return this.#said;
  }

  /** An event was taken in time, and this was said of it. */
  after(event: EngineEvent, outputs: readonly Output[]): void {
    if (event.type === "trade") this.#ids.add(event.trade.tradeId);
    for (const output of outputs) {
      if (output.type === "trades") {
        this.#said += (output.buy?.count ?? 0) + (output.sell?.count ?? 0);
      }
    }
    // What has come is told of with the next tick.
    if (event.type !== "tick" || this.#said === this.#ids.size) return;
    this.#break("a trade counts once", `${this.#said} were told of, ${this.#ids.size} came`);
  }
}
