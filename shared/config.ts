/**
 * Environment to `Config`, in one place: no other file reads the environment. A variable is one entry of
 * `VARIABLES`; from it come its value in `Config`, the arguments of the actors that get it, README.md's
 * table and `.env.example` (`deno task docs`).
 */
import { z } from "zod";
import { DEFAULT_SETTINGS } from "./catalogue/settings.ts";
import { contradictions } from "./contradictions.ts";
import { readDatabaseUrl } from "./database_url.ts";
import { HISTORY_VARIABLES } from "./history_variables.ts";
import { LOG_LEVELS } from "./log.ts";
import { readPublicUrl } from "./public_url.ts";
import { REDIS_VARIABLES } from "./redis_variables.ts";
import { shownName, SYMBOLS_MAX } from "./symbol_list.ts";
import { type ActorKind, OF_VENUE, type Variable } from "./variable.ts";
import {
  addressList,
  BASE_URLS_MAX,
  baseUrls,
  hostName,
  secretText,
  symbolList,
  symbolsPerWorker,
  url,
  wholeNumber,
} from "./variable_schema.ts";

/** Binance answers at most 5,000 levels a side: rest-api.md, Order book. */
const DEPTH_LEVELS_MAX = 5_000;
/** Less would be some minutes of a few symbols, for which outboxes have room. */
const SPOOL_MB_MIN = 8;
/** With fewer the ten best levels would hardly ever be known for certain. */
const DEPTH_LEVELS_MIN = 20;

