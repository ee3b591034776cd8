/**
 * Supervisor: spawns the actors, wires them, notices their deaths, starts them again, and ends them in
 * order. It carries control messages only; market data goes past it on the ports it hands out.
 * Supervision is one_for_one and permanent, in OTP's words.
 */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { Source, SymbolId } from "../../shared/market.ts";
import type {
  ActorId,
  ChildStatus,
  ClockStatus,
  Control,
  SystemStatus,
} from "../../shared/protocol.ts";
import { Agenda } from "./agenda.ts";
import { Child, type ChildSpec } from "./child.ts";
import type { Ending, SupervisorOptions } from "./options.ts";
import { Incarnations } from "./incarnations.ts";
import { RateLimiter } from "../exchange_desk/rate_limiter.ts";
import { areLinked, isSymbolActor, wire } from "./wiring.ts";

/** Silence is judged and the system's status told this often. */
const PULSE_MS = 1_000;
/** A pulse this late means that the whole process is starved of time: no child is to blame. */
const PULSE_LATE_MS = 1_500;
/** A symbol that keeps crashing rests this long before it is tried again. */
const QUARANTINE_MS = 300_000;
/** All actors together have this long to end: service managers wait ten seconds or more. */
const DRAIN_MAX_MS = 4_500;
/** Of that, what the later actors need when the earlier ones use up their time. */
const DRAIN_RESERVE_MS = 1_500;
/** After a failure nobody may be there to confirm anything: there is little to wait for. */
const FAILED_DRAIN_MAX_MS = 2_000;

/** The tree of actors. */
export class Supervisor {
  /** Resolves when every actor has ended. */
  readonly ended: Promise<Ending>;
  /** The exchange's budget; the process's own calls ask it too. */
  readonly limiter: RateLimiter;
  readonly #options: SupervisorOptions;
  readonly #startedMs = utcNowMs();
  /** In start order; they are drained in the reverse. */
  readonly #children = new Map<ActorId, Child>();
  /** Symbols that have no child yet, or never will. */
  readonly #planned = new Map<ActorId, ChildStatus>();
  /** Feeds that were given their place and start a little later. */
  readonly #due = new Set<ChildSpec>();
  readonly #agenda = new Agenda();
  readonly #incarnations: Incarnations;
  readonly #pulse: ReturnType<typeof setInterval>;
  readonly #end: (ending: Ending) => void;
  #symbols: readonly SymbolId[];
  #pulsedAt = monotonicMs();
  #source: Source | null = null;
  #exchange: SystemStatus["exchange"] = { state: "contacting", reason: null };
  #clock: ClockStatus | null = null;
  #draining: Promise<void> | null = null;
  #failure: string | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#incarnations = new Incarnations(options.incarnationFloor ?? 0);
    this.#symbols = options.symbols;
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ended = promise;
    this.#end = resolve;
    this.limiter = new RateLimiter(options.limits, options.symbols, {
      post: (actorId, message) => this.#children.get(actorId)?.post(message),
      postToSymbols: (message) => {
        for (const [id, child] of this.#children) if (isSymbolActor(id)) child.post(message);
      },
    });
    for (const symbol of options.symbols) this.plan(symbol, "waiting", null);
    this.#pulse = setInterval(() => this.#beat(), PULSE_MS);
  }

