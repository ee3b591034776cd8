/** What is done when an alert calls, and whether the browser does it now: what who chooses and who calls agree on. Pure. */
import { type Signal, signal } from "@preact/signals";

/** By a tone, by a notification, or both. */
export interface CallWays {
  readonly sound: boolean;
  readonly notification: boolean;
}

/** Whether the browser plays tones now; `null`: none was asked for yet. */
export const audioState: Signal<"running" | "suspended" | null> = signal(null);
