import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { readDatabaseUrl } from "../../shared/database_url.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { type Config, ConfigError, configOf, readConfig, variables } from "../../shared/config.ts";
import { HISTORY_LIMITS } from "../support/history_limits.ts";

const NAMES = variables().map(([, { name }]) => name);

const read = (environment: Record<string, string | undefined>): Config =>
  readConfig(environment, binanceSpotDesk);

/** What the operator reads, line by line. */
function complaints(environment: Record<string, string>): string[] {
  return assertThrows(() => read(environment), ConfigError).message.split("\n");
}

Deno.test("readConfig() needs nothing, and takes an empty or blank variable as unset", () => {
  const defaults = read({});
  assertEquals(defaults.symbols, ["BTCUSDT", "ETHUSDT"]);
  assertEquals([defaults.host, defaults.port], ["127.0.0.1", 8000]);
  assertEquals([defaults.databaseUrl, defaults.redisUrl], [null, null]);
  for (const blank of ["", "  "]) {
    assertEquals(read(Object.fromEntries(NAMES.map((name) => [name, blank]))), defaults);
  }
});

Deno.test("readConfig() reads every variable, trimmed, and no slash at the end of an address", () => {
  const config = read({
    SYMBOLS: " ETHUSDT, 币安人生USDT ,",
    HOST: "::1",
    PUBLIC_URL: "HTTPS://Desk.example.org:443/books/",
    AUTH_TOKEN: "operator-0123456789",
    AUTH_READ_TOKEN: "reader-0123456789",
    PORT: " 0 ",
    SSE_MAX: "1",
    SSE_MAX_PER_ADDRESS: "2",
    TRUSTED_PROXIES: "127.0.0.1, ::1 ,172.16.0.0/12,fd00::/8",
    DATA_DIR: "/var/lib/monitor",
    DATABASE_URL: "postgres://u:p@db/monitor",
    SPOOL_MAX_MB: "0",
    SPOOL_FSYNC_MS: "0",
    HISTORY_MAX_GB: "0.5",
    KEEP_METRICS_DAYS: "7",
    KEEP_BOOKS_DAYS: "forever",
    KEEP_TRADES_DAYS: "1",
    KEEP_10S_DAYS: " 07 ",
    KEEP_1M_DAYS: "36500",
    KEEP_1H_DAYS: "FOREVER",
    KEEP_ALERTS_DAYS: "10",
    KEEP_FEED_DAYS: "2",
    DATABASE_READ_URL: "postgres://r:p@replica/monitor",
    REDIS_URL: "rediss://cache:6380",
    REDIS_PREFIX: "desk:books",
    EXCHANGE_REST_URL: "http://127.0.0.1:9000/",
    EXCHANGE_WS_URL: " ws://127.0.0.1:9000// ,wss://b:9443,",
    RULES_FILE: " rules.json ",
    METRICS_INTERVAL_MS: "500",
    DEPTH_LEVELS: "100",
    IMBALANCE_LEVELS: "5",
    WEIGHT_LAMBDA_BPS: "1",
    SLOPE_WINDOW_MS: "10000",
    AUDIT_INTERVAL_MS: "0",
    SYMBOL_WORKER: "dist/worker.js",
    SYMBOLS_PER_WORKER: " 16 ",
    LOG_LEVEL: "warn",
    PATH: "/bin",
  });
  assertEquals(config, {
    symbols: ["ETHUSDT", "币安人生USDT"],
    host: "::1",
    publicUrl: "https://desk.example.org/books",
    authToken: "operator-0123456789",
    authReadToken: "reader-0123456789",
    authDisabled: null,
    port: 0,
    sseMax: 1,
    sseMaxPerAddress: 2,
    trustedProxies: ["127.0.0.1", "::1", "172.16.0.0/12", "fd00::/8"],
    dataDir: "/var/lib/monitor",
    spoolMaxMb: 0,
    spoolFsyncMs: 0,
    databaseUrl: readDatabaseUrl("postgres://u:p@db/monitor"),
    historyMaxGb: 0.5,
    keepMetricsDays: 7,
    keepBooksDays: null,
    keepTradesDays: 1,
    keep10sDays: 7,
    keep1mDays: 36_500,
    keep1hDays: null,
    keepAlertsDays: 10,
    keepFeedDays: 2,
    databaseReadUrl: readDatabaseUrl("postgres://r:p@replica/monitor"),
    redisUrl: readRedisUrl("rediss://cache:6380"),
    redisPrefix: "desk:books",
    restUrls: ["http://127.0.0.1:9000"],
    wsUrls: ["ws://127.0.0.1:9000", "wss://b:9443"],
    rulesFile: "rules.json",
    metricsIntervalMs: 500,
    depthLevels: 100,
    imbalanceLevels: 5,
    weightLambdaBps: 1,
    slopeWindowMs: 10_000,
    auditIntervalMs: null,
    symbolWorker: "dist/worker.js",
    symbolsPerWorker: 16,
    logLevel: "warn",
  });
});

