/**
 * StoreRoad: the way of what was delivered into the database: straight, or by the spool while the database is away
 * and until what waits there is stored.
 *
 * One loop does everything that needs the database, one thing at a time. What it cannot do now stays where it
 * is (batch, spool, source, questions), so a retry is the same loop once more. Beside it a timer takes what must not
 * wait any longer into the spool; a statement that hangs holds up the loop, and not the timer.
 */
import { Backoff, type BackoffLimits } from "../../shared/backoff.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { marketOf, type Source } from "../../shared/market.ts";
import {
  type ActorId,
  type DatabaseAddress,
  type Gauges,
  symbolOf,
} from "../../shared/protocol.ts";
import { UNKNOWN_SYMBOL } from "../../shared/symbol_in_store.ts";
import { AheadHold, HOLD_LOOK_MS } from "./ahead_hold.ts";
import type { Batch } from "./batch.ts";
import { Detour } from "./detour.ts";
import { databaseText, fatalReason, faultOf } from "./failures.ts";
import { Housekeeping } from "./housekeeping.ts";
import { writeIsolating } from "./isolate.ts";
import { type HistoryLimits, jobsOf } from "./jobs.ts";
import { KnownDatabase } from "./known_database.ts";
import { Pause } from "./pause.ts";
import { Database } from "./postgres.ts";
import { Refusals } from "./refusals.ts";
import type { RoadCallbacks, RoadParts } from "./road_parts.ts";
import type { Row } from "./rows.ts";
import { judgeTimes } from "./time_gate.ts";
import { wakingMs } from "./waking_clock.ts";
import {
  BEAT_INTERVAL_MS,
  isUp,
  type Look,
  type Outage,
  RETRY_LIMITS,
  StoreWatch,
} from "./store_watch.ts";

/** Between two tries; the embedded database comes up on this machine. */
const RETRY: Readonly<Record<DatabaseAddress["kind"], BackoffLimits>> = {
  server: RETRY_LIMITS,
  embedded: { ...RETRY_LIMITS, capMs: 500 },
};
/** The embedded database needs some seconds to come up, and more to be created: that is no fault. */
const START_MS = { server: 0, embedded: 20_000 };
/** How often it is looked whether rows have to go to the spool. */
const SPOOL_TICK_MS = 100;

/** The way from the batch into the database. */
export class StoreRoad {
  readonly #address: DatabaseAddress;
  readonly #batch: Batch;
  readonly #callbacks: RoadCallbacks;
  readonly #database: Database;
  readonly #detour: Detour;
  /** `null`: there is no folder to remember it in, or no need, as the database is this process's own. */
  readonly #known: KnownDatabase | null;
  readonly #refusals: Refusals;
  /** Symbols that wait for their `restore`, and whether they know that it will take long. */
  readonly #questions = new Map<ActorId, { isTold: boolean }>();
  #source: Source | null = null;
  #accepted = false;
  #draining = false;
  #ended = false;
  readonly #end = Promise.withResolvers<void>();
  readonly #pause = new Pause();
  readonly #hold = new AheadHold();
  readonly #loop: Promise<void>;
  readonly #spoolTick: ReturnType<typeof setInterval>;
  readonly #watch: StoreWatch;
  readonly #retry: Backoff;
  readonly #housekeeping: Housekeeping;
  readonly #limits: HistoryLimits;
  #beatDueMs = 0;
  readonly #startedMs = monotonicMs();
  #wasOpen: boolean;
  // What the gauges show.
  #rowsWritten = 0;
  #flushes = 0;
  #flushMs = 0;

