/**
 * Host: one worker that several lives share, each in a seat that is named by its incarnation. What one of them throws
 * is reported by its seat and ends it alone. What nobody can be blamed for ends the worker and all that are in it:
 * an error outside of every guard, or a loop that turns for nobody any more.
 */
import type { FromWorker, ToActor } from "../../shared/worker_messages.ts";
import type { GrantedTime } from "./granted_time.ts";
import type { Seat, SeatEvents, SharedLoss } from "./seat.ts";
import { Thread, type WorkerSpec } from "./thread.ts";

/** Others are heard of each second: if none has been for this share of a limit, it may be that none will be. */
const DOUBT_SHARE = 0.5;

/** Whom it tells of its end. */
export interface HostCallbacks {
  /** Nobody is in it any more, and it has ended. */
  onEmpty(): void;
  /** It was lost; what becomes of each of so many that were in it, by their order. */
  onLost(actors: number): (place: number) => SharedLoss | null;
}

/** One shared worker. */
export class Host {
  readonly name: string;
  readonly #granted: GrantedTime;
  readonly #callbacks: HostCallbacks;
  readonly #thread: Thread;
  /** By incarnation. */
  readonly #seats = new Map<number, SeatEvents>();
  /** When anybody in it was heard of last, in granted time. */
  #heardAt: number;
  #isOver = false;

  constructor(name: string, spec: WorkerSpec, granted: GrantedTime, callbacks: HostCallbacks) {
    this.name = name;
    this.#granted = granted;
    this.#callbacks = callbacks;
    this.#heardAt = granted.nowMs;
    this.#thread = new Thread(
      name,
      spec,
      (message) => this.#take(message),
      (reason) => this.#lose(reason),
    );
  }

  /** Lets one more life in. */
  seat(incarnation: number, events: SeatEvents): Seat {
    const [thread, seats] = [this.#thread, this.#seats];
    seats.set(incarnation, events);
    const { name } = this;
    return {
      get worker() {
        return { name, actors: seats.size };
      },
      post: (message: ToActor, transfer) =>
        thread.post({ type: "seat", incarnation, message }, transfer),
      silent: (reason, limitMs) => this.#judge(incarnation, reason, limitMs),
      end: () => this.#vacate(incarnation),
    };
  }

  #take(message: FromWorker): void {
    if (message.type === "crashed") return this.#lose(message.reason);
    if (message.type !== "seat") return;
    this.#heardAt = this.#granted.nowMs;
    this.#seats.get(message.incarnation)?.onReport(message.report);
  }

  /** One is silent: so is its worker, or others are heard of, or it is too early to tell. */
  #judge(incarnation: number, reason: string, limitMs: number): void {
    const silentMs = this.#granted.nowMs - this.#heardAt;
    if (silentMs > limitMs) return this.#lose(reason);
    if (silentMs > limitMs * DOUBT_SHARE) return;
    this.#seats.get(incarnation)?.onFailed(reason, null);
  }

  #vacate(incarnation: number): void {
    if (!this.#seats.delete(incarnation) || this.#isOver) return;
    if (this.#seats.size > 0) return this.#thread.post({ type: "vacate", incarnation });
    this.#isOver = true;
    this.#thread.stop();
    this.#callbacks.onEmpty();
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#thread.stop();
    const lives = [...this.#seats.values()];
    const lossOf = this.#callbacks.onLost(lives.length);
    this.#seats.clear();
    const whose = lives.length === 2 ? "one other" : `${lives.length - 1} others`;
    const shared = `${this.name}, the worker that it shared with ${whose}, was lost: ${reason}`;
    for (const [place, events] of lives.entries()) {
      const loss = lossOf(place);
      events.onFailed(loss === null ? reason : shared, loss);
    }
  }
}
