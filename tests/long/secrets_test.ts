/**
 * No secret is ever said: a monitor with a marked secret in every place that may hold one, in malformed configurations
 * and through whatever can go wrong with what it speaks to. Everything is searched: its log, its traces, its answers,
 * its stream, its files.
 */
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { breakages } from "../support/breakages.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { failingStart, startMonitor } from "../support/monitor.ts";
import { startPostgresEcho } from "../support/impostors.ts";
import { findPostgresBin, startPostgres } from "../support/postgres_server.ts";
import { findRedis, startRedis } from "../support/redis_server.ts";
import { withAdmin } from "../support/store_faults.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const SEEN_MAX_MS = 90_000;

/** What is looked for, by the place that holds it; a whole secret has more around it. */
const MARKS = {
  database: "s3cr3tDatabase",
  reader: "s3cr3tReader",
  redis: "s3cr3tRedis",
  sentinel: "s3cr3tSentinel",
  operator: "s3cr3tOperator",
  visitor: "s3cr3tVisitor",
  rest: "s3cr3tRestPath",
  stream: "s3cr3tStreamPath",
  proxy: "s3cr3tProxy",
} as const;
const DATABASE = `${MARKS.database}@/%x`;
const REDIS = `${MARKS.redis}#?y`;
const OPERATOR = `${MARKS.operator}-0123456789`;

/** Fails when any mark is in a text, as it is or in base64, in which headers and protocols carry them. */
function assertSilent(what: string, text: string): void {
  for (const [place, mark] of Object.entries(MARKS)) {
    const forms = [mark, ...[0, 1, 2].map((shift) => inBase64(mark, shift))];
    for (const form of forms) {
      const at = text.indexOf(form);
      assert(
        at < 0,
        `${what} says the secret of ${place}: ${text.slice(Math.max(0, at - 200), at + 60)}`,
      );
    }
  }
}

/** The letters that any text with this one in it has in base64, `shift` bytes after a multiple of three. */
function inBase64(text: string, shift: number): string {
  return btoa(" ".repeat(shift) + text).slice(shift === 0 ? 0 : shift + 1, -4);
}

const m = MARKS;
/** Ten ways and more to write every URL wrongly; `SCHEME` is the variable's own. */
const MALFORMED: readonly (readonly [what: string, text: string])[] = [
  ["no scheme", "me:SECRET@127.0.0.1/1"],
  ["another scheme", "mysql://me:SECRET@127.0.0.1/1"],
  ["a scheme cut short", "SCHEME:/me:SECRET@127.0.0.1/1"],
  ["raw marks in the password", "SCHEME://me:p@SECRET/w#rd@127.0.0.1/1"],
  ["a raw % in the password", "SCHEME://me:100%SECRET@127.0.0.1/1"],
  ["a blank in the password", "SCHEME://me:a SECRET@127.0.0.1/1"],
  ["a zero in the password", "SCHEME://me:a%00SECRET@127.0.0.1/1"],
  ["the password for a port", "SCHEME://me:x@127.0.0.1:SECRET/1"],
  ["the password for a host", "SCHEME://me:x@SECRET^/1"],
  ["the password for a parameter", "SCHEME://me:x@127.0.0.1/1?SECRET=1"],
  ["the password for a value", "SCHEME://me:x@127.0.0.1/1?sslmode=SECRET&ssl_cert_reqs=SECRET"],
  ["a parameter twice", "SCHEME://me:SECRET@127.0.0.1/1?a=SECRET&a=SECRET"],
  ["an address that is not closed", "SCHEME://me:SECRET@[::1/1"],
];
const PLACES: readonly (readonly [variable: string, scheme: string, secret: string])[] = [
  ["DATABASE_URL", "postgres", m.database],
  ["DATABASE_READ_URL", "postgres", m.reader],
  ["REDIS_URL", "redis", m.redis],
  ["EXCHANGE_REST_URL", "https", m.rest],
  ["EXCHANGE_WS_URL", "wss", m.stream],
  ["PUBLIC_URL", "https", m.proxy],
];

