/**
 * Trades on their way from the engine to each browser, over readers of any slowness: each browser gets
 * exactly what the engine said while it was there.
 */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { WEB_POLICY } from "../../actors/symbol/peer.ts";
import { assertNever } from "../../shared/assert_never.ts";
import { Outbox } from "../../shared/outbox.ts";
import type { TradesFrame, TradesOfSide } from "../../shared/output.ts";
import { mergeTrades } from "../../shared/trades.ts";
import { metricsFrame, tradesFrame, tradesSecond } from "../support/outputs.ts";
import { type FakeBrowser, join } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";

interface Sum {
  qty: number;
  notional: number;
  count: number;
  low: number;
  high: number;
}

const NONE: Sum = { qty: 0, notional: 0, count: 0, low: Infinity, high: -Infinity };

/** Independent of the code under test: sums of numbers. */
function add(sum: Sum, side: TradesOfSide | null): Sum {
  if (side === null) return sum;
  return {
    qty: sum.qty + side.qty,
    notional: sum.notional + side.notional,
    count: sum.count + side.count,
    low: Math.min(sum.low, side.low),
    high: Math.max(sum.high, side.high),
  };
}

const total = (frames: readonly TradesFrame[], of: "buy" | "sell"): Sum =>
  frames.reduce((sum, frame) => add(sum, frame[of]), NONE);

/** Binary fractions add up without rounding, so that not one of them can be missing. */
const exactSide = fc.record({
  lots: fc.integer({ min: 1, max: 4_096 }),
  price: fc.integer({ min: 1, max: 4_096 }),
})
  .map(({ lots, price }): TradesOfSide => sideOf(lots / 1_024, price, 1));
/** Decimal fractions, as an exchange has them. */
const decimalSide = fc.record({
  lots: fc.integer({ min: 1, max: 999_999 }),
  price: fc.integer({ min: 1, max: 9_999_999 }),
})
  .map(({ lots, price }): TradesOfSide => sideOf(lots / 1e5, price / 100, 1));

function sideOf(qty: number, price: number, count: number): TradesOfSide {
  const notional = qty * price;
  return { qty, notional, vwap: notional / qty, low: price, high: price, count };
}

const stepOf = (side: fc.Arbitrary<TradesOfSide>) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("say" as const),
        buy: fc.option(side),
        sell: fc.option(side),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom("deliver" as const, "ack" as const),
        count: fc.nat(9),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconnect" as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom("flush" as const, "slow" as const, "join" as const),
        browser: fc.nat(3),
      }),
    },
  );
type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer S> ? S : never;

/** The server's: sooner nothing more leaves on a connection. */
const BEAT_MS = 100;

interface Reader {
  readonly browser: FakeBrowser;
  /** What the hub had taken in when it joined is not its own. */
  readonly from: number;
  readonly got: TradesFrame[];
}

/** One symbol actor's outbox, one hub, up to four browsers. */
class Way {
  readonly #outbox = new Outbox("BTCUSDT", 1, WEB_POLICY, DEFAULT_SETTINGS);
  readonly #hub = createHub({ life: 1 });
  readonly #said: TradesFrame[] = [];
  #lastSeq = 0;
  #nowMs = 0;
  #beatMs = 0;
  readonly #readers = new Map<number, Reader>();
  /** Frames that the hub has taken in, by the deliveries that it was given. */
  #published = 0;
  readonly #counts = new Map<number, number>();
  #waiting = 0;

  constructor() {
    this.#outbox.connect(1);
  }

  take(step: Step): void {
    switch (step.kind) {
      case "say":
        return this.#say(step.buy, step.sell);
      case "deliver":
        return this.deliver(step.count);
      case "ack":
        return this.#outbox.ack(this.#lastSeq - step.count);
      case "reconnect":
        this.#outbox.disconnect();
        return this.#outbox.connect(1);
      case "join":
        return this.#join(step.browser);
      case "slow": {
        const reader = this.#readers.get(step.browser);
        if (reader !== undefined) reader.browser.ready = !reader.browser.ready;
        return;
      }
      case "flush":
        return this.flush();
      default:
        return assertNever(step, "take a step");
    }
  }

