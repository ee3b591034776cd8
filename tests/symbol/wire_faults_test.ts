/**
 * Every fault that the exchange can do to one symbol's sockets and requests, on the wire: what the actor
 * says of its data meanwhile, and that its book is the exchange's again afterwards.
 */
import { assert, assertEquals } from "@std/assert";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { FAULT_KINDS } from "../../scripts/exchange/faults.ts";
import type { BookFrame, DataState } from "../../shared/output.ts";
import { eventually } from "../support/eventually.ts";
import { type PortUnderTest, Stage } from "./actor_stage.ts";

const SYMBOL = "BTCUSDT";

interface Case {
  /** A line of the exchange's script. */
  readonly fault: string;
  /** Before the actor starts, or when it is live. */
  readonly when: "start" | "live";
  /** The states that follow each other, the first live one included. */
  readonly states: readonly DataState[];
  /** What else must be true at the end. */
  readonly gauges?: Readonly<Record<string, number>>;
  /** What may happen instead, and is as right. */
  readonly or?: Outcome;
}

type Outcome = Pick<Required<Case>, "states" | "gauges">;

const RECOVERS = ["live", "syncing", "live"] as const;
const UNHARMED = ["live"] as const;
const NO_LOSS = { gaps: 0, resyncs: 0, snapshots: 1 };
const ONE_GAP = { gaps: 1, resyncs: 1, snapshots: 2 };

/** A probe refutes the book before its silence is unusual, and a second connection replaces the first. */
const REFUTED: Outcome = {
  states: ["live", "degraded", "live"],
  gauges: { gaps: 0, resyncs: 1, replacements: 1 },
};

/** The best stood still until the probe, which so proved it; what the second connection says shows the hole. */
const REPLACED: Outcome = {
  states: RECOVERS,
  gauges: { gaps: 1, resyncs: 1, replacements: 1 },
};

const CASES: readonly Case[] = [
  { fault: "gap stream=depth", when: "live", states: RECOVERS, gauges: ONE_GAP },
  { fault: "gap stream=bookTicker times=5", when: "live", states: UNHARMED, gauges: NO_LOSS },
  { fault: "duplicate stream=depth times=3", when: "live", states: UNHARMED, gauges: NO_LOSS },
  { fault: "reorder stream=depth by=1", when: "live", states: RECOVERS, gauges: ONE_GAP },
  { fault: "truncated stream=depth", when: "live", states: RECOVERS, gauges: ONE_GAP },
  { fault: "non_json stream=depth", when: "live", states: RECOVERS, gauges: ONE_GAP },
  { fault: "oversized stream=depth", when: "live", states: UNHARMED, gauges: NO_LOSS },
  { fault: "wrong_symbol stream=depth", when: "live", states: RECOVERS, gauges: ONE_GAP },
  {
    fault: "crossed stream=depth",
    when: "live",
    states: ["live", "degraded", "live"],
    gauges: { gaps: 0, resyncs: 1 },
  },
  { fault: "silence stream=depth for=60s", when: "live", ...REFUTED, or: REPLACED },
  { fault: "half_open", when: "live", ...REFUTED, or: REPLACED },
  { fault: "slow_drip bytes=2000 for=3s", when: "live", states: UNHARMED, gauges: NO_LOSS },
  { fault: "slow_drip bytes=50 for=60s", when: "live", ...REFUTED, or: REPLACED },
  { fault: "abrupt_close", when: "live", states: RECOVERS, gauges: { gaps: 0, snapshots: 2 } },
  {
    fault: "day_cut age=0s times=1",
    when: "live",
    states: RECOVERS,
    gauges: { gaps: 0, snapshots: 2 },
  },
  { fault: "close_storm for=1s", when: "live", states: RECOVERS, gauges: { gaps: 0 } },
  {
    fault: "server_shutdown ms=5000",
    when: "live",
    states: UNHARMED,
    gauges: { ...NO_LOSS, replacements: 1 },
  },
  { fault: "clock_skew ms=60000", when: "live", states: UNHARMED, gauges: NO_LOSS },
  { fault: "refused times=2", when: "start", states: UNHARMED },
  { fault: "refused http=503 times=2", when: "start", states: UNHARMED },
  { fault: "late_snapshot ms=1500", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "stale_snapshot age=60s", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "old_snapshot", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "oversized path=depth", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "truncated path=depth", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "server_error http=502 times=2", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "too_many_requests seconds=1", when: "start", states: UNHARMED, gauges: NO_LOSS },
  { fault: "banned seconds=1", when: "start", states: UNHARMED, gauges: NO_LOSS },
];