/** A mark of direction, an isolate, half a pair, and what could not be decoded. */
const UNSEEN = ["BTC\u202eUSDT", "BTC\u2066USDT", "BTC\ud83dUSDT", "BTC\ufffdUSDT"];

Deno.test("readConfig() shows what cannot be seen in a name", () => {
  assertEquals(complaints({ SYMBOLS: "BTC\u202eUSDT" }), [
    "SYMBOLS must be a symbol as the exchange writes it: it holds U+202E, which cannot be seen; " +
    'type it anew, received "BTC[U+202E]USDT"',
  ]);
});

Deno.test("readConfig() answers each bad value with one line that names the variable", () => {
  const bad: Record<string, string[]> = {
    SYMBOLS: [
      ",",
      "btcusdt",
      "BTCUSDT,BTCUSDT",
      "BTC/USDT",
      "BTC\nUSDT",
      "X".repeat(9_999),
      ...UNSEEN,
    ],
    HOST: ["a b", "http://x", "x/y", "1:2", "localhost:8000", "[::1]"],
    PUBLIC_URL: ["desk.example.org", "ftp://x", "https://u:p@x", "https://x/?a=b", "https://x/#a"],
    AUTH_TOKEN: ["short", "with a space in it", "ünicode-0123456789", "x".repeat(501)],
    AUTH_READ_TOKEN: ["short"],
    AUTH_DISABLED: ["yes", "I-UNDERSTAND"],
    PORT: ["x", "-1", "65536", "80.5", "1e3", "0x50", "99999999999"],
    SSE_MAX_PER_ADDRESS: ["0", "10001"],
    TRUSTED_PROXIES: ["localhost", "10.0.0.0/33", "1.2.3", "::1/129", "*"],
    SSE_MAX: ["0", "10001", "-1", "1.5", "all"],
    DATABASE_URL: ["mysql://x/y", "localhost:5432", "postgres", "postgres:///db"],
    SPOOL_MAX_MB: ["1", "7", "-1", "1000001", "512MB"],
    SPOOL_FSYNC_MS: ["-1", "60001", "1s"],
    HISTORY_MAX_GB: ["0", "0.04", "100001", "-1", "1e3", "20GB"],
    KEEP_METRICS_DAYS: ["0", "1.5", "never"],
    KEEP_BOOKS_DAYS: ["0", "36501", "-1"],
    KEEP_TRADES_DAYS: ["0", "1d"],
    KEEP_10S_DAYS: ["0", "x"],
    KEEP_1M_DAYS: ["0", "1,5"],
    KEEP_1H_DAYS: ["0", "ever"],
    KEEP_ALERTS_DAYS: ["0", "1 day"],
    KEEP_FEED_DAYS: ["0", "null"],
    DATABASE_READ_URL: ["postgres://u@h", "postgres://h/db"],
    REDIS_URL: ["http://x", "6379", "redis://"],
    REDIS_PREFIX: ["books:", "book s", "*"],
    EXCHANGE_REST_URL: ["ftp://x", "api.binance.com", ",", "https://a,b", "https://a,https://a/"],
    EXCHANGE_WS_URL: [
      "https://x",
      "stream",
      Array.from({ length: 11 }, (_, n) => `ws://${n}`).join(),
    ],
    IMBALANCE_LEVELS: ["0", "21", "2.5"],
    WEIGHT_LAMBDA_BPS: ["0", "0.5", "101"],
    SLOPE_WINDOW_MS: ["999", "50001", "5s"],
    METRICS_INTERVAL_MS: ["0", "99", "150", "60100", "1s"],
    DEPTH_LEVELS: ["4", "5001", "many"],
    AUDIT_INTERVAL_MS: ["-1", "9999", "86400001", "5 min"],
    SYMBOL_WORKER: ["yes", "actors/symbol/worker.ts"],
    SYMBOLS_PER_WORKER: ["0", "201", "AUTO", "2.5"],
    LOG_LEVEL: ["INFO", "verbose"],
  };
  assertEquals(NAMES.filter((name) => !(name in bad)), ["DATA_DIR", "RULES_FILE"]);
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const lines = complaints({ [name]: value });
      assertEquals(lines.length, 1, `${name}=${value}`);
      assertEquals((lines[0] ?? "").length < 240, true, lines[0]);
      assertEquals(lines[0]?.startsWith(`${name} must `), true, lines[0]);
    }
  }
});

