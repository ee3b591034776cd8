/** Child: the lives of one actor, from `init` to its end, whatever that end is. */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { type Kept, NONE_KEPT } from "../../shared/kept.ts";
import type { LogLevel } from "../../shared/log.ts";
import type {
  ActorId,
  ChildStatus,
  Control,
  Errand,
  Gauges,
  Leftovers,
  Report,
} from "../../shared/protocol.ts";
import type { InHand } from "../../shared/in_hand.ts";
import { type Sent, Tally } from "../../shared/tally.ts";
import { exactly, lastKnown, NONE, type Unacked } from "../../shared/unacked.ts";
import type { GrantedTime } from "./granted_time.ts";
import type { Incarnations } from "./incarnations.ts";
import { RestartBudget, type RestartLimits } from "./restart_budget.ts";
import type { Seat, SharedLoss } from "./seat.ts";
import type { Seating } from "./seating.ts";

/** Of the time that its supervisor waits for it, a child has the rest: its answer must be on its way before. */
const ANSWER_SHARE = 0.15;
const ANSWER_MAX_MS = 1_000;

/** What the supervisor must know to run an actor; the actor's code is named by URL only. */
export interface ChildSpec {
  readonly actorId: ActorId;
  /** Of the tree's groups, the one that it belongs to. */
  readonly group: string;
  readonly url: URL;
  /** Read when a life begins: a later one may be given others. */
  readonly args: unknown;
  readonly permissions: Deno.PermissionOptions;
  readonly limits: RestartLimits;
  /** No `ready` for this long after the spawn is a crash; of time that was granted (`granted_time.ts`). */
  readonly readyMaxMs: number;
  /** No heartbeat for this long is a crash, likewise. */
  readonly heartbeatMaxMs: number;
  /** The process cannot go on without it; any other may rest in quarantine. */
  readonly isEssential: boolean;
}

/** Answers the life that has asked; it does nothing once that is over, as a later one counts anew. */
export type Answer = (message: Control) => void;

/** What a child tells its supervisor. */
export interface ChildCallbacks {
  onReady(child: Child, address: string | null): void;
  onFatal(child: Child, reason: string): void;
  /** It wants something that is not of its life; `answer` reaches this life alone. */
  onErrand(child: Child, errand: Errand, answer: Answer): void;
  /**
   * This life is over; `reason` says how. What it had in hand is gone. `shared`: so is its worker, by whoever of those
   * that were in it.
   */
  onCrash(child: Child, reason: string, shared: SharedLoss | null): void;
}

/** What all children of a supervisor have in common. */
export interface ChildWorld {
  readonly logLevel: LogLevel;
  /** What must be in nothing that an actor says. */
  readonly secrets: readonly string[];
  /** Of the process, as a child with the same name may have been there before. */
  readonly incarnations: Incarnations;
  readonly granted: GrantedTime;
  readonly seating: Seating;
}

/** One supervised actor. At most one life at a time. */
export class Child {
  readonly spec: ChildSpec;
  readonly budget: RestartBudget;
  readonly #logLevel: LogLevel;
  readonly #secrets: readonly string[];
  readonly #incarnations: Incarnations;
  readonly #callbacks: ChildCallbacks;
  readonly #seating: Seating;
  #seat: Seat | null = null;
  #incarnation = 0;
  #lives = 0;
  #checkpoint: unknown = null;
  /** When the checkpoint came; `null`: none has. */
  #checkpointAt: number | null = null;
  #gauges: Gauges = {};
  #state: ChildStatus["state"] = "waiting";
  #reason: string | null = null;
  /** Of its last end, while it runs again: that it was none of its own doing, and when. */
  #note: string | null = null;
  readonly #granted: GrantedTime;
  /** When it began or was last heard of, in granted time. */
  #heardAt = 0;
  #leftovers: Leftovers = { unacked: null, kept: null };
  #unacked: Unacked = NONE;
  #tally = new Tally();
  #isDraining = false;
  /** Those that wait for its answer to `drain`. */
  #onAnswer: (() => void)[] = [];
  #hasAnswered = false;

  constructor(
    spec: ChildSpec,
    { logLevel, secrets, incarnations, granted, seating }: ChildWorld,
    callbacks: ChildCallbacks,
  ) {
    this.spec = spec;
    this.#logLevel = logLevel;
    this.#secrets = secrets;
    this.#incarnations = incarnations;
    this.#granted = granted;
    this.#seating = seating;
    this.#callbacks = callbacks;
    this.budget = new RestartBudget(spec.limits, Math.random);
  }

  /** True from the spawn to the end of a life. */
  get isAlive(): boolean {
    return this.#seat !== null;
  }

