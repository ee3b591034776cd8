/** For each variable of the table: values that can be honoured, the least and the most of them, and such that cannot. */
import type { VARIABLES } from "../../shared/config.ts";

/** Marks whatever is secret in a value. */
export const SECRET = "s3cr3tW0rd";
/** No one listens there. */
const NOBODY = "127.0.0.1:1";

type Name = (typeof VARIABLES)[keyof typeof VARIABLES]["name"];

/** Values of one variable, as an operator writes them. */
export interface Choice {
  readonly good: readonly string[];
  /** These are honoured too: the least, the most, what is just within. */
  readonly edge: readonly string[];
  /** Refused when all is read, every one of them at once. */
  readonly bad: readonly string[];
  /** Refused when what they name is tried, the first of them. */
  readonly useless: readonly string[];
}

/** What the values lead to. */
export interface Places {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly dataDir: string;
  /** Nobody listens there, and somebody else does. */
  readonly port: number;
  readonly takenPort: number;
  /** Files of alert rules that can be used, and cannot. */
  readonly rules: readonly string[];
  readonly badRules: readonly string[];
}

/** Every variable of the table, which the compiler counts. */
export function choicesAt(places: Places): Readonly<Record<Name, Choice>> {
  const { databaseUrl, redisUrl, restUrl, wsUrl, dataDir } = places;
  const { host, hostname, port, pathname, username } = new URL(databaseUrl);
  const badDatabases = [
    `mysql://me:${SECRET}@h/d`,
    `postgres://me:p@${SECRET}/x#y@h/d`,
    `postgres://me:100%${SECRET}@h/d`,
    `postgres://me:${SECRET}@h:99999/d`,
    `postgres://me:${SECRET}@h`,
    `postgres://:${SECRET}@h/d`,
    `postgres://me:${SECRET}@h/d?sslrootcert=/x`,
    `postgres://me:${SECRET}@h/d?schema=public`,
    `postgres://me:${SECRET}@h/d?sslmode=${SECRET}`,
    `postgres://me:${SECRET}@h/d?${SECRET}=1`,
  ];
  const uselessDatabases = [
    `postgres://me:${SECRET}@${NOBODY}/d`,
    `postgres://me:${SECRET}@nowhere.invalid/d`,
    `postgres://${username}:${SECRET}@${host}/nosuch`,
    `postgres://${username}:${SECRET}@${host}${pathname}?sslmode=require`,
  ];
  const numbers = ["-1", "1e3", "1.5", "０", "many", "99999999999", "0x10", "1 000"];
  const least = (good: readonly string[], edge: readonly string[], bad: readonly string[]) => ({
    good,
    edge,
    bad: [...bad, ...numbers],
    useless: [],
  });
  const urls = (
    good: string,
    scheme: string,
    other: string,
    bad: readonly string[],
  ): Choice => ({
    good: [good],
    edge: [`${good}/`, ` ${good} ,`, `${good},${scheme}://${NOBODY}/${SECRET}`],
    bad: [
      ",",
      `${other}://${NOBODY}`,
      `${scheme}://me:${SECRET}@${NOBODY}`,
      `${scheme}://${NOBODY}?key=${SECRET}`,
      `${scheme}://${NOBODY}#${SECRET}`,
      `${good},${good}`,
      `${scheme}://`,
      Array.from({ length: 11 }, (_, at) => `${scheme}://h${at}`).join(),
      ...bad,
    ],
    useless: [],
  });
  const days = (good: readonly string[], edge: readonly string[]) => ({
    good,
    edge,
    bad: ["0", "1.5", "36501", "never", "-1"],
    useless: [],
  });
  return {
    SYMBOLS: {
      good: ["BTCUSDT", "ETHUSDT,BTCUSDT"],
      edge: [" BTCUSDT , ", "ETHUSDT,,"],
      bad: ["btcusdt", ",,", "BTCUSDT,BTCUSDT", "BTC/USDT", "BTC\u202eUSDT", "X".repeat(9_999)],
      useless: ["NOSUCHUSDT"],
    },
    HOST: {
      good: ["127.0.0.1", "localhost"],
      edge: ["0.0.0.0", "127.0.0.2"],
      bad: ["a b", "http://x", "127.0.0.1:80", "[::1]", "*"],
      useless: ["192.0.2.1", "nowhere.invalid"],
    },
    PUBLIC_URL: {
      good: ["https://desk.example.org", "http://desk.example.org:8080/books/"],
      edge: ["HTTPS://Desk.example.org:443/bücher/a b", "https://x/%7eme/../@me"],
      bad: ["desk", "ftp://x", `https://me:${SECRET}@x`, "https://x/?a", "https://x/a%2fb"],
      useless: [],
    },
    AUTH_TOKEN: {
      good: [`operator-${SECRET}-0123`],
      edge: [`op-${SECRET}-12`, `${SECRET}~!"#$%&'()*+,/:;<=>?@[\\]^_\`{|}`, SECRET.repeat(50)],
      bad: [SECRET, `${SECRET} ${SECRET}`, `ü${SECRET}${SECRET}`, SECRET.repeat(51)],
      useless: [],
    },
    AUTH_READ_TOKEN: {
      good: [`reader-${SECRET}-0123`],
      edge: [`rd-${SECRET}-12`],
      bad: [SECRET, `\u00a0x ${SECRET}${SECRET}`],
      useless: [],
    },
    AUTH_DISABLED: {
      good: ["i-understand"],
      edge: [" i-understand "],
      bad: ["true", "1", "I-UNDERSTAND"],
      useless: [],
    },
    PORT: {
      good: [String(places.port)],
      edge: [` 0${places.port} `],
      bad: ["65536", "http", ...numbers],
      useless: [String(places.takenPort)],
    },
    HISTORY_MAX_GB: {
      good: ["20", "0.5"],
      edge: ["0.2", " 100000 "],
      bad: ["0", "0.04", "100001", "-1", "1e3", "20GB"],
      useless: [],
    },
    KEEP_METRICS_DAYS: days(["3"], ["1", " 03 "]),
    KEEP_BOOKS_DAYS: days(["1"], ["36500", "FOREVER"]),
    KEEP_TRADES_DAYS: days(["30", "forever"], ["1"]),
    KEEP_10S_DAYS: days(["14"], ["3"]),
    KEEP_1M_DAYS: days(["365"], ["14"]),
    KEEP_1H_DAYS: days(["forever"], ["36500"]),
    KEEP_ALERTS_DAYS: days(["forever"], ["1"]),
    KEEP_FEED_DAYS: days(["90"], ["1"]),
    SSE_MAX: least(["500"], ["1", "10000"], ["0", "10001"]),
    SSE_MAX_PER_ADDRESS: least(["20"], ["1", "10000"], ["0", "10001"]),
    TRUSTED_PROXIES: {
      good: ["127.0.0.1", "172.16.0.0/12,fd00::/8"],
      edge: [" , ", "::1 , ::ffff:10.0.0.1", "0.0.0.0/0"],
      bad: ["localhost", "10.0.0.0/33", "1.2.3", "*", "::1/129"],
      useless: [],
    },
    DATA_DIR: {
      good: [dataDir],
      edge: [`${dataDir}/`, `${dataDir}/new/ö er`],
      bad: [],
      useless: ["/dev/null/x", "/proc/nope"],
    },
    DATABASE_URL: {
      good: [databaseUrl],
      edge: [
        `postgresql://${username}:${SECRET}%40%2F@${host}${pathname}?sslmode=prefer`,
        `postgres://${username}@localhost:${port}${pathname}?channel_binding=prefer&keepalives=1`,
        `postgres:///?host=${hostname}&port=${port}&user=${username}&dbname=${pathname.slice(1)}`,
        `postgres://${username}@${NOBODY},${host}${pathname}?application_name=x`,
        `POSTGRES://${username}@${host}/${pathname}/?gssencmode=disable&pgbouncer=false`,
      ],
      bad: badDatabases,
      useless: uselessDatabases,
    },
    SPOOL_MAX_MB: least(["512"], ["0", "8", "1000000"], ["7", "1000001", "512MB"]),
    SPOOL_FSYNC_MS: least(["1000"], ["0", "60000"], ["60001", "1s"]),
    DATABASE_READ_URL: {
      good: [databaseUrl],
      edge: [`postgres://${username}@${host}${pathname}?target_session_attrs=any&sslmode=disable`],
      bad: badDatabases,
      useless: uselessDatabases,
    },
    REDIS_URL: {
      good: [redisUrl],
      edge: [`${redisUrl}/0`, `${redisUrl}/15`, `REDIS${redisUrl.slice(5)}/`],
      bad: [
        `redis://:100%${SECRET}@h`,
        `redis://${SECRET}@h`,
        `redis://:${SECRET}@h/${SECRET}`,
        `redis://:${SECRET}@h?${SECRET}=1`,
        `redis+cluster://:${SECRET}@h`,
        `http://:${SECRET}@h`,
      ],
      useless: [
        `${redisUrl}/16`,
        redisUrl.replace("//", `//nobody:${SECRET}@`),
        `rediss${redisUrl.slice(5)}`,
      ],
    },
    REDIS_PREFIX: {
      good: ["orderbook", "desk:books"],
      edge: [" a ", "x".repeat(64)],
      bad: ["books:", "a b", "books*", "x".repeat(65)],
      useless: [],
    },
    EXCHANGE_REST_URL: urls(restUrl, "http", "ws", ["http://h/api/v3", "https://h/api"]),
    EXCHANGE_WS_URL: urls(wsUrl, "ws", "http", ["ws://h/ws", "wss://h/stream"]),
    RULES_FILE: { good: places.rules, edge: [], bad: [], useless: places.badRules },
    METRICS_INTERVAL_MS: least(["1000"], ["100", "60000"], ["0", "150", "60100", "1s"]),
    DEPTH_LEVELS: least(["1000"], ["20", "5000"], ["19", "5001"]),
    IMBALANCE_LEVELS: least(["10"], ["1", "20"], ["0", "21"]),
    WEIGHT_LAMBDA_BPS: least(["5"], ["1", "100"], ["0", "101"]),
    SLOPE_WINDOW_MS: least(["5000"], ["1000", "50000"], ["999", "50001"]),
    AUDIT_INTERVAL_MS: least(["300000"], ["0", "10000", "86400000"], ["1", "9999", "86400001"]),
    SYMBOL_WORKER: {
      good: ["actors/symbol/dist/worker.js"],
      edge: [],
      bad: ["yes", "actors/symbol/worker.ts"],
      useless: ["nope.js"],
    },
    SYMBOLS_PER_WORKER: {
      good: ["auto", "16"],
      edge: ["1", "200"],
      bad: ["0", "201", "many", "2.5"],
      useless: [],
    },
    LOG_LEVEL: {
      good: ["info", "warn"],
      edge: ["debug", "error"],
      bad: ["INFO", "loud"],
      useless: [],
    },
  };
}