Deno.test("A secret in any malformed value, file or name is not said", async (t) => {
  const dataDir = await Deno.makeTempDir();
  const base = { DATA_DIR: dataDir, SYMBOLS: "BTCUSDT" };
  const refused = async (
    environment: Record<string, string>,
    variables: readonly string[],
    args: readonly string[] = [],
  ) => {
    const { code, errors, log } = await failingStart({ ...base, ...environment }, args);
    assertEquals(code, 1, log);
    const named = errors.map((line) => /^\S+ ERROR \S+\s+(\w+)/.exec(line)?.[1]);
    assertEquals(named.toSorted(), variables.toSorted(), log);
    assert(!/\n {4}at |Uncaught|crashed/.test(log), log);
    assertSilent("the log", log);
  };
  for (const [what, pattern] of MALFORMED) {
    await t.step(`${what}, everywhere at once`, async () => {
      const environment = Object.fromEntries(
        PLACES.map(([variable, scheme, secret]) => [
          variable,
          pattern.replaceAll("SCHEME", scheme).replaceAll("SECRET", secret),
        ]),
      );
      const tokens = { AUTH_TOKEN: m.operator, AUTH_READ_TOKEN: `${m.visitor} ${m.visitor}` };
      await refused({ ...environment, ...tokens }, [
        ...PLACES.map(([variable]) => variable),
        ...Object.keys(tokens),
      ]);
    });
  }
  await t.step("in the place of a file's name, and beside one", async () => {
    const names = ["DATABASE_URL", "DATABASE_READ_URL", "REDIS_URL", "AUTH_TOKEN"];
    const files = names.map((name) => [`${name}_FILE`, `/nowhere/${m.database}`]);
    await refused(Object.fromEntries(files), files.map(([name = ""]) => name));
    await refused({ REDIS_URL: m.redis, REDIS_URL_FILE: m.redis }, ["REDIS_URL"]);
  });
  await t.step("in a file of two lines, and in a file of variables", async () => {
    const file = `${dataDir}/secret`;
    await Deno.writeTextFile(file, `${m.operator}\n${m.operator}`);
    await refused({ AUTH_TOKEN_FILE: file }, ["AUTH_TOKEN_FILE"]);
    await Deno.writeTextFile(file, `PORT=0\n${m.redis}\nREDIS_URL="redis://:${m.redis}@h\n`);
    const { code, log } = await failingStart(base, [`--env-file=${file}`]);
    assertEquals(code, 1, log);
    assertSilent("the log", log);
  });
  await Deno.remove(dataDir, { recursive: true });
});

const USERS = [
  `CREATE ROLE monitor LOGIN PASSWORD '${DATABASE}'`,
  `CREATE ROLE reader LOGIN PASSWORD '${m.reader}'`,
  "CREATE DATABASE monitor OWNER monitor",
];
const READ_ALL = "ALTER DEFAULT PRIVILEGES FOR ROLE monitor GRANT SELECT ON TABLES TO reader";

/** A symbol's actor that falls over in its first life, and says all that it was told. */
const FRAGILE = `import ${
  JSON.stringify(`${new URL("../../actors/symbol/worker.ts", import.meta.url)}`)
};
addEventListener("message", ({ data }) => {
  if (data.type !== "init" || data.checkpoint !== null) return;
  setTimeout(() => { throw new Error("fell over " + JSON.stringify(data)); }, 5_000);
});
`;

