/**
 * Every route of the web server, once: what it is asked with, what that needs, and within which limits.
 * Data and types only. `web/guard.ts` lets in what stands here, `web/app.ts` answers it, and the table of
 * docs/API.md is made of it.
 */
import { SYMBOLS_MAX } from "../symbol_list.ts";

/**
 * What a request must bring, once the operator asks for tokens; each includes those before it.
 * `public`: nothing. That is for who must get in first, and for who asks only whether the process is
 * there. `read`: whoever may see the numbers. `operate`: whoever may change something.
 */
export type Need = "public" | "read" | "operate";

/** A number that a request may choose, and what it is otherwise. */
export interface Bound {
  readonly default: number;
  readonly max: number;
}

/** What a request must be to reach its answer, and who may make it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As the router reads it: `:symbol` stands for one part, `:id{.+}` for one or more. */
  readonly path: string;
  readonly need: Need;
  /** Parameters of the query; others are not looked at. */
  readonly query?: readonly string[];
  /** How many items, or points, are answered at most: the parameter `limit`. */
  readonly limit?: Bound;
  /** How long the time from `from` to `to` is, where `from` is not said, in milliseconds. */
  readonly rangeMs?: number;
  /** Rows that one answer may be made of. */
  readonly rowsMax?: number;
  /** How many symbols `symbols` may name. */
  readonly symbolsMax?: number;
  /** A body of JSON, by example, and how many bytes it may have. */
  readonly body?: { readonly example: string; readonly bytesMax: number };
  /** A form, by its fields, and how many bytes it may have. */
  readonly form?: { readonly fields: readonly string[]; readonly bytesMax: number };
  /** A file of the bundled page, which is the answer. */
  readonly file?: { readonly name: string; readonly contentType: string };
  /** For a person, in Markdown. */
  readonly answers: string;
}

const MINUTE_MS = 60_000;

const RECORDS = {
  method: "GET",
  need: "read",
  query: ["symbol", "from", "to", "limit"],
  limit: { default: 100, max: 1_000 },
} as const;

