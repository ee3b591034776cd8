/** Configurations that cannot be honoured, as whole processes: one line, exit code 1, and no secret in anything said. */
import { assertEquals, assertFalse, assertMatch } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { failingStart, startMonitor } from "../support/monitor.ts";
import { freshDatabase, postgresUrl } from "../support/services.ts";

const SECRET = "s3cr3tW0rd";

/** `*` stands for the secret. */
const REFUSALS:
  readonly (readonly [what: string, environment: Record<string, string>, line: RegExp])[] = [
    [
      "a raw password",
      { DATABASE_URL: "postgres://me:p@*/w#rd1x@127.0.0.1:1/mon" },
      /% is %25, @ is/,
    ],
    [
      "a raw %",
      { DATABASE_URL: "postgres://me:100%*@127.0.0.1:1/mon" },
      /^DATABASE_URL must .*%25/,
    ],
    ["no scheme", { DATABASE_URL: "me:*@127.0.0.1/mon" }, /starts with postgres:/],
    ["no colon", { DATABASE_URL: "postgres://*@127.0.0.1/" }, /must name a database/],
    ["a bad port", { DATABASE_URL: "postgres://me:*@127.0.0.1:x*/mon" }, /a port from 1/],
    [
      "Prisma's",
      { DATABASE_URL: "postgres://me:*@h/d?schema=public" },
      /schema, which is of Prisma/,
    ],
    [
      "nobody there",
      { DATABASE_URL: "postgres://me:*@127.0.0.1:1/mon" },
      /connection refused; start/,
    ],
    ["a raw % for Redis", { REDIS_URL: "redis://:100%*@127.0.0.1:1" }, /^REDIS_URL must .*%25/],
    ["no colon for Redis", { REDIS_URL: "redis://*@127.0.0.1:1" }, /a colon before its password/],
    ["a word for a number", { REDIS_URL: "redis://:*@127.0.0.1:1/*" }, /number of a database/],
    ["a cluster", { REDIS_URL: "redis+cluster://:*@127.0.0.1:1" }, /a cluster, which is not/],
    ["a user at the exchange", { EXCHANGE_REST_URL: "https://me:*@a" }, /no user and no password/],
    ["a key at the exchange", { EXCHANGE_WS_URL: "wss://a?key=*" }, /no parameters/],
    ["/api", { EXCHANGE_REST_URL: "https://a,https://b/*/api" }, /before \/api, .*number 2 is not/],
    ["/ws", { EXCHANGE_WS_URL: "wss://a/ws" }, /the address before \/ws,/],
    [
      "a URL for a file",
      { DATABASE_URL_FILE: "postgres://me:*@h/d" },
      /_FILE must name a file that can/,
    ],
    ["both", { REDIS_URL: "*", REDIS_URL_FILE: "/dev/null" }, /must not both be set/],
    [
      "a name of nobody",
      { HOST: "nowhere.invalid", AUTH_DISABLED: "i-understand" },
      /^HOST nowhere\.invalid is a name that no address is known of: set HOST to/,
    ],
    ["no rules", { RULES_FILE: "/no/rules.json" }, /^RULES_FILE \/no\/rules.json is not there; /],
    ["half", { DATABASE_READ_URL: "postgres://me:*@h/d" }, /must not be set without DATABASE_URL/],
  ];

