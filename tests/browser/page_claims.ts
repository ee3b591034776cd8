/**
 * The catalogue of claims: every word of the page that says of something how it stands, where it is, how it reads while all is
 * well, and with each fault that makes that untrue. `faults_on_page_test.ts` makes them so in a real browser;
 * `page_claims_test.ts` fails where the page has a claim that is not here, or one that no fault makes false.
 */
import type { Fault } from "./page_faults.ts";

/** How a place reads with a fault. */
export interface Then {
  readonly says: RegExp;
  readonly tone: string | null;
  /** Why, for who asks. */
  readonly why?: RegExp;
  /** How it reads when that is over; where it does not say so, as before. */
  readonly after?: RegExp;
}

/** One word of the page. */
export interface Sentence {
  /** Where it is: a view's address, and a selector in it. */
  readonly view: string;
  readonly place: string;
  /** How it reads and is coloured while all is well. */
  readonly well: RegExp;
  readonly tone: "good" | null;
  readonly faults: { readonly [Name in Fault]?: Then };
}

/** The views that claim something. */
export const VIEWS = {
  desk: "#BTCUSDT",
  overview: "#/overview",
  alerts: "#/alerts",
  quality: "#/quality/BTCUSDT",
  system: "#/system",
  settings: "#/settings",
} as const;

const byId = (testId: string) => `[data-testid="${testId}"]`;
const wordIn = (testId: string) => `${byId(testId)} .tone-word`;
const valueOf = (testId: string) => `${byId(testId)} dd`;

const NO_CONNECTION = /not known while this page has no connection/;
const UNKNOWN = { says: /^–$/, tone: null } as const;

/** How a symbol stands is said in one word wherever the symbol is named. */
const STANDING = {
  well: /^live$/,
  tone: "good",
  faults: {
    "the server is away": { says: /^offline$/, tone: "bad" },
    "the exchange is gone, and has told the monitor nothing": { says: /^stale$/, tone: "bad" },
    "the monitor says that the exchange cannot be reached, and nothing moves": {
      says: /^silent$/,
      tone: "bad",
    },
    "the actor of a symbol is given up": { says: /^quarantined$/, tone: "bad" },
  },
} as const satisfies Pick<Sentence, "well" | "tone" | "faults">;

/** How many alerts fire is said in one word wherever they are. */
const FIRING = {
  well: /^none firing$/,
  tone: "good",
  faults: {
    "the server is away": { ...UNKNOWN, why: NO_CONNECTION },
    "the exchange is gone, and has told the monitor nothing": {
      ...UNKNOWN,
      why: /see nothing while its book is not live/,
    },
    "the store answers 503": { ...UNKNOWN, why: /cannot be read: .*refuses connections/ },
    "the actor of a symbol is given up": {
      says: /^none firing, 1 of 2 watched$/,
      tone: null,
      why: /see nothing while its book is not live/,
    },
    "an alert fires": { says: /^1 firing$/, tone: "warning" },
  },
} as const satisfies Pick<Sentence, "well" | "tone" | "faults">;

/** How the books stand together, and so whether the exchange is heard. */
const EXCHANGE = {
  "the exchange is gone, and has told the monitor nothing": {
    says: /^no book is live$/,
    tone: "bad",
    why: /BTCUSDT is stale: no frame/,
  },
  "the monitor says that the exchange cannot be reached, and nothing moves": {
    says: /^unreachable$/,
    tone: "bad",
    why: /no way out/,
  },
  "the actor of a symbol is given up": {
    says: /^1 of 2 live$/,
    tone: "warning",
    why: /BTCUSDT is quarantined: five crashes/,
  },
} as const satisfies Sentence["faults"];

/** Whether what is seen is stored. */
const STORED = {
  "the writer says nothing": { says: /^not known$/, tone: "warning", why: /./ },
  "the database is down": { says: /^not stored$/, tone: "bad", why: /connection refused/ },
  "the database is behind": { says: /^behind$/, tone: "warning", why: /old ones wait/ },
  "Redis is down": { says: /^Redis away$/, tone: "warning", why: /connection refused/ },
  "rows are lost": { says: /^rows lost$/, tone: "warning", why: /7 rows were lost/ },
} as const satisfies Sentence["faults"];

