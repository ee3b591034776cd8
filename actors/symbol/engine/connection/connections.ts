/**
 * Connections: the lives of a symbol's connections. One carries the feed; before it ends, by age,
 * by the exchange's word or on suspicion, a second one is opened beside it, both feeds are merged,
 * and the first is closed when the second has joined: make before break, without a hole.
 *
 * A connection is left at an age that chance chooses between two of the venue's, so that many do
 * not end together. When the successor's feed has reached the book's own id it takes over, and the
 * first is heard for one second more, because its trades and tickers may be behind; tickers are
 * taken once an id, trades once an id. So a replacement costs no resync, no snapshot and no weight.
 * A successor that does not join within 30 s is given up and tried again later.
 */
import type { Backoff } from "../../../../shared/backoff.ts";
import type { Command, ConnectionPriority, VenueRules } from "../event.ts";

/** A successor that has not joined by then is given up, and tried again. */
const JOIN_MAX_MS = 30_000;
/** One that was replaced at less than this age makes the next replacement wait, longer each time. */
const YOUNG_MS = 60_000;
/** A connection that was replaced is heard for so long: it may be behind with trades and tickers. */
export const RETIRE_MS = 1_000;

/** One connection, from the request for it to its end. */
interface Life {
  readonly connection: number;
  /** When it was to be opened, and when it was; `null`: it has not been. */
  askedMs: number;
  openedMs: number | null;
  /** When it is to be replaced. */
  replaceAtMs: number;
  /** It seems not to bring what it should. */
  isSuspect: boolean;
}

/** What the end of a connection means. */
export type Loss =
  /** It was none of ours, or one that was not needed. */
  | "none"
  /** The other one carries the feed on. */
  | "carried"
  /** There is no feed any more; another connection was asked for. */
  | "lost";

/**
 * The connection in use, its successor, and for a moment the one before it, in the time that the engine has listened
 * (`../liveness/listened_time.ts`): what a successor has not brought while this machine was held up waits to be read.
 */
export class Connections {
  readonly #age: VenueRules["connectionAge"];
  readonly #random: () => number;
  readonly #backoff: Backoff;
  #count = 0;
  #current: Life;
  #successor: Life | null = null;
  #retired: { readonly connection: number; sinceMs: number } | null = null;
  #commands: Command[] = [];
  #replacements = 0;
  /** Whether the connection in use has brought an update since its successor opened. */
  #hasSpoken = false;
  /** No successor is asked for before then: each is an attempt out of the address's budget. */
  #notBeforeMs = 0;

  /**
   * The first connection is asked for at once; `takeCommands` has the command. `random` chooses from the
   * ages of `age`, so that many connections do not end together.
   */
  constructor(
    age: VenueRules["connectionAge"],
    backoff: Backoff,
    random: () => number,
    nowMs: number,
  ) {
    this.#age = age;
    this.#backoff = backoff;
    this.#random = random;
    this.#current = this.#ask("sync", 0, nowMs);
  }

  /** The connection in use, or the one that will be. */
  get current(): number {
    return this.#current.connection;
  }

  /** When the connection in use opened; `null`: it has not. */
  get openedMs(): number | null {
    return this.#current.openedMs;
  }

  /** Successors that took over. */
  get replacements(): number {
    return this.#replacements;
  }

