/** Private Redis servers, reached or refused in every way that a REDIS_URL can name. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Redis } from "ioredis";
import { faultOf } from "../../actors/writer/failures.ts";
import { redisTrouble } from "../../actors/writer/redis_trouble.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { endProcess, freePort, waitUntilAnswers } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { startDeadHost } from "../support/impostors.ts";
import { findRedis, startRedis } from "../support/redis_server.ts";
import { bucketFrame, delivery } from "../writer/outputs.ts";
import { onServer, startWriter, SymbolPort } from "./writer_stage.ts";

const ODD = "p@ss/w#rd1x%$:? é";
const TLS = ["authority.pem", "localhost.pem", "localhost.key"].map((name) =>
  decodeURIComponent(new URL(`../fixtures/tls/${name}`, import.meta.url).pathname)
);

/** Numbers of the databases that hold keys. */
async function filled(admin: Redis): Promise<number[]> {
  const info = await admin.info("keyspace");
  return [...info.matchAll(/^db(\d+):/gm)].map(([, number]) => Number(number));
}

if (findRedis() !== null) {
  onServer(
    "writer: REDIS_URL leads to the database that it names, or is refused with its own remedy, or waited for",
    async (
      _server,
      database,
    ) => {
      const [authority = "", certificate = "", key = ""] = TLS;
      const tlsPort = freePort();
      const server = await startRedis({
        args: [
          ...["--tls-port", `${tlsPort}`, "--tls-auth-clients", "no"],
          ...["--tls-ca-cert-file", authority],
          ...["--tls-cert-file", certificate, "--tls-key-file", key],
        ],
      });
      const cluster = await startRedis({ args: ["--cluster-enabled", "yes"] });
      const sentinel = await startSentinel(server.port);
      const admin = new Redis({ port: server.port, host: "127.0.0.1" });
      await admin.call("ACL", "SETUSER", "odd", "on", `>${ODD}`, "~orderbook:*", "+@all");
      // What an earlier version asked for.
      const old = "+select +info +multi +exec +del +hset +hget +pexpire +set".split(" ");
      await admin.call("ACL", "SETUSER", "old", "on", ">pw", "~orderbook:*", ...old);
      await admin.call("ACL", "SETUSER", "blind", "on", ">pw", "~orderbook:*", "+@all", "-info");
      await admin.call("ACL", "SETUSER", "tied", "on", ">pw", "~orderbook:*", "+@all", "-select");
      const at = `127.0.0.1:${server.port}`;
      const who = `odd:${encodeURIComponent(ODD)}`;
      const silent = startDeadHost("says nothing");
      const mute = `127.0.0.1:${silent.port}`;
      const works: [string, number][] = [
        [`redis://${at}`, 0],
        [`redis://${at}/3`, 3],
        [`redis://${who}@${at}/15`, 15],
        [`redis://blind:pw@${at}/4`, 4],
        [`rediss://127.0.0.1:${tlsPort}/5?ssl_cert_reqs=none`, 5],
        [`redis+sentinel://127.0.0.1:${freePort()},${mute},127.0.0.1:${sentinel.port}/main/6`, 6],
      ];
      for (const [url, number] of works) {
        await admin.flushall();
        const writer = startWriter({ database, redisUrl: readRedisUrl(url) });
        const symbol = new SymbolPort(writer);
        symbol.send(delivery(1, [bucketFrame(1)]));
        await symbol.acked(1);
        await eventually(async () => (await filled(admin)).length > 0, url);
        assertEquals(await filled(admin), [number], url);
        symbol.close();
        await writer.drain();
      }
      const refusals: [string, RegExp][] = [
        [`redis://${at}/16`, /\/16 cannot be used: it has no database of this number; name one/],
        [`redis://${at}/999999999`, /no database of this number/],
        [`redis://odd:s3cr3tW0rd@${at}`, /it refuses this user and password; correct/],
        [
          `redis://tied:pw@${at}/1`,
          /its user may not do what is needed; allow it there \(ACL SETUSER …\): .* ~orderbook:\* &orderbook:\*/,
        ],
        [
          `redis://old:pw@${at}/1`,
          /its user may not do what is needed; .*\+evalsha .* &orderbook:\*/,
        ],
        [
          `redis://127.0.0.1:${cluster.port}`,
          /it is a Redis Cluster, which is not supported; name/,
        ],
        [`redis://127.0.0.1:${sentinel.port}`, /it is a Redis Sentinel; write redis\+sentinel:/],
        [
          `redis+sentinel://127.0.0.1:${sentinel.port}/other/0`,
          /knows a master of this name; correct/,
        ],
        [`rediss://127.0.0.1:${tlsPort}`, /an authority that is not known here; .*DENO_CERT/],
        [
          `rediss://${at}`,
          /it does not answer; .*, or write redis:\/\/ if it speaks no TLS/,
        ],
        [`redis://127.0.0.1:${tlsPort}`, /, or write rediss:\/\/ if it speaks TLS/],
      ];
      await admin.flushall();
      // One after the other: of two writers one is refused its database, and says that alone.
      for (const [url, expected] of refusals) {
        const writer = startWriter({ database, redisUrl: readRedisUrl(url) });
        const { reason } = await writer.report("fatal");
        assertMatch(reason, expected, url);
        assert(!/s3cr3tW0rd|\n/.test(reason), reason);
        await writer.drain();
      }
      assertEquals(await filled(admin), [], "nothing was written anywhere");
      const absent: [string, string][] = [
        [`redis://127.0.0.1:${freePort()}`, "connection refused"],
        [`redis://nowhere.invalid`, "the host name is not known"],
        [`rediss://nowhere.invalid`, "the host name is not known"],
        [
          `redis+sentinel://127.0.0.1:${freePort()}/main/0`,
          "none of its sentinels tells where the master is (the last one: the connection was lost)",
        ],
      ];
      for (const [url, expected] of absent) {
        const writer = startWriter({ database, redisUrl: readRedisUrl(url) });
        let reason: string | null | undefined;
        while (reason !== expected) {
          reason = (await writer.report("stores")).stores.redis?.reason;
        }
        const isTold = () => (writer.checkpoint() as { redis?: boolean } | null)?.redis === true;
        await eventually(isTold, url);
        await writer.drain();
      }
      admin.disconnect();
      await Promise.all([server, cluster, sentinel, silent].map((each) => each.stop()));
    },
  );

  onServer(
    "writer: a Redis that comes back without the database that was named is written nowhere else",
    async (
      _server,
      database,
    ) => {
      const port = freePort();
      const first = await startRedis({ port });
      const writer = startWriter({
        database,
        redisUrl: readRedisUrl(`redis://127.0.0.1:${port}/9`),
      });
      const symbol = new SymbolPort(writer);
      symbol.send(delivery(1, [bucketFrame(1)]));
      await symbol.acked(1);
      await writer.untilGauges(({ redisUp }) => redisUp === 1);
      await first.stop();
      await writer.untilGauges(({ redisUp }) => redisUp === 0);
      const smaller = await startRedis({ port, args: ["--databases", "4"] });
      const errors = writer.gauges()["redisErrors"] ?? 0;
      symbol.send(delivery(2, [bucketFrame(2)]));
      await symbol.acked(2);
      await writer.untilGauges(({ redisErrors }) => (redisErrors ?? 0) > errors + 3);
      const admin = new Redis({ port, host: "127.0.0.1" });
      assertEquals([await filled(admin), writer.gauges()["redisUp"]], [[], 0]);
      admin.disconnect();
      await smaller.stop();
      const whole = await startRedis({ port });
      await writer.untilGauges(({ redisUp }) => redisUp === 1);
      symbol.close();
      await writer.drain();
      await whole.stop();
    },
  );
}

