/**
 * People: what persons say to alerts, on its way to the symbols' actors, which heed it, tell of it and keep it. Pure. What was
 * muted in this process is remembered here for actors that begin later: those of symbols that are added, and those that
 * were away.
 */
import { marketOf, MONITOR, type SymbolId } from "../../shared/market.ts";
import { isMuteOf, MuteList } from "../../shared/mutes.ts";
import type { Control, Operation, OperationResult } from "../../shared/protocol.ts";
import type { Firing } from "../../shared/people.ts";
import type { MuteRecord } from "../../shared/said.ts";

/** Those who are told. */
export interface PeopleHost {
  /** False: its actor does not run. */
  tell(symbol: SymbolId, message: Control): boolean;
  tellAll(message: Control): void;
  tellWeb(message: Control): void;
  /** Whether it is on the list, with an actor or without. */
  follows(symbol: SymbolId): boolean;
}

interface Pending {
  readonly symbol: SymbolId;
  readonly resolve: (result: OperationResult) => void;
}

/** One for the whole process. */
export class People {
  readonly #host: PeopleHost;
  readonly #mutes = new MuteList();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(host: PeopleHost) {
    this.#host = host;
  }

  /**
   * A mute is made or removed; `nowMs` is UTC. Whoever begins later learns it from `mutesOf`. Of a symbol that is followed no
   * more nobody would store it, and the next process would not know.
   */
  mute(mute: MuteRecord, nowMs: number): OperationResult {
    if (mute.venue !== MONITOR.venue && !this.#host.follows(mute.symbol)) {
      return refused("conflict", unfollowed(mute));
    }
    this.#mutes.expire(nowMs);
    this.#mutes.take(mute);
    const message = { type: "mute", mute } as const;
    if (mute.venue === MONITOR.venue) this.#host.tellAll(message);
    else this.#host.tell(mute.symbol, message);
    this.#host.tellWeb(message);
    return { kind: "muted" };
  }

  /** What concerns a symbol, removed ones included: an older word must not bring them back. */
  mutesOf(symbol: SymbolId): readonly MuteRecord[] {
    return this.#mutes.all.filter((mute) => isMuteOf(mute, marketOf(symbol)));
  }

  /** What a web server is told at its begin. */
  get greeting(): readonly Control[] {
    return this.#mutes.all.map((mute) => ({ type: "mute", mute }));
  }

  /** Asks the symbol's actor. */
  acknowledge(
    { symbol, alertId, said }: Extract<Operation, { type: "acknowledge" }>,
  ): Promise<OperationResult> {
    const id = ++this.#lastId;
    if (!this.#host.tell(symbol, { type: "acknowledge", id, alertId, said })) {
      return Promise.resolve(away(symbol));
    }
    const { promise, resolve } = Promise.withResolvers<OperationResult>();
    this.#pending.set(id, { symbol, resolve });
    return promise;
  }

  /** The actor's answer. */
  acknowledged(id: number, alert: Firing): void {
    const resolve = this.#pending.get(id)?.resolve;
    this.#pending.delete(id);
    if (alert === null) {
      return resolve?.(refused("conflict", "It does not fire any more: there is nothing to see"));
    }
    if (alert === "unknown") {
      const reason = "What fires is not known before the store has answered: try again in a moment";
      return resolve?.(refused("unavailable", reason));
    }
    resolve?.({ kind: "acknowledged", alert });
  }

  /** The actor of a symbol has ended: of it nothing more is heard. */
  ended(symbol: SymbolId): void {
    for (const [id, pending] of this.#pending) {
      if (pending.symbol !== symbol) continue;
      this.#pending.delete(id);
      pending.resolve(away(symbol));
    }
  }
}

function away(symbol: SymbolId): OperationResult {
  const reason = `The actor of ${symbol} does not run just now: try again when it does`;
  return refused("unavailable", reason);
}

function unfollowed({ symbol, revision, untilMs }: MuteRecord): string {
  const reason = `${symbol} is not followed, and its own actor keeps its mutes`;
  if (revision === 1) return `${reason}: add the symbol first`;
  const time = new Date(untilMs).toISOString();
  return `${reason}: add the symbol again to remove this one, which ends at ${time} of itself`;
}

function refused(why: "conflict" | "unavailable", reason: string): OperationResult {
  return { kind: "refused", why, reason };
}
