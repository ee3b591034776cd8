/** What each actor's worker can really do: it tries everything under the very permissions of the actor. */
import { assertEquals } from "@std/assert";
import { storePermissions } from "../../actors/store/permissions.ts";
import { symbolPermissions } from "../../actors/symbol/permissions.ts";
import { writerPermissions } from "../../actors/writer/permissions.ts";
import { socketPath } from "../../shared/database_address.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { webPermissions } from "../../web/permissions.ts";
import type { Targets } from "../support/burglar.ts";
import { serverAt } from "../support/services.ts";
import { webArgs } from "../web/web_worker.ts";
import { CREATION_URL } from "../support/made_database.ts";

const BURGLAR = new URL("../support/burglar.ts", import.meta.url);
/** Nobody listens there, and who may try is told so. */
const [EXCHANGE, SERVER, REDIS] = ["127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5"];

const dataDir = await Deno.makeTempDir();
const socketDir = await Deno.makeTempDir();
const embedded = { kind: "embedded", socketDir } as const;
const server = serverAt(`postgres://me:pw@${SERVER}/db`);
const redisUrl = readRedisUrl(`redis://${REDIS}/0`);
const TARGETS: Targets = {
  dataDir,
  socket: socketPath(socketDir),
  exchange: EXCHANGE,
  server: SERVER,
  redis: REDIS,
};

async function allowed(permissions: Deno.PermissionOptionsObject): Promise<readonly string[]> {
  const worker = new Worker(BURGLAR, { type: "module", deno: { permissions } });
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.postMessage(TARGETS);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}

const ACTORS: readonly (readonly [
  actor: string,
  permissions: Deno.PermissionOptionsObject,
  may: readonly string[],
])[] = [
  [
    "a symbol's actor",
    symbolPermissions({ restUrls: [`http://${EXCHANGE}`], wsUrls: [`ws://${EXCHANGE}`] }),
    ["reach the exchange"],
  ],
  [
    "the writer, of a server",
    writerPermissions({ database: server, redisUrl, dataDir }),
    [
      "read the spool",
      "write the spool",
      "reach the database",
      "reach Redis",
      "learn the host's name",
    ],
  ],
  [
    "the writer, of the embedded store",
    writerPermissions({ database: embedded, redisUrl: null, dataDir }),
    ["read the spool", "write the spool", "reach the store's socket", "learn the host's name"],
  ],
  [
    "the web server, of a server",
    webPermissions(webArgs({ database: server })),
    ["reach the database"],
  ],
  [
    "the web server, with a Redis",
    webPermissions(webArgs({ database: server, redisUrl })),
    ["reach the database", "reach Redis"],
  ],
  [
    "the web server, with sentinels",
    webPermissions(
      webArgs({ database: server, redisUrl: readRedisUrl(`redis+sentinel://${REDIS}/m`) }),
    ),
    ["reach the database"],
  ],
  [
    "the web server, of the embedded store",
    webPermissions(webArgs({ database: embedded })),
    ["reach the store's socket"],
  ],
  [
    "the store",
    storePermissions({ dataDir, socketDir, creationUrl: CREATION_URL }),
    [
      "read DATA_DIR",
      "read the spool",
      "write DATA_DIR",
      "write the spool",
      "reach the store's socket",
    ],
  ],
];

for (const [actor, permissions, may] of ACTORS) {
  Deno.test(`${actor} may do what it must, and nothing else`, async () => {
    assertEquals(await allowed(permissions), may);
  });
}

addEventListener("unload", () => {
  for (const dir of [dataDir, socketDir]) Deno.removeSync(dir, { recursive: true });
});
