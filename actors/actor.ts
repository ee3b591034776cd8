/** What an actor is to whoever runs it, and what it may ask of its surroundings. */
import type { ExchangeAnswer } from "../shared/exchange_answer.ts";
import type { Guard } from "../shared/guard.ts";
import type { Inherited } from "../shared/losses.ts";
import type { LossRecord } from "../shared/output.ts";
import type { Firing } from "../shared/people.ts";
import type { PermitRequest } from "../shared/request_budget.ts";
import type {
  ActorId,
  Control,
  Gauges,
  Leftovers,
  Operation,
  StoresStatus,
} from "../shared/protocol.ts";

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
  /**
   * Ends at once, without a word: sockets, timers and ports are closed, what was not confirmed stays noted as it is.
   * Absent: it ends with its worker only, and cannot share one.
   */
  end?(): void;
  /** What the next life needs; handed back in `init.checkpoint`. */
  checkpoint?(): unknown;
  /** Where a server listens, told with `ready`. */
  readonly address?: string;
}

/** What an actor may ask of its surroundings. */
export interface ActorHost {
  /** For whatever of it the runtime calls: what that throws ends this life alone. */
  readonly guard: Guard;
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
