/**
 * StoreRoad: the way of what was delivered into the database.
 *
 * One loop does everything that needs the database, one thing at a time. What it cannot do now stays where it
 * is (batch, source, questions), so a retry is the same loop once more.
 */
import { Backoff } from "../../shared/backoff.ts";
import { log } from "../../shared/log.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { marketOf, type Source } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import {
  type ActorId,
  type DatabaseAddress,
  type Gauges,
  symbolOf,
} from "../../shared/protocol.ts";
import type { Ack, Batch } from "./batch.ts";
import {
  codeOf,
  faultOf,
  heldServer,
  isStarting,
  LockHeld,
  reasonOf,
  StoreRefusal,
  unusableServer,
} from "./failures.ts";
import { type Poison, writeIsolating } from "./isolate.ts";
import { lossesOf, type OnLoss } from "./losses.ts";
import { Database } from "./postgres.ts";
import type { Row } from "./rows.ts";
import { BEAT_INTERVAL_MS, isUp, type Look, StoreWatch } from "./store_watch.ts";

const WHO = "writer";
/** Between two tries: short enough that the end of an outage is seen within five seconds. */
const RETRY_LIMITS = {
  server: { firstMs: 100, capMs: 3_000 },
  embedded: { firstMs: 100, capMs: 500 },
};
/** The embedded database needs some seconds to come up, and more to be created: that is no fault. */
const START_MS = { server: 0, embedded: 20_000 };
/** At a first start: a server that starts up, and the lock of a process that has just been killed. */
const FIRST_START_PATIENCE_MS = 5_000;
/** Kinds of poison that are logged; beyond that they are only counted. */
const POISON_KINDS_MAX = 20;

/** Whom the road tells what has become of things. */
export interface RoadCallbacks {
  /** The database has been opened. */
  readonly onReached: () => void;
  /** Everything up to here is safe. */
  readonly onAck: (ack: Ack) => void;
  /** The store's answer to `ask`. */
  readonly onRestore: (peer: ActorId, firing: readonly AlertEvent[]) => void;
  /** The store takes rows of this source from now on. */
  readonly onAccepted: (source: Source) => void;
  readonly onLoss: OnLoss;
  /** How the database stands may have changed. */
  readonly onTurn: () => void;
  /** No retry helps: the process ends with this one line. */
  readonly onFatal: (reason: string) => void;
}

/** The way from the batch into the database. */
export class StoreRoad {
  readonly #address: DatabaseAddress;
  readonly #batch: Batch;
  readonly #callbacks: RoadCallbacks;
  readonly #database: Database;
  /** Symbols that wait for their `restore`. */
  readonly #questions = new Set<ActorId>();
  #source: Source | null = null;
  #accepted = false;
  #draining = false;
  #ended = false;
  readonly #end = Promise.withResolvers<void>();
  /** Ends a sleep of the loop: any sleep, and one that new work may end. */
  #interrupt: () => void = () => {};
  #wake: () => void = () => {};
  readonly #loop: Promise<void>;
  // What the gauges show.
  #rowsWritten = 0;
  #flushes = 0;
  #flushMs = 0;
  readonly #poisonKinds = new Set<string>();
  readonly #watch: StoreWatch;
  readonly #retry: Backoff;
  #beatDueMs = 0;
  readonly #startedMs = monotonicMs();
  #wasOpen: boolean;

  /**
   * Starts at once, whether or not the database is there. `wasOpen`: an earlier life has opened it, so that what
   * stands in the way now is no operator's mistake.
   */
  constructor(address: DatabaseAddress, wasOpen: boolean, batch: Batch, callbacks: RoadCallbacks) {
    this.#address = address;
    this.#wasOpen = wasOpen;
    this.#batch = batch;
    this.#callbacks = callbacks;
    this.#database = new Database(address, `${Deno.hostname()}:${Deno.pid}`);
    const { kind } = address;
    this.#retry = new Backoff(RETRY_LIMITS[kind], Math.random);
    const consequence = "rows are kept, trying again";
    const policy = { name: "the database", consequence, startMs: START_MS[kind] };
    this.#watch = new StoreWatch(policy, monotonicMs(), utcNowMs());
    this.#loop = this.#run();
  }

  /** What the data is: nothing is written before the store has accepted it. */
  set source(source: Source) {
    this.#source = source;
    this.#accepted = false;
    this.#wake();
  }

  /** The batch has more than it had. */
  delivered(): void {
    this.#wake();
  }

  /** This symbol wants to know which alerts the store has firing. */
  ask(peer: ActorId): void {
    this.#questions.add(peer);
    this.#wake();
  }

  /** It is gone, and needs no answer. */
  forget(peer: ActorId): void {
    this.#questions.delete(peer);
  }

  /** Tries now, and not after the backoff. */
  hurry(): void {
    this.#interrupt();
  }

  /** Writes what waits, and ends; at the deadline (UTC) whatever still waits. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    const timer = setTimeout(() => this.stop(), Math.max(0, deadlineMs - utcNowMs()));
    this.hurry();
    // A statement that hangs must not hold up the end.
    await Promise.race([this.#loop, this.#end.promise]);
    this.#ended = true;
    clearTimeout(timer);
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#database.close();
  }

  /** How the database stands; to be called every `LOOK_INTERVAL_MS`. */
  look(nowMs: number, utcMs: number): Look {
    return this.#watch.look(nowMs, utcMs, this.#batch.oldestMs);
  }