/** All of them. */
export const SENTENCES: readonly Sentence[] = [
  {
    view: VIEWS.desk,
    place: byId("connection"),
    well: /^connected$/,
    tone: "good",
    faults: { "the server is away": { says: /^reconnecting, last event .+ ago$/, tone: "bad" } },
  },
  {
    view: VIEWS.desk,
    place: byId("exchange-link"),
    well: /^2 of 2 live$/,
    tone: "good",
    faults: { "the server is away": { ...UNKNOWN, why: NO_CONNECTION }, ...EXCHANGE },
  },
  {
    view: VIEWS.desk,
    place: byId("storage"),
    well: /^stored$/,
    tone: "good",
    faults: { "the server is away": { ...UNKNOWN, why: NO_CONNECTION }, ...STORED },
  },
  {
    view: VIEWS.desk,
    place: byId("source-label"),
    well: /^Binance spot$/,
    tone: null,
    faults: { "the source is a simulation": { says: /^SIMULATED$/, tone: null } },
  },
  { view: VIEWS.desk, place: byId("state"), ...STANDING },
  { view: VIEWS.desk, place: byId("head-state"), ...STANDING },
  { view: VIEWS.desk, place: wordIn("symbol-row-BTCUSDT"), ...STANDING },
  { view: VIEWS.desk, place: byId("alert-count"), ...FIRING },
  {
    view: VIEWS.desk,
    place: byId("alerts-note"),
    well: /^No alert so far\.$/,
    tone: null,
    faults: {
      "the server is away": { says: /^$/, tone: null },
      "the store answers 503": { says: /cannot be read.*refuses connections/, tone: null },
      "an alert fires": { says: /^$/, tone: null, after: /^$/ },
    },
  },
  {
    view: VIEWS.desk,
    place: byId("learning"),
    well: /^$/,
    tone: null,
    faults: {
      "a rule has learnt too little": {
        says: /^Learning what is usual, and silent until then: spread widening \(120 of 300 s\)$/,
        tone: null,
      },
    },
  },
  {
    view: VIEWS.desk,
    place: byId("read-only"),
    well: /^$/,
    tone: null,
    faults: { "who looks may do less from now on": { says: /^read-only$/, tone: null } },
  },
  {
    view: VIEWS.desk,
    place: byId("proof"),
    well: /^best bid\/ask [\d.]+ s ago · 5,000 levels exact/,
    tone: "good",
    faults: {
      "the server is away": { says: /levels exact .* ago$/, tone: null },
      "the exchange is gone, and has told the monitor nothing": { says: /ago$/, tone: null },
      "an audit finds a level that differs": { says: /levels WRONG/, tone: "bad" },
      "the best price differs from the exchange's": { says: /^best bid\/ask WRONG/, tone: "bad" },
      "the actor of a symbol is given up": { says: /ago$/, tone: null },
    },
  },
  {
    view: VIEWS.desk,
    place: byId("latency-exchangeToReceive"),
    well: /12 \/ 180/,
    tone: null,
    faults: {
      "the server is away": { says: /–/, tone: null },
      "our clock was set back": { says: /–/, tone: null },
    },
  },
  {
    view: VIEWS.desk,
    place: byId("clocks-note"),
    well: /^$/,
    tone: null,
    faults: {
      "our clock was set back": { says: /is not known: by the exchange's clock/, tone: null },
    },
  },
  { view: VIEWS.overview, place: wordIn("overview-BTCUSDT"), ...STANDING },
  {
    view: VIEWS.overview,
    place: `${byId("overview-BTCUSDT")} [data-column="alerts"]`,
    well: /^none$/,
    tone: null,
    faults: {
      "the server is away": UNKNOWN,
      "the exchange is gone, and has told the monitor nothing": UNKNOWN,
      "the store answers 503": UNKNOWN,
      "the actor of a symbol is given up": UNKNOWN,
      "an alert fires": { says: /^1$/, tone: null },
    },
  },
  {
    view: VIEWS.alerts,
    place: byId("feed-claim"),
    ...FIRING,
    faults: {
      ...FIRING.faults,
      "a rule has learnt too little": {
        says: /^none firing, rules of 1 of 2 learn$/,
        tone: null,
        why: /silent until then: BTCUSDT$/,
      },
    },
  },
  {
    view: VIEWS.alerts,
    place: byId("feed-note"),
    well: /^No alert so far\.$/,
    tone: null,
    faults: {
      "the server is away": { says: /^What has fired since .* is not known/, tone: null },
      "the store answers 503": { says: /cannot be read.*refuses connections/, tone: null },
      "an alert fires": { says: /^$/, tone: null, after: /^$/ },
    },
  },
  {
    view: VIEWS.quality,
    place: byId("verdict"),
    well: /^Right, as far as compared$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^Not live: offline$/, tone: "bad" },
      "the exchange is gone, and has told the monitor nothing": {
        says: /^Not live: stale$/,
        tone: "bad",
      },
      "an audit finds a level that differs": { says: /^Wrong$/, tone: "bad" },
      "the best price differs from the exchange's": { says: /^Wrong$/, tone: "bad" },
      "the actor of a symbol is given up": { says: /^Not live: quarantined$/, tone: "bad" },
    },
  },
  {
    view: VIEWS.quality,
    place: byId("quality-best"),
    well: /^exact ([\d,]+) of \1$/,
    tone: null,
    faults: {
      "the best price differs from the exchange's": {
        says: /^exact 564 of 566: WRONG in 2$/,
        tone: "bad",
      },
    },
  },
  {
    view: VIEWS.quality,
    place: byId("quality-levels"),
    well: /^exact 5,000 of 5,000$/,
    tone: null,
    faults: {
      "an audit finds a level that differs": { says: /^1 of 5,000 WRONG$/, tone: "bad" },
    },
  },
  {
    view: VIEWS.quality,
    place: byId("quality-past"),
    well: /^How whole and how proven it was by stored rows, until /,
    tone: null,
    faults: {
      "the store answers 503": { says: /^What is stored cannot be read/, tone: null },
      "the store goes away while the page is open": {
        says: /Of .*: the newest cannot be read, trying again: .*refuses connections/,
        tone: null,
      },
    },
  },
  {
    view: VIEWS.system,
    place: valueOf("fact-Exchange"),
    well: /^2 of 2 live$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^–the monitor has not said it yet$/, tone: null },
      ...EXCHANGE,
    },
  },
  {
    view: VIEWS.system,
    place: valueOf("fact-Ban"),
    well: /^none$/,
    tone: null,
    faults: { "the exchange has banned this address": { says: /^until /, tone: "bad" } },
  },
  {
    view: VIEWS.system,
    place: valueOf("fact-Storage"),
    well: /^stored$/,
    tone: "good",
    faults: { "the server is away": { says: /^–/, tone: null }, ...STORED },
  },
  {
    view: VIEWS.system,
    place: valueOf("fact-Database"),
    well: /^up$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^–/, tone: null },
      "the writer says nothing": { says: /^–the writer has not said it/, tone: null },
      "the database is down": { says: /^down$/, tone: "bad" },
      "the database is behind": { says: /^behind$/, tone: "warning" },
    },
  },
  {
    view: VIEWS.system,
    place: valueOf("fact-Redis"),
    well: /^up$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^–/, tone: null },
      "the writer says nothing": { says: /^–the writer has not said it/, tone: null },
      "Redis is down": { says: /^down$/, tone: "bad" },
    },
  },
  {
    view: VIEWS.system,
    place: valueOf("fact-Streams"),
    well: /^1 of \d+$/,
    tone: null,
    faults: { "the server is away": { says: /^–/, tone: null } },
  },
  {
    view: VIEWS.system,
    place: wordIn("actor-symbol:BTCUSDT"),
    well: /^running$/,
    tone: "good",
    faults: {
      "the server is away": { says: /^was running$/, tone: null },
      "the actor of a symbol is given up": { says: /^quarantined$/, tone: "bad" },
    },
  },
  { view: VIEWS.settings, place: wordIn("followed-BTCUSDT"), ...STANDING },
];
