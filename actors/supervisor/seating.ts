/** Seating: gives each life its seat, by the placement of its actor: in a worker of its own, or in one that is there or is started. */
import { monotonicMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { ActorId } from "../../shared/protocol.ts";
import type { GrantedTime } from "./granted_time.ts";
import { Host } from "./host.ts";
import { OwnWorker } from "./own_worker.ts";
import { Placement } from "./placement.ts";
import type { Seat, SeatEvents, SharedLoss } from "./seat.ts";
import type { Sharing } from "./sharing.ts";
import type { WorkerSpec } from "./thread.ts";

/** Between the starts of several new workers: a herd of them would starve each other of time. */
const START_STEP_MS = 150;

/** Which actors share workers; absent: none do. */
export interface SharingPlan {
  readonly sharing: Sharing;
  /** Of the tree's groups, the one whose children share. */
  readonly group: string;
  /** How many of that group there are to be. */
  readonly expected: () => number;
}

/** Who is seated. */
export interface Seated extends WorkerSpec {
  readonly actorId: ActorId;
  readonly group: string;
}

/** The workers of one supervisor. */
export class Seating {
  readonly #granted: GrantedTime;
  readonly #group: string | null;
  /** `null`: nobody shares. */
  readonly #placement: Placement | null;
  /** By the numbers that the placement gives. */
  readonly #hosts = new Map<number, Host>();

  constructor(granted: GrantedTime, plan: SharingPlan | undefined) {
    this.#granted = granted;
    this.#group = plan?.group ?? null;
    this.#placement = plan === undefined ? null : new Placement(plan.sharing, plan.expected);
  }

  /** A seat for a new life. */
  seat(spec: Seated, incarnation: number, events: SeatEvents): Seat {
    const number = this.#placement !== null && spec.group === this.#group
      ? this.#placement.place(spec.actorId, needsOf(spec), monotonicMs())
      : null;
    if (number === null) return new OwnWorker(spec.actorId, spec, events);
    return this.#host(number, spec).seat(incarnation, events);
  }

  /** It has crashed by itself. */
  crashed(actorId: ActorId): void {
    this.#placement?.crashed(actorId, monotonicMs());
  }

  /** It is no more. */
  leave(actorId: ActorId): void {
    this.#placement?.leave(actorId);
  }

  #host(number: number, spec: Seated): Host {
    const known = this.#hosts.get(number);
    if (known !== undefined) return known;
    const name = `${spec.group} worker ${number}`;
    const host: Host = new Host(name, spec, this.#granted, {
      onEmpty: () => this.#hosts.delete(number),
      onLost: (actors) => this.#lost(number, name, actors),
    });
    this.#hosts.set(number, host);
    return host;
  }

  #lost(number: number, name: string, actors: number): (place: number) => SharedLoss | null {
    this.#hosts.delete(number);
    // Of one that was alone in it everybody knows who it was.
    if (actors < 2) return () => null;
    const isApart = this.#placement?.lost(number, monotonicMs()) ?? false;
    if (isApart) {
      const what = "was lost again: each of those that shared it starts in a worker of its own";
      log("error", name, `${what}, so that the one who ends it is found`);
    }
    return (place) => ({ delayMs: isApart ? place * START_STEP_MS : 0, isApart });
  }
}

function needsOf({ url, permissions }: WorkerSpec): string {
  return JSON.stringify([url.href, permissions]);
}