Deno.test("A configuration that cannot be honoured ends in one line with what to do, and no secret is said", async (t) => {
  const dataDir = await Deno.makeTempDir();
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: ["BTCUSDT"], seed: 7 },
  });
  const base = {
    DATA_DIR: dataDir,
    SYMBOLS: "BTCUSDT",
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
  };
  for (const [what, environment, expected] of REFUSALS) {
    await t.step(what, async () => {
      const marked = Object.entries(environment).map(([name, text]) => [
        name,
        text.replaceAll("*", SECRET),
      ]);
      const { code, errors, log } = await failingStart({ ...base, ...Object.fromEntries(marked) });
      assertEquals([code, errors.length], [1, 1], log);
      assertMatch(errors[0]?.replace(/^\S+ ERROR \S+\s+/, "") ?? "", expected);
      assertFalse(/\n {4}at |Uncaught|crashed/.test(log), log);
      assertFalse(log.includes(SECRET), log);
    });
  }
  await t.step(
    "a file of variables is heard from its first line on, and stray names are told",
    async () => {
      const file = `${dataDir}/env`;
      const lines = ["\uFEFFSYMBOLS=NOPE", "LOGLEVEL=debug", "DATABSE_URL=$x"];
      await Deno.writeTextFile(file, lines.join("\r\n"));
      const { SYMBOLS: _, ...rest } = base;
      const { code, errors, log } = await failingStart(rest, [`--env-file=${file}`]);
      assertEquals([code, errors.length], [1, 1], log);
      assertMatch(errors[0] ?? "", /SYMBOLS: .*knows none of NOPE/);
      assertMatch(log, /WARN .*LOGLEVEL is no variable of this program: is LOG_LEVEL meant\?/);
      assertMatch(
        log,
        /WARN .*DATABSE_URL is no variable of this program: is DATABASE_URL meant\?/,
      );
    },
  );
  await t.step(
    "a name that nobody reads is told where it may be why another variable lacks",
    async () => {
      const given = { ...base, HOST: "0.0.0.0", AUTH_TOKN: SECRET };
      const { code, errors, log } = await failingStart(given);
      assertEquals([code, errors.length], [1, 1], log);
      assertMatch(
        errors[0] ?? "",
        /HOST 0\.0\.0\.0 is reached from other machines: set AUTH_TOKEN/,
      );
      assertMatch(log, /WARN .*AUTH_TOKN is no variable of this program: is AUTH_TOKEN meant\?/);
      assertFalse(log.includes(SECRET), log);
    },
  );
  await t.step(
    "a file of variables that is not there, and one that cannot be read, are named",
    async () => {
      const missing = await failingStart(base, [`--env-file=${dataDir}/none`]);
      assertMatch(missing.errors.join(), /none, which cannot be read: it is not there/);
      const file = `${dataDir}/odd`;
      await Deno.writeTextFile(file, `PORT=0\n${SECRET}\n`);
      const odd = await failingStart(base, [`--env-file=${file}`]);
      assertMatch(odd.errors.join(), /odd line 2 is not of the form NAME=VALUE$/);
      assertFalse(odd.log.includes(SECRET), odd.log);
    },
  );
  await exchange.stop();
  await Deno.remove(dataDir, { recursive: true });
});

Deno.test({
  name: "What is on this machine is not asked for through a proxy, and secrets come from files",
  ignore: postgresUrl === null,
  fn: async () => {
    const dataDir = await Deno.makeTempDir();
    const database = await freshDatabase();
    const exchange = await startExchange({
      source: { kind: "simulate", symbols: ["BTCUSDT"], seed: 7 },
    });
    const proxy = `http://me:${SECRET}@127.0.0.1:${freePort()}`;
    await Deno.writeTextFile(`${dataDir}/url`, `${database.url}\n`);
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      SYMBOLS: "BTCUSDT",
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      DATABASE_URL_FILE: `${dataDir}/url`,
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      ALL_PROXY: proxy,
    });
    try {
      const url = await monitor.url();
      await eventually(async () => {
        const answer = await fetch(`${url}/healthz`);
        return (await answer.json()).status === "ok";
      });
    } finally {
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
      assertFalse(monitor.log().includes(SECRET), monitor.log());
      await exchange.stop();
      await database.drop();
      await Deno.remove(dataDir, { recursive: true });
    }
  },
});

Deno.test({
  name: "An exchange behind a proxy that is down is told with the proxy and what to do about it",
  ignore: postgresUrl === null,
  fn: async () => {
    const dataDir = await Deno.makeTempDir();
    const database = await freshDatabase();
    const port = freePort();
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      SYMBOLS: "BTCUSDT",
      EXCHANGE_REST_URL: "http://exchange.invalid,http://other.invalid",
      HTTP_PROXY: `http://me:${SECRET}@127.0.0.1:${port}`,
    });
    const told = "Cannot reach the exchange";
    await eventually(() => monitor.log().includes(told));
    const lines = monitor.log().split("\n").filter((line) =>
      /Cannot reach|exchange\.invalid:/.test(line)
    );
    assertEquals(lines.length, 1, "one line for both");
    assertMatch(
      lines[0] ?? "",
      new RegExp(
        `${told} at http://exchange.invalid and http://other.invalid \\(through HTTP_PROXY ` +
          `//127.0.0.1:${port}: connection refused\\)\\. Trying again\\. What helps: correct or unset ` +
          "HTTP_PROXY, or name the host in NO_PROXY",
      ),
    );
    assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
    assertFalse(monitor.log().includes(SECRET), monitor.log());
    await database.drop();
    await Deno.remove(dataDir, { recursive: true });
  },
});