/** Everything an operator can set, by its name in `Config`, in the order in which it is shown. */
export const VARIABLES = {
  symbols: {
    name: "SYMBOLS",
    schema: symbolList,
    default: "BTCUSDT,ETHUSDT",
    meaning: `Symbols to follow, as Binance writes them, with commas between them; at most ` +
      `${SYMBOLS_MAX}. A list that was [changed while running](#symbols-while-running) goes on over ` +
      `restarts until this is changed.`,
    actors: [],
  },
  host: {
    name: "HOST",
    schema: hostName,
    default: "127.0.0.1",
    meaning:
      "Address that the dashboard listens on. One that [other machines reach](#who-may-reach-it), as " +
      "`0.0.0.0`, needs `AUTH_TOKEN`.",
    actors: ["web"],
  },
  publicUrl: {
    name: "PUBLIC_URL",
    schema: url(readPublicUrl),
    default: null,
    example: "https://desk.example.org/books",
    meaning:
      "Where browsers find the dashboard when that is not `HOST` and `PORT`: the address of a " +
      "[proxy](docs/PROXY.md) before it, with a path or without.",
    actors: ["web"],
  },
  authToken: {
    name: "AUTH_TOKEN",
    schema: secretText,
    default: null,
    example: "what openssl rand -hex 32 prints",
    isSecret: true,
    meaning:
      "The operator's secret: whoever has it [may look and change](#who-may-reach-it). Needed where " +
      "`HOST` is reached from other machines.",
    actors: ["web"],
  },
  authReadToken: {
    name: "AUTH_READ_TOKEN",
    schema: secretText,
    default: null,
    example: "what openssl rand -hex 32 prints next",
    isSecret: true,
    meaning: "A second secret beside it, for those who may only look.",
    actors: ["web"],
  },
  authDisabled: {
    name: "AUTH_DISABLED",
    schema: z.literal("i-understand", "must be i-understand, or unset"),
    default: null,
    example: "i-understand",
    meaning:
      "`i-understand`: whoever reaches a `HOST` beyond this machine may look and change, because " +
      "something else asks who comes.",
    actors: [],
  },
  port: {
    name: "PORT",
    schema: wholeNumber(0, 65_535, "a port number (0: any free one)"),
    default: "8000",
    meaning: "Port of the dashboard; `0` takes any free one.",
    actors: ["web"],
  },
  sseMax: {
    name: "SSE_MAX",
    schema: wholeNumber(1, 10_000, "a whole number of open dashboards"),
    default: "500",
    meaning:
      "Dashboards that may be open at once, each with one stream of events (SSE). The next one is " +
      "refused with 503 until another closes.",
    actors: ["web"],
  },
  sseMaxPerAddress: {
    name: "SSE_MAX_PER_ADDRESS",
    schema: wholeNumber(1, 10_000, "a whole number of open dashboards"),
    default: "20",
    meaning:
      "… and from one address (of IPv6 from one /64), so that one visitor cannot shut the others out.",
    actors: ["web"],
  },
  trustedProxies: {
    name: "TRUSTED_PROXIES",
    schema: addressList,
    default: "",
    example: "127.0.0.1",
    meaning:
      "Addresses of [proxies](docs/PROXY.md) whose `X-Forwarded-For` is believed, with commas " +
      "between them; networks as in `172.16.0.0/12`. Where a proxy is not named all of its visitors " +
      "count as one address.",
    actors: ["web"],
  },
  dataDir: {
    name: "DATA_DIR",
    schema: z.string(),
    default: "./data",
    meaning:
      "Folder of the embedded Postgres, of rows that wait for a database that is away, of the list of " +
      "symbols when it was changed, of the last incarnation, and of the locks that keep a second " +
      "monitor out.",
    actors: ["store", "writer"],
  },
  databaseUrl: {
    name: "DATABASE_URL",
    schema: url(readDatabaseUrl),
    default: null,
    example: "postgres://monitor:secret@127.0.0.1:5432/monitor",
    meaning: "A PostgreSQL server, 15 or later, to use instead of the embedded one, " +
      "`postgres://user:password@host/database`. The user must be allowed to create tables there, " +
      "as the owner of the database is. [More](docs/OPERATIONS.md#urls) on several hosts, TLS and " +
      "poolers.",
    isSecret: true,
    // The writer and the web server are told how the database is reached, embedded or not.
    actors: [],
  },
  spoolMaxMb: {
    name: "SPOOL_MAX_MB",
    schema: wholeNumber(0, 1_000_000, "a whole number of megabytes (0: no spool)")
      .refine(
        (n) => n === 0 || n >= SPOOL_MB_MIN,
        `must be 0 or at least ${SPOOL_MB_MIN} megabytes`,
      ),
    default: "512",
    meaning:
      "How much may wait in `DATA_DIR/spool` while the database is away. Beyond it the oldest rows of " +
      "what is sampled give way, counted; `0`: nothing waits on disk, only in memory.",
    actors: ["writer"],
  },
  spoolFsyncMs: {
    name: "SPOOL_FSYNC_MS",
    schema: wholeNumber(0, 60_000, "a whole number of milliseconds"),
    default: "1000",
    meaning:
      "How much of what waits there a power cut may cost, milliseconds; `0`: nothing, at the price of " +
      "one sync a batch.",
    actors: ["writer"],
  },
  ...HISTORY_VARIABLES,
  databaseReadUrl: {
    name: "DATABASE_READ_URL",
    schema: url(readDatabaseUrl),
    default: null,
    example: "postgres://reader:secret@127.0.0.1:5433/monitor",
    meaning:
      "Where the dashboard and the API read history, if it is not to be DATABASE_URL: a replica of " +
      "it, or the same server under a user that may only read.",
    isSecret: true,
    actors: [],
  },
  ...REDIS_VARIABLES,
  restUrls: {
    name: "EXCHANGE_REST_URL",
    schema: baseUrls(["http:", "https:"]),
    default: OF_VENUE,
    meaning:
      `Where snapshots come from: at most ${BASE_URLS_MAX} addresses of one exchange, with ` +
      "commas between them. When one fails the next is used; after ten minutes the first is tried " +
      "again. The local look-alike (`deno task exchange`) prints what to set.",
    isSecret: true,
    actors: ["symbol"],
  },
  wsUrls: {
    name: "EXCHANGE_WS_URL",
    schema: baseUrls(["ws:", "wss:"]),
    default: OF_VENUE,
    meaning:
      "Where streams come from, likewise. Where Binance answers HTTP 451 it does not serve the " +
      "place; the first of each list, which have market data only, do.",
    isSecret: true,
    actors: ["symbol"],
  },
  rulesFile: {
    name: "RULES_FILE",
    schema: z.string(),
    default: null,
    example: "/etc/monitor/alerts.json",
    meaning:
      "A file that changes [the alert rules](docs/ALERTS.md#rules-of-your-own), read at the start and " +
      "again at each SIGHUP. Where it is not set that is `DATA_DIR/alerts.json`, if there is one.",
    actors: [],
  },
  metricsIntervalMs: {
    name: "METRICS_INTERVAL_MS",
    schema: wholeNumber(100, 60_000, "a whole number of milliseconds")
      .refine((n) => n % 100 === 0, "must be a multiple of 100 milliseconds"),
    default: "1000",
    meaning: "One stored row of metrics per symbol and interval; milliseconds, a multiple of 100.",
    actors: ["symbol", "writer", "web"],
  },
  depthLevels: {
    name: "DEPTH_LEVELS",
    schema: wholeNumber(DEPTH_LEVELS_MIN, DEPTH_LEVELS_MAX, "a whole number of levels"),
    default: String(DEPTH_LEVELS_MAX),
    meaning:
      `Levels a side of a book, ${DEPTH_LEVELS_MIN} to ${DEPTH_LEVELS_MAX}. What they do not ` +
      "reach is a lower bound, or not known: see [METRICS](docs/METRICS.md). The first snapshot asks " +
      "for 1000 at most, for speed.",
    actors: ["symbol"],
  },
  imbalanceLevels: {
    name: "IMBALANCE_LEVELS",
    schema: wholeNumber(1, DEPTH_LEVELS_MIN, "a whole number of levels"),
    default: String(DEFAULT_SETTINGS.imbalanceLevels),
    meaning:
      "Levels a side in the order book imbalance, its slope and the share at top. Rows that were " +
      "made under another setting of this or of the next two are not averaged with those of now.",
    actors: [],
  },
  weightLambdaBps: {
    name: "WEIGHT_LAMBDA_BPS",
    schema: wholeNumber(1, 100, "a whole number of bps"),
    default: String(DEFAULT_SETTINGS.weightLambdaBps),
    meaning:
      "Scale of the distance-weighted imbalance: at this distance from mid a level weighs 1/e. " +
      "It is not known unless every level within ten times as much is.",
    actors: [],
  },
  slopeWindowMs: {
    name: "SLOPE_WINDOW_MS",
    schema: wholeNumber(1_000, 50_000, "a whole number of milliseconds"),
    default: String(DEFAULT_SETTINGS.slopeWindowMs),
    meaning: "Over how long the slope of the imbalance is taken, milliseconds.",
    actors: [],
  },
  auditIntervalMs: {
    name: "AUDIT_INTERVAL_MS",
    schema: wholeNumber(0, 86_400_000, "a whole number of milliseconds (0: no audits)")
      .refine((n) => n === 0 || n >= 10_000, "must be 0 (no audits) or at least 10000 milliseconds")
      .transform((n) => n === 0 ? null : n),
    default: "300000",
    meaning:
      "Every level of a book is compared with a snapshot this often, milliseconds, as far as " +
      "the exchange's request budget allows; `0`: never.",
    actors: ["symbol"],
  },
  symbolWorker: {
    name: "SYMBOL_WORKER",
    schema: z.string().regex(/\.js$/, "must be a file that `deno task worker` made"),
    default: null,
    example: "actors/symbol/dist/worker.js",
    meaning: "The symbol actor as one file of `deno task worker`, for less memory per symbol; " +
      "`deno task start` and `demo` make it and set this themselves.",
    actors: [],
  },
  symbolsPerWorker: {
    name: "SYMBOLS_PER_WORKER",
    schema: symbolsPerWorker,
    default: "auto",
    meaning: "How many symbols [share a worker](docs/OPERATIONS.md#symbols-that-share-a-worker), " +
      `1 to ${SYMBOLS_MAX}; \`1\`: each has its own. \`auto\`: each has its own up to eight workers a ` +
      "core; beyond that as many share one as keep to it, but never more than 16.",
    actors: [],
  },
  logLevel: {
    name: "LOG_LEVEL",
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`),
    default: "info",
    meaning: "The least important line to print: `debug`, `info`, `warn` or `error`.",
    actors: [],
  },
} as const satisfies Readonly<Record<string, Variable>>;

type Table = typeof VARIABLES;
type Key = keyof Table;
type Value<Of extends Key> =
  | z.output<Table[Of]["schema"]>
  | (Table[Of]["default"] extends null ? null : never);

/** The value of every variable. A URL has no slash at its end; of several the preferred one is first. */
export type Config = { readonly [Of in Key]: Value<Of> };

/** Where the exchange is when the environment does not say. */
export type VenueDefaults = {
  readonly [Of in Key as Table[Of]["default"] extends typeof OF_VENUE ? Of : never]: Value<Of>;
};

/** What one kind of actor is given, as part of its arguments. */
export type ConfigOf<Kind extends ActorKind> = {
  readonly [Of in Key as Kind extends Table[Of]["actors"][number] ? Of : never]: Value<Of>;
};

/** One line per variable that cannot be used; the message is fit for a terminal. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Validates the environment. An empty or blank variable counts as unset.
 *
 * @throws {ConfigError} naming every variable that is wrong, what was received, and what it must be.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  defaults: VenueDefaults,
): Config {
  const ofVenue: Readonly<Partial<Record<Key, unknown>>> = defaults;
  const values: Partial<Record<Key, unknown>> = {};
  const problems: string[] = [];
  for (const [key, variable] of variables()) {
    const given = environment[variable.name]?.trim() ?? "";
    const text = given === "" ? variable.default : given;
    if (text === OF_VENUE) values[key] = ofVenue[key];
    else if (text === null) values[key] = null;
    else {
      const result = variable.schema.safeParse(text);
      if (result.success) values[key] = result.data;
      // The first problem of each variable is enough.
      else problems.push(problemOf(variable, given, result.error.issues[0]?.message));
    }
  }
  const config = values as unknown as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return config;
}

/** What the table says that this kind of actor gets. */
export function configOf<Kind extends ActorKind>(config: Config, kind: Kind): ConfigOf<Kind> {
  const keys = variables().filter(([, { actors }]) => actors.includes(kind)).map(([key]) => key);
  return Object.fromEntries(keys.map((key) => [key, config[key]])) as ConfigOf<Kind>;
}

/** The table, entry by entry. */
export function variables(): readonly (readonly [Key, Variable])[] {
  return Object.entries(VARIABLES) as unknown as (readonly [Key, Variable])[];
}

function problemOf(
  { name, isSecret }: Variable,
  given: string,
  message: string | undefined,
): string {
  // A URL that is none of ours may hold a password all the same.
  const received = isSecret || name.endsWith("_URL") ? "" : `, received ${shown(given)}`;
  return `${name} ${message}${received}`;
}

/** A value on one line, however it was written, and cut where it is longer than a line. */
function shown(text: string): string {
  return JSON.stringify(shownName(text.length > 80 ? `${text.slice(0, 80)}…` : text));
}