  /** Whether events of this connection count. */
  hears(connection: number): boolean {
    if (connection === this.#retired?.connection) return true;
    return (this.#lifeOf(connection)?.openedMs ?? null) !== null;
  }

  /** Time has passed elsewhere that has not here: connections have grown older by so much all the same. */
  heldUp(forMs: number): void {
    this.#current.replaceAtMs -= forMs;
    if (this.#successor !== null) this.#successor.replaceAtMs -= forMs;
  }

  /** A connection has opened; `false`: nobody waits for it. */
  opened(connection: number, nowMs: number): boolean {
    const life = this.#lifeOf(connection);
    if (life === null || life.openedMs !== null) return false;
    life.openedMs = nowMs;
    this.#hasSpoken = false;
    const { minMs, maxMs } = this.#age;
    life.replaceAtMs = nowMs + minMs + this.#random() * (maxMs - minMs);
    return true;
  }

  /** A connection has ended by itself. */
  closed(connection: number, nowMs: number): Loss {
    if (connection === this.#successor?.connection) {
      this.#successor = null;
      // The feed goes on; the next try waits, as it would for a first connection.
      this.#notBeforeMs = nowMs + this.#backoff.next();
      this.#current.replaceAtMs = this.#notBeforeMs;
      return "none";
    }
    if (connection === this.#retired?.connection) this.#retired = null;
    if (connection !== this.#current.connection) return "none";
    return this.#succeed(nowMs);
  }

  /** A depth update has come over this connection. */
  heard(connection: number): void {
    if (connection === this.#current.connection) this.#hasSpoken = true;
  }

  /** The exchange has announced the end of this connection, which may not be in use yet. */
  endsSoon(connection: number, nowMs: number): void {
    const life = this.#lifeOf(connection);
    if (life === null || life.openedMs === null) return;
    life.replaceAtMs = Math.min(life.replaceAtMs, nowMs);
    if (life === this.#current) this.replace(nowMs);
  }

  /** The connection in use seems not to bring what it should: a successor takes another way. */
  suspect(nowMs: number): void {
    this.#current.isSuspect = true;
    this.replace(nowMs);
  }

  /**
   * Opens a successor beside the connection in use, or as soon as may be. It changes nothing when one is
   * on its way.
   */
  replace(nowMs: number): void {
    const current = this.#current;
    if (this.#successor !== null || current.openedMs === null) return;
    if (this.#retired === null && nowMs >= this.#notBeforeMs) {
      const suspect = current.isSuspect ? current.connection : null;
      this.#successor = this.#ask("renew", 0, nowMs, suspect);
    } else current.replaceAtMs = Math.min(current.replaceAtMs, nowMs);
  }

  /**
   * The feed of this connection has reached the book. A successor takes over then, and what it replaces
   * retires; `true`: that is what has happened.
   */
  joined(connection: number, nowMs: number): boolean {
    const successor = this.#successor;
    if (successor === null || connection !== successor.connection) return false;
    this.#takeOver(successor, nowMs);
    return true;
  }

  /** What time asks for; it answers with a connection that has ended by it, `null`: none has. */
  tick(nowMs: number): number | null {
    const current = this.#current;
    if (current.openedMs !== null && nowMs >= current.replaceAtMs) this.replace(nowMs);
    return this.#endRetired(nowMs) ?? this.#endSuccessor(nowMs);
  }

  /** A feed that has been steady makes the next failure a first one. */
  forgive(): void {
    this.#backoff.reset();
  }

  /** Whether there are commands to be taken: most steps ask for nothing. */
  get hasCommands(): boolean {
    return this.#commands.length > 0;
  }

  /** The commands since the last call. */
  takeCommands(): readonly Command[] {
    return this.#commands.splice(0);
  }

  #endRetired(nowMs: number): number | null {
    const retired = this.#retired;
    if (retired === null) return null;
    if (nowMs - retired.sinceMs < RETIRE_MS) return null;
    this.#retired = null;
    return this.#close(retired.connection);
  }

  /**
   * A successor that does not join is of no use, unless there was nothing to say meanwhile: all that comes
   * from now on comes over both.
   */
  #endSuccessor(nowMs: number): number | null {
    const successor = this.#successor;
    if (successor === null) return null;
    if (nowMs - successor.askedMs < JOIN_MAX_MS) return null;
    if (successor.openedMs !== null && !this.#hasSpoken) {
      this.#takeOver(successor, nowMs);
      return null;
    }
    this.closed(successor.connection, nowMs);
    return this.#close(successor.connection);
  }

  #takeOver(successor: Life, nowMs: number): void {
    const { connection, openedMs } = this.#current;
    if (nowMs - (openedMs ?? nowMs) >= YOUNG_MS) this.#backoff.reset();
    else this.#notBeforeMs = nowMs + this.#backoff.next();
    this.#retired = { connection, sinceMs: nowMs };
    this.#current = successor;
    this.#successor = null;
    this.#replacements += 1;
  }

  #succeed(nowMs: number): Loss {
    const successor = this.#successor;
    this.#successor = null;
    this.#current = successor ?? this.#ask("resync", this.#backoff.next(), nowMs);
    if (successor === null) return "lost";
    if (successor.openedMs !== null) return "carried";
    // Nothing carries the feed any more: it waits as one for a feed that was lost.
    const { connection } = successor;
    this.#commands.push({ type: "hurry_connection", connection, priority: "resync" });
    return "lost";
  }

  #ask(
    priority: ConnectionPriority,
    delayMs: number,
    nowMs: number,
    suspect: number | null = null,
  ): Life {
    this.#count += 1;
    const connection = this.#count;
    const command = { type: "open_connection", connection, priority, delayMs } as const;
    this.#commands.push(suspect === null ? command : { ...command, suspect });
    return {
      connection,
      askedMs: nowMs + delayMs,
      openedMs: null,
      replaceAtMs: Infinity,
      isSuspect: false,
    };
  }

  #close(connection: number): number {
    this.#commands.push({ type: "close_connection", connection });
    return connection;
  }

  #lifeOf(connection: number): Life | null {
    if (connection === this.#current.connection) return this.#current;
    return connection === this.#successor?.connection ? this.#successor : null;
  }
}