  /** Adds a child and starts it after `delayMs`. */
  start(spec: ChildSpec, delayMs = 0): void {
    this.#due.add(spec);
    this.#agenda.later(delayMs, () => {
      if (!this.#due.delete(spec) || this.#draining !== null) return;
      this.#planned.delete(spec.actorId);
      const child = new Child(spec, this.#options.logLevel, this.#incarnations, {
        onReady: (_child, address) => this.#ready(spec.actorId, address),
        onFatal: (_child, reason) => this.fail(reason),
        onPermit: (_child, report) => this.limiter.take(spec.actorId, report),
        onOperate: (operation, answer) => {
          void this.#options.onOperation?.(operation).then(answer);
        },
        onCrash: (crashed, reason) => this.#crashed(crashed, reason),
      });
      this.#children.set(spec.actorId, child);
      this.#spawn(child);
    });
  }

  /** Ends a symbol's feed in order, or its start; resolves with its outputs that were not confirmed. */
  async remove(symbol: SymbolId, deadlineMs: number): Promise<number> {
    const actorId: ActorId = `symbol:${symbol}`;
    this.#planned.delete(actorId);
    for (const spec of this.#due) if (spec.actorId === actorId) this.#due.delete(spec);
    const unacked = await this.#drainOne(actorId, deadlineMs);
    this.#tellSiblings(actorId);
    return unacked;
  }

  /** The list of symbols, in the order in which the page shows them and the budget serves them. */
  setSymbols(symbols: readonly SymbolId[]): void {
    this.#symbols = symbols;
    this.limiter.setOrder(symbols);
    this.#tellSystem();
  }

  /** Tells a symbol's actor; one that is not alive learns it in its next life's greeting. */
  tell(symbol: SymbolId, message: Control): void {
    this.#children.get(`symbol:${symbol}`)?.post(message);
  }

  /** Shows a symbol that has no child: it waits, or it failed and why. */
  plan(symbol: string, state: "waiting" | "failed", reason: string | null): void {
    const actorId: ActorId = `symbol:${symbol}`;
    const status = { actorId, state, reason, incarnation: 0, restarts: 0, gauges: {} };
    this.#planned.set(actorId, status);
  }

  /** What is known of the exchange; shown on the page. */
  setExchange(exchange: SystemStatus["exchange"]): void {
    this.#exchange = exchange;
    this.#tellSystem();
  }

  /** How the exchange's clock stands to ours; symbols are told too. */
  setClock(clock: ClockStatus): void {
    this.#clock = clock;
    for (const [id, child] of this.#children) {
      if (isSymbolActor(id)) child.post({ type: "clock_offset", clock });
    }
  }

  /** What the data is; the writer writes nothing before it knows. */
  setSource(source: Source): void {
    this.#source = source;
    this.#children.get("writer")?.post({ type: "source", source });
  }

  /** Ends everything in order: symbols, web, writer, store. Calling it again changes nothing. */
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
    // It may have been drained while it waited for its restart.
    if (this.#children.get(actorId) !== child) return;
    child.spawn();
    for (const peer of this.#children.values()) {
      if (peer !== child && peer.isAlive && areLinked(actorId, peer.spec.actorId)) {
        wire(child, peer);
      }
    }
    if (actorId === "writer" && this.#source !== null) {
      child.post({ type: "source", source: this.#source });
    }
    if (actorId === "web") child.post(this.#status());
    if (isSymbolActor(actorId)) this.limiter.greet(actorId);
  }

  #ready(actorId: ActorId, address: string | null): void {
    log("debug", actorId, "ready");
    if (actorId === "web" && address !== null) this.#options.onListening(address);
    this.#tellSystem();
  }

  #crashed(child: Child, reason: string): void {
    const { actorId, isEssential, limits } = child.spec;
    this.limiter.forget(actorId);
    this.#tellSiblings(actorId);
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
    this.#tellSystem();
  }

  /** It is no more, or for a while. */
  #tellSiblings(actorId: ActorId): void {
    for (const peer of this.#children.values()) {
      if (areLinked(actorId, peer.spec.actorId)) peer.post({ type: "disconnect", peer: actorId });
    }
  }

  // -- Pulse --

  #beat(): void {
    const now = monotonicMs();
    const wasHeldUp = now - this.#pulsedAt > PULSE_LATE_MS;
    this.#pulsedAt = now;
    for (const child of this.#children.values()) {
      if (wasHeldUp) child.forgiveSilence();
      else child.checkVitalSigns();
    }
    this.#tellSystem();
  }

  #status(): SystemStatus {
    return {
      type: "system",
      timeMs: utcNowMs(),
      startedMs: this.#startedMs,
      source: this.#source,
      exchange: this.#exchange,
      clock: this.#clock,
      budget: this.limiter.status(),
      symbols: this.#symbols,
      children: [
        ...[...this.#children.values()].map((child) => child.status),
        ...this.#planned.values(),
      ],
    };
  }

  #tellSystem(): void {
    this.#children.get("web")?.post(this.#status());
  }

  // -- End --

  async #drainAll(): Promise<void> {
    const maxMs = this.#failure === null ? DRAIN_MAX_MS : FAILED_DRAIN_MAX_MS;
    const deadlineMs = utcNowMs() + maxMs;
    const feedsDeadlineMs = deadlineMs - DRAIN_RESERVE_MS;
    const feeds = [...this.#children.keys()].filter(isSymbolActor);
    // A child that waits for its restart is needed until its own turn: the timers stay.
    const counts = await Promise.all(feeds.map((id) => this.#drainOne(id, feedsDeadlineMs)));
    await this.#drainOne("web", deadlineMs);
    await this.#drainOne("writer", deadlineMs);
    await this.#drainOne("store", deadlineMs);
    clearInterval(this.#pulse);
    this.limiter.close();
    this.#agenda.close();
    const unacked = counts.reduce((sum, count) => sum + count, 0);
    this.#end(
      this.#failure === null
        ? { kind: "drained", unacked }
        : { kind: "failed", reason: this.#failure },
    );
  }

  /** Drains one child and forgets it, so that it is not started again. */
  async #drainOne(actorId: ActorId, deadlineMs: number): Promise<number> {
    const child = this.#children.get(actorId);
    if (child === undefined) return 0;
    const unacked = await child.drain(deadlineMs);
    this.#children.delete(actorId);
    this.limiter.forget(actorId);
    if (unacked === null) {
      // After a failure, what has not come up yet need not end in order either.
      const level = this.#failure === null ? "warn" : "debug";
      log(level, actorId, "did not end in order and was stopped");
    }
    return unacked ?? 0;
  }
}