/** A sentinel that knows the server as `main`. */
async function startSentinel(
  masterPort: number,
): Promise<{ readonly port: number; stop: () => Promise<void> }> {
  const folder = await Deno.makeTempDir({ prefix: "obm-sentinel-" });
  const port = freePort();
  const settings = ["bind 127.0.0.1", `sentinel monitor main 127.0.0.1 ${masterPort} 1`, ""];
  await Deno.writeTextFile(`${folder}/conf`, [`port ${port}`, ...settings].join("\n"));
  const child = new Deno.Command(findRedis() ?? "", {
    args: [`${folder}/conf`, "--sentinel", "--dir", folder, "--logfile", `${folder}/log`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await waitUntilAnswers("Redis Sentinel", `${folder}/log`, child, async () => {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  });
  return {
    port,
    stop: async () => {
      await endProcess(child, "SIGTERM");
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("redisTrouble() has a remedy for each reason why no sentinel tells where the master is", () => {
  const server = readRedisUrl("redis+sentinel://a,b/main/0?sentinel_password=s3cr3tW0rd");
  const all = "All sentinels are unreachable. Retrying from scratch after 174ms.";
  const table: [string, RegExp, RegExp][] = [
    [all, /^none of its sentinels knows a master of this name$/, /^correct hosts and name/],
    [`${all} Last error: ERR No such master with that name`, /knows a master/, /^correct hosts/],
    [
      `${all} Last error: connect ECONNREFUSED 127.0.0.1:1`,
      /where the master is \(the last one: connection refused\)$/,
      /or start the sentinels$/,
    ],
    [
      `${all} Last error: WRONGPASS invalid username-password pair s3cr3tW0rd`,
      /\(the last one: WRONGPASS invalid username-password pair \*\*\*\)$/,
      /^correct sentinel_username and sentinel_password/,
    ],
  ];
  for (const [said, reason, remedy] of table) {
    const trouble = redisTrouble(server, "orderbook", new Error(said));
    assertMatch(trouble.reason, reason);
    assertMatch(trouble.remedy, remedy);
    const kinds = ["174ms", "9ms"].map((wait) =>
      faultOf(new Error(said.replace("174ms", wait)), []).kind
    );
    assertEquals(kinds[0], kinds[1], "it is told once, however long the next try waits");
  }
});

Deno.test("redisTrouble() tells a Redis without scripts from one whose user may not run them", () => {
  const table: [said: string, reason: string, remedy: RegExp][] = [
    [
      "ERR unknown command 'script', with args beginning with: 'LOAD' ",
      "it runs no scripts",
      /^name a Redis of version 5/,
    ],
    // In the words of Redis 7.0, and of 7.2 and later ones.
    ...[
      "NOPERM this user has no permissions to run the 'script|load' command",
      "ERR The user executing the script can't run this command or subcommand script: " +
      `${"e".repeat(40)}, on @user_script:5.`,
      "ERR ACL failure in script: User x has no permissions to run the 'xadd' command script: " +
      `${"e".repeat(40)}, on @user_script:5.`,
    ].map((said): [string, string, RegExp] => [
      said,
      "its user may not do what is needed",
      / \+evalsha .* ~desk:\* &desk:\*$/,
    ]),
  ];
  const server = readRedisUrl("redis://cache");
  for (const [said, reason, remedy] of table) {
    const trouble = redisTrouble(server, "desk", new Error(said));
    assertEquals(trouble.reason, reason, said);
    assertMatch(trouble.remedy, remedy, said);
    assert(
      !/script: e/.test(faultOf(new Error(said), []).reason),
      "nobody reads where in the script",
    );
  }
});

Deno.test("redisTrouble() hides a password that an answer quotes", () => {
  const server = readRedisUrl("redis://me:s3cr3tW0rd@cache/1");
  const old = new Error(
    "ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'me' 's3cr3tW0rd'",
  );
  const { reason } = redisTrouble(server, "orderbook", old);
  assertEquals(reason.includes("s3cr3tW0rd"), false, reason);
});
