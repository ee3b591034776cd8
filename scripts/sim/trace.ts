/** Trace: what one monitor went through last, a line a step, for a person. */
import type { EngineEvent, StepOutput } from "../../actors/symbol/engine/event.ts";
import type { DataState } from "../../shared/output.ts";

/** Steps that are kept. */
const STEPS_MAX = 40;

/** The newest steps; ticks that led to nothing are left out. */
export class Trace {
  readonly #lines: string[] = [];

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** One step at a virtual time, and where it led; `isLate`: of an old life. */
  add(
    nowMs: number,
    event: EngineEvent,
    isLate: boolean,
    { outputs, commands }: StepOutput,
    { state, id }: { readonly state: DataState; readonly id: number | null },
  ): void {
    const said = [...outputs.filter((each) => each.type === "feed"), ...commands];
    if (event.type === "tick" && said.length === 0) return;
    this.#lines.push(
      `${(nowMs / 1_000).toFixed(3)} s ${isLate ? "late " : ""}${describeEvent(event)} -> ` +
        `${state} ${id ?? "no book"} ${said.map((each) => JSON.stringify(each)).join(" ")}`,
    );
    if (this.#lines.length > STEPS_MAX) this.#lines.shift();
  }
}

function describeEvent(event: EngineEvent): string {
  const { type } = event;
  if (type === "depth_update") {
    const { firstUpdateId, finalUpdateId } = event.update;
    return `${type} ${event.connection}: ${firstUpdateId}..${finalUpdateId}`;
  }
  if (type === "depth_snapshot") {
    return `${type} ${event.generation}: ${event.snapshot.lastUpdateId}`;
  }
  if (type === "book_ticker") return `${type} ${event.connection}: ${event.ticker.updateId}`;
  if (type === "trade") return `${type} ${event.connection}`;
  return JSON.stringify(event);
}
