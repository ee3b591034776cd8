/**
 * The writer: takes deliveries from the symbol actors, commits them in batches, and acknowledges what
 * is committed; feeds Redis on the side; tells a symbol which alerts the store still has firing.
 *
 * One loop does everything that needs the database, one thing at a time. What it cannot do now stays
 * where it is (batch, source, questions), so a retry is the same loop once more.
 */
import { log } from "../../shared/log.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { marketOf, type Source } from "../../shared/market.ts";
import {
  type ActorId,
  type Delivery,
  type Gauges,
  type Init,
  type PeerReply,
  symbolOf,
  type WriterArgs,
} from "../../shared/protocol.ts";
import type { Actor, ActorHost, News } from "../run_actor.ts";
import { Batch } from "./batch.ts";
import {
  codeOf,
  heldServer,
  LockHeld,
  reasonOf,
  StoreRefusal,
  unusableServer,
} from "./failures.ts";
import { type Poison, writeIsolating } from "./isolate.ts";
import { type Loss, type LossCause, lossesOf } from "./losses.ts";
import { Outage } from "./outage.ts";
import { Database, isStarting } from "./postgres.ts";
import { LatestCache } from "./redis.ts";
import type { Row } from "./rows.ts";

const WHO = "writer";
/** A thousand rows make a statement large enough to be fast; 200 ms is short for a person. */
const BATCH_POLICY = { rowsMax: 1_000, delayMaxMs: 200 };
/** The embedded database needs some seconds to come up: that is no outage. */
const OUTAGE_POLICY = {
  server: { retryCapMs: 10_000, quietMs: 0 },
  embedded: { retryCapMs: 500, quietMs: 20_000 },
};
/** At a first start: a server that starts up, and the lock of a process that has just been killed. */
const FIRST_START_PATIENCE_MS = 5_000;
/** Kinds of poison that are logged; beyond that they are only counted. */
const POISON_KINDS_MAX = 20;

/** Starts the writer; it is ready at once, whether or not its databases are. */
export function createWriter(init: Init<WriterArgs>, host: ActorHost): Actor {
  return new Writer(init.args, host);
}

interface Connection {
  readonly id: number;
  readonly port: MessagePort;
}

