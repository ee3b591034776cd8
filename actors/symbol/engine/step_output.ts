/** StepBuffer: what one step of the engine has led to so far. */
import type { Output } from "../../../shared/output.ts";
import type { Command, StepOutput } from "./event.ts";

/** Most steps lead to nothing: they share this answer. (V8 is slow at walking a frozen array.) */
const NOTHING: StepOutput = { outputs: [], commands: [] };

/** Outputs and commands of one step, in order; whoever takes part adds to them. */
export class StepBuffer {
  readonly outputs: Output[] = [];
  readonly commands: Command[] = [];
  /** The book, or what may be said of it, is another than before. */
  hasBookChanged = false;

  /** Ends a step. */
  take(): StepOutput {
    const { outputs, commands } = this;
    this.hasBookChanged = false;
    if (outputs.length === 0 && commands.length === 0) return NOTHING;
    return {
      outputs: taken(outputs, NOTHING.outputs),
      commands: taken(commands, NOTHING.commands),
    };
  }
}

/**
 * What is in a list, in one of just its size; the list is empty then, and keeps its room: a new one has room for
 * sixteen from the first entry on.
 */
function taken<T>(list: T[], none: readonly T[]): readonly T[] {
  if (list.length === 0) return none;
  const copy = list.slice();
  while (list.length > 0) list.pop();
  return copy;
}