  /** Starts at once, whether or not the database is there. */
  constructor(
    { address, wasOpen, outage, clock, processId, batch, spool, deadLetters, limits }: RoadParts,
    callbacks: RoadCallbacks,
  ) {
    this.#address = address;
    this.#wasOpen = wasOpen;
    this.#batch = batch;
    this.#callbacks = callbacks;
    this.#database = new Database(address, `${Deno.hostname()}:${Deno.pid}`, processId, clock);
    this.#detour = new Detour({ batch, spool, deadLetters, ...callbacks });
    this.#known = spool === null || address.kind === "embedded"
      ? null
      : new KnownDatabase(spool.folder, databaseText(address));
    this.#refusals = new Refusals(deadLetters, callbacks.onLoss);
    this.#limits = limits;
    const isDraining = () => !this.#detour.isEmpty;
    const jobs = jobsOf(address.kind, this.#database, limits, isDraining, callbacks.onLoss);
    this.#housekeeping = new Housekeeping(jobs, this.#startedMs, Math.random);
    const { kind } = address;
    this.#retry = new Backoff(RETRY[kind], Math.random);
    const consequence = "rows are kept, trying again";
    const policy = { name: "the database", consequence, startMs: START_MS[kind] };
    this.#watch = new StoreWatch(policy, this.#startedMs, utcNowMs(), outage);
    this.#spoolTick = setInterval(() => this.#spoolDue(), SPOOL_TICK_MS);
    this.#loop = this.#run();
  }

  /** What the data is: nothing is written before the store has accepted it. */
  tellSource(source: Source): void {
    const conflict = this.#detour.claim({ source, database: databaseText(this.#address) });
    if (conflict !== null) {
      this.#callbacks.onFatal(conflict);
      return this.stop();
    }
    this.#source = source;
    this.#accepted = false;
    this.#pause.wake();
  }

  /** The batch has more than it had. */
  delivered(): void {
    this.#pause.wake();
  }

  /** This symbol wants to know which alerts the store has firing. */
  ask(peer: ActorId): void {
    this.#questions.set(peer, { isTold: false });
    this.#tellHeld();
    this.#pause.wake();
  }

  /** It is gone, and needs no answer. */
  forget(peer: ActorId): void {
    this.#questions.delete(peer);
  }

  /** The process ends: what waits is made safe now, and not after the backoff. */
  hurry(): void {
    this.#detour.hurry();
    this.#pause.end();
  }

  /** Makes safe what waits, and ends; at the deadline (UTC) whatever still waits. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    const timer = setTimeout(() => this.stop(), Math.max(0, deadlineMs - utcNowMs()));
    this.hurry();
    // A statement that hangs must not hold up the end.
    await Promise.race([this.#loop, this.#end.promise]);
    this.stop();
    clearTimeout(timer);
  }

  /** Ends the connection, and gives the spool back. */
  async close(): Promise<void> {
    await Promise.all([this.#database.close(), this.#detour.close()]);
  }

  /** Rows that were acknowledged and wait on disk. */
  get kept(): number {
    return this.#detour.rows;
  }

  /** Ends it at once: the process ends, for a reason that was told. */
  stop(): void {
    this.#ended = true;
    clearInterval(this.#spoolTick);
    this.#end.resolve();
    this.#pause.end();
  }

  /** What the next life goes on with. */
  outage(nowMs: number): Outage | null {
    return this.#watch.outage(nowMs);
  }

  /** How the database stands; to be called every `LOOK_INTERVAL_MS`. */
  look(nowMs: number, utcMs: number): Look {
    return this.#watch.look(nowMs, utcMs, this.#oldestMs);
  }

  /** What was written, what waits on disk, and how the database stands. */
  gauges(nowMs: number): Gauges {
    return {
      rowsWritten: this.#rowsWritten,
      flushes: this.#flushes,
      flushMs: Math.round(this.#flushMs),
      databaseUp: isUp(this.#watch.status) ? 1 : 0,
      housekeepingFailing: this.#housekeeping.failing,
      databaseBeatAgeMs: Math.round(this.#watch.confirmedAgeMs(nowMs)),
      oldestRowMs: Math.round(nowMs - (this.#oldestMs ?? nowMs)),
      ...this.#detour.gauges(),
    };
  }

  /** Since when rows wait that are not in the database; `null`: none do. */
  get #oldestMs(): number | null {
    const waiting = [this.#batch.oldestMs, this.#detour.sinceMs].filter((ms) => ms !== null);
    return waiting.length === 0 ? null : Math.min(...waiting);
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const delayMs = this.#nextWorkMs();
      if (delayMs === null && this.#draining) break;
      if (delayMs === null || delayMs > 0) {
        await this.#pause.wait(delayMs, true);
        continue;
      }
      try {
        await this.#work();
        this.#detour.absence.answered();
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  /** Milliseconds until there is something to do with the database; `null` until something comes. */
  #nextWorkMs(): number | null {
    if (this.#draining) return this.#batch.dueMs() === null || this.#source === null ? null : 0;
    if (!this.#database.isOpen) return 0;
    const nowMs = monotonicMs();
    const beatMs = Math.max(0, this.#beatDueMs - nowMs);
    const houseMs = this.#accepted ? Math.max(0, this.#housekeeping.dueMs - nowMs) : Infinity;
    return Math.min(beatMs, houseMs, this.#nextRowsMs(nowMs) ?? Infinity);
  }

  /** Whether it is housekeeping's turn: when no rows are due, or when it has waited for too long. */
  #mayKeepHouse(nowMs: number): boolean {
    if (!this.#accepted || this.#draining || this.#watch.hasFault) return false;
    const isIdle = this.#beatDueMs > nowMs && this.#nextRowsMs(nowMs) !== 0;
    return this.#housekeeping.isTurn(nowMs, isIdle);
  }

  async #keepHouse(): Promise<void> {
    const nowMs = monotonicMs();
    this.#detour.absence.asked(nowMs);
    await this.#housekeeping.step(this.#database.step, nowMs, this.#database.clock.at(wakingMs()));
  }

  #nextRowsMs(nowMs: number): number | null {
    if (this.#source === null) return null;
    if (!this.#accepted || this.#questions.size > 0 || !this.#detour.isEmpty) return 0;
    const dueMs = this.#batch.dueMs();
    return dueMs === null ? null : Math.max(0, dueMs - nowMs);
  }

  /** The first thing that is due; throws when it cannot be done now. */
  async #work(): Promise<void> {
    this.#detour.absence.asked(monotonicMs());
    await this.#database.open();
    if (!this.#wasOpen) this.#detour.absence.answered();
    this.#wasOpen = true;
    this.#callbacks.onReached();
    if (this.#mayKeepHouse(monotonicMs())) return await this.#keepHouse();
    if (this.#source !== null) await this.#store(this.#source);
    // Last: it says that what was due has been stored.
    if (this.#draining || monotonicMs() < this.#beatDueMs && !this.#watch.hasFault) return;
    this.#beatDueMs = monotonicMs() + BEAT_INTERVAL_MS;
    this.#detour.absence.asked(monotonicMs());
    await this.#database.beat(utcNowMs());
    this.#watch.beat(monotonicMs());
    this.#retry.reset();
    this.#callbacks.onTurn();
  }

  async #store(source: Source): Promise<void> {
    if (!this.#accepted) {
      await this.#database.claim(source);
      await this.#known?.note();
      this.#accepted = true;
      this.#callbacks.onAccepted(source);
    }
    // At the end what is only in memory goes first.
    if (this.#draining) return void await this.#flush();
    if (this.#detour.has("kept")) return await this.#storeSpool();
    if (this.#questions.size > 0) return await this.#answer();
    await (this.#detour.isEmpty ? this.#flush() : this.#storeSpool());
  }

  /**
   * Tells those who ask what the store remembers of them, all in one question. It must know what earlier lives have
   * sent: all that waits goes there first, a delivery a flush at least. What took too long is in the spool, for later.
   */
  async #answer(): Promise<void> {
    const asked = [...this.#questions];
    for (let flushes = this.#batch.deliveries; flushes > 0; flushes--) {
      if (!await this.#flush()) return;
    }
    const symbols = asked.flatMap(([peer]) => symbolOf(peer) ?? []);
    const known = await this.#database.memoryOf(symbols.map(marketOf), utcNowMs());
    if (this.#detour.has("kept")) return;
    for (const [peer, question] of asked) {
      // It has gone meanwhile, or another life asks.
      if (this.#questions.get(peer) !== question) continue;
      this.#questions.delete(peer);
      this.#callbacks.onRestore(peer, known.get(symbolOf(peer) ?? "") ?? UNKNOWN_SYMBOL);
    }
  }

  /** Writes one flush of the batch, if there is one; false: it has to wait. */
  async #flush(): Promise<boolean> {
    if (this.#batch.dueMs() === null) return true;
    const flush = this.#batch.take();
    if (await this.#mustWait(flush.rows)) return false;
    await this.#write(flush.rows);
    for (const ack of this.#batch.done(flush)) this.#callbacks.onAck(ack);
    return true;
  }

  /** Writes some of what waits in the spool. */
  async #storeSpool(): Promise<void> {
    const rows = await this.#detour.next();
    if (await this.#mustWait(rows)) return;
    await this.#write(rows);
    // After the end a file is another life's.
    if (!this.#ended) this.#detour.stored();
  }

  /** Whether rows of a time that is not there yet stay where they are for now; some time has passed then. */
  async #mustWait(rows: readonly Row[]): Promise<boolean> {
    const { clock } = this.#database;
    const mustWait = !this.#draining && this.#hold.mustWait(rows, clock, wakingMs());
    if (mustWait) await this.#pause.wait(HOLD_LOOK_MS, false);
    return mustWait;
  }

  async #write(all: readonly Row[]): Promise<void> {
    const fromMs = monotonicMs();
    this.#detour.absence.asked(fromMs);
    const { rows, losses } = judgeTimes(all, this.#limits, this.#database, wakingMs());
    const poison = await writeIsolating(
      rows,
      (some) => this.#database.write(some),
      (refused) => this.#database.prove(new Set(refused.map(({ table }) => table))),
    );
    this.#detour.absence.answered();
    this.#refusals.take(poison);
    if (losses.length > 0) this.#callbacks.onLoss(losses);
    this.#rowsWritten += rows.length - poison.length;
    this.#flushes += 1;
    this.#flushMs = monotonicMs() - fromMs;
    this.#watch.wrote(monotonicMs());
  }

  /** Takes what is due to the spool, when it cannot go straight. */
  #spoolDue(): void {
    // What a first start cannot reach may be the operator's mistake: that is no place to keep rows for.
    if (this.#source === null || !this.#wasOpen && !this.#isNoMistake) return;
    // Who asks what fires must find it in the database, and what is only in memory goes there first at the end.
    this.#detour.takeDue(this.#questions.size === 0 && !this.#draining);
    this.#tellHeld();
    if (this.#draining && this.#batch.deliveries === 0) this.stop();
  }

  /** Whether an earlier process has stored in this very database, or has left rows for it. */
  get #isNoMistake(): boolean {
    return this.#detour.hasLeftovers || (this.#known?.isKnown ?? false);
  }

  /** While rows wait in the spool nobody can say what the store will have firing. */
  #tellHeld(): void {
    if (this.#detour.isEmpty) return;
    for (const [peer, question] of this.#questions) {
      if (question.isTold) continue;
      question.isTold = true;
      this.#callbacks.onHeld(peer);
    }
  }

  /** Ends the process where no retry helps; else keeps everything and waits for the next attempt. */
  async #failed(error: unknown): Promise<void> {
    // A mistake in this program is no outage.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    this.#detour.absence.failed(monotonicMs());
    const reason = fatalReason(error, this.#address, {
      wasOpen: this.#wasOpen,
      isNoMistake: this.#isNoMistake,
      forMs: monotonicMs() - this.#startedMs,
    });
    if (reason !== null) {
      this.#callbacks.onFatal(reason);
      this.stop();
      return;
    }
    const secrets = this.#address.kind === "server" ? [this.#address.server.password] : [];
    this.#watch.failed(faultOf(error, secrets));
    this.#callbacks.onTurn();
    this.#spoolDue();
    await this.#pause.wait(this.#ended ? 0 : this.#retry.next(), false);
  }
}
