/** The events of `/events` as docs/API.md shows them, from their catalogues. */
import { EVENT_NAMES, type EventName, type EventPayloads } from "../../shared/catalogue/events.ts";
import {
  type OutputEvent,
  type OutputOf,
  OUTPUTS,
  type OutputType,
} from "../../shared/catalogue/outputs.ts";
import { table } from "./section.ts";

/** Each field of a payload: the compiler misses one that is not named. */
type Fields<Payload> = Readonly<Record<keyof Payload, true>>;

const MARKET = { type: true, venue: true, symbol: true } as const;
const NUMBERED = { ...MARKET, number: true, timeMs: true } as const;

const FIELDS: { readonly [Name in EventName]: Fields<EventPayloads[Name]> } = {
  hello: { timeMs: true, silentAfterMs: true, settings: true, access: true },
  pulse: { timeMs: true },
  system: {
    type: true,
    timeMs: true,
    startedMs: true,
    source: true,
    exchange: true,
    clock: true,
    budget: true,
    stores: true,
    symbols: true,
    children: true,
  },
  system_change: { timeMs: true, parts: true, children: true, gone: true },
  storage: { status: true, word: true, reasons: true },
  latency: { symbol: true, latency: true },
  refetch: { reason: true },
  metrics: {
    ...MARKET,
    timeMs: true,
    bucketMs: true,
    state: true,
    bookUpdateId: true,
    eventMs: true,
    values: true,
    reasons: true,
    lowerBounds: true,
  },
  book: { ...MARKET, timeMs: true, forStore: true, bookUpdateId: true, bids: true, asks: true },
  depth_profile: {
    ...NUMBERED,
    forStore: true,
    bookUpdateId: true,
    mid: true,
    bucketBps: true,
    lowPrice: true,
    highPrice: true,
    bids: true,
    asks: true,
    bidCoveredBps: true,
    askCoveredBps: true,
  },
  trade: { ...MARKET, timeMs: true, kind: true, trades: true, leftOut: true },
  trades: { ...MARKET, fromMs: true, timeMs: true, state: true, buy: true, sell: true },
  trades_1s: { ...NUMBERED, state: true, buy: true, sell: true },
  alert: {
    ...MARKET,
    alertId: true,
    revision: true,
    rule: true,
    phase: true,
    severity: true,
    summary: true,
    startedMs: true,
    firedMs: true,
    resolvedMs: true,
    timeMs: true,
    value: true,
    peak: true,
    threshold: true,
    isHeld: true,
    reason: true,
    isNotified: true,
    suppressed: true,
    bookUpdateId: true,
    mid: true,
    evidence: true,
  },
  feed: {
    ...NUMBERED,
    state: true,
    sinceMs: true,
    reason: true,
    bookUpdateId: true,
    resyncs: true,
    gaps: true,
  },
  gap: { ...NUMBERED, fromId: true, toId: true, durationMs: true },
  loss: {
    ...NUMBERED,
    fromMs: true,
    toMs: true,
    rows: true,
    cause: true,
    lostBy: true,
    detail: true,
  },
  audit: { ...NUMBERED, bookUpdateId: true, levels: true, mismatched: true, differences: true },
  proof: {
    ...NUMBERED,
    forStore: true,
    exactChecked: true,
    exactMismatched: true,
    carriedChecked: true,
    carriedMismatched: true,
    carriedHealed: true,
    lastExactMs: true,
  },
};

/** What the server says of itself: how it travels, and to whom. */
const OWN: { readonly [Name in Exclude<EventName, OutputType>]: readonly [string, string] } = {
  hello: ["once, first", "everybody"],
  pulse: ["the newest, each second", "everybody"],
  system: ["once, on joining", "everybody"],
  system_change: ["what has changed since, added up", "everybody"],
  storage: ["the newest, when it has changed", "everybody"],
  latency: ["the newest, when it has changed", "the symbol in detail"],
  refetch: ["in the place of events that are lost", "who missed them"],
};

/** The parts of an output on which its form depends, and what it is then. */
const KINDS: {
  readonly [Type in OutputType]: readonly (readonly [what: string, of: Partial<OutputOf[Type]>])[];
} = {
  metrics: [["a frame", { bucketMs: null }], ["the row of an interval", { bucketMs: 1 }]],
  book: [["", { forStore: false }]],
  depth_profile: [["", { forStore: false }]],
  trade: [["", {}]],
  trades: [["", {}]],
  trades_1s: [["", {}]],
  alert: [["", {}]],
  feed: [["", {}]],
  gap: [["", {}]],
  loss: [["", {}]],
  audit: [["", {}]],
  proof: [["", { forStore: false }]],
};

/** How each travels, to whom, and what its payload says. */
export function eventsTable(): string {
  const rows = EVENT_NAMES.map((name) => {
    const [how, who] = isOutput(name) ? wayOf(name) : OWN[name];
    return [
      `\`${name}\``,
      how,
      who,
      Object.keys(FIELDS[name]).map((one) => `\`${one}\``).join(" "),
    ];
  });
  return table(["event", "how it comes", "to whom", "payload"], rows);
}

function isOutput(name: EventName): name is OutputType {
  return Object.hasOwn(OUTPUTS, name);
}

function wayOf<Type extends OutputType>(type: Type): readonly [string, string] {
  const ways = KINDS[type].flatMap(([what, of]) => {
    // Its form depends on nothing else.
    const { event } = OUTPUTS[type].formOf(of as OutputOf[Type]);
    const named = (text: string) => what === "" ? text : `${what}: ${text}`;
    return event === null ? [] : [[named(howOf(event)), named(whoOf(event))] as const];
  });
  return [ways.map(([how]) => how).join("; "), ways.map(([, who]) => who).join("; ")];
}

function howOf(event: OutputEvent): string {
  if (event.detail === "event") {
    return `in order, with an id${event.opening ? "; the last ones on joining" : ""}`;
  }
  return event.detail === "state" ? "the newest" : "added up since the last";
}

function whoOf({ detail, list }: OutputEvent): string {
  if (list === null) return "the symbol in detail";
  if (list === "event") return "every symbol";
  const others = "the others once a second";
  return `the symbol in detail, ${others}${detail === "event" ? ", the newest" : ""}`;
}