Deno.test("readConfig() says what it received and what it wants", () => {
  assertEquals(complaints({ PORT: "eighty" }), [
    'PORT must be a port number (0: any free one), 0 to 65535, received "eighty"',
  ]);
  assertEquals(complaints({ SSE_MAX: "0" }), [
    'SSE_MAX must be a whole number of open dashboards, 1 to 10000, received "0"',
  ]);
  assertEquals(complaints({ SYMBOLS_PER_WORKER: "some" }), [
    'SYMBOLS_PER_WORKER must be auto, or a whole number of symbols, 1 to 200, received "some"',
  ]);
  assertStringIncludes(complaints({ SYMBOLS: "btcusdt" })[0] ?? "", "in capital letters");
});

Deno.test("readConfig() names all bad variables at once, one line each", () => {
  const lines = complaints({ PORT: "x", SYMBOLS: "a b", LOG_LEVEL: "loud", HOST: "ok.lan" });
  assertEquals(lines.map((line) => line.split(" ")[0]).sort(), ["LOG_LEVEL", "PORT", "SYMBOLS"]);
});

Deno.test("readConfig() never repeats a password from an address", () => {
  const urls = NAMES.filter((name) => name.endsWith("_URL"));
  assertEquals(urls.length, 6);
  for (const name of urls) {
    const [line = ""] = complaints({ [name]: "gopher://user:hunter2@host/x" });
    assertEquals(line.includes("hunter2") || line.includes("user"), false, line);
  }
});

