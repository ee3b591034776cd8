/**
 * Supervisor: spawns the actors of a tree, hands them the ports between them, notices their deaths,
 * starts them again, and ends them in order. It knows neither what they do nor what they say to
 * each other: what they want of the rest of the process (an `Errand`) is passed on unread, with a
 * way to answer the life that has asked and no later one.
 *
 * One for one, permanent, in OTP's words. A crash is an uncaught error, no `ready` in time, or no
 * heartbeat, of the time that the machine has granted (`granted_time.ts`). The first restart is at once, later ones back off with jitter (`restart_budget.ts`). A
 * child that crashes more often than its limit allows rests for five minutes; an essential one ends
 * the process instead, for the service manager to start anew. When a child dies its siblings are
 * told `disconnect`, keep what was not acknowledged, and send it again on the next life's port.
 *
 * An end goes through the groups in reverse. A child stays supervised until its own turn: one that
 * dies while the earlier ones drain comes back, or their last outputs would be stranded. Those of the first
 * group that have answered live on until the others have ended: what these still confirm is known to nobody
 * else, so that the last word of each is what was really lost.
 */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { type Kept, sumOfKept } from "../../shared/kept.ts";
import { log, type LogLevel } from "../../shared/log.ts";
import type { ActorId, ChildStatus, Control, Errand } from "../../shared/protocol.ts";
import { bothInHand, type InHand } from "../../shared/in_hand.ts";
import { isNone, NONE, sumOf, type Unacked } from "../../shared/unacked.ts";
import { Agenda } from "./agenda.ts";
import { type Answer, Child, type ChildSpec } from "./child.ts";
import { GrantedTime } from "./granted_time.ts";
import { Incarnations } from "./incarnations.ts";
import type { SharedLoss } from "./seat.ts";
import { Seating, type SharingPlan } from "./seating.ts";
import { Starvation } from "./starvation.ts";

/** Silence is judged, and how the children stand is told, this often. */
const PULSE_MS = 1_000;
/** A child that is not essential and keeps crashing rests this long before it is tried again. */
const QUARANTINE_MS = 300_000;
/** All actors together have this long to end: service managers wait ten seconds or more. */
export const DRAIN_MAX_MS = 7_000;
/** Of that, for the first group; the later ones share the rest. */
const FIRST_SHARE = 0.5;
/** After a failure nobody may be there to confirm anything: there is little to wait for. */
const FAILED_DRAIN_MAX_MS = 2_000;
/** When all others have ended: a last word needs a turn of an event loop. */
const LAST_WORD_MAX_MS = 500;

const NOTHING_LEFT: Lost["left"] = { to: null, rows: null, alerts: 0 };

/** Which children there may be. */
export interface Tree {
  /** In the order of their start; they end in the reverse, the children of one group together. */
  readonly groups: readonly string[];
  /** Pairs of groups: each child of one has a channel to each of the other. */
  readonly links: readonly (readonly [string, string])[];
}

/** How a run ended. */
export interface Ending {
  /** An operator's mistake, or a part that cannot be kept alive; `null`: as it was asked to. */
  readonly failure: string | null;
  /** Outputs of the group that ends first which the others did not confirm. */
  readonly unacked: Unacked;
  /** Rows that wait on disk for the next start. */
  readonly kept: Kept;
}

/** What ended with a life that did not end in order. */
export interface Lost extends InHand {
  readonly incarnation: number;
  /** What it had sent to another that lives on, and has not confirmed it. */
  readonly left: InHand & { readonly to: ActorId | null };
  /** What it died of; `null`: it was removed, and there is no next life. */
  readonly crash: string | null;
}

/** What the supervisor is told once, and whom it tells. */
export interface SupervisorOptions {
  readonly logLevel: LogLevel;
  /** What must be in nothing that a child says; absent: nothing is secret. */
  readonly secrets?: readonly string[] | undefined;
  readonly tree: Tree;
  /** The numbers of lives; absent: those of this process alone. */
  readonly incarnations?: Incarnations | undefined;
  /** What a new life is told before anything else, as it is when the life begins. */
  readonly greeting: (actorId: ActorId) => readonly Control[];
  /** A child wants something that is not of its life. */
  readonly onErrand: (actorId: ActorId, errand: Errand, answer: Answer) => void;
  /** A life is ready; `address`: where it listens, if it does. */
  readonly onReady: (actorId: ActorId, address: string | null) => void;
  /** A life is over, by a crash or in order. */
  readonly onEnded: (actorId: ActorId) => void;
  /** A life is over that had something in hand. */
  readonly onLost: (actorId: ActorId, lost: Lost) => void;
  /** How the children stand has changed, or a second has passed. */
  readonly onPulse: () => void;
  /** Who shares workers; absent: each child has one of its own. */
  readonly plan?: SharingPlan | undefined;
  /** How short of processors the machine is; absent: what the system tells. */
  readonly starvation?: Pick<Starvation, "take">;
}

