/** Seat: where one life of a child runs, and what becomes of it: a worker of its own, or a place in one that several share. */
import type { Report } from "../../shared/protocol.ts";
import type { ToActor } from "../../shared/worker_messages.ts";

/** Of a worker that several lives shared nobody knows who has ended it. */
export interface SharedLoss {
  /** It begins again after so long. */
  readonly delayMs: number;
  /** In a worker of its own, so that the one who ends them is found. */
  readonly isApart: boolean;
}

/** What a seat tells; nothing after `end`, or after it has failed. */
export interface SeatEvents {
  onReport(report: Report): void;
  /** The life is over; `shared`: with others, of which any may be the reason. */
  onFailed(reason: string, shared: SharedLoss | null): void;
}

/** Of one life. */
export interface Seat {
  /** The worker that it shares, and how many are in that; `null`: it has one of its own. */
  readonly worker: { readonly name: string; readonly actors: number } | null;
  post(message: ToActor, transfer: Transferable[]): void;
  /** It has said nothing for longer than this limit: its life is over, or else that of its worker. */
  silent(reason: string, limitMs: number): void;
  /** Ends the life at once. */
  end(): void;
}
