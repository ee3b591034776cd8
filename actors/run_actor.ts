/**
 * The worker's side of the control protocol, the same for every actor; the only file that reads
 * `globalThis`. An actor's `worker.ts` is one call of `runActor`.
 */
import { monotonicMs } from "../shared/clock.ts";
import { assertNever } from "../shared/assert_never.ts";
import type { ExchangeAnswer } from "../shared/exchange_answer.ts";
import type {
  ActorId,
  Control,
  Gauges,
  Init,
  Leftovers,
  Operation,
  PermitRequest,
  Report,
  StoresStatus,
} from "../shared/protocol.ts";
import type { LossRecord } from "../shared/output.ts";
import type { Inherited } from "../shared/losses.ts";
import { hideInLog, log, setLogLevel } from "../shared/log.ts";
import type { LogLevel } from "../shared/log.ts";
import { traceOf } from "../shared/error_text.ts";
import { concealed } from "../shared/secrets.ts";
import type { Firing } from "../shared/people.ts";

/** How often an actor shows that its event loop turns. */
const HEARTBEAT_INTERVAL_MS = 1_000;

/** What the supervisor tells of the world. */
export type News = Extract<
  Control,
  {
    type:
      | "source"
      | "system"
      | "budget"
      | "symbol_info"
      | "rules"
      | "rules_in_force"
      | "removed"
      | "tell_mid"
      | "quote_rate"
      | "mute"
      | "acknowledge"
      | "clock_offset"
      | "bbo_probed"
      | "probe_failed"
      | "operated"
      | "losses"
      | "lost"
      | "ending";
  }
>;

/** What the control protocol asks of an actor. */
export interface Actor {
  /** A port to this life of a sibling, instead of any earlier one; the actor sets `onmessage` and closes it. */
  connect(peer: ActorId, port: MessagePort, incarnation: number): void;
  /** The sibling died: keep, and send nothing. What it has sent until `lastSeq` may still be on its way. */
  disconnect(peer: ActorId, lastSeq: number): void;
  /** News from the supervisor, to those who want them. */
  control?(message: News): void;
  /** What it asked for with `ActorHost.request` may be done now. */
  permit?(id: number): void;
  /** Finish, flush and close everything, by then (UTC); what could not be finished is in `leftovers`. */
  drain(deadlineMs: number): Promise<void>;
  gauges(): Gauges;
  /** What it has in hand now; absent: never anything. */
  leftovers?(): Leftovers;
  /** What the next life needs; handed back in `init.checkpoint`. */
  checkpoint?(): unknown;
  /** Where a server listens, told with `ready`. */
  readonly address?: string;
}

/** What an actor may ask of its surroundings. */
export interface ActorHost {
  /** An operator's mistake that no restart mends: ends the whole process with this one line. */
  fatal(reason: string): void;
  /** Sends a heartbeat now: a checkpoint changed that must not be lost. */
  beat(): void;
  /** Asks the exchange's budget for a permit; `id` counts up within this life. */
  request(id: number, permit: PermitRequest): void;
  /** The permit is no longer wanted, and is not used if it comes. */
  cancelRequest(id: number): void;
  /** What came of the call that this permit was for. */
  feedback(id: number, answer: ExchangeAnswer): void;
  /** Asks for the exchange's own best bid and ask; `bbo_probed` or `probe_failed` answers. */
  requestBbo(probe: number): void;
  /** Tells a symbol's mid, which another symbol needs; `null`: it is not known. */
  tellMid(mid: number | null): void;
  /** Tells what could not be kept. */
  tellLosses(losses: readonly LossRecord[]): void;
  /** Tells that its checkpoint has a loss that it was told of. */
  noteLost(id: number): void;
  /** Tells what it still has in hand of a life that is over. */
  tellInherited(inherited: Inherited): void;
  /** Tells how the stores stand that it writes. */
  tellStores(stores: StoresStatus): void;
  /** Answers `acknowledge` of this id, as its errand says. */
  acknowledged(id: number, alert: Firing): void;
  /** Asks for what a person wants; `operated` with this id answers. */
  operate(id: number, operation: Operation): void;
}

type Inbox =
  | (Init<unknown> & { readonly logLevel: LogLevel; readonly secrets?: readonly string[] })
  | Control;
type Scope = {
  onmessage: ((event: MessageEvent<Inbox>) => void) | null;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
  addEventListener(
    type: "unhandledrejection",
    listener: (event: PromiseRejectionEvent) => void,
  ): void;
  postMessage(message: Report): void;
};

