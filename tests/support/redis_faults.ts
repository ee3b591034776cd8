/** What can befall Redis, as `store_faults.ts` has it of PostgreSQL. */
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "./redis_server.ts";
import { hungUp, SILENT, type StoreFault } from "./store_faults.ts";

/** A Redis that may be started anew, on the same port. */
export interface RedisUnderFault {
  readonly url: string;
  readonly faults: readonly StoreFault[];
  stop(): Promise<void>;
}

/** Starts one. The first few faults show each kind. */
export async function startFaultyRedis(): Promise<RedisUnderFault> {
  let server: RedisServer = await startRedis();
  const { url, port } = server;
  const again = async (...args: string[]) => {
    await server.stop();
    server = await startRedis({ port, args });
  };
  const commands = (
    name: string,
    reason: RegExp,
    begin: readonly string[],
    end: readonly string[],
  ): StoreFault => ({
    ...{ name, store: "redis", reason },
    begin: () => tell(url, begin),
    end: () => tell(url, end),
  });
  const faults: StoreFault[] = [
    commands(
      "Redis has no memory left (OOM)",
      /its memory is full/,
      ["CONFIG SET maxmemory 1"],
      ["CONFIG SET maxmemory 0"],
    ),
    {
      name: "Redis is a cluster that is down (CLUSTERDOWN)",
      store: "redis",
      reason: /it is a Redis Cluster|its cluster is down/,
      begin: () => again("--cluster-enabled", "yes"),
      end: () => again(),
    },
    commands(
      "a permission is missing (NOPERM)",
      /no permissions to run the 'set' command/,
      ["ACL SETUSER default -set"],
      ["ACL SETUSER default +@all"],
    ),
    {
      name: "Redis cannot save (MISCONF)",
      store: "redis",
      reason: /it cannot save to its disk/,
      begin: async () => {
        // What it wants to write is a folder already.
        await Deno.mkdir(`${server.folder}/dump.rdb/in_the_way`, { recursive: true });
        await tell(url, ["CONFIG SET save 3600_1", "BGSAVE"]);
      },
      end: () => tell(url, ["CONFIG SET save _"]),
    },
    commands(
      "Redis is a replica (READONLY)",
      /it is a read-only replica/,
      ["REPLICAOF 127.0.0.1 1"],
      ["REPLICAOF NO ONE"],
    ),
    {
      name: "Redis hangs",
      store: "redis",
      reason: SILENT,
      begin: () => Promise.resolve(server.pause()),
      end: () => Promise.resolve(server.resume()),
    },
    {
      name: "Redis is killed",
      store: "redis",
      reason: /connection refused|the connection was lost/,
      begin: () => server.stop(),
      end: async () => {
        server = await startRedis({ port });
      },
    },
    hungUp(
      "something that hangs up stands in the place of Redis",
      "redis",
      port,
      () => server.stop(),
      async () => {
        server = await startRedis({ port });
      },
    ),
    {
      name: "Redis asks for a password (NOAUTH)",
      store: "redis",
      reason: /NOAUTH/,
      begin: () => tell(url, ["CONFIG SET requirepass new", "CLIENT KILL TYPE normal SKIPME yes"]),
      end: () => tell(url.replace("//", "//:new@"), ["CONFIG SET requirepass _"]),
    },
  ];
  return { url, faults, stop: () => server.stop() };
}

/** Words with blanks between them; `_` stands for a blank, alone for an empty word. */
async function tell(url: string, commands: readonly string[]): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  try {
    for (const command of commands) {
      const [name = "", ...words] = command.split(" ");
      await redis.call(name, ...words.map((word) => word === "_" ? "" : word.replace("_", " ")));
    }
  } finally {
    redis.disconnect();
  }
}