/** By what each answers. */
export const ROUTES = {
  page: {
    method: "GET",
    path: "/",
    need: "read",
    file: { name: "index.html", contentType: "text/html; charset=utf-8" },
    answers: "the page",
  },
  script: {
    method: "GET",
    path: "/main.js",
    need: "read",
    file: { name: "main.js", contentType: "text/javascript; charset=utf-8" },
    answers: "its script",
  },
  style: {
    method: "GET",
    path: "/page.css",
    need: "public",
    file: { name: "page.css", contentType: "text/css; charset=utf-8" },
    answers: "its style",
  },
  icon: {
    method: "GET",
    path: "/favicon.svg",
    need: "public",
    file: { name: "favicon.svg", contentType: "image/svg+xml" },
    answers: "its icon",
  },
  login: {
    method: "GET",
    path: "/login",
    need: "public",
    file: { name: "login.html", contentType: "text/html; charset=utf-8" },
    answers:
      "the page that asks for a token; for who needs none, or has a session, the way to the page",
  },
  logIn: {
    method: "POST",
    path: "/login",
    need: "public",
    form: { fields: ["token"], bytesMax: 2_000 },
    answers:
      "a session, as a cookie, and the way to the page; 401 or 429 with the reason on a page",
  },
  logOut: {
    method: "POST",
    path: "/logout",
    need: "public",
    answers:
      "the end of the session in this browser, in all of its windows, and the way to `/login`",
  },
  events: {
    method: "GET",
    path: "/events",
    need: "read",
    query: ["symbols", "focus"],
    symbolsMax: SYMBOLS_MAX,
    answers: "the stream: all symbols in short, the one in focus in detail",
  },
  live: {
    method: "GET",
    path: "/livez",
    need: "public",
    answers: "200 while the web server answers at all: no reason to restart the process",
  },
  ready: {
    method: "GET",
    path: "/readyz",
    need: "public",
    answers: "200 while the monitor serves, 503 while `/healthz` says that it is down; no details",
  },
  health: {
    method: "GET",
    path: "/healthz",
    need: "read",
    answers: "how the monitor and each symbol stand; 503 when it is down",
  },
  symbols: {
    method: "GET",
    path: "/api/symbols",
    need: "read",
    answers: "how each symbol stands, and its latency",
  },
  addSymbol: {
    method: "POST",
    path: "/api/symbols",
    need: "operate",
    // A symbol has at most 40 characters.
    body: { example: '{"symbol":"SOLUSDT"}', bytesMax: 1_000 },
    answers: "follows one more symbol: 201 and `{symbols, unacked}`",
  },
  removeSymbol: {
    method: "DELETE",
    path: "/api/symbols/:symbol",
    need: "operate",
    answers:
      "follows it no more: 200 and the same; `unacked`: its outputs that the store has not confirmed, " +
      '`{kind: "exact" | "at_least", count}` or `{kind: "unknown"}`',
  },
  catalogue: {
    method: "GET",
    path: "/api/catalogue",
    need: "read",
    answers:
      "every definition: of `metrics` labels, units, formulas, meanings and evidence, the `reasons` of what is not known, " +
      "the `settings` in force, and of `events` the JSON Schema of each payload",
  },
  metrics: {
    method: "GET",
    path: "/api/metrics",
    need: "read",
    query: ["symbol", "from", "to", "limit", "columns"],
    limit: { default: 3_600, max: 10_000 },
    rangeMs: 30 * MINUTE_MS,
    // A week of seconds and more: what the embedded store reads while a person waits.
    rowsMax: 1_000_000,
    answers:
      "stored rows as columns with their states, and in the column `settings` the id of those that each " +
      "was computed under, told beside the columns; `reasons`: of each column in which something is `null` why, and " +
      "`lowerBounds`: in which rows a depth reaches beyond the levels that are known; averaged (`isAveraged`) when there are more than `limit`, never over a change " +
      "of settings; a point has the time of its end, the last one of the range's",
  },
  alerts: {
    method: "GET",
    path: "/api/alerts",
    need: "read",
    query: ["symbol", "from", "limit"],
    limit: { default: 100, max: 1_000 },
    answers: "alert episodes, firing ones first",
  },
  acknowledge: {
    method: "POST",
    // An alert's id has slashes, which some proxies keep and some do not.
    path: "/api/alerts/:id{.+}/ack",
    need: "operate",
    body: { example: '{"by":"Anna","comment":"I look into it"}', bytesMax: 10_000 },
    answers:
      "says that somebody [has seen](ALERTS.md#people-and-alerts) the episode with this `alertId`; both fields may be left out: 200 and the " +
      "`alert` as it stands. 404 when there is none, 409 when it has resolved",
  },
  mutes: {
    method: "GET",
    path: "/api/mutes",
    need: "read",
    answers:
      "the [mutes](ALERTS.md#people-and-alerts) in force; a rule of every symbol has the venue and the symbol `monitor`. `isComplete` is false " +
      "while the database has not told yet of those from before a start",
  },
  addMute: {
    method: "POST",
    path: "/api/mutes",
    need: "operate",
    body: {
      example:
        '{"rule":"price_burst","symbol":"BTCUSDT","until":"2026-08-01T12:00:00Z","by":"Anna","reason":"news"}',
      bytesMax: 10_000,
    },
    answers:
      "calls nobody for a rule, a symbol or a rule of a symbol until a time, in UTC milliseconds or as above, at most 366 days away; `by` and " +
      "`reason` may be left out: 201 and the `mute`. 409 when 200 are in force",
  },
  removeMute: {
    method: "DELETE",
    path: "/api/mutes/:id",
    need: "operate",
    answers:
      "removes the mute of this `muteId`: 200 and the `mute`; 404 when it is not in force, 409 while its symbol is not followed",
  },
  rules: {
    method: "GET",
    path: "/api/rules",
    need: "read",
    answers:
      "the [alert rules](ALERTS.md#rules-of-your-own) in force: `rules`, of every symbol, and in `symbols` the whole list of each that has " +
      'its own; every rule with `isOn` and `from` (`"built-in"`, `"file"`, `"symbol"`). `file`: its `path`, its `content` as it is ' +
      "in force (`null`: there is none), and in `problem` why it was refused since; its ETag is in the header",
  },
  replaceRules: {
    method: "PUT",
    path: "/api/rules",
    need: "operate",
    // As much as the file may have.
    body: { example: '{"rules":{"price_burst":{"isOn":false}}}', bytesMax: 1_000_000 },
    answers:
      "puts this file in the place of the one that has the ETag of `If-Match`, and in force: 200 and what `GET` answers. 428 without " +
      "`If-Match`, 412 when the file is another (`*`: whatever is there), 400 when these are no rules, 409 when it cannot be written",
  },
  previewRules: {
    method: "POST",
    path: "/api/rules/preview",
    // It changes nothing, but nothing else keeps the database and the web server busy for as long.
    need: "operate",
    query: ["symbols", "rules", "from", "to"],
    symbolsMax: SYMBOLS_MAX,
    rangeMs: 60 * MINUTE_MS,
    rowsMax: 200_000,
    body: { example: '{"rules":{"extreme_imbalance":{"enter":0.9}}}', bytesMax: 1_000_000 },
    answers:
      "what [this file of rules](ALERTS.md#trying-rules-on-history) would have fired over stored rows of `symbols` (those that are followed), told of `rules` " +
      "(all): of each symbol `rules`, `episodes`, `holes`, and in `untried` which rules stored rows cannot tell of. One at a time: 503 while another is made",
  },
  gaps: {
    ...RECORDS,
    path: "/api/gaps",
    answers: "updates that were missed, `from <= time < to`, the newest first",
  },
  losses: {
    ...RECORDS,
    path: "/api/losses",
    answers:
      "rows that are not stored and never will be: `rows` at least, from `fromMs` to `toMs`, why (`cause`, " +
      "`detail`) and where (`lostBy`); likewise, by the time when that was told; of `symbol=monitor`, those of no market",
  },
  audits: { ...RECORDS, path: "/api/audits", answers: "level audits, likewise" },
  proofs: {
    ...RECORDS,
    path: "/api/proofs",
    answers:
      "counters of the best bid/ask proof, likewise; what is numbered counts in one life, `incarnation`",
  },
  depth_profiles: {
    ...RECORDS,
    path: "/api/depth-profiles",
    // A minute and ten: each has two hundred numbers.
    limit: { default: 60, max: 600 },
    answers:
      "how much rests at which distance from mid, once a second, likewise: `bids` and `asks` in buckets of `bucketBps`, " +
      "the nearest first, each a lower bound beyond `bidCoveredBps` and `askCoveredBps` (`null`: all of it is known)",
  },
  trades_1s: {
    ...RECORDS,
    path: "/api/trades",
    // Ten minutes and an hour of a symbol that trades in each second.
    limit: { default: 600, max: 3_600 },
    answers:
      "the trades of each second that had any, likewise: `buy` and `sell` with quantity, volume-weighted " +
      "average price, low, high and count, or `null`",
  },
} as const satisfies Readonly<Record<string, Route>>;

/** The table, route by route; only what all routes have is known of one. */
export const ALL_ROUTES: readonly Route[] = Object.values(ROUTES);

const PATTERNS = ALL_ROUTES.map((route) => {
  const parts = route.path.split("/").map((part) => {
    if (part.startsWith(":")) return part.endsWith("{.+}") ? ".+" : "[^/]+";
    return RegExp.escape(part);
  });
  return { route, pattern: new RegExp(`^${parts.join("/")}$`) };
});

/** What the table has at this path, by any method. */
export function routesAt(path: string): readonly Route[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route);
}