/**
 * Serves one actor for the life of this worker. `create` gets `init` and resolves when the actor is
 * initialised and listening; what it throws ends this life and the supervisor starts the next.
 * Control messages that arrive meanwhile wait, in order.
 */
export function runActor<Args>(
  create: (init: Init<Args>, host: ActorHost) => Actor | Promise<Actor>,
): void {
  const scope = globalThis as unknown as Scope;
  let actor: Actor | null = null;
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const waiting: Control[] = [];
  let who = "actor";
  let secrets: readonly string[] = [];
  /** By how much its last regular heartbeat was late: so long its event loop was held up. */
  let lagMs = 0;

  const beat = () => {
    if (actor === null) return;
    scope.postMessage({
      type: "heartbeat",
      gauges: {
        ...actor.gauges(),
        heapBytes: Deno.memoryUsage().heapUsed,
        lagMs: Math.round(lagMs),
      },
      checkpoint: actor.checkpoint?.() ?? null,
      leftovers: leftoversOf(actor),
    });
  };
  const host: ActorHost = {
    fatal: (reason) => scope.postMessage({ type: "fatal", reason }),
    beat,
    request: (id, request) => scope.postMessage({ type: "permit_request", id, request }),
    cancelRequest: (id) => scope.postMessage({ type: "permit_cancel", id }),
    feedback: (id, answer) => scope.postMessage({ type: "exchange_feedback", id, answer }),
    requestBbo: (probe) => scope.postMessage({ type: "bbo_request", probe }),
    tellMid: (mid) => scope.postMessage({ type: "mid", mid }),
    noteLost: (id) => scope.postMessage({ type: "lost_noted", id }),
    tellInherited: (inherited) => scope.postMessage(inherited),
    tellLosses: (losses) => scope.postMessage({ type: "losses", losses }),
    tellStores: (stores) => scope.postMessage({ type: "stores", stores }),
    acknowledged: (id, alert) => scope.postMessage({ type: "acknowledged", id, alert }),
    operate: (id, operation) => scope.postMessage({ type: "operate", id, operation }),
  };
  const start = async (init: Init<Args>) => {
    actor = await create(init, host);
    for (const message of waiting.splice(0)) handle(actor, message);
    scope.postMessage(
      actor.address === undefined ? { type: "ready" } : { type: "ready", address: actor.address },
    );
    // What it has in hand is known from its first moment on.
    beat();
    let beatMs = monotonicMs();
    heartbeat = setInterval(() => {
      const nowMs = monotonicMs();
      lagMs = Math.max(0, nowMs - beatMs - HEARTBEAT_INTERVAL_MS);
      beatMs = nowMs;
      beat();
    }, HEARTBEAT_INTERVAL_MS);
  };
  const handle = (target: Actor, message: Control) => {
    switch (message.type) {
      case "connect":
        return target.connect(message.peer, message.port, message.incarnation);
      case "disconnect":
        return target.disconnect(message.peer, message.lastSeq);
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
        return target.control?.(message);
      case "permit":
        return target.permit?.(message.id);
      case "drain":
        void target.drain(message.deadlineMs).then(() => {
          clearInterval(heartbeat);
          scope.postMessage({ type: "drained", leftovers: leftoversOf(target) });
        });
        return;
      default:
        return assertNever(message, "handle a message");
    }
  };
  // The runtime would print the trace as it is, and a driver's error may quote the password that it was given.
  let crash = (what: string, error: unknown) => {
    log("error", who, concealed(traceOf(error), secrets));
    scope.postMessage({ type: "crashed", reason: concealed(`${what} ${String(error)}`, secrets) });
    // What follows from it is not the reason.
    crash = () => {};
    scope.onmessage = null;
  };
  scope.addEventListener("error", (event) => {
    event.preventDefault();
    crash("Uncaught", event.error);
  });
  scope.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    crash("Uncaught (in promise)", event.reason);
  });
  // Set synchronously: a message posted before `onmessage` is set would be lost.
  scope.onmessage = ({ data }) => {
    if (data.type === "init") {
      setLogLevel(data.logLevel);
      who = data.actorId;
      secrets = data.secrets ?? [];
      hideInLog(secrets);
      // An unhandled rejection reaches the supervisor as this worker's error.
      void start(data as unknown as Init<Args>);
    } else if (actor === null) waiting.push(data);
    else handle(actor, data);
  };
}

function leftoversOf(actor: Actor): Leftovers {
  return actor.leftovers?.() ?? { unacked: null, kept: null };
}
