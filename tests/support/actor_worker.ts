/** Runs one real actor in a real worker, as the supervisor would, for one test. */
import { deadline } from "@std/async/deadline";
import { Tally } from "../../shared/tally.ts";
import type { ActorId, Control, Gauges, Leftovers, Report } from "../../shared/protocol.ts";
import { PATIENCE_MS } from "./patience.ts";

/** A running actor. */
export interface ActorUnderTest {
  /** Its next report of a type; rejects when the worker fails or says nothing for a minute. */
  report<T extends Report["type"]>(type: T): Promise<Extract<Report, { type: T }>>;
  control(message: Control): void;
  /** Hands it one end of a new channel and returns the other, which the caller closes. */
  connect(peer: ActorId, incarnation?: number): MessagePort;
  /** What its newest heartbeat carries for a next life; `null`: none has come. */
  checkpoint(): unknown;
  /** Its newest gauges. */
  gauges(): Gauges;
  /** Waits until a heartbeat satisfies the test. */
  untilGauges(holds: (gauges: Gauges) => boolean): Promise<Gauges>;
  /**
   * Asks it to finish, then ends the worker; resolves with what it leaves behind. It is given so much time for what it
   * still wants to store, none if nothing is said.
   */
  drain(withinMs?: number): Promise<Leftovers>;
  /** Ends the worker at once, as a crash does. */
  crash(): void;
}

/** Spawns a worker and sends it `init`; `permissions` are those that `main` would give it. */
export function startActor(options: {
  readonly url: URL;
  readonly permissions: Deno.PermissionOptionsObject;
  readonly actorId: ActorId;
  readonly args: unknown;
  readonly incarnation?: number;
  /** What an earlier life has left; absent: there was none. */
  readonly checkpoint?: unknown;
}): ActorUnderTest {
  const worker = new Worker(options.url, {
    type: "module",
    deno: { permissions: options.permissions },
  });
  const reports: Report[] = [];
  let latest: Gauges = {};
  let checkpoint: unknown = null;
  let failure: Error | null = null;
  let changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.type === "heartbeat") {
      latest = data.gauges;
      checkpoint = data.checkpoint;
    } else if (data.type === "crashed") {
      failure = new Error(`The ${options.actorId} worker failed: ${data.reason}`);
    } else reports.push(data);
    wake();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    failure = new Error(`The ${options.actorId} worker failed: ${event.message}`);
    wake();
  };
  worker.postMessage({
    type: "init",
    actorId: options.actorId,
    incarnation: options.incarnation ?? 1,
    args: options.args,
    checkpoint: options.checkpoint ?? null,
    checkpointAgeMs: 0,
    tally: new Tally().memory,
    logLevel: Deno.env.get("TEST_LOG_LEVEL") ?? "error",
    secrets: [],
  });

  const until = async <T>(what: string, find: () => T | undefined): Promise<T> => {
    const search = async () => {
      while (true) {
        const found = find();
        if (found !== undefined) return found;
        if (failure !== null) throw failure;
        await changed.promise;
      }
    };
    try {
      return await deadline(search(), PATIENCE_MS);
    } catch (error) {
      if (error === failure) throw error;
      throw new Error(`Waited in vain for ${what} of ${options.actorId}`, { cause: error });
    }
  };
  const report = <T extends Report["type"]>(type: T) =>
    until(type, () => {
      const fatal = reports.find((each) => each.type === "fatal");
      if (type === "ready" && fatal !== undefined) throw new Error(fatal.reason);
      const index = reports.findIndex((each) => each.type === type);
      return index === -1 ? undefined : reports.splice(index, 1)[0] as Extract<Report, { type: T }>;
    });
  return {
    report,
    control: (message) => worker.postMessage(message),
    connect: (peer, incarnation = 1) => {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ type: "connect", peer, incarnation, port: port1 }, [port1]);
      return port2;
    },
    checkpoint: () => checkpoint,
    gauges: () => latest,
    untilGauges: (holds) => until("gauges", () => holds(latest) ? latest : undefined),
    drain: async (withinMs = 0) => {
      worker.postMessage({ type: "drain", deadlineMs: Date.now() + withinMs });
      const { leftovers } = await report("drained");
      worker.terminate();
      return leftovers;
    },
    crash: () => worker.terminate(),
  };
}
