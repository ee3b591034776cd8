/**
 * The writer: takes deliveries from the symbol actors and acknowledges what is safe; feeds Redis on the side;
 * tells a symbol which alerts the store still has firing. The way into the database is `store_road.ts`.
 */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import { lossText } from "../../shared/losses.ts";
import { marketOf } from "../../shared/market.ts";
import type { LossRecord } from "../../shared/output.ts";
import {
  type ActorId,
  type Delivery,
  type Gauges,
  type Init,
  type Leftovers,
  type PeerReply,
  symbolOf,
  type WriterArgs,
} from "../../shared/protocol.ts";
import type { Actor, ActorHost, News } from "../run_actor.ts";
import { type Ack, Batch } from "./batch.ts";
import { DeadLetters } from "./dead_letters.ts";
import { type Loss, lossesOf, type OnLoss } from "./losses.ts";
import { type LossesMemory, OWN_CONNECTION, OwnLosses } from "./own_losses.ts";
import { spoolFolder } from "./permissions.ts";
import { LatestCache } from "./redis.ts";
import { isRedisAway, unreachedRedis, unusableRedis } from "./redis_trouble.ts";
import { Spool } from "./spool.ts";
import { SpoolError } from "./spool_lock.ts";
import { StoreRoad } from "./store_road.ts";
import { LOOK_INTERVAL_MS, type Outage } from "./store_watch.ts";
import { hear } from "./time_gate.ts";
import { TrustedClock } from "./trusted_clock.ts";
import { wakingMs } from "./waking_clock.ts";

const WHO = "writer";
/** A thousand rows make a statement large enough to be fast; 200 ms is short for a person. */
const BATCH_POLICY = { rowsMax: 1_000, delayMaxMs: 200 };

/** Starts the writer; it is ready as soon as it has its spool, whether or not its databases are there. */
export async function createWriter(init: Init<WriterArgs>, host: ActorHost): Promise<Actor> {
  const { losses: memory = null } = (init.checkpoint ?? {}) as Partial<WriterCheckpoint>;
  const losses = new OwnLosses(init.incarnation, memory);
  const spool = await openSpool(init, host, (some) => losses.add(some));
  return new Writer(init, host, spool, losses);
}

/** The spool, unless none is wanted, or a later life cannot have it and goes on without. */
async function openSpool(
  { args, checkpoint }: Init<WriterArgs>,
  host: ActorHost,
  onLoss: OnLoss,
): Promise<Spool | null> {
  if (args.spoolMaxMb === 0) return null;
  const limits = { bytesMax: args.spoolMaxMb * 1_048_576, fsyncMs: args.spoolFsyncMs };
  try {
    return await Spool.open(spoolFolder(args), limits, onLoss);
  } catch (error) {
    if (!(error instanceof SpoolError)) throw error;
    if (checkpoint === null) host.fatal(error.message);
    else log("error", WHO, error.message);
    return null;
  }
}

/** Which databases this process has reached: what was reached once and fails is an outage, and no mistake. */
interface Reached {
  database: boolean;
  /** … or has said that it begins without. */
  redis: boolean;
  /** No other process has it: what an earlier life of this one holds is ours. */
  readonly processId: string;
}

/** What the next life is told of this one. */
interface WriterCheckpoint extends Reached {
  /** What time it was for history then: a clock that was set meanwhile makes none of another time. */
  readonly utcMs: number;
  readonly losses: LossesMemory;
  readonly outages: { readonly database: Outage | null; readonly redis: Outage | null };
}

interface Connection {
  readonly id: number;
  readonly port: MessagePort;
  readonly incarnation: number;
  /** Of the last delivery that came. */
  lastSeq: number;
}

/** A connection whose sender is dead. */
interface Orphan extends Connection {
  readonly peer: ActorId;
  /** Of the last delivery that it has sent. */
  readonly sentSeq: number;
}