/** The tree of actors. */
export class Supervisor {
  /** Resolves when every actor has ended. */
  readonly ended: Promise<Ending>;
  readonly #options: SupervisorOptions;
  /** Those to come included; in the order in which they were named. */
  readonly #children = new Map<ActorId, Child>();
  readonly #agenda = new Agenda();
  readonly #incarnations: Incarnations;
  readonly #pulse: ReturnType<typeof setInterval>;
  readonly #end: (ending: Ending) => void;
  readonly #granted = new GrantedTime(PULSE_MS);
  readonly #seating: Seating;
  readonly #starvation: Pick<Starvation, "take">;
  #pulsedAt = monotonicMs();
  #draining: Promise<void> | null = null;
  #failure: string | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#incarnations = options.incarnations ?? new Incarnations(0);
    this.#starvation = options.starvation ?? new Starvation();
    this.#seating = new Seating(this.#granted, options.plan);
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ended = promise;
    this.#end = resolve;
    this.#pulse = setInterval(() => this.#beat(), PULSE_MS);
  }

  /** How the children stand, for the page and `/healthz`. */
  get statuses(): ChildStatus[] {
    return [...this.#children.values()].map((child) => child.status);
  }

  /**
   * Adds a child and starts it after `delayMs`; until then it waits. Once everything ends, nothing starts.
   *
   * @throws {TypeError} when the tree has no such group, so that nobody would end it.
   */
  start(spec: ChildSpec, delayMs = 0): void {
    const { logLevel, secrets = [], tree, onErrand } = this.#options;
    if (this.#draining !== null) return;
    if (!tree.groups.includes(spec.group)) {
      throw new TypeError(`Cannot start ${spec.actorId}: no such group, received ${spec.group}`);
    }
    const incarnations = this.#incarnations;
    const [granted, seating] = [this.#granted, this.#seating];
    const world = { logLevel, secrets, incarnations, granted, seating };
    const child = new Child(spec, world, {
      onReady: (_child, address) => this.#ready(spec.actorId, address),
      onFatal: (_child, reason) => this.fail(reason),
      onErrand: (_child, errand, answer) => onErrand(spec.actorId, errand, answer),
      onCrash: (crashed, reason, shared) => this.#crashed(crashed, reason, shared),
    });
    this.#children.set(spec.actorId, child);
    this.#agenda.later(delayMs, () => {
      if (this.#draining === null) this.#spawn(child);
    });
  }

  /** Ends a child in order, or its start; resolves with its outputs that were not confirmed. */
  async remove(actorId: ActorId, deadlineMs: number): Promise<Unacked> {
    const child = this.#children.get(actorId);
    if (child === undefined) return NONE;
    await this.#drainOne(child, deadlineMs);
    child.kill();
    this.#seating.leave(actorId);
    this.#tellSiblings(child);
    this.#tellLost(child, null);
    return child.unacked;
  }

  /** Tells a child; false: it is not alive, and learns it by its next life's greeting. */
  tell(actorId: ActorId, message: Control): boolean {
    const child = this.#children.get(actorId);
    child?.post(message);
    return child?.isAlive ?? false;
  }

  /** Tells every child of a group. */
  tellGroup(group: string, message: Control): void {
    for (const child of this.#members(group)) child.post(message);
  }

  /** Ends everything in order, group by group. Calling it again changes nothing. */
  drain(): Promise<void> {
    this.#draining ??= this.#drainAll();
    return this.#draining;
  }

  /** Ends everything because of a mistake or fault that no restart mends. */
  fail(reason: string): void {
    this.#failure ??= reason;
    void this.drain();
  }

  // -- Lives --

  #spawn(child: Child): void {
    const { actorId } = child.spec;
    // It may have been drained while it waited for its start.
    if (this.#children.get(actorId) !== child) return;
    child.spawn(() => this.#options.greeting(actorId));
    for (const peer of this.#siblings(child)) if (peer.isAlive) wire(child, peer);
  }

  #ready(actorId: ActorId, address: string | null): void {
    log("debug", actorId, "ready");
    this.#options.onReady(actorId, address);
    this.#options.onPulse();
  }

  #crashed(child: Child, reason: string, shared: SharedLoss | null): void {
    const { actorId, isEssential, limits } = child.spec;
    this.#options.onEnded(actorId);
    this.#tellSiblings(child);
    this.#tellLost(child, reason);
    if (shared !== null) return this.#startAgain(child, reason, shared);
    this.#seating.crashed(actorId);
    const verdict = child.budget.crashed(monotonicMs());
    if (verdict.kind === "restart") {
      log("error", actorId, `crashed: ${reason}; restarting`);
      child.mark("restarting", reason);
      this.#agenda.later(verdict.delayMs, () => this.#spawn(child));
    } else if (isEssential) {
      this.fail(
        `The ${actorId} crashed more than ${limits.intensity} times in ` +
          `${limits.periodMs / 1_000} s, the last time with: ${reason}`,
      );
    } else {
      log("error", actorId, `crashed too often: ${reason}; resting ${QUARANTINE_MS / 60_000} min`);
      child.mark("quarantined", reason);
      child.budget.reset();
      this.#agenda.later(QUARANTINE_MS, () => this.#spawn(child));
    }
    this.#options.onPulse();
  }

  /** Its worker was lost with others in it: that is in nobody's budget, as nobody knows whose doing it was. */
  #startAgain(child: Child, reason: string, { delayMs, isApart }: SharedLoss): void {
    const where = isApart ? " in a worker of its own" : "";
    log("error", child.spec.actorId, `lost: ${reason}; restarting${where}`);
    child.mark("restarting", reason);
    this.#agenda.later(delayMs, () => this.#spawn(child));
    this.#options.onPulse();
  }

  /** It is no more, or for a while. */
  #tellSiblings(child: Child): void {
    const { actorId } = child.spec;
    const { to, lastSeq } = child.inHand.sent;
    for (const peer of this.#siblings(child)) {
      const isHeir = peer.incarnation === to;
      peer.post({ type: "disconnect", peer: actorId, lastSeq: isHeir ? lastSeq : 0 });
    }
  }

  /** What it has sent is lost with it, unless the very life lives on that it was sent to. */
  #tellLost(child: Child, crash: string | null): void {
    const { own, sent } = child.inHand;
    const heir = this.#siblings(child).find((peer) => peer.isAlive && peer.incarnation === sent.to);
    const { rows, alerts } = heir === undefined ? bothInHand(own, sent) : own;
    const left = heir === undefined
      ? NOTHING_LEFT
      : { to: heir.spec.actorId, rows: sent.rows, alerts: sent.alerts };
    if (rows === null && alerts === 0 && left.rows === null && left.alerts === 0) return;
    const { incarnation } = child;
    this.#options.onLost(child.spec.actorId, { rows, alerts, incarnation, left, crash });
  }

  /** The others that it has a channel to. */
  #siblings(child: Child): Child[] {
    const { group } = child.spec;
    const linked = this.#options.tree.links.flatMap(([one, other]) =>
      one === group ? [other] : other === group ? [one] : []
    );
    return [...this.#children.values()].filter((peer) =>
      peer !== child && linked.includes(peer.spec.group)
    );
  }

  #members(group: string): Child[] {
    return [...this.#children.values()].filter(({ spec }) => spec.group === group);
  }

  // -- Pulse --

  #beat(): void {
    const now = monotonicMs();
    this.#granted.pass(now - this.#pulsedAt, this.#starvation.take());
    this.#pulsedAt = now;
    for (const child of this.#children.values()) child.checkVitalSigns();
    this.#options.onPulse();
  }

  // -- End --

  async #drainAll(): Promise<void> {
    const maxMs = this.#failure === null ? DRAIN_MAX_MS : FAILED_DRAIN_MAX_MS;
    const startMs = utcNowMs();
    const [first = "", ...later] = this.#options.tree.groups.toReversed();
    const firstMs = startMs + maxMs * FIRST_SHARE;
    for (const group of later) this.tellGroup(group, { type: "ending", deadlineMs: firstMs });
    // A child that waits for its restart is needed until its own turn: the timers stay.
    const leaving = await this.#drainGroup(first, firstMs);
    const kept: Kept[] = [];
    for (const [i, group] of later.entries()) {
      const share = FIRST_SHARE + (1 - FIRST_SHARE) * (i + 1) / later.length;
      for (const child of await this.#drainGroup(group, startMs + maxMs * share)) {
        child.kill();
        kept.push(child.kept);
      }
    }
    const lastMs = utcNowMs() + LAST_WORD_MAX_MS;
    await Promise.all(leaving.map(async (child) => {
      if (!isNone(child.unacked)) await child.drain(lastMs);
      child.kill();
    }));
    clearInterval(this.#pulse);
    this.#agenda.close();
    this.#end({
      failure: this.#failure,
      unacked: sumOf(leaving.map((child) => child.unacked)),
      kept: sumOfKept(kept),
    });
  }

  /** Resolves with those that were in it, when all have answered or time is up. */
  async #drainGroup(group: string, deadlineMs: number): Promise<Child[]> {
    const children = this.#members(group);
    await Promise.all(children.map((child) => this.#drainOne(child, deadlineMs)));
    return children;
  }

  /** Drains one child and forgets it, so that it is not started again. */
  async #drainOne(child: Child, deadlineMs: number): Promise<void> {
    const { actorId } = child.spec;
    const wasAlive = child.isAlive;
    await child.drain(deadlineMs);
    this.#children.delete(actorId);
    this.#options.onEnded(actorId);
    if (child.hasAnswered || !wasAlive) return;
    // After a failure, what has not come up yet need not end in order either.
    const level = this.#failure === null ? "warn" : "debug";
    log(level, actorId, "did not end in order and is stopped");
  }
}

/** Hands both a port of one new channel, so that a message of a dead life has nowhere to arrive. */
function wire(one: Child, other: Child): void {
  const { port1, port2 } = new MessageChannel();
  for (const [child, peer, port] of [[one, other, port1], [other, one, port2]] as const) {
    const { spec: { actorId }, incarnation } = peer;
    child.post({ type: "connect", peer: actorId, incarnation, port }, [port]);
  }
}
