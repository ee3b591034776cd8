/** Environment to `Config`, in one place: no other file reads the environment. */
import { z } from "zod";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import { symbolProblem, SYMBOLS_MAX } from "./symbol_list.ts";

/** Everything an operator can set; each field is documented in README.md's table. */
export interface Config {
  readonly symbols: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** `null`: the embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
  /** `null`: no Redis. */
  readonly redisUrl: string | null;
  /** The preferred one first, without a slash at the end. */
  readonly restUrls: readonly string[];
  /** Likewise. */
  readonly wsUrls: readonly string[];
  readonly metricsIntervalMs: number;
  /** Levels a side of a book; a first snapshot asks for fewer, for speed. */
  readonly depthLevels: number;
  /** Between two level audits of a symbol; `null`: none. */
  readonly auditIntervalMs: number | null;
  /** The symbol actor as one file, relative to the project; `null`: its sources. */
  readonly symbolWorker: string | null;
  readonly logLevel: LogLevel;
}

/** Where the exchange is when the environment does not say. */
export type DefaultUrls = Pick<Config, "restUrls" | "wsUrls">;

/** One line per variable that cannot be used; the message is fit for a terminal. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Binance answers at most 5,000 levels a side: rest-api.md, Order book. */
const DEPTH_LEVELS_MAX = 5_000;
/** With fewer the ten best levels would hardly ever be known for certain. */
const DEPTH_LEVELS_MIN = 20;

const wholeNumber = (min: number, max: number, what: string) =>
  z.string().regex(/^\d{1,9}$/, `must be ${what}, ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be ${what}, ${min} to ${max}`);

const baseUrl = (schemes: readonly string[]) =>
  z.string().refine(
    (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
    `must be a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(" or ")}`,
  ).refine(
    // An actor is let to the hosts that are named, and to no other, not even by a socket's path.
    (text) => !URL.canParse(text) || new URL(text).hostname !== "",
    `must name a host, e.g. ${schemes[0]}//127.0.0.1`,
  ).transform((text) => text.replace(/\/+$/, ""));

/** An exchange has few addresses: each one more is one more that fails before a person is told. */
const BASE_URLS_MAX = 10;

/** Base URLs with commas between them; what is wrong with the first bad one is said. */
const baseUrls = (schemes: readonly string[]) =>
  z.string()
    .transform((text) => text.split(",").map((part) => part.trim()).filter((part) => part !== ""))
    .transform((parts, context) =>
      parts.map((part, at) => {
        const result = baseUrl(schemes).safeParse(part);
        if (result.success) return result.data;
        const which = parts.length === 1 ? "" : ` in each place (number ${at + 1} is not)`;
        const message = `${result.error.issues[0]?.message}${which}`;
        context.addIssue({ code: "custom", message });
        return part;
      })
    )
    .refine((urls) => urls.length > 0, "must name at least one address")
    .refine((urls) => urls.length <= BASE_URLS_MAX, `must name at most ${BASE_URLS_MAX} addresses`)
    .refine((urls) => new Set(urls).size === urls.length, "must name each address once");

const symbolList = z.string()
  .transform((text) => text.split(",").map((part) => part.trim()).filter((part) => part !== ""))
  .refine((list) => list.length > 0, "must name at least one symbol, e.g. BTCUSDT,ETHUSDT")
  .refine((list) => list.length <= SYMBOLS_MAX, `must name at most ${SYMBOLS_MAX} symbols`)
  .refine((list) => new Set(list).size === list.length, "must name each symbol once")
  .superRefine((list, context) => {
    const problem = list.map(symbolProblem).find((found) => found !== null);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

/** A name, or an address with or without colons; without the brackets that a URL puts around it. */
function isHostName(text: string): boolean {
  return /^[\w.:\-]+$/.test(text) &&
    URL.canParse(text.includes(":") ? `http://[${text}]` : `http://${text}`);
}

const schema = z.object({
  SYMBOLS: symbolList.default(["BTCUSDT", "ETHUSDT"]),
  HOST: z.string().refine(isHostName, "must be a host name or an IP address").default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535, "a port number (0: any free one)").default(8000),
  DATA_DIR: z.string().default("./data"),
  DATABASE_URL: baseUrl(["postgres:", "postgresql:"]).nullable().default(null),
  REDIS_URL: baseUrl(["redis:", "rediss:"]).nullable().default(null),
  EXCHANGE_REST_URL: baseUrls(["http:", "https:"]).optional(),
  EXCHANGE_WS_URL: baseUrls(["ws:", "wss:"]).optional(),
  METRICS_INTERVAL_MS: wholeNumber(100, 60_000, "a whole number of milliseconds")
    .refine((n) => n % 100 === 0, "must be a multiple of 100 milliseconds").default(1_000),
  DEPTH_LEVELS: wholeNumber(DEPTH_LEVELS_MIN, DEPTH_LEVELS_MAX, "a whole number of levels").default(
    DEPTH_LEVELS_MAX,
  ),
  AUDIT_INTERVAL_MS: wholeNumber(0, 86_400_000, "a whole number of milliseconds (0: no audits)")
    .refine((n) => n === 0 || n >= 10_000, "must be 0 (no audits) or at least 10000 milliseconds")
    .transform((n) => n === 0 ? null : n).default(300_000),
  SYMBOL_WORKER: z.string().regex(/\.js$/, "must be a file that `deno task worker` made")
    .nullable().default(null),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
});

/** A value on one line, however it was written, and cut where it is longer than a line. */
const shown = (text: string | undefined) =>
  JSON.stringify(text !== undefined && text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** The variables that `readConfig` understands. */
export const VARIABLES = Object.keys(schema.shape);

/**
 * Validates the environment. An empty or blank variable counts as unset.
 *
 * @throws {ConfigError} naming every variable that is wrong, what was received, and what it must be.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  defaults: DefaultUrls,
): Config {
  const given = Object.fromEntries(
    VARIABLES.map((name) => [name, environment[name]?.trim() ?? ""]).filter(([, text]) =>
      text !== ""
    ),
  );
  const result = schema.safeParse(given);
  if (!result.success) {
    // The first problem of each variable is enough; secrets in URLs are not repeated.
    const lines = new Map<string, string>();
    for (const issue of result.error.issues) {
      const name = String(issue.path[0]);
      if (lines.has(name)) continue;
      const received = name.endsWith("_URL") ? "" : `, received ${shown(given[name])}`;
      lines.set(name, `${name} ${issue.message}${received}`);
    }
    throw new ConfigError([...lines.values()].join("\n"));
  }
  const env = result.data;
  return {
    symbols: env.SYMBOLS,
    host: env.HOST,
    port: env.PORT,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    restUrls: env.EXCHANGE_REST_URL ?? defaults.restUrls,
    wsUrls: env.EXCHANGE_WS_URL ?? defaults.wsUrls,
    metricsIntervalMs: env.METRICS_INTERVAL_MS,
    depthLevels: env.DEPTH_LEVELS,
    auditIntervalMs: env.AUDIT_INTERVAL_MS,
    symbolWorker: env.SYMBOL_WORKER,
    logLevel: env.LOG_LEVEL,
  };
}