  /** Ends every slowness, and compares. */
  finish(equals: (got: Sum, said: Sum) => void): void {
    for (let round = 0; round < 200; round++) {
      this.deliver(10);
      this.#outbox.ack(this.#lastSeq);
    }
    assertEquals(this.#outbox.unacked, 0);
    for (const { browser } of this.#readers.values()) browser.ready = true;
    this.flush();
    for (const { from, got } of this.#readers.values()) {
      for (const side of ["buy", "sell"] as const) {
        equals(total(got, side), total(this.#said.slice(from), side));
      }
      for (const { buy, sell } of got) {
        for (const side of [buy, sell]) {
          if (side !== null) assertEquals(side.vwap, side.notional / side.qty);
        }
      }
      // No moment is told of twice, and none is left out.
      got.reduce((before, { fromMs, timeMs }) => {
        assert(before <= fromMs && fromMs < timeMs);
        return timeMs;
      }, 0);
    }
  }

  #say(buy: TradesOfSide | null, sell: TradesOfSide | null): void {
    this.#nowMs += 100;
    this.#outbox.offer(metricsFrame({ timeMs: this.#nowMs }), this.#nowMs);
    if (buy === null && sell === null) return;
    const frame = tradesFrame({ fromMs: this.#nowMs - 100, timeMs: this.#nowMs, buy, sell });
    this.#said.push(frame);
    this.#waiting += 1;
    this.#outbox.offer(frame, this.#nowMs);
  }

  deliver(count: number): void {
    for (let i = 0; i < count; i++) {
      const delivery = this.#outbox.take();
      if (delivery === null) return;
      if (!this.#counts.has(delivery.seq)) {
        const hasTrades = delivery.items.some(({ type }) => type === "trades");
        this.#counts.set(delivery.seq, hasTrades ? this.#waiting : 0);
        if (hasTrades) this.#waiting = 0;
        this.#published += this.#counts.get(delivery.seq) ?? 0;
      }
      this.#hub.accept(delivery);
      this.#lastSeq = Math.max(this.#lastSeq, delivery.seq);
    }
  }

  #join(number: number): void {
    if (this.#readers.has(number)) return;
    const { browser } = join(this.#hub, { interest: { symbols: null, focus: "BTCUSDT" } });
    this.#readers.set(number, { browser, from: this.#published, got: [] });
  }

  flush(): void {
    this.#hub.flush(this.#beatMs += BEAT_MS);
    for (const { browser, got } of this.#readers.values()) {
      for (const { name, payload } of browser.read()) {
        if (name === "trades") got.push(payload as unknown as TradesFrame);
      }
    }
  }
}

function play(steps: readonly Step[], equals: (got: Sum, said: Sum) => void): void {
  const way = new Way();
  for (const step of steps) way.take(step);
  way.finish(equals);
}

Deno.test("Every browser gets the sum of what the engine said, over any schedule of slow readers", () => {
  const steps = fc.array(stepOf(exactSide), { maxLength: 120, size: "max" });
  fc.assert(fc.property(steps, (each) => play(each, (got, said) => assertEquals(got, said))), {
    numRuns: 300,
  });
});

Deno.test("Decimal quantities add up over slow readers but for the rounding that mergeTrades() names", () => {
  const steps = fc.array(stepOf(decimalSide), { maxLength: 120, size: "max" });
  fc.assert(
    fc.property(steps, (each) =>
      play(each, (got, said) => {
        assertEquals([got.count, got.low, got.high], [said.count, said.low, said.high]);
        for (const sum of ["qty", "notional"] as const) {
          assert(Math.abs(got[sum] - said[sum]) <= said.count * 2 ** -52 * said[sum], sum);
        }
      })),
    { numRuns: 300 },
  );
});

Deno.test("mergeTrades() holds the time of both, though the wall clock was set back between them", () => {
  const merged = mergeTrades(
    tradesFrame({ fromMs: 5_000, timeMs: 5_100, sell: null }),
    tradesFrame({ fromMs: 1_000, timeMs: 1_100, buy: null, sell: null, state: "stale" }),
  );
  assertEquals([merged.fromMs, merged.timeMs, merged.state, merged.buy?.count], [
    1_000,
    5_100,
    "stale",
    1,
  ]);
});

Deno.test("Hub tells a browser that joins nothing of trades before, and one out of focus nothing at all", () => {
  const hub = createHub();
  hub.publish(tradesFrame());
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  const { browser: other } = join(hub, { interest: { symbols: null, focus: "ETHUSDT" } });
  hub.flush(2_000);
  assertEquals(browser.read().filter(({ name }) => name === "trades"), []);
  hub.publish(tradesFrame());
  hub.flush(4_000);
  assertEquals(browser.read().map(({ name, id }) => [name, id]), [["trades", null]]);
  assertEquals(other.read().map(({ name }) => name), ["hello"]);
});

Deno.test("Hub tells of each second's trades, in order, who shows the symbol in detail, and nobody else", () => {
  const hub = createHub();
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  const { browser: other } = join(hub, { interest: { symbols: null, focus: "ETHUSDT" } });
  for (const number of [1, 2]) hub.publish(tradesSecond({ number }));
  hub.flush(2_000);
  const told = browser.read().filter(({ name }) => name === "trades_1s");
  assertEquals<unknown>(
    told.map(({ id, payload }) => [id, payload]),
    [1, 2].map((number) => [`7-${number}`, tradesSecond({ number })]),
  );
  assertEquals(other.read().map(({ name }) => name), ["hello"]);
  const { browser: late } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  hub.flush(4_000);
  assertEquals(late.read().map(({ name }) => name), ["hello"]);
});
