/**
 * ActorLife: one actor on the worker's side, from `init` to its end: messages that wait until it is there, its
 * heartbeat, what it may ask of its surroundings, and that what it throws is its own end and nobody else's.
 */
import { assertNever } from "../shared/assert_never.ts";
import { monotonicMs } from "../shared/clock.ts";
import { traceOf } from "../shared/error_text.ts";
import type { Guard } from "../shared/guard.ts";
import { log } from "../shared/log.ts";
import type { Control, Gauges, Init, Leftovers, Report } from "../shared/protocol.ts";
import { concealed } from "../shared/secrets.ts";
import type { Actor, ActorHost } from "./actor.ts";

/** How often an actor shows that its event loop turns. */
const HEARTBEAT_INTERVAL_MS = 1_000;

/** Makes an actor of its `init`; resolves when that is initialised and listening. */
export type CreateActor<Args> = (init: Init<Args>, host: ActorHost) => Actor | Promise<Actor>;

/** The worker around it. */
export interface LifeOutlet {
  post(report: Report): void;
  /** What a heartbeat says of the worker. */
  workerGauges(): Gauges;
  readonly secrets: readonly string[];
}

/** One life. Nothing is said of it any more after its end. */
export class ActorLife<Args> {
  readonly #who: string;
  readonly #outlet: LifeOutlet;
  readonly #host: ActorHost;
  /** What came before the actor was there, in order. */
  readonly #waiting: Control[] = [];
  #actor: Actor | null = null;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  /** By how much its last regular heartbeat was late: so long its event loop was held up. */
  #lagMs = 0;
  #isOver = false;

  /** What `create` throws ends this life. */
  constructor(init: Init<Args>, create: CreateActor<Args>, outlet: LifeOutlet) {
    this.#who = init.actorId;
    this.#outlet = outlet;
    this.#host = this.#hostOf();
    this.#start(init, create).catch((error: unknown) => this.crash("Uncaught (in promise)", error));
  }

  /** Takes a message of the supervisor, or keeps it until the actor is there. */
  take(message: Control): void {
    if (this.#isOver) {
      // Its other end would wait for somebody.
      if (message.type === "connect") message.port.close();
    } else if (this.#actor === null) this.#waiting.push(message);
    else this.#handleGuarded(message);
  }

  /** What nobody caught: this life is over, and says so. What follows from it is not the reason. */
  crash(what: string, error: unknown): void {
    if (this.#isOver) return;
    this.#post(crashReport(this.#who, what, error, this.#outlet.secrets));
    this.end();
  }

  /** Ends it at once; it says nothing more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#heartbeat);
    for (const message of this.#waiting.splice(0)) this.take(message);
    this.#endActor();
  }

  async #start(init: Init<Args>, create: CreateActor<Args>): Promise<void> {
    const actor = await create(init, this.#host);
    this.#actor = actor;
    if (this.#isOver) return this.#endActor();
    for (const message of this.#waiting.splice(0)) this.#handleGuarded(message);
    const { address } = actor;
    this.#post(address === undefined ? { type: "ready" } : { type: "ready", address });
    // What it has in hand is known from its first moment on.
    this.#beat();
    let beatMs = monotonicMs();
    const beat = this.#guard(() => {
      const nowMs = monotonicMs();
      this.#lagMs = Math.max(0, nowMs - beatMs - HEARTBEAT_INTERVAL_MS);
      beatMs = nowMs;
      this.#beat();
    });
    if (!this.#isOver) this.#heartbeat = setInterval(beat, HEARTBEAT_INTERVAL_MS);
  }

  #endActor(): void {
    try {
      this.#actor?.end?.();
    } catch (error) {
      // It has said why it ends already, or was told to.
      logError(this.#who, error, this.#outlet.secrets);
    }
  }

  readonly #guard: Guard = (act) => (given) => {
    if (this.#isOver) return;
    try {
      act(given);
    } catch (error) {
      this.crash("Uncaught", error);
    }
  };

  readonly #handleGuarded = this.#guard((message: Control) => {
    if (this.#actor !== null) this.#handle(this.#actor, message);
  });

  #handle(actor: Actor, message: Control): void {
    switch (message.type) {
      case "connect":
        return actor.connect(message.peer, message.port, message.incarnation);
      case "disconnect":
        return actor.disconnect(message.peer, message.lastSeq);
      case "source":
      case "system":
      case "budget":
      case "symbol_info":
      case "rules":
      case "rules_in_force":
      case "removed":
      case "tell_mid":
      case "quote_rate":
      case "mute":
      case "acknowledge":
      case "clock_offset":
      case "bbo_probed":
      case "probe_failed":
      case "operated":
      case "losses":
      case "lost":
      case "ending":
        return actor.control?.(message);
      case "permit":
        return actor.permit?.(message.id);
      case "drain":
        actor.drain(message.deadlineMs).then(() => {
          clearInterval(this.#heartbeat);
          this.#post({ type: "drained", leftovers: leftoversOf(actor) });
        }).catch((error: unknown) => this.crash("Uncaught (in promise)", error));
        return;
      default:
        return assertNever(message, "handle a message");
    }
  }

  #beat(): void {
    const actor = this.#actor;
    if (actor === null || this.#isOver) return;
    const gauges = {
      ...actor.gauges(),
      ...this.#outlet.workerGauges(),
      lagMs: Math.round(this.#lagMs),
    };
    const checkpoint = actor.checkpoint?.() ?? null;
    this.#post({ type: "heartbeat", gauges, checkpoint, leftovers: leftoversOf(actor) });
  }

  #post(report: Report): void {
    if (!this.#isOver) this.#outlet.post(report);
  }

  #hostOf(): ActorHost {
    return {
      guard: this.#guard,
      beat: () => this.#beat(),
      fatal: (reason) => this.#post({ type: "fatal", reason }),
      request: (id, request) => this.#post({ type: "permit_request", id, request }),
      cancelRequest: (id) => this.#post({ type: "permit_cancel", id }),
      feedback: (id, answer) => this.#post({ type: "exchange_feedback", id, answer }),
      requestBbo: (probe) => this.#post({ type: "bbo_request", probe }),
      tellMid: (mid) => this.#post({ type: "mid", mid }),
      noteLost: (id) => this.#post({ type: "lost_noted", id }),
      tellInherited: (inherited) => this.#post(inherited),
      tellLosses: (losses) => this.#post({ type: "losses", losses }),
      tellStores: (stores) => this.#post({ type: "stores", stores }),
      acknowledged: (id, alert) => this.#post({ type: "acknowledged", id, alert }),
      operate: (id, operation) => this.#post({ type: "operate", id, operation }),
    };
  }
}

/** Logs what nobody caught, and gives the report of it. */
export function crashReport(
  who: string,
  what: string,
  error: unknown,
  secrets: readonly string[],
): Extract<Report, { type: "crashed" }> {
  logError(who, error, secrets);
  return { type: "crashed", reason: concealed(`${what} ${String(error)}`, secrets) };
}

/** The runtime would print the trace as it is, and a driver's error may quote the password that it was given. */
function logError(who: string, error: unknown, secrets: readonly string[]): void {
  log("error", who, concealed(traceOf(error), secrets));
}

function leftoversOf(actor: Actor): Leftovers {
  return actor.leftovers?.() ?? { unacked: null, kept: null };
}
