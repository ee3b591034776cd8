/**
 * LoopWatch: how the loop of one worker stands, for all symbols in it. It is the loop that is late, and whoever shares it is
 * late by as much: so the measure is the worker's, and its symbols leave the same things undone, at once.
 */
import { monotonicMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { OverloadLevel } from "../../shared/overload.ts";
import { LOOK_MS, Overload } from "./overload.ts";
import { OverloadLog } from "./overload_log.ts";

type Hear = (level: OverloadLevel) => void;

/** One timer for as long as somebody follows it. */
export class LoopWatch {
  readonly #overload: Overload;
  readonly #log = new OverloadLog();
  /** By those who follow it, under the names of their symbols. */
  readonly #hearing = new Map<Hear, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = 0;

  constructor(overload = new Overload()) {
    this.#overload = overload;
  }

  get level(): OverloadLevel {
    return this.#overload.level;
  }

  /** Who follows hears of each level from now on, and at once of one that is not 0. Until `leave`. */
  follow(symbol: string, hear: Hear): void {
    this.#hearing.set(hear, symbol);
    if (this.#timer === undefined) this.#wait();
    if (this.level > 0) hear(this.level);
  }

  /** With the last one the watch rests. */
  leave(hear: Hear): void {
    this.#hearing.delete(hear);
    if (this.#hearing.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#dueMs = monotonicMs() + LOOK_MS;
    this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    const nowMs = monotonicMs();
    const lateMs = nowMs - this.#dueMs;
    this.#wait();
    const isOther = this.#overload.look(lateMs, nowMs);
    const line = this.#log.line(this.level, this.#overload.lagMs, nowMs);
    if (line !== null) log(line.level, this.#who, line.text);
    if (isOther) { for (const hear of this.#hearing.keys()) hear(this.level); }
  }

  get #who(): string {
    const [first = "", ...others] = this.#hearing.values();
    return others.length === 0 ? first : `${first} and ${others.length} more`;
  }
}