/** Not of one symbol's sockets and requests: what the exchange says of a market. */
const ELSEWHERE = ["status", "delisting", "tick_size"];

Deno.test("Every kind of fault is one of a wire that an actor goes through, or what the exchange says of a market", () => {
  const tried = CASES.map(({ fault }) => fault.split(" ")[0] ?? "");
  assertEquals([...new Set([...tried, ...ELSEWHERE])].sort(), [...FAULT_KINDS].sort());
  assertEquals(tried.filter((kind) => ELSEWHERE.includes(kind)), []);
});

/** Each is mostly waiting: for a silence, a pause, an answer. */
const AT_ONCE = 4;

Deno.test("SymbolActor through every fault of the wire", async (t) => {
  const rest = CASES.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const one of rest) {
      await t.step({
        name: `${one.fault}: ${one.states.join(", ")}, and the book is the exchange's`,
        fn: () => goThrough(one),
        // What a step leaves behind is not told from what others have in hand: the test finds it in the end.
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
      });
    }
  }));
});

async function goThrough({ fault, when, or, ...usual }: Case): Promise<void> {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: [SYMBOL], seed: 5 },
    faults: {},
  });
  try {
    if (when === "start") exchange.faults.inject(fault);
    await using stage = new Stage({ restUrl: exchange.restUrl, wsUrl: exchange.wsUrl });
    const writer = stage.port("writer");
    const web = stage.port("web");
    await isLive(stage, writer);
    if (when === "live") exchange.faults.inject(fault);
    const name = fault.split(" ")[0] as keyof Exchange["faults"]["counts"];
    await eventually(() => exchange.faults.counts[name] > 0, `${name} has happened`);
    const { length } = usual.states;
    await eventually(() => statesOf(writer).length >= length, usual.states.join());
    await eventually(() => statesOf(writer).at(-1) === "live", "live again");
    const isOther = or !== undefined && or.states[1] === statesOf(writer)[1];
    const { states, gauges } = isOther ? or : usual;
    if (gauges?.replacements !== undefined) {
      await eventually(() => stage.actor.gauges().replacements === gauges.replacements);
    }
    exchange.faults.clear();
    await assertSameBook(exchange, web);
    assertEquals(statesOf(writer), states);
    const found = stage.actor.gauges();
    for (const [gauge, value] of Object.entries(gauges ?? {})) {
      assertEquals(found[gauge], value, gauge);
    }
    assertEquals(found.exactMismatched, 0);
  } finally {
    await exchange.stop();
  }
}

async function isLive(stage: Stage, writer: PortUnderTest): Promise<void> {
  await eventually(() => statesOf(writer).includes("live"), "the first book");
  const { frames = 0 } = stage.actor.gauges();
  await eventually(() => (stage.actor.gauges().frames ?? 0) > frames + 5, "frames");
}

/**
 * From the first live one on, each state once for as long as it lasted. On a busy machine a silence may
 * be unusual before its probe is answered, so stale is left out.
 */
function statesOf(writer: PortUnderTest): DataState[] {
  const states = writer.feed.map(({ state }) => state).filter((state) => state !== "stale");
  const first = states.indexOf("live");
  return states.filter((state, i) => i >= first && first >= 0 && state !== states[i - 1]);
}

/** The exchange stands still; what it has said is what the page is told. */
async function assertSameBook(exchange: Exchange, web: PortUnderTest): Promise<void> {
  exchange.freeze();
  const { lastUpdateId, bids, asks } = exchange.referenceBook(SYMBOL);
  const books = () => web.items.filter((item): item is BookFrame => item.type === "book");
  await eventually(() => books().at(-1)?.bookUpdateId === lastUpdateId, "the last book");
  const book = books().at(-1);
  const numbers = (levels: readonly (readonly [string, string])[]) =>
    levels.slice(0, 20).map(([price, qty]) => [Number(price), Number(qty)]);
  assert(book !== undefined && book.bids.length === 20);
  assertEquals([book.bids, book.asks], [numbers(bids), numbers(asks)]);
}
