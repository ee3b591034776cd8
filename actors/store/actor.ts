/**
 * The embedded Postgres: opens the data folder, serves it through the gateway, and brings its log into its
 * tables from time to time.
 */
import { monotonicMs } from "../../shared/clock.ts";
import { socketPath } from "../../shared/database_address.ts";
import { log } from "../../shared/log.ts";
import type { Gauges, Init, StoreArgs } from "../../shared/protocol.ts";
import type { Actor, ActorHost } from "../run_actor.ts";
import { EmbeddedDatabase, prepareFolder, removeIfThere } from "./database.ts";
import { Gateway } from "./gateway.ts";
import { Session } from "./session.ts";

/**
 * The embedded Postgres has no process that checkpoints; without one its log would grow for ever (289 MB
 * after 605,000 rows), and so would the time of the start after a crash.
 */
const CHECKPOINT_INTERVAL_MS = 10_000;

/** Opens or creates the database, then listens on `<socketDir>/.s.PGSQL.5432`. */
export async function createStore(init: Init<StoreArgs>, host: ActorHost): Promise<Actor> {
  const startedMs = monotonicMs();
  const folder = `${init.args.dataDir}/pgdata`;
  const refusal = await prepareFolder(folder, init.args.creationUrl);
  if (refusal !== null) {
    host.fatal(refusal);
    return idleActor();
  }
  const database = await EmbeddedDatabase.open(folder);
  let groupMsMax = 0;
  const session = new Session(
    async (...group) => {
      const fromMs = monotonicMs();
      await database.run(...group);
      groupMsMax = Math.max(groupMsMax, monotonicMs() - fromMs);
    },
    // Not caught: it reaches the supervisor as this worker's error, which starts a clean life.
    (reason) => {
      void Promise.reject(new Error("The embedded Postgres stopped", { cause: reason }));
    },
  );
  const path = socketPath(init.args.socketDir);
  // A life of this actor that crashed has left its socket; nobody listens on it any more.
  await removeIfThere(path);
  const gateway = new Gateway({ path, session, parameters: await database.parameters() });
  const upkeep = new Upkeep(session);
  log("info", "store", `open after ${Math.round(monotonicMs() - startedMs)} ms: ${folder}`);
  return {
    connect: (_peer, port) => port.close(),
    disconnect: () => {},
    gauges: (): Gauges => {
      const gauges = {
        ...gateway.gauges(),
        groupMsMax: Math.round(groupMsMax),
        syncs: database.syncs,
        checkpoints: upkeep.checkpoints,
      };
      groupMsMax = 0;
      return gauges;
    },
    drain: async () => {
      await upkeep.stop();
      await gateway.close();
      await database.close();
    },
  };
}

/** Checkpoints between the clients' groups, when anything was written. */
class Upkeep {
  readonly #session: Session;
  readonly #timer: ReturnType<typeof setInterval>;
  #running: Promise<void> | null = null;
  #writesThen = 0;
  #checkpoints = 0;
  #complaint: string | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#timer = setInterval(() => {
      this.#running ??= this.#checkpoint().finally(() => this.#running = null);
    }, CHECKPOINT_INTERVAL_MS);
  }

  /** Made so far. */
  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** No more from now on; what is under way ends first. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #checkpoint(): Promise<void> {
    const { writes } = this.#session;
    if (writes === this.#writesThen) return;
    // A session that broke has told so already, and this life is over.
    const complaint = await this.#session.maintain("CHECKPOINT").catch(() => null);
    if (complaint !== null && complaint !== this.#complaint) {
      log("error", "store", `a checkpoint failed, and is tried again: ${complaint}`);
    } else if (complaint === null) {
      this.#writesThen = writes;
      this.#checkpoints += 1;
      if (this.#complaint !== null) log("info", "store", "checkpoints succeed again");
    }
    this.#complaint = complaint;
  }
}

/** Stands in while the process ends. */
function idleActor(): Actor {
  return {
    connect: (_peer, port) => port.close(),
    disconnect: () => {},
    gauges: () => ({}),
    drain: () => Promise.resolve(),
  };
}
