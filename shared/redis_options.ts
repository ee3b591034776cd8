/** What the Redis driver is told of the server: everything that REDIS_URL says, taken apart before. Pure. */
import type { RedisOptions } from "ioredis";
import type { RedisServer } from "./redis_url.ts";

/** `delayMs`: before the next attempt. */
export function redisOptions(
  server: RedisServer,
  answerMaxMs: number,
  delayMs: () => number,
): RedisOptions & { replyMapping: "legacy" } {
  const [place] = server.hosts;
  const tls = server.tls === "none" ? undefined : { rejectUnauthorized: server.tls === "verified" };
  return {
    replyMapping: "legacy",
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: answerMaxMs,
    commandTimeout: answerMaxMs,
    retryStrategy: delayMs,
    username: server.user === "" ? undefined : server.user,
    password: server.password === "" ? undefined : server.password,
    db: server.database,
    tls,
    ...(server.master === null ? { host: place?.host ?? "", port: place?.port ?? 0 } : {
      sentinels: server.hosts.map(({ host, port }) => ({ host, port })),
      name: server.master,
      sentinelUsername: server.sentinelUser === "" ? undefined : server.sentinelUser,
      sentinelPassword: server.sentinelPassword === "" ? undefined : server.sentinelPassword,
      sentinelTLS: tls,
      enableTLSForSentinelMode: tls !== undefined,
      // One that says nothing is left for the next.
      sentinelCommandTimeout: answerMaxMs,
      sentinelRetryStrategy: delayMs,
    }),
  };
}