  /** How it stands, for the page and `/healthz`. */
  get status(): ChildStatus {
    const worker = this.#seat?.worker ?? null;
    return {
      actorId: this.spec.actorId,
      state: this.#state,
      reason: this.#reason,
      incarnation: this.#incarnation,
      restarts: Math.max(0, this.#lives - 1),
      ...worker === null ? {} : { worker },
      gauges: { ...this.#gauges, ...this.#age },
    };
  }

  /** How long ago it was heard of, while it has a life. */
  get #age(): Gauges {
    if (this.#seat === null) return {};
    return { heartbeatAgeMs: Math.round(this.#granted.nowMs - this.#heardAt) };
  }

  /** Its outputs that nobody has confirmed, as far as this life has told. */
  get unacked(): Unacked {
    return this.#unacked;
  }

  /** Of the newest life. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** What the newest life has in hand, or had at its end, and what it has sent that was not confirmed. */
  get inHand(): { readonly own: InHand; readonly sent: Sent } {
    return this.#tally.read();
  }

  /** Rows that it keeps for a later start: exact only by its answer to `drain`. */
  get kept(): Kept {
    const { kept } = this.#leftovers;
    if (kept === null) return NONE_KEPT;
    return this.#hasAnswered
      ? { kind: "exact", count: kept }
      : { kind: "unknown", lastKnown: kept };
  }

  /** Begins a life, which is told the `greeting` before anything else. */
  spawn(greeting: () => readonly Control[]): void {
    this.#incarnation = this.#incarnations.next(utcNowMs());
    const seat = this.#seating.seat(this.spec, this.#incarnation, {
      onReport: (report) => this.#report(report),
      onFailed: (reason, shared) => this.#crash(reason, shared),
    });
    this.#seat = seat;
    this.#lives += 1;
    this.#heardAt = this.#granted.nowMs;
    const nowMs = monotonicMs();
    this.#tally = new Tally();
    this.mark("starting", this.#note);
    seat.post({
      type: "init",
      actorId: this.spec.actorId,
      incarnation: this.#incarnation,
      args: this.spec.args,
      checkpoint: this.#checkpoint,
      checkpointAgeMs: nowMs - (this.#checkpointAt ?? nowMs),
      tally: this.#tally.memory,
      logLevel: this.#logLevel,
      secrets: this.#secrets,
    }, []);
    for (const message of greeting()) this.post(message);
  }

  /** Sends a control message; a child that is not alive gets none. */
  post(message: Control, transfer: Transferable[] = []): void {
    this.#seat?.post(message, transfer);
  }

  /** Sets what a person sees while there is no life, or why. */
  mark(state: ChildStatus["state"], reason: string | null): void {
    this.#state = state;
    this.#reason = reason;
  }

  /** A child that does not start or whose loop does not turn is as good as dead. */
  checkVitalSigns(): void {
    const silentMs = this.#granted.nowMs - this.#heardAt;
    const { readyMaxMs, heartbeatMaxMs } = this.spec;
    if (this.#state === "starting" && silentMs > readyMaxMs) {
      this.#seat?.silent(`not ready within ${readyMaxMs / 1_000} s`, readyMaxMs);
    } else if (this.#state === "running" && silentMs > heartbeatMaxMs) {
      this.#seat?.silent(`no heartbeat for ${heartbeatMaxMs / 1_000} s`, heartbeatMaxMs);
    }
  }

  /**
   * Asks for an orderly end: resolves when it has answered, when its life is over, or at the deadline (UTC). It
   * lives on until `kill`: asked again, it may know of more that has been confirmed.
   */
  async drain(deadlineMs: number): Promise<void> {
    if (this.#seat === null) return;
    this.#isDraining = true;
    // It may be under way already, as a removal, when everything is to end: an answer is one for both.
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onAnswer.push(resolve);
    const leftMs = Math.max(0, deadlineMs - utcNowMs());
    const timer = setTimeout(resolve, leftMs);
    const answerMs = Math.min(ANSWER_MAX_MS, leftMs * ANSWER_SHARE);
    this.post({ type: "drain", deadlineMs: deadlineMs - answerMs });
    await promise;
    clearTimeout(timer);
  }

  /** True when it has answered a `drain`. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Ends this life at once: it answers nobody any more. */
  kill(): void {
    const seat = this.#seat;
    this.#seat = null;
    if (seat === null) return;
    this.#tally.close();
    seat.end();
    this.#answered();
  }

  #report(report: Report): void {
    if (this.#seat === null) return;
    switch (report.type) {
      case "ready":
        this.#heardAt = this.#granted.nowMs;
        this.mark("running", this.#note);
        return this.#callbacks.onReady(this, report.address ?? null);
      case "heartbeat":
        this.#heardAt = this.#granted.nowMs;
        this.#gauges = report.gauges;
        this.#checkpoint = report.checkpoint;
        this.#checkpointAt = monotonicMs();
        if (!this.#hasAnswered) this.#leave(report.leftovers, lastKnown);
        return;
      case "crashed":
        return this.#crash(report.reason, null);
      case "fatal":
        return this.#callbacks.onFatal(this, report.reason);
      case "drained":
        this.#hasAnswered = true;
        this.#leave(report.leftovers, exactly);
        return this.#answered();
      default:
        // Whoever takes it finds out whether anybody knows it.
        return this.#callbacks.onErrand(this, report satisfies Errand, this.#answer());
    }
  }

  #answer(): Answer {
    const seat = this.#seat;
    return (message) => {
      if (this.#seat === seat) this.post(message);
    };
  }

  #leave(leftovers: Leftovers, countOf: (count: number) => Unacked): void {
    this.#leftovers = leftovers;
    this.#unacked = leftovers.unacked === null ? NONE : countOf(leftovers.unacked);
  }

  #answered(): void {
    for (const resolve of this.#onAnswer.splice(0)) resolve();
  }

  #crash(reason: string, shared: SharedLoss | null): void {
    if (this.#seat === null) return;
    this.kill();
    // A child that dies while it drains has nothing more to say.
    if (this.#isDraining) return;
    this.#unacked = NONE;
    const time = new Date(utcNowMs()).toISOString();
    this.#note = shared === null ? null : `started again at ${time}: ${reason}`;
    this.#callbacks.onCrash(this, reason, shared);
  }
}
