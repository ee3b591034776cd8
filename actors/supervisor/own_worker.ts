/** OwnWorker: a life that has a worker to itself. Whatever that dies of is its own doing. */
import type { Report } from "../../shared/protocol.ts";
import type { ToActor } from "../../shared/worker_messages.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { Thread, type WorkerSpec } from "./thread.ts";

/** The plain form. */
export class OwnWorker implements Seat {
  readonly worker = null;
  readonly #events: SeatEvents;
  readonly #thread: Thread;

  constructor(name: string, spec: WorkerSpec, events: SeatEvents) {
    this.#events = events;
    this.#thread = new Thread(
      name,
      spec,
      // Nobody in it has been given a seat.
      (message) => events.onReport(message as Report),
      (reason) => this.#fail(reason),
    );
  }

  post(message: ToActor, transfer: Transferable[]): void {
    this.#thread.post(message, transfer);
  }

  silent(reason: string): void {
    this.#fail(reason);
  }

  end(): void {
    this.#thread.stop();
  }

  #fail(reason: string): void {
    this.#events.onFailed(reason, null);
  }
}
