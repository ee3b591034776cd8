/** The web worker, started as the supervisor starts it, with reduced permissions. */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { WebArgs } from "../../shared/protocol.ts";
import { webPermissions } from "../../web/permissions.ts";
import { type ActorUnderTest, startActor } from "../support/actor_worker.ts";
import { HISTORY_LIMITS } from "../support/history_limits.ts";

/** The worker that makes Parquet. */
export const PARQUET_URL = import.meta.resolve("../../web/export/parquet_worker.ts");

/** Arguments that need nothing outside: no database answers, no page is bundled. */
export function webArgs(over: Partial<WebArgs> = {}): WebArgs {
  return {
    host: "127.0.0.1",
    listenAddress: over.host ?? "127.0.0.1",
    publicUrl: null,
    about: { versions: { monitor: "0.0.0", deno: "2", v8: "14" }, variables: [] },
    authToken: null,
    authReadToken: null,
    port: 0,
    database: { kind: "embedded", socketDir: "/nonexistent" },
    settings: DEFAULT_SETTINGS,
    pageDir: "/nonexistent",
    parquetUrl: PARQUET_URL,
    metricsIntervalMs: 1_000,
    redisUrl: null,
    redisPrefix: "orderbook",
    sseMax: 500,
    sseMaxPerAddress: 20,
    trustedProxies: [],
    ...HISTORY_LIMITS,
    ...over,
  };
}

/** Starts the worker and tells it to begin. */
export function startWorker(args: WebArgs): ActorUnderTest {
  return startActor({
    url: new URL("../../web/worker.ts", import.meta.url),
    permissions: webPermissions(args),
    actorId: "web",
    args,
  });
}

/** The address that the worker listens on. */
export async function addressOf(worker: ActorUnderTest): Promise<string> {
  const { address } = await worker.report("ready");
  if (address === undefined) throw new TypeError("Cannot reach the worker: it told no address");
  return address;
}
