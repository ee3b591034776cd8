/**
 * SilenceInspector: a book whose depth stream is silent for longer than is usual for it, and that nothing
 * else has proven since, is not shown as live.
 */
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import { Interarrival } from "../../actors/symbol/engine/liveness/interarrival.ts";
import type { DataState } from "../../shared/output.ts";
import type { Break } from "./output_inspector.ts";

/** Percentiles are told to about 10 %, and ticks come each 100 ms, or 250 after an update. */
const TOLERANCE = 1.15;
const SLACK_MS = 1_000;

/** Listens beside one monitor. */
export class SilenceInspector {
  readonly #break: Break;
  readonly #interarrival = new Interarrival();
  /** When the stream has last spoken, or the book was proven in another way. */
  #provenMs = -Infinity;
  #replacements = 0;
  #heldUpMs = 0;
  #heldUntilMs = -Infinity;

  constructor(onBreak: Break) {
    this.#break = onBreak;
  }

  /** Nothing comes to the monitor between these: time in which it can notice nothing. */
  heldUp(fromMs: number, untilMs: number): void {
    this.#heldUpMs += untilMs - Math.max(fromMs, this.#heldUntilMs);
    this.#heldUntilMs = untilMs;
  }

  /** After each step with an event that counts. */
  after(event: EngineEvent, state: DataState, replacements: number, atMs: number): void {
    const nowMs = atMs - this.#heldUpMs;
    if (event.type === "depth_update") this.#interarrival.heard(nowMs, event.connection);
    // A halt is silent, and whoever takes over has been heard beside the other. Time is judged by the tick.
    if (state === "halted" && event.type === "tick") this.#interarrival.rest();
    const isProof = PROOFS.includes(event.type) || state !== "live" ||
      replacements > this.#replacements;
    this.#replacements = replacements;
    if (isProof) this.#provenMs = nowMs;
    if (event.type !== "tick") return;
    const silentMs = nowMs - this.#provenMs;
    if (silentMs <= this.#interarrival.silenceMaxMs * TOLERANCE + SLACK_MS) return;
    this.#break("silence is not shown as live", `nothing has proven it for ${silentMs | 0} ms`);
  }
}

/** What tells of the book. */
const PROOFS: readonly EngineEvent["type"][] = ["depth_update", "depth_snapshot", "bbo_probed"];