  /** What was written, and how the database stands. */
  gauges(nowMs: number): Gauges {
    return {
      rowsWritten: this.#rowsWritten,
      flushes: this.#flushes,
      flushMs: Math.round(this.#flushMs),
      databaseUp: isUp(this.#watch.status) ? 1 : 0,
      databaseBeatAgeMs: Math.round(this.#watch.confirmedAgeMs(nowMs)),
      oldestRowMs: Math.round(nowMs - (this.#batch.oldestMs ?? nowMs)),
    };
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const delayMs = this.#nextWorkMs();
      if (delayMs === null && this.#draining) break;
      if (delayMs === null || delayMs > 0) {
        await this.#sleep(delayMs, true);
        continue;
      }
      try {
        await this.#work();
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  /** Milliseconds until there is something to do with the database; `null` until something comes. */
  #nextWorkMs(): number | null {
    if (!this.#database.isOpen && !this.#draining) return 0;
    const nowMs = monotonicMs();
    const beatMs = this.#draining ? Infinity : Math.max(0, this.#beatDueMs - nowMs);
    const delayMs = Math.min(beatMs, this.#nextRowsMs(nowMs) ?? Infinity);
    return delayMs === Infinity ? null : delayMs;
  }

  #nextRowsMs(nowMs: number): number | null {
    if (this.#source === null) return null;
    if (!this.#accepted || this.#questions.size > 0 && !this.#draining) return 0;
    const dueMs = this.#batch.dueMs();
    if (dueMs === null) return null;
    return this.#draining ? 0 : Math.max(0, dueMs - nowMs);
  }

  /** Everything that is due, in order; throws at the first thing that cannot be done now. */
  async #work(): Promise<void> {
    await this.#database.open();
    this.#wasOpen = true;
    this.#callbacks.onReached();
    if (this.#source !== null) await this.#store(this.#source);
    // Last: it says that all that was due has been stored.
    if (this.#draining || monotonicMs() < this.#beatDueMs && !this.#watch.hasFault) return;
    this.#beatDueMs = monotonicMs() + BEAT_INTERVAL_MS;
    await this.#database.beat(utcNowMs());
    this.#watch.beat(monotonicMs());
    this.#retry.reset();
    this.#callbacks.onTurn();
  }

  async #store(source: Source): Promise<void> {
    if (!this.#accepted) {
      await this.#database.claim(source);
      this.#accepted = true;
      this.#callbacks.onAccepted(source);
    }
    // The answer to a question must know what an earlier life of the symbol has sent: then all goes,
    // and each flush takes at least one delivery.
    let flushes = this.#questions.size > 0 ? this.#batch.deliveries : 1;
    while (flushes-- > 0 && this.#batch.dueMs() !== null) await this.#flush();
    for (const peer of this.#questions) {
      const symbol = symbolOf(peer);
      const firing = symbol === null ? [] : await this.#database.firing(marketOf(symbol));
      this.#callbacks.onRestore(peer, firing);
      this.#questions.delete(peer);
    }
  }

  async #flush(): Promise<void> {
    const fromMs = monotonicMs();
    const rows = this.#batch.take();
    const poison = await writeIsolating(rows, (some) => this.#database.write(some));
    this.#report(poison);
    this.#rowsWritten += rows.length - poison.length;
    this.#flushes += 1;
    this.#flushMs = monotonicMs() - fromMs;
    this.#watch.wrote(monotonicMs());
    for (const ack of this.#batch.committed()) this.#callbacks.onAck(ack);
  }

  /** Tells what Postgres refuses for ever, and shows one of each kind. */
  #report(poison: readonly Poison<Row>[]): void {
    for (const { row, error } of poison) {
      this.#callbacks.onLoss(lossesOf([row], "poison", reasonOf(error)));
      const kind = `${row.table} ${codeOf(error)}`;
      if (this.#poisonKinds.has(kind) || this.#poisonKinds.size >= POISON_KINDS_MAX) continue;
      this.#poisonKinds.add(kind);
      const text = JSON.stringify(row.item).slice(0, 300);
      log("error", WHO, `left out a row of ${row.table}: ${reasonOf(error)}: ${text}`);
    }
  }

  /** The one line that ends the process, when no retry would help. */
  #fatalReason(error: unknown): string | null {
    if (error instanceof StoreRefusal) return error.message;
    const database = this.#address;
    if (database.kind === "embedded" || this.#wasOpen) return null;
    const mayPass = error instanceof LockHeld || isStarting(error);
    if (mayPass && monotonicMs() - this.#startedMs < FIRST_START_PATIENCE_MS) return null;
    return error instanceof LockHeld
      ? heldServer(database.url, error.message)
      : unusableServer("DATABASE_URL", database.url, error);
  }

  /** Ends the process where no retry helps; else keeps everything and waits for the next attempt. */
  async #failed(error: unknown): Promise<void> {
    // A mistake in this program is no outage.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    const reason = this.#fatalReason(error);
    if (reason !== null) {
      this.#callbacks.onFatal(reason);
      this.stop();
      return;
    }
    this.#watch.failed(faultOf(error));
    this.#callbacks.onTurn();
    await this.#sleep(this.#retry.next(), false);
  }

  /** Until the time has passed (`null`: for ever), the end, or, when `eager`, something new. */
  async #sleep(ms: number | null, eager: boolean): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#interrupt = resolve;
      if (eager) this.#wake = resolve;
      if (ms !== null) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#interrupt = () => {};
    this.#wake = () => {};
  }

  /** Ends it at once: the process ends, for a reason that was told. */
  stop(): void {
    this.#ended = true;
    this.#end.resolve();
    this.#interrupt();
  }
}
