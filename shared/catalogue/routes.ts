/**
 * Every route of the web server, once: what it is asked with, what that needs, and within which limits.
 * Data and types only. `web/guard.ts` lets in what stands here, `web/app.ts` answers it, and the table of
 * docs/API.md is made of it.
 */
import { MONITOR_ROUTES } from "./monitor_routes.ts";
import { SYMBOLS_MAX } from "../symbol_list.ts";
import type { Route } from "./route_definition.ts";

/** Forms of an export. */
export const EXPORT_FORMATS = ["csv", "ndjson", "parquet"] as const;

/** One of these. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

const MINUTE_MS = 60_000;

const RECORDS = {
  method: "GET",
  need: "read",
  query: ["symbol", "symbols", "from", "to", "limit", "cursor"],
  symbolsMax: SYMBOLS_MAX,
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
    path: "/parts/:part",
    need: "read",
    file: { name: "parts/", contentType: "text/javascript; charset=utf-8" },
    answers: "a part of its script, under a name that changes with what is in it",
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
    query: ["symbols", "focus", "form", "viewer", "since"],
    symbolsMax: SYMBOLS_MAX,
    answers: "[the stream](#the-stream): all symbols in short, those in focus in detail",
  },
  look: {
    method: "POST",
    path: "/events/:id",
    need: "read",
    // Four symbols, and each metric as a column.
    body: { example: '{"focus":["BTCUSDT"],"columns":["mid","imbalance"]}', bytesMax: 5_000 },
    answers:
      "what the page of a stream looks at from now on, by the `stream` of its `hello`: 200 and the whole " +
      "[view](#what-a-page-looks-at), which its stream tells too. 404 when the stream is over",
  },
  leave: {
    method: "DELETE",
    path: "/events/:id",
    need: "read",
    answers: "ends a stream: 200 and its `stream`. 404 when it is over",
  },
  addViewer: {
    method: "POST",
    path: "/events/:id/viewers",
    need: "read",
    body: { example: '{"viewer":2,"focus":["ETHUSDT"]}', bytesMax: 1_000 },
    answers:
      "one more [viewer](#several-viewers-on-one-connection) on the connection of this stream: 201, its `viewer` and its `stream`, which tells " +
      "changes. 404 when that is over or carries one viewer only, 409 when it has one of this number, 503 when there are as many as may be",
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
  exchangeSymbols: {
    method: "GET",
    path: "/api/exchange/symbols",
    need: "read",
    query: ["q", "limit"],
    limit: { default: 20, max: 200 },
    answers:
      "the symbols that the exchange lists and that [`q` finds](#symbols-of-the-exchange) (all of them), the likeliest first, each with `isFollowed`; " +
      "`matches`: how many there are. The list is asked for when it is needed, once a day at most: `ageMs` says how old it is, `problem` why it " +
      "is older. 503 when there is none",
  },
  catalogue: {
    method: "GET",
    path: "/api/catalogue",
    need: "read",
    answers:
      "every definition: of `metrics` labels, units, formulas, meanings and evidence, the `reasons` of what is not known, " +
      "the `settings` in force, and of `events` the JSON Schema of each payload",
  },
  openApi: {
    method: "GET",
    path: "/api/openapi.json",
    need: "read",
    answers: "all of this as an OpenAPI 3.1 document",
  },
  metrics: {
    method: "GET",
    path: "/api/metrics",
    need: "read",
    query: ["symbol", "symbols", "from", "to", "limit", "columns"],
    symbolsMax: SYMBOLS_MAX,
    limit: { default: 3_600, max: 10_000 },
    rangeMs: 30 * MINUTE_MS,
    // A week of seconds and more: what the embedded store reads while a person waits.
    rowsMax: 1_000_000,
    answers:
      "stored rows as columns, as a [chart](#metrics-of-the-past) needs them: at most `limit` points, averaged (`isAveraged`) where there are more rows, " +
      "never over a change of settings; a point has the time of its end, the last one of the range's. `resolution` says which table has answered " +
      "which part, `reasons` of each column in which something is `null` why, `lowerBounds` in which points a depth reaches beyond the levels that " +
      "are known. Of several `symbols` the same of each, in the list `symbols`",
  },
  export: {
    method: "GET",
    path: "/api/export",
    need: "read",
    query: ["table", "symbol", "from", "to", "columns", "format"],
    answers:
      `all rows of one table as [a file](OPERATIONS.md#taking-rows-out), \`from <= time < to\`: of \`symbol\` or of every market, ` +
      `\`columns\` of the table (all), as \`${
        EXPORT_FORMATS.join("`, `")
      }\` (the first). Names that are not there are told what ` +
      "there is. 503 while another export of this address is under way, or 4 in all",
  },
  stats: {
    method: "GET",
    path: "/api/stats",
    need: "read",
    query: ["symbol", "symbols", "columns", "spans", "by"],
    symbolsMax: 10,
    answers:
      "how metrics were [spread](#how-usual-a-value-is) over the last `spans` (`1h`, `24h`, `7d`, `30d`; all), and where the values of now stand " +
      "among them: of `columns` (at most 30; those of which sketches are kept). With `by=hour` of each hour of the day too",
  },
  quality: {
    method: "GET",
    path: "/api/quality",
    need: "read",
    query: ["symbol", "days"],
    // Counters of a month are 45,000 rows: a fifth of a second of the embedded store.
    days: { default: 7, max: 31 },
    answers:
      "[how right the data of a symbol is, and how whole](#how-right-it-is): both proofs and the latency of now, and of the last day and the last `days` for how " +
      "long the feed was in which state, what was proven, and how many audits, gaps, resyncs and losses there were",
  },
  latest: {
    method: "GET",
    path: "/api/latest",
    need: "read",
    query: ["symbols", "columns"],
    symbolsMax: 1_000,
    answers:
      "the [newest values](#newest-values) of many symbols (those that are followed), each with its `source` and `ageMs`; what nobody knows is in " +
      "`missing`, with the reason",
  },
  alerts: {
    method: "GET",
    path: "/api/alerts",
    need: "read",
    query: ["symbol", "symbols", "rule", "phase", "severity", "from", "to", "limit", "cursor"],
    symbolsMax: SYMBOLS_MAX,
    limit: { default: 100, max: 1_000 },
    answers:
      "alert episodes, of `rule` (names with commas), `phase` (`firing`, `resolved`) and `severity`, that began to fire before `to` and had " +
      "not ended at `from`: firing ones first, by when they began, then those that are over, the newest first. `next` is the `cursor` of the " +
      "[next page](#pages), `null` after the last",
  },
  alert: {
    method: "GET",
    // An alert's id has slashes, which some proxies keep and some do not.
    path: "/api/alerts/:id{.+}",
    need: "read",
    answers: "the episode with this `alertId` as it stands, `alert`; 404 when there is none",
  },
  acknowledge: {
    method: "POST",
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
  feed_status: {
    ...RECORDS,
    path: "/api/feed-events",
    answers:
      "every change in what the feed of a symbol could be trusted for, `from <= time < to`, the newest first: `state`, `reason`; `next` is the " +
      "`cursor` of the [next page](#pages), `null` after the last",
  },
  gaps: { ...RECORDS, path: "/api/gaps", answers: "updates that were missed, likewise" },
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
  ...MONITOR_ROUTES,
  books: {
    ...RECORDS,
    path: "/api/books",
    query: [...RECORDS.query, "at"],
    // A minute and ten: each has eighty numbers.
    limit: { default: 60, max: 600 },
    answers:
      "the 20 best levels a side once a second while the book changes, likewise: `bids` and `asks` as pairs of price and quantity, prices exactly " +
      "and quantities to seven digits. With `at`: the `book` of one `symbol` at that moment, which is the newest row until then, `ageMs` older; " +
      "`null`, with the `reason`, when it was not known then",
  },
  depth_profiles: {
    ...RECORDS,
    path: "/api/depth-profiles",
    query: [...RECORDS.query, "points"],
    pointsMax: 2_000,
    rangeMs: 60 * MINUTE_MS,
    // A minute and ten: each has two hundred numbers.
    limit: { default: 60, max: 600 },
    answers:
      "how much rests at which distance from mid, once a second, likewise: `bids` and `asks` in buckets of `bucketBps`, " +
      "the nearest first, each a lower bound beyond `bidCoveredBps` and `askCoveredBps` (`null`: all of it is known). With `points`: of `symbol`, or of " +
      "each of `symbols`, at most so many [columns of a picture](#liquidity-over-time) from `from` to `to`",
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
