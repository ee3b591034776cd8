/** Said: what one step of the engine has led to so far. */
import type { Output } from "../../../shared/output.ts";
import type { Accepted, Command } from "./event.ts";

/** Outputs and commands of one step, in order; whoever takes part adds to them. */
export class Said {
  outputs: Output[] = [];
  commands: Command[] = [];
  /** The book, or what may be said of it, is another than before. */
  hasBookChanged = false;

  /** Ends a step. */
  take(): Accepted {
    const { outputs, commands } = this;
    this.outputs = [];
    this.commands = [];
    this.hasBookChanged = false;
    return { outputs, commands };
  }
}