class Writer implements Actor {
  readonly #args: WriterArgs;
  readonly #host: ActorHost;
  readonly #database: Database;
  readonly #latest: LatestCache | null;
  readonly #batch = new Batch(
    BATCH_POLICY,
    (rows) => this.#lost(lossesOf(rows, "sender gone", null)),
  );
  readonly #connections = new Map<ActorId, Connection>();
  /** Symbols that wait for their `restore`. */
  readonly #questions = new Set<ActorId>();
  #nextConnection = 1;
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
  readonly #lostRows: Record<LossCause, number> = { poison: 0, "sender gone": 0 };
  readonly #poisonKinds = new Set<string>();
  readonly #outage: Outage;
  readonly #startedMs = monotonicMs();
  #wasOpen = false;

  constructor(args: WriterArgs, host: ActorHost) {
    this.#args = args;
    this.#host = host;
    this.#database = new Database(args.database, `${Deno.hostname()}:${Deno.pid}`);
    this.#latest = args.redisUrl === null ? null : new LatestCache(args.redisUrl);
    this.#outage = new Outage(OUTAGE_POLICY[args.database.kind]);
    this.#openLatest();
    this.#loop = this.#run();
  }

  connect(peer: ActorId, port: MessagePort): void {
    this.disconnect(peer);
    const connection = { id: this.#nextConnection++, port };
    this.#connections.set(peer, connection);
    this.#batch.opened(connection.id);
    port.onmessage = ({ data }: MessageEvent<Delivery>) => this.#deliver(connection, data);
    this.#questions.add(peer);
    this.#wake();
  }

  disconnect(peer: ActorId): void {
    const connection = this.#connections.get(peer);
    if (connection === undefined) return;
    this.#connections.delete(peer);
    this.#questions.delete(peer);
    this.#batch.closed(connection.id);
    connection.port.close();
  }

  control(message: News): void {
    if (message.type !== "source") return;
    this.#source = message.source;
    this.#accepted = false;
    this.#wake();
  }

  async drain(deadlineMs: number): Promise<number> {
    this.#draining = true;
    const timer = setTimeout(() => this.#stop(), Math.max(0, deadlineMs - utcNowMs()));
    // Not after the backoff: there is one more chance.
    this.#interrupt();
    // A statement that hangs must not hold up the end.
    await Promise.race([this.#loop, this.#end.promise]);
    this.#ended = true;
    clearTimeout(timer);
    for (const peer of [...this.#connections.keys()]) this.disconnect(peer);
    await Promise.all([this.#database.close(), this.#latest?.close()]);
    return this.#batch.rows;
  }

  gauges(): Gauges {
    return {
      deliveries: this.#batch.deliveries,
      rows: this.#batch.rows,
      rowsWritten: this.#rowsWritten,
      flushes: this.#flushes,
      flushMs: Math.round(this.#flushMs),
      droppedRows: this.#lostRows["sender gone"],
      poisonRows: this.#lostRows.poison,
      databaseUp: this.#database.isOpen ? 1 : 0,
      ...this.#latest?.gauges(),
    };
  }

  #deliver(connection: Connection, delivery: Delivery): void {
    if (delivery.type !== "delivery") return;
    this.#batch.add(connection.id, delivery, monotonicMs());
    for (const item of delivery.items) {
      if (item.type === "metrics" || item.type === "book") this.#latest?.offer(item);
    }
    this.#wake();
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
        const awayMs = this.#outage.ended(monotonicMs());
        if (awayMs === null) continue;
        log("info", WHO, `the database is back after ${Math.round(awayMs / 1_000)} s`);
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  /** Milliseconds until there is something to do with the database; `null` until something comes. */
  #nextWorkMs(): number | null {
    if (!this.#database.isOpen && !this.#draining) return 0;
    if (this.#source === null) return null;
    if (!this.#accepted || this.#questions.size > 0 && !this.#draining) return 0;
    const dueMs = this.#batch.dueMs();
    if (dueMs === null) return null;
    return this.#draining ? 0 : Math.max(0, dueMs - monotonicMs());
  }

  /** Everything that is due, in order; throws at the first thing that cannot be done now. */
  async #work(): Promise<void> {
    await this.#database.open();
    this.#wasOpen = true;
    if (this.#source === null) return;
    if (!this.#accepted) {
      await this.#database.claim(this.#source);
      this.#accepted = true;
      this.#latest?.start(this.#source);
    }
    // The answer to a question must know what an earlier life of the symbol has sent: then all goes,
    // and each flush takes at least one delivery.
    let flushes = this.#questions.size > 0 ? this.#batch.deliveries : 1;
    while (flushes-- > 0 && this.#batch.dueMs() !== null) await this.#flush();
    for (const peer of this.#questions) {
      const symbol = symbolOf(peer);
      const firing = symbol === null ? [] : await this.#database.firing(marketOf(symbol));
      this.#reply(this.#connections.get(peer), { type: "restore", firing });
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
    const open = new Map([...this.#connections.values()].map((each) => [each.id, each]));
    for (const { connection, seq } of this.#batch.committed()) {
      this.#reply(open.get(connection), { type: "ack", seq });
    }
  }

  /** Everything that this room loses comes by here. */
  #lost(losses: readonly Loss[]): void {
    for (const { cause, rows } of losses) this.#lostRows[cause] += rows;
  }

  /** Tells what Postgres refuses for ever, and shows one of each kind. */
  #report(poison: readonly Poison<Row>[]): void {
    for (const { row, error } of poison) {
      this.#lost(lossesOf([row], "poison", reasonOf(error)));
      const kind = `${row.table} ${codeOf(error)}`;
      if (this.#poisonKinds.has(kind) || this.#poisonKinds.size >= POISON_KINDS_MAX) continue;
      this.#poisonKinds.add(kind);
      const text = JSON.stringify(row.item).slice(0, 300);
      log("error", WHO, `left out a row of ${row.table}: ${reasonOf(error)}: ${text}`);
    }
  }

  #reply(connection: Connection | undefined, reply: PeerReply): void {
    connection?.port.postMessage(reply);
  }

  /** The one line that ends the process, when no retry would help. */
  #fatalReason(error: unknown): string | null {
    if (error instanceof StoreRefusal) return error.message;
    const { database, firstStart } = this.#args;
    if (database.kind === "embedded" || !firstStart || this.#wasOpen) return null;
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
      this.#host.fatal(reason);
      this.#stop();
      return;
    }
    const { delayMs, announce } = this.#outage.failed(monotonicMs(), Math.random());
    if (announce) {
      const what = error instanceof LockHeld ? `held by ${error.message}` : reasonOf(error);
      log("warn", WHO, `the database cannot be written: ${what}; rows are kept, trying again`);
    }
    await this.#sleep(delayMs, false);
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

  #stop(): void {
    this.#ended = true;
    this.#end.resolve();
    this.#interrupt();
  }

  #openLatest(): void {
    this.#latest?.open().catch((error: unknown) => {
      const { redisUrl, firstStart } = this.#args;
      if (!firstStart || redisUrl === null) return;
      this.#host.fatal(unusableServer("REDIS_URL", redisUrl, error));
      this.#stop();
    });
  }
}
