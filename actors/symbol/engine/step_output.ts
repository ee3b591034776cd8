/** StepBuffer: what one step of the engine has led to so far. */
import type { Output } from "../../../shared/output.ts";
import type { Command, StepOutput } from "./event.ts";

/** Most steps lead to nothing: they share this answer. (V8 is slow at walking a frozen array.) */
const NOTHING: StepOutput = { outputs: [], commands: [] };

/** Outputs and commands of one step, in order; whoever takes part adds to them. */
export class StepBuffer {
  outputs: Output[] = [];
  commands: Command[] = [];
  /** The book, or what may be said of it, is another than before. */
  hasBookChanged = false;

  /** Ends a step. */
  take(): StepOutput {
    const { outputs, commands } = this;
    this.hasBookChanged = false;
    if (outputs.length === 0 && commands.length === 0) return NOTHING;
    this.outputs = [];
    this.commands = [];
    return { outputs, commands };
  }
}