Deno.test(".env.example shows the defaults, and examples where there is none", async () => {
  const text = await Deno.readTextFile(new URL("../../.env.example", import.meta.url));
  const shown = Object.fromEntries(
    [...text.matchAll(/^# ([A-Z0-9_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  assertEquals(Object.keys(shown).sort(), [...NAMES].sort());
  const unset = variables().map(([, variable]) => variable)
    .filter((one) => one.default === null || one.default === "")
    .map(({ name }) => name);
  const defaults = Object.entries(shown).filter(([name]) => !unset.includes(name));
  assertEquals(read(Object.fromEntries(defaults)), read({}));
  const others = { ...shown, AUTH_TOKEN: "", AUTH_READ_TOKEN: "", AUTH_DISABLED: "" };
  assertEquals(read(others).redisUrl, readRedisUrl("redis://127.0.0.1:6379"));
  for (const name of ["AUTH_TOKEN", "AUTH_READ_TOKEN"]) {
    assertEquals(complaints({ [name]: shown[name] ?? "" }).length, 1, "no example is a secret");
  }
});

Deno.test("The start task reads .env, as .env.example promises", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  const { tasks }: { tasks: { start: { command: string } } } = JSON.parse(text);
  assertStringIncludes(tasks.start.command, " actors/main.ts --env-file");
});

Deno.test("readConfig() says which address of several cannot be used", () => {
  assertEquals(complaints({ EXCHANGE_REST_URL: "https://a,http:,https://c,ftp://d" }), [
    "EXCHANGE_REST_URL must be a URL that starts with http:// or https:// in each place (number 2 is not)",
  ]);
});

Deno.test("readConfig() takes the exchange's own addresses when none is named", () => {
  const { restUrls, wsUrls } = read({});
  assertEquals(restUrls.slice(0, 2), [
    "https://data-api.binance.vision",
    "https://api.binance.com",
  ]);
  assertEquals([restUrls.length, wsUrls], [
    7,
    [
      "wss://data-stream.binance.vision",
      "wss://stream.binance.com:9443",
      "wss://stream.binance.com:443",
    ],
  ]);
});

Deno.test("How long history is kept must grow from fine to coarse, and its size hold what stays over midnight", () => {
  const refusal = (environment: Record<string, string>) =>
    assertThrows(() => read(environment), ConfigError).message;
  assertStringIncludes(
    refusal({ KEEP_METRICS_DAYS: "20" }),
    "KEEP_10S_DAYS (14) must not be less than KEEP_METRICS_DAYS (20)",
  );
  assertStringIncludes(
    refusal({ KEEP_10S_DAYS: "forever" }),
    "KEEP_1M_DAYS (365) must not be less than KEEP_10S_DAYS (forever)",
  );
  read({ KEEP_METRICS_DAYS: "14", KEEP_10S_DAYS: "14", KEEP_1M_DAYS: "forever" });
  const SYMBOLS = Array.from({ length: 100 }, (_, i) => `S${i}USDT`).join();
  assertStringIncludes(
    refusal({ SYMBOLS, HISTORY_MAX_GB: "2.38" }),
    "HISTORY_MAX_GB (2.38) is less than 100 symbols take over midnight, two hours of rows of each second and roll-ups of a day, " +
      "about 2.39: raise it",
  );
  read({ SYMBOLS, HISTORY_MAX_GB: "2.39" });
  for (const value of ["0", "-1", "1.5", "36501", "never", "3d"]) {
    assertStringIncludes(
      refusal({ KEEP_BOOKS_DAYS: value }),
      "KEEP_BOOKS_DAYS must be a whole number of days, 1 to 36500, or forever, received",
    );
  }
});

Deno.test("configOf() gives an actor what the table says, and nothing else", () => {
  const config = read({ PORT: "9000", REDIS_URL: "redis://cache" });
  assertEquals(configOf(config, "store"), { dataDir: "./data" });
  assertEquals(configOf(config, "writer"), {
    dataDir: "./data",
    spoolMaxMb: 512,
    spoolFsyncMs: 1_000,
    redisUrl: readRedisUrl("redis://cache"),
    redisPrefix: "orderbook",
    metricsIntervalMs: 1_000,
    ...HISTORY_LIMITS,
  });
  assertEquals(configOf(config, "web"), {
    host: "127.0.0.1",
    publicUrl: null,
    authToken: null,
    authReadToken: null,
    port: 9000,
    metricsIntervalMs: 1_000,
    sseMax: 500,
    sseMaxPerAddress: 20,
    trustedProxies: [],
    redisUrl: readRedisUrl("redis://cache"),
    redisPrefix: "orderbook",
    ...HISTORY_LIMITS,
  });
  const { restUrls, wsUrls } = config;
  const rates = { metricsIntervalMs: 1_000, depthLevels: 5_000, auditIntervalMs: 300_000 };
  assertEquals(configOf(config, "symbol"), { restUrls, wsUrls, ...rates });
});
