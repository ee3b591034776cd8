/** Ban: what is said while the exchange refuses the REST calls that a book waits for. */
import { timeText } from "../../../../shared/time_text.ts";
import type { EngineEvent } from "../event.ts";
import type { FeedState } from "../sync/feed_state.ts";
import type { SnapshotRequest } from "./snapshot_request.ts";
import type { Sync } from "../sync/sync.ts";

/** Watches over the wait for a snapshot. A ban is no matter to a book that lives. */
export class Ban {
  readonly #feed: Pick<FeedState, "awaited">;
  readonly #sync: Pick<Sync, "state">;
  readonly #request: Pick<SnapshotRequest, "isAwaited">;
  #reason: string | null = null;

  constructor(
    feed: Pick<FeedState, "awaited">,
    sync: Pick<Sync, "state">,
    request: Pick<SnapshotRequest, "isAwaited">,
  ) {
    this.#feed = feed;
    this.#sync = sync;
    this.#request = request;
  }

  /** Until when there can be no snapshot, and why; `null`: nothing is in the way. */
  get reason(): string | null {
    return this.#reason;
  }

  /** A ban began, changed or ended, at this UTC. */
  take({ bannedForMs, reason }: Extract<EngineEvent, { type: "budget" }>, utcMs: number): void {
    const isOver = bannedForMs === null && this.#reason !== null;
    this.#reason = bannedForMs === null
      ? null
      : `no snapshot until ${timeText(utcMs + bannedForMs, utcMs)}: ${
        reason ?? "no call is allowed"
      }`;
    if (isOver && this.#isAwaited) this.#feed.awaited("waiting for the snapshot");
  }

  /** Says what a book waits for; to be called on each tick. */
  explain(): void {
    if (this.#reason !== null && this.#isAwaited) this.#feed.awaited(this.#reason);
  }

  get #isAwaited(): boolean {
    return this.#sync.state === "buffering" && this.#request.isAwaited;
  }
}
