/**
 * TradeInspector: each trade that a monitor was told of counts once, however often it came: in what is told
 * of ticks, and in what is told of seconds.
 */
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import type { Output, TradesFrame, TradesSecond } from "../../shared/output.ts";
import type { OverloadLevel } from "../../shared/overload.ts";
import type { Break } from "./output_inspector.ts";
import { SLOTS_MS } from "./overload_inspector.ts";

const SECOND_MS = 1_000;

/** Counts the trades of one engine. */
export class TradeInspector {
  readonly #break: Break;
  readonly #ids = new Set<number>();
  #said = 0;
  /** Since when some were not; `Infinity`: all were. */
  #untoldMs = Infinity;
  /** Of seconds that are over, and the end of the one in which the last trade came, UTC. */
  #saidOfSeconds = 0;
  #secondEndMs = -Infinity;

  constructor(onBreak: Break) {
    this.#break = onBreak;
  }

  /** Trades told of so far. */
  get told(): number {
    return this.#said;
  }

  /** An event was taken in at `utcMs`, and this was said; `null`: one that came too late to count. */
  after(
    event: EngineEvent | null,
    outputs: readonly Output[],
    utcMs: number,
    level: OverloadLevel,
  ): void {
    // What is over is told of before the event is taken in.
    for (const output of outputs) if (output.type === "trades_1s") this.#second(output);
    if (event?.type === "trade" && !this.#ids.has(event.trade.tradeId)) {
      this.#ids.add(event.trade.tradeId);
      this.#secondEndMs = (Math.floor(utcMs / SECOND_MS) + 1) * SECOND_MS;
    }
    for (const output of outputs) if (output.type === "trades") this.#said += countOf(output);
    const { size } = this.#ids;
    if (this.#said === size) this.#untoldMs = Infinity;
    else this.#untoldMs = Math.min(this.#untoldMs, utcMs);
    if (event?.type !== "tick") return;
    // What has come is told of with the next tick, in overload with the next slot.
    const slotMs = SLOTS_MS[level];
    const isDue = slotMs === 0 || Math.floor(this.#untoldMs / slotMs) < Math.floor(utcMs / slotMs);
    if (this.#said !== size && isDue) {
      this.#break("a trade counts once", `${this.#said} were told of, ${size} came`);
    }
    if (this.#saidOfSeconds !== size && utcMs >= this.#secondEndMs) {
      this.#break("a second is told of when it is over", `that until ${this.#secondEndMs} was not`);
    }
  }

  #second(second: TradesSecond): void {
    this.#saidOfSeconds += countOf(second);
    const { size } = this.#ids;
    if (this.#saidOfSeconds === size && second.timeMs === this.#secondEndMs) return;
    this.#break(
      "a second has the trades that came in it",
      `${this.#saidOfSeconds} of ${size} until ${second.timeMs}, the last before ${this.#secondEndMs}`,
    );
  }
}

function countOf({ buy, sell }: TradesFrame | TradesSecond): number {
  return (buy?.count ?? 0) + (sell?.count ?? 0);
}