class Writer implements Actor {
  readonly #args: WriterArgs;
  readonly #host: ActorHost;
  readonly #latest: LatestCache | null;
  readonly #batch = new Batch(
    BATCH_POLICY,
    (rows) => this.#lose(lossesOf(rows, "sender gone", null)),
    (connection) => this.#tellInherited(connection),
  );
  readonly #clock: TrustedClock;
  readonly #road: StoreRoad;
  readonly #lookTimer: ReturnType<typeof setInterval>;
  #isTold = false;
  #isDraining = false;
  readonly #connections = new Map<ActorId, Connection>();
  /** By the number of the connection, until nothing of it is in hand. */
  readonly #orphans = new Map<number, Orphan>();
  #nextConnection = OWN_CONNECTION + 1;
  readonly #reached: Reached;
  readonly #losses: OwnLosses;

  constructor(
    { args, checkpoint, checkpointAgeMs }: Init<WriterArgs>,
    host: ActorHost,
    spool: Spool | null,
    losses: OwnLosses,
  ) {
    this.#args = args;
    this.#batch.opened(OWN_CONNECTION);
    const { database = false, redis = false, processId = crypto.randomUUID(), outages, utcMs } =
      (checkpoint ?? {}) as Partial<WriterCheckpoint>;
    const startMs = utcMs === undefined ? utcNowMs() : utcMs + checkpointAgeMs;
    this.#clock = new TrustedClock(startMs, wakingMs());
    this.#reached = { database, redis, processId };
    const since = (outage: Outage | null | undefined) =>
      outage ? { ...outage, forMs: outage.forMs + checkpointAgeMs } : null;
    this.#host = host;
    this.#losses = losses;
    this.#latest = args.redisUrl === null
      ? null
      : new LatestCache(args.redisUrl, args, since(outages?.redis));
    this.#road = new StoreRoad({
      address: args.database,
      wasOpen: this.#reached.database,
      outage: since(outages?.database),
      clock: this.#clock,
      processId: this.#reached.processId,
      batch: this.#batch,
      spool,
      deadLetters: new DeadLetters(spoolFolder(args)),
      limits: args,
    }, {
      onReached: () => this.#reach("database"),
      onAck: (ack) => this.#acknowledge(ack),
      onRestore: (peer, stored) =>
        this.#reply(this.#connections.get(peer), { type: "restore", ...stored }),
      onHeld: (peer) => this.#reply(this.#connections.get(peer), { type: "held" }),
      onAccepted: (source) => this.#latest?.start(source),
      onLoss: (some) => this.#lose(some),
      onTurn: () => this.#look(),
      onFatal: (reason) => host.fatal(reason),
    });
    this.#lookTimer = setInterval(() => this.#look(), LOOK_INTERVAL_MS);
    this.#openLatest();
  }

  connect(peer: ActorId, port: MessagePort, incarnation: number): void {
    this.#leave(peer)?.port.close();
    const connection = { id: this.#nextConnection++, port, incarnation, lastSeq: 0 };
    this.#connections.set(peer, connection);
    this.#batch.opened(connection.id);
    port.onmessage = ({ data }: MessageEvent<Delivery>) => this.#deliver(connection, data);
    this.#road.ask(peer);
  }

  /** What it has sent is taken to the last: nobody has it who could send it again. */
  disconnect(peer: ActorId, lastSeq: number): void {
    const connection = this.#leave(peer);
    if (connection === null) return;
    this.#orphans.set(connection.id, { ...connection, peer, sentSeq: lastSeq });
    connection.port.onmessage = ({ data }: MessageEvent<Delivery>) => {
      const orphan = this.#orphans.get(connection.id);
      if (orphan === undefined) return;
      this.#deliver(orphan, data);
      this.#tellInherited(connection.id);
    };
    this.#tellInherited(connection.id);
  }

  /** Forgets a connection, and returns it for its port to be closed; `null`: there is none. */
  #leave(peer: ActorId): Connection | null {
    const connection = this.#connections.get(peer);
    if (connection === undefined) return null;
    this.#connections.delete(peer);
    this.#road.forget(peer);
    this.#batch.closed(connection.id);
    return connection;
  }

  control(message: News): void {
    if (message.type === "source") this.#road.tellSource(message.source);
    if (message.type === "lost") {
      const { id, symbol, lostBy, cause, rows, span, detail } = message;
      this.#lose([{ market: marketOf(symbol), cause, rows, span, detail }], lostBy);
      this.#host.noteLost(id);
    }
    // The others wait for their acknowledgements.
    if (message.type === "ending") this.#road.hurry();
  }

  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    this.#tellLosses(Infinity);
    await this.#road.drain(deadlineMs);
    clearInterval(this.#lookTimer);
    for (const [peer, connection] of [...this.#connections]) {
      this.#reply(connection, { type: "ended" });
      this.#leave(peer)?.port.close();
    }
    for (const { port } of this.#orphans.values()) port.close();
    await Promise.all([this.#road.close(), this.#latest?.close()]);
  }

  /** A later life must still know an operator's mistake from an outage, and what has been told of one. */
  checkpoint(): WriterCheckpoint {
    const nowMs = monotonicMs();
    const redis = this.#latest?.outage(nowMs) ?? null;
    const outages = { database: this.#road.outage(nowMs), redis };
    const utcMs = this.#clock.at(wakingMs());
    return { ...this.#reached, utcMs, losses: this.#losses.memory, outages };
  }

  /** It says nothing itself; what it has acknowledged and not stored is kept. */
  leftovers(): Leftovers {
    return { unacked: null, kept: this.#road.kept };
  }

  gauges(): Gauges {
    const nowMs = monotonicMs();
    return {
      deliveries: this.#batch.deliveries,
      rows: this.#batch.rows,
      ...this.#losses.gauges(),
      ...this.#road.gauges(nowMs),
      ...this.#latest?.gauges(nowMs),
    };
  }

  /** Says in the log, and to whoever shows it, what has changed in how the stores stand. */
  #look(): void {
    const [nowMs, utcMs] = [monotonicMs(), utcNowMs()];
    const database = this.#road.look(nowMs, utcMs);
    const redis = this.#latest?.look(nowMs, utcMs) ?? null;
    // What is wrong with one that was never reached is said in one line, with the remedy.
    const lines = [...database.lines, ...this.#reached.redis ? redis?.lines ?? [] : []];
    for (const { level, text } of lines) log(level, WHO, text);
    this.#tellLosses(nowMs);
    if (this.#isTold && !database.isNew && redis?.isNew !== true) return;
    this.#isTold = true;
    this.#host.tellStores({ database: database.status, redis: redis?.status ?? null });
    // The gauges never say anything else.
    this.#host.beat();
  }

  /** Tells what this room has lost, at once for a page and in a row for later. */
  #tellLosses(nowMs: number): void {
    // Under a clock that was set they would be refused themselves.
    const losses = this.#losses.take(nowMs, this.#clock.tellingMs(utcNowMs(), wakingMs()));
    for (const loss of losses) log("warn", WHO, lossText(loss));
    if (losses.length > 0) this.#host.tellLosses(losses);
    const delivery = this.#losses.delivery();
    if (delivery === null) return;
    this.#batch.add(OWN_CONNECTION, delivery, monotonicMs());
    this.#road.delivered();
  }

  /** Nobody looks any more: what is lost now, or waited for a delivery to be stored, goes with the last rows. */
  #tellAtEnd(): void {
    if (this.#isDraining) this.#tellLosses(Infinity);
  }

  /** They must not be forgotten with this life. */
  #lose(losses: readonly Loss[], lostBy: LossRecord["lostBy"] = "writer"): void {
    this.#losses.add(losses, lostBy);
    this.#host.beat();
    this.#tellAtEnd();
  }

  /** Tells what is in hand of a dead sender, once all is here that it has sent. */
  #tellInherited(id: number): void {
    const orphan = this.#orphans.get(id);
    if (orphan === undefined || orphan.lastSeq < orphan.sentSeq) return;
    orphan.port.close();
    const { peer, incarnation } = orphan;
    const { rows, alerts } = this.#batch.heldOf(id);
    if (rows === null && alerts === 0) this.#orphans.delete(id);
    const symbol = symbolOf(peer);
    if (symbol === null) return;
    this.#host.tellInherited({ type: "inherited", symbol, incarnation, rows, alerts });
  }

  #deliver(connection: Connection, delivery: Delivery): void {
    if (delivery.type !== "delivery") return;
    connection.lastSeq = Math.max(connection.lastSeq, delivery.seq);
    this.#batch.add(connection.id, delivery, monotonicMs());
    hear(delivery.items, this.#clock, wakingMs, utcNowMs);
    for (const item of delivery.items) this.#latest?.offer(item, delivery.settings);
    this.#road.delivered();
  }

  #acknowledge({ connection, seq }: Ack): void {
    if (connection === OWN_CONNECTION) {
      this.#losses.stored();
      return this.#tellAtEnd();
    }
    for (const each of this.#connections.values()) {
      if (each.id === connection) return this.#reply(each, { type: "ack", seq });
    }
  }

  #reply(connection: Connection | undefined, reply: PeerReply): void {
    connection?.port.postMessage(reply);
  }

  #reach(what: "database" | "redis"): void {
    if (this.#reached[what]) return;
    this.#reached[what] = true;
    // Not lost, if this life ends before its next heartbeat.
    this.#host.beat();
  }

  #openLatest(): void {
    this.#latest?.open().then(() => this.#reach("redis"), (error: unknown) => {
      const { redisUrl, redisPrefix } = this.#args;
      if (this.#reached.redis || redisUrl === null) return;
      if (isRedisAway(redisUrl, error)) {
        // It counts as told from here on.
        this.#look();
        log("warn", WHO, unreachedRedis(redisUrl, redisPrefix, error));
        return this.#reach("redis");
      }
      this.#host.fatal(unusableRedis(redisUrl, redisPrefix, error));
      this.#road.stop();
    });
  }
}
