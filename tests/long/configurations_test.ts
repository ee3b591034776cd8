/**
 * A hundred configurations as whole processes, drawn from what works and what does not: each starts as it was told, or
 * ends with one line for each variable that is wrong and exit code 1. `TEST_SEED` repeats a run.
 */
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";
import { failingStart, startMonitor } from "../support/monitor.ts";
import { randomOf } from "../support/random.ts";
import { findRedis, startRedis } from "../support/redis_server.ts";
import { freshDatabase, postgresUrl } from "../support/services.ts";

const RUNS = 100;
const SECRET = "s3cr3tW0rd";

/** Values of one variable that can be honoured, and that cannot. */
interface Choice {
  readonly name: string;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

function choices(database: string, redis: string, dataDir: string): Choice[] {
  const pg = new URL(database);
  const { host, port, pathname } = pg;
  return [
    {
      name: "SYMBOLS",
      good: ["BTCUSDT", "ETHUSDT,BTCUSDT", " BTCUSDT , "],
      bad: ["btcusdt", ",,", "BTCUSDT,BTCUSDT", "BTC/USDT", "\u202E", "X".repeat(9_999)],
    },
    { name: "HOST", good: ["127.0.0.1", ""], bad: ["a b", "http://x", "127.0.0.1:80"] },
    { name: "PORT", good: ["0"], bad: ["65536", "-1", "8000.5", "８０００", "1e3"] },
    { name: "SSE_MAX", good: ["1", "9999"], bad: ["0", "many"] },
    {
      name: "DATABASE_URL",
      good: [
        database,
        `postgresql://${pg.username}:${SECRET}@${host}${pathname}?sslmode=prefer`,
        `postgres://${pg.username}@localhost:${port}${pathname}?channel_binding=prefer&keepalives=1`,
        `postgres:///?host=127.0.0.1&port=${port}&user=${pg.username}&dbname=${pathname.slice(1)}`,
        `postgres://${pg.username}@127.0.0.1:1,${host}${pathname}?application_name=x`,
      ],
      bad: [
        `mysql://me:${SECRET}@h/d`,
        `postgres://me:p@${SECRET}/x#y@h/d`,
        `postgres://me:100%${SECRET}@h/d`,
        `postgres://me:${SECRET}@h:99999/d`,
        `postgres://me:${SECRET}@127.0.0.1:1/d`,
        `postgres://me:${SECRET}@nowhere.invalid/d`,
        `postgres://me:${SECRET}@${host}/nosuch`,
        `postgres://me:${SECRET}@${host}/d?sslrootcert=/x`,
        `postgres://me:${SECRET}@${host}/d?schema=public`,
        `postgres://${pg.username}:${SECRET}@${host}${pathname}?sslmode=require`,
      ],
    },
    {
      name: "REDIS_URL",
      good: [redis, `${redis}/15`, ""],
      bad: [
        `${redis}/16`,
        `redis://:100%${SECRET}@h`,
        `redis://${SECRET}@h`,
        `redis://:${SECRET}@127.0.0.1:1`,
        `redis://:${SECRET}@h/${SECRET}`,
        `redis+cluster://:${SECRET}@h`,
        `http://:${SECRET}@h`,
      ],
    },
    { name: "REDIS_URL_FILE", good: [""], bad: [`${dataDir}/none`, "/dev/null", "/tmp"] },
    { name: "METRICS_INTERVAL_MS", good: ["100", "1000", "60000"], bad: ["0", "150", "1s"] },
    { name: "DEPTH_LEVELS", good: ["20", "5000"], bad: ["19", "5001", "x"] },
    { name: "AUDIT_INTERVAL_MS", good: ["0", "10000"], bad: ["1", "-1"] },
    { name: "SYMBOL_WORKER", good: [""], bad: ["nope.js", "/etc/passwd"] },
    { name: "LOG_LEVEL", good: ["info", "warn", "error"], bad: ["loud", "ERROR"] },
    { name: "PUBLIC_URL", good: [""], bad: ["desk", "ftp://x"] },
    { name: "TMPDIR", good: ["/tmp"], bad: [] },
    { name: "DATA_DIR", good: [dataDir], bad: ["/dev/null/x", "/proc/nope"] },
  ];
}

Deno.test({
  name:
    `Each of ${RUNS} configurations starts as it was told, or ends with its lines and exit code 1`,
  ignore: postgresUrl === null || findRedis() === null,
  fn: async () => {
    const seed = Number(Deno.env.get("TEST_SEED") ?? 1);
    const random = randomOf(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const redis = await startRedis();
    const exchange = await startExchange({
      source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 7 },
    });
    const outcomes = { started: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) {
      const dataDir = await Deno.makeTempDir();
      const database = await freshDatabase();
      const table = choices(database.url, redis.url, dataDir);
      const wrong = new Set<string>();
      for (let n = random() < 0.35 ? 0 : Math.ceil(random() * 3); n > 0; n--) {
        const { name, bad } = pick(table);
        if (bad.length > 0) wrong.add(name);
      }
      const environment: Record<string, string> = {
        EXCHANGE_REST_URL: exchange.restUrl,
        EXCHANGE_WS_URL: exchange.wsUrl,
      };
      for (const { name, good, bad } of table) {
        const isNeeded = ["DATABASE_URL", "DATA_DIR", "PORT", "SYMBOLS"].includes(name);
        if (wrong.has(name)) environment[name] = pick(bad);
        else if (isNeeded || random() < 0.5) environment[name] = pick(good);
      }
      // A file and a value at once are a third thing that is wrong.
      if (wrong.has("REDIS_URL_FILE")) delete environment["REDIS_URL"];
      const context = `seed ${seed}, run ${run}: ${JSON.stringify(environment)}`;
      if (wrong.size === 0) {
        const monitor = startMonitor({ ...environment, LOG_LEVEL: "info" });
        const url = await monitor.url().catch((cause) => {
          throw new Error(`${context}\n${monitor.log()}`, { cause });
        });
        await eventually(
          async () => (await (await fetch(`${url}/healthz`)).json()).status === "ok",
          context,
        );
        assertEquals(await monitor.end("SIGTERM"), 0, `${context}\n${monitor.log()}`);
        assert(!monitor.log().includes(SECRET), `${context}\n${monitor.log()}`);
        outcomes.started += 1;
      } else {
        const { code, errors, log } = await failingStart(environment);
        assertEquals(code, 1, `${context}\n${log}`);
        // What is found while reading is told at once; the rest one by one.
        assert(errors.length >= 1 && errors.length <= wrong.size, `${context}\n${log}`);
        for (const line of errors) {
          const said = line.replace(/^\S+ ERROR \S+\s+/, "");
          assert([...wrong].some((name) => said.startsWith(name)), `${context}\n${log}`);
        }
        assert(!/\n {4}at |Uncaught|crashed|Stack backtrace/.test(log), `${context}\n${log}`);
        assert(!log.includes(SECRET), `${context}\n${log}`);
        outcomes.refused += 1;
      }
      await database.drop();
      await Deno.remove(dataDir, { recursive: true });
    }
    await exchange.stop();
    await redis.stop();
    assert(Math.min(outcomes.started, outcomes.refused) > RUNS / 5, JSON.stringify(outcomes));
  },
});
