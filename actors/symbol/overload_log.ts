/**
 * OverloadLog: what the log says of overload: its beginning, each level that is worse than those before, and its end with
 * how long it was. It has an end when a minute has passed without any, so that there are a few lines in a minute at most.
 */
import { type OverloadLevel, overloadText } from "../../shared/overload.ts";

/** What comes back sooner is the same overload. */
const OVER_MS = 60_000;

/** A line for the log. */
export interface OverloadLine {
  readonly level: "warn" | "info";
  readonly text: string;
}

/** The lines of one loop. */
export class OverloadLog {
  /** When it began; `null`: there is none. */
  #sinceMs: number | null = null;
  /** When it was last looked at in overload or just after it, and for how long the level was above 0 until then. */
  #seenMs = 0;
  #lastedMs = 0;
  #level: OverloadLevel = 0;
  #worst: OverloadLevel = 0;

  /** The line that is due, if one is; to be called at each look. */
  line(level: OverloadLevel, lagMs: number, nowMs: number): OverloadLine | null {
    if (this.#level > 0) this.#lastedMs += nowMs - this.#seenMs;
    if (level > 0 || this.#level > 0) this.#seenMs = nowMs;
    this.#level = level;
    if (level > this.#worst) {
      this.#sinceMs ??= nowMs;
      this.#worst = level;
      return { level: "warn", text: `${overloadText(level)}; the loop is ${ms(lagMs)} late` };
    }
    if (this.#sinceMs === null || level > 0 || nowMs - this.#seenMs < OVER_MS) return null;
    const allMs = this.#seenMs - this.#sinceMs;
    const text = `this machine keeps up again, and nothing is left undone: it was overloaded for ` +
      `${seconds(this.#lastedMs)} of ${seconds(allMs)}, at worst to level ${this.#worst} of 3`;
    this.#sinceMs = null;
    this.#lastedMs = 0;
    this.#worst = 0;
    return { level: "info", text };
  }
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function seconds(value: number): string {
  return `${Math.round(value / 1_000)} s`;
}
