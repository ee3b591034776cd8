/**
 * Notifications: how often people are called for one symbol, and what they are not called for. Beyond a number an hour they
 * are not, and what they were not told of is counted for the next time; episodes are raised, stored and shown all the
 * same. What is critical is always told, and counts; what is for information alone is shown, and nobody is called for it.
 */
import type { Severity } from "../../../../shared/severity.ts";

const HOUR_MS = 3_600_000;

/** Whether people are to be told of an episode, and of how many they were not before it. */
export interface Notice {
  readonly isNotified: boolean;
  readonly suppressed: number;
}

/** What the next life must know: how long ago people were told, within the hour. */
export interface NotificationMemory {
  readonly agosMs: readonly number[];
  readonly suppressed: number;
}

const NOBODY: Notice = { isNotified: false, suppressed: 0 };

/** The budget of one symbol. */
export class Notifications {
  readonly #perHour: number;
  /** When people were told, the oldest first. */
  #toldMs: number[] = [];
  #suppressed = 0;
  /** Episodes that it was asked about. */
  #taken = 0;
  #heldBack = 0;

  /** `perHour`: `Infinity` tells of everything. */
  constructor(perHour: number) {
    this.#perHour = perHour;
  }

  /** Counts up with each episode. */
  get taken(): number {
    return this.#taken;
  }

  /** Calls that a mute has held back in this life of the actor. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** An episode fires, or becomes critical, that is muted: nothing of the budget is spent. */
  holdBack(severity: Severity): Notice {
    if (severity !== "info") this.#heldBack += 1;
    return NOBODY;
  }

  /** An episode fires, or is muted no more. */
  take(nowMs: number, severity: Severity): Notice {
    this.#taken += 1;
    if (severity === "info") return NOBODY;
    this.#toldMs = this.#toldMs.filter((ms) => nowMs - ms < HOUR_MS);
    if (this.#toldMs.length >= this.#perHour && severity !== "critical") {
      this.#suppressed += 1;
      return { isNotified: false, suppressed: this.#suppressed };
    }
    // A list of what is always told would grow without end.
    if (Number.isFinite(this.#perHour)) this.#toldMs.push(nowMs);
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return { isNotified: true, suppressed };
  }

  remember(nowMs: number): NotificationMemory {
    return { agosMs: this.#toldMs.map((ms) => nowMs - ms), suppressed: this.#suppressed };
  }

  recall({ agosMs, suppressed }: NotificationMemory, nowMs: number, ageMs: number): void {
    this.#toldMs = agosMs.map((agoMs) => nowMs - ageMs - agoMs);
    this.#suppressed = suppressed;
  }
}