Deno.test({
  name:
    "A monitor that is broken in twenty ways says no secret: log, traces, answers, stream, files",
  ignore: findPostgresBin() === null || findRedis() === null,
  fn: async (t) => {
    const dataDir = await Deno.makeTempDir();
    const secrets = await Deno.makeTempDir();
    const server = await startPostgres({ access: ["host all monitor,reader all scram-sha-256"] });
    await withAdmin(server, "postgres", ...USERS);
    await withAdmin(server, "monitor", READ_ALL);
    const source = { kind: "simulate", symbols: ["BTCUSDT"], seed: 7 } as const;
    let market = await startExchange({ source });
    const port = Number(new URL(market.restUrl).port);
    const redis = await startRedis({ args: ["--requirepass", REDIS] });
    await Deno.writeTextFile(`${secrets}/token`, OPERATOR);
    await Deno.writeTextFile(`${secrets}/symbol.js`, FRAGILE);
    const rest = [`http://exchange.invalid/${m.rest}`, `${market.restUrl}/${m.rest}`];
    const environment = {
      DATA_DIR: dataDir,
      SYMBOLS: "BTCUSDT",
      SYMBOL_WORKER: `${ROOT.replaceAll(/[^/]+/g, "..").slice(1)}${secrets.slice(1)}/symbol.js`,
      DATABASE_URL: `postgres://monitor:${
        encodeURIComponent(DATABASE)
      }@127.0.0.1:${server.port}/monitor`,
      DATABASE_READ_URL: `postgres://reader:${m.reader}@127.0.0.1:${server.port}/monitor`,
      REDIS_URL: `redis://:${encodeURIComponent(REDIS)}@127.0.0.1:${redis.port}/1`,
      AUTH_TOKEN_FILE: `${secrets}/token`,
      AUTH_READ_TOKEN: `${m.visitor}-0123456789`,
      EXCHANGE_REST_URL: [...rest, market.restUrl].join(),
      EXCHANGE_WS_URL: [`${market.wsUrl}/${m.stream}`, market.wsUrl].join(),
      HTTP_PROXY: `http://me:${m.proxy}@127.0.0.1:${freePort()}`,
      LOG_LEVEL: "debug",
    };
    const monitor = startMonitor(environment);
    const url = await monitor.url();
    let said = "";
    const authorization = `Bearer ${OPERATOR}`;
    const ask = async (path: string, init: RequestInit = { headers: { authorization } }) => {
      const answer = await fetch(`${url}${path}`, { redirect: "manual", ...init });
      said += `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}\n`;
    };
    const stream = listenTo(`${url}/events`, authorization);
    const parts = {
      ...{ server, redis, databasePassword: DATABASE, redisPassword: REDIS, token: OPERATOR, ask },
      exchange: {
        port,
        down: () => market.stop(),
        up: async () => {
          market = await startExchange({ source, port });
        },
      },
    };
    let from = 0;
    for (const { what, begin, told, end } of breakages(parts)) {
      const isDone = await t.step(what, async () => {
        await begin();
        const isTold = () => told === null || told.test(monitor.log().slice(from));
        await eventually(isTold, what, SEEN_MAX_MS).catch((cause) => {
          throw new Error(monitor.log().slice(from), { cause });
        });
        for (const path of ["/healthz", "/api/symbols", "/api/losses", "/"]) await ask(path);
        from = monitor.log().length;
        await end?.();
      });
      // What comes later would wait in vain.
      if (!isDone) break;
    }
    await server.down("immediate");
    const isAway = () => monitor.log().slice(from).includes("the database cannot be written");
    await eventually(isAway, "the database is away", SEEN_MAX_MS);
    assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
    await t.step(
      "starts on servers that quote what they were told",
      () => startOnImpostors(environment, server.port, parts.redis.port),
    );
    assertSilent("the log", monitor.log());
    assertSilent("an answer", said);
    assertSilent("the stream", await stream);
    await assertFilesSilent(dataDir);
    await Promise.all([market.stop(), parts.redis.stop(), server.stop()]);
    for (const folder of [dataDir, secrets]) await Deno.remove(folder, { recursive: true });
  },
});

async function startOnImpostors(
  environment: Record<string, string>,
  databasePort: number,
  redisPort: number,
): Promise<void> {
  const { SYMBOL_WORKER: _, ...sound } = environment;
  const { DATABASE_URL: __, DATABASE_READ_URL: ___, ...embedded } = sound;
  const database = startPostgresEcho(databasePort);
  const fresh = await Deno.makeTempDir();
  const sentinel = `redis+sentinel://:${m.redis}@127.0.0.1:${redisPort}/main/0?sentinel_password=` +
    m.sentinel;
  for (const over of [sound, { ...embedded, REDIS_URL: sentinel }]) {
    const { code, errors, log } = await failingStart({ ...over, DATA_DIR: fresh });
    assertEquals([code, errors.length], [1, 1], log);
    assertSilent("a start", log);
  }
  await database.stop();
  await Deno.remove(fresh, { recursive: true });
}

/** All that a stream says, until it ends. */
async function listenTo(url: string, authorization: string): Promise<string> {
  const answer = await fetch(url, { headers: { authorization } });
  let said = "";
  const reading = answer.body?.pipeThrough(new TextDecoderStream()) ?? new ReadableStream<string>();
  try {
    for await (const text of reading) said += text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return said;
}

async function assertFilesSilent(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await assertFilesSilent(path);
    else assertSilent(path, new TextDecoder("latin1").decode(await Deno.readFile(path)));
  }
}
