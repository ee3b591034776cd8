/**
 * Placement: which actor sits in which worker, by their names alone. Who has a seat keeps it from life to life. A worker
 * that is lost twice within ten minutes has somebody in it who ends it: those who were in it live apart for a while, each in
 * a worker of its own, where whatever happens is its own doing and its own budget of restarts; the others are not
 * taken down with it again, nor blamed for it. Pure.
 */
import { seatsPerWorker, type Sharing } from "./sharing.ts";

const LOSSES_MAX = 1;
const LOSS_PERIOD_MS = 600_000;
/** … and longer for one that crashes meanwhile. It moves back when a life of it begins after that: to move costs a life. */
const APART_MS = 600_000;

interface Room {
  readonly number: number;
  /** Only actors that need the same can share it. */
  readonly needs: string;
  readonly actors: Set<string>;
  losses: number[];
}

/** Who sits where. Time never goes back. */
export class Placement {
  readonly #sharing: Sharing;
  readonly #expected: () => number;
  readonly #rooms: Room[] = [];
  readonly #alone = new Set<string>();
  /** By actor: until then it has a worker of its own. */
  readonly #apartUntil = new Map<string, number>();
  #lastNumber = 0;

  /** `expected`: how many actors there are to be, those to come included. */
  constructor(sharing: Sharing, expected: () => number) {
    this.#sharing = sharing;
    this.#expected = expected;
  }

  /** The number of the worker in which its next life sits; `null`: one of its own. */
  place(actor: string, needs: string, nowMs: number): number | null {
    this.#alone.delete(actor);
    const isApart = nowMs < (this.#apartUntil.get(actor) ?? -Infinity);
    if (isApart) return this.#leaveAlone(actor);
    const own = this.#rooms.find(({ actors }) => actors.has(actor));
    if (own !== undefined) return own.number;
    const placed = this.#rooms.reduce((sum, { actors }) => sum + actors.size, 0);
    const all = Math.max(this.#expected(), placed + this.#alone.size + 1);
    const seats = seatsPerWorker(this.#sharing, all, this.#alone.size);
    if (seats === 1) return this.#leaveAlone(actor);
    const wanted = Math.ceil((all - this.#alone.size) / seats);
    const free = this.#rooms.filter((room) => room.needs === needs && room.actors.size < seats);
    const [emptiest] = free.toSorted((a, b) =>
      a.actors.size - b.actors.size || a.number - b.number
    );
    // One after the other into as many as there are to be: the busiest, named first, are spread over them.
    const room = this.#rooms.length < wanted || emptiest === undefined
      ? this.#open(needs)
      : emptiest;
    room.actors.add(actor);
    return room.number;
  }

  /** It is no more. */
  leave(actor: string): void {
    this.#alone.delete(actor);
    this.#apartUntil.delete(actor);
    this.#vacate(actor);
  }

  /** A worker was lost that several were in; true: they live apart from now on. */
  lost(number: number, nowMs: number): boolean {
    const room = this.#rooms.find((each) => each.number === number);
    if (room === undefined) return false;
    room.losses = room.losses.filter((at) => at > nowMs - LOSS_PERIOD_MS);
    room.losses.push(nowMs);
    if (room.losses.length <= LOSSES_MAX) return false;
    for (const actor of [...room.actors]) {
      this.#apartUntil.set(actor, nowMs + APART_MS);
      this.#vacate(actor);
    }
    return true;
  }

  /** It has crashed by itself: if it lives apart that goes on. */
  crashed(actor: string, nowMs: number): void {
    const untilMs = this.#apartUntil.get(actor);
    if (untilMs !== undefined && nowMs < untilMs) {
      this.#apartUntil.set(actor, nowMs + APART_MS);
    }
  }

  #leaveAlone(actor: string): null {
    this.#vacate(actor);
    this.#alone.add(actor);
    return null;
  }

  #vacate(actor: string): void {
    const at = this.#rooms.findIndex(({ actors }) => actors.delete(actor));
    if (at >= 0 && this.#rooms[at]?.actors.size === 0) this.#rooms.splice(at, 1);
  }

  #open(needs: string): Room {
    const room: Room = { number: ++this.#lastNumber, needs, actors: new Set(), losses: [] };
    this.#rooms.push(room);
    return room;
  }
}
