/**
 * OverloadInspector: what an engine leaves undone while its machine is too slow, and that it is nothing else: frames leave
 * once in each slot of UTC at most, but for another state; the book of each second in which it has changed is stored; numbers
 * are left out only while they are said to be; and at the worst no audit is asked for, nor a wider book.
 */
import type { EngineEvent, StepOutput } from "../../actors/symbol/engine/event.ts";
import { readNullCode } from "../../shared/catalogue/null_code.ts";
import type { DataState, MetricsFrame } from "../../shared/output.ts";
import type { OverloadLevel } from "../../shared/overload.ts";
import type { Break } from "./output_inspector.ts";

const SECOND_MS = 1_000;
/** The slots that what is looked at is thinned out into; 0: it is not. */
export const SLOTS_MS: Readonly<Record<OverloadLevel, number>> = {
  0: 0,
  1: 250,
  2: 1_000,
  3: 1_000,
};
const PROMISE = "in overload the least needed is left undone, and nothing else";

/** Watches one engine. */
export class OverloadInspector {
  readonly #break: Break;
  #level: OverloadLevel = 0;
  /** In which slot the last frame left, and of which state; since the level is what it is. */
  #framed = "";
  /** Of the book that was looked at last, and in which second that was. */
  #lookedId: number | null = null;
  #lookedSecond = NaN;

  constructor(onBreak: Break) {
    this.#break = onBreak;
  }

  /** What is left undone now. */
  get level(): OverloadLevel {
    return this.#level;
  }

  /** An event was taken in at `utcMs`, and this was said; the book is at `id` then, in this state. */
  after(
    event: EngineEvent,
    { outputs, commands }: StepOutput,
    state: DataState,
    id: number | null,
    utcMs: number,
  ): void {
    if (event.type === "overload") {
      this.#level = event.level;
      this.#framed = "";
    }
    for (const output of outputs) {
      if (output.type === "book_1s") {
        this.#lookedSecond = Math.floor(output.timeMs / SECOND_MS);
      }
      if (output.type === "book") this.#lookedId = output.bookUpdateId;
      if (output.type !== "metrics") continue;
      if (output.bucketMs === null) this.#frame(output.state, utcMs);
      // A row of before an event is of the level before.
      else if (event.type !== "overload") this.#row(output);
    }
    if (this.#level === 3) {
      const undone = commands.find((command) =>
        command.type === "fetch_snapshot" &&
        (command.purpose === "audit" || command.purpose === "widen")
      );
      if (undone !== undefined) this.#break(PROMISE, JSON.stringify(undone));
    }
    if (event.type !== "tick" || this.#level < 2 || state !== "live") return;
    if (id === this.#lookedId || this.#lookedSecond === Math.floor(utcMs / SECOND_MS)) return;
    this.#break(PROMISE, `the book of ${id} is not stored in its second`);
  }

  #row({ state, values, nulls }: MetricsFrame): void {
    const isTold = Object.values(readNullCode(nulls)).includes("overloaded");
    const areLeftOut = this.#level >= 2;
    if (isTold === areLeftOut || state !== "live" || values.mid === null) return;
    const what = areLeftOut ? "are computed" : "are left out";
    this.#break(PROMISE, `metrics beyond tier 1 ${what} at level ${this.#level}`);
  }

  #frame(state: DataState, utcMs: number): void {
    const slotMs = SLOTS_MS[this.#level];
    if (slotMs === 0) return;
    const framed = `${Math.floor(utcMs / slotMs)} ${state}`;
    if (framed === this.#framed) this.#break(PROMISE, `two frames leave in ${slotMs} ms`);
    this.#framed = framed;
  }
}
