/**
 * The embedded Postgres: opens the data folder, or creates what is to be in it, and serves it through the
 * gateway. What is wrong with the folder ends the process with one line; a disk that is full is waited for.
 */
import { monotonicMs } from "../../shared/clock.ts";
import { socketPath, TOO_BUSY_NOTICE } from "../../shared/database_address.ts";
import { log } from "../../shared/log.ts";
import type { Gauges, Init, StoreArgs } from "../../shared/protocol.ts";
import type { Actor, ActorHost } from "../run_actor.ts";
import { BusyShare } from "./busy_share.ts";
import { DatabaseRefusal, EmbeddedDatabase, prepareFolder, removeIfThere } from "./database.ts";
import { DiskRoom } from "./disk_room.ts";
import { Gateway } from "./gateway.ts";
import { Session } from "./session.ts";
import { Upkeep } from "./upkeep.ts";

/** A disk that was full is looked at again after this long. */
const ROOM_PAUSE_MS = 2_000;

/**
 * Opens or creates the database, then listens on `<socketDir>/.s.PGSQL.5432`. Where nothing but room is
 * missing it is ready all the same, and opens as soon as there is some.
 */
export async function createStore({ args }: Init<StoreArgs>, host: ActorHost): Promise<Actor> {
  const store = new Store(args, host);
  await store.open();
  return store;
}

/** What there is while the database is open. */
interface Service {
  readonly database: EmbeddedDatabase;
  readonly gateway: Gateway;
  readonly upkeep: Upkeep;
}

class Store implements Actor {
  readonly #args: StoreArgs;
  readonly #host: ActorHost;
  readonly #folder: string;
  #service: Service | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #opening: Promise<void> = Promise.resolve();
  #groupMsMax = 0;
  readonly #busy = new BusyShare();
  #wasTooBusy = false;

  constructor(args: StoreArgs, host: ActorHost) {
    this.#args = args;
    this.#host = host;
    this.#folder = `${args.dataDir}/pgdata`;
  }

  /** Never rejects for what an operator can mend. */
  async open(): Promise<void> {
    const startedMs = monotonicMs();
    try {
      await prepareFolder(this.#folder, this.#args.creationUrl);
      const database = await EmbeddedDatabase.open(this.#folder);
      this.#service = await this.#serve(database);
      log(
        "info",
        "store",
        `open after ${Math.round(monotonicMs() - startedMs)} ms: ${this.#folder}`,
      );
    } catch (error) {
      if (!(error instanceof DatabaseRefusal)) throw error;
      if (!error.isFull) return this.#host.fatal(error.message);
      log("error", "store", `${error.message}; it is opened as soon as there is room`);
      this.#openLater(new DiskRoom(this.#folder));
    }
  }

  connect(_peer: string, port: MessagePort): void {
    port.close();
  }

  disconnect(): void {}

  gauges(): Gauges {
    if (this.#service === null) return { isOpen: 0 };
    const { database, gateway, upkeep } = this.#service;
    const groupMsMax = Math.round(this.#groupMsMax);
    this.#groupMsMax = 0;
    const nowMs = monotonicMs();
    const busyPercent = this.#busy.percent(nowMs);
    const isTooBusy = this.#busy.isTooBusy(nowMs);
    if (isTooBusy !== this.#wasTooBusy) {
      this.#wasTooBusy = isTooBusy;
      const share = `busy ${busyPercent} % of the last minute`;
      if (isTooBusy) log("warn", "store", `${share}. ${TOO_BUSY_NOTICE}`);
      else log("info", "store", `${share}: it has time again`);
    }
    return {
      isOpen: 1,
      ...gateway.gauges(),
      groupMsMax,
      busyPercent,
      isTooBusy: isTooBusy ? 1 : 0,
      syncs: database.syncs,
      checkpoints: upkeep.checkpoints,
    };
  }

  async drain(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#opening;
    if (this.#service === null) return;
    const { database, gateway, upkeep } = this.#service;
    await upkeep.stop();
    await gateway.close();
    await database.close();
  }

  #openLater(room: DiskRoom): void {
    this.#retry = setTimeout(() => {
      if (room.shortage() === null) this.#opening = this.open();
      else this.#openLater(room);
    }, ROOM_PAUSE_MS);
  }

  async #serve(database: EmbeddedDatabase): Promise<Service> {
    const session = new Session(
      async (...group) => {
        const fromMs = monotonicMs();
        await database.run(...group);
        const toMs = monotonicMs();
        this.#busy.ran(fromMs, toMs);
        this.#groupMsMax = Math.max(this.#groupMsMax, toMs - fromMs);
      },
      // Not caught: it reaches the supervisor as this worker's error, which starts a clean life.
      (reason) => {
        const words = reason instanceof Error ? reason.message : String(reason);
        void Promise.reject(new Error(`The embedded Postgres stopped: ${words}`));
      },
    );
    const path = socketPath(this.#args.socketDir);
    // A life of this actor that crashed has left its socket; nobody listens on it any more.
    await removeIfThere(path);
    const room = new DiskRoom(this.#folder);
    const gateway = new Gateway({
      path,
      session,
      parameters: await database.parameters(),
      shortage: () => room.shortage(),
    });
    return {
      database,
      gateway,
      upkeep: new Upkeep({ session, room, isCopied: () => gateway.isCopied }),
    };
  }
}
