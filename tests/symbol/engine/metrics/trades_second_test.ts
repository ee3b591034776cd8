/** The trades of each second, as rows: none is lost, none counts twice, whatever becomes of the clock. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { assertNever } from "../../../../shared/assert_never.ts";
import type { Output, TradesOfSide, TradesSecond } from "../../../../shared/output.ts";
import { EngineStage, START_MS } from "../engine_stage.ts";
import { MARKET, trade } from "../market.ts";

/** An engine that hears trades, and of what it says those by the second. */
class Stage {
  readonly driver = new EngineStage().goLive();

  trade(part: Parameters<typeof trade>[0]): this {
    const { connection } = this.driver;
    this.driver.accept({ type: "trade", connection, trade: trade(part) });
    return this;
  }

  /** Goes to so many ms after the start without a tick on the way, as a trade that comes then does. */
  at(ms: number): this {
    this.driver.nowMs = START_MS + ms;
    return this;
  }

  get seconds(): TradesSecond[] {
    return this.driver.outputs.filter((output) => output.type === "trades_1s");
  }
}

const side = (qty: number, price: number): TradesOfSide => {
  return { qty, notional: qty * price, vwap: price, low: price, high: price, count: 1 };
};

Deno.test("Engine says of each second with trades what they were, when it is over, at its end", () => {
  const stage = new Stage();
  stage.at(200).trade({ side: "buy", price: 100, qty: 1 }).trade({
    side: "sell",
    price: 90,
    qty: 2,
  });
  stage.at(999).trade({ side: "buy", price: 104, qty: 3 });
  assertEquals(stage.seconds, []);
  // A trade at the round moment is of the second that begins, and tells that the other is over.
  stage.at(1_000).trade({ side: "sell", price: 91, qty: 5 });
  const common = { type: "trades_1s", ...MARKET, state: "live" } as const;
  const buy = { qty: 4, notional: 412, vwap: 103, low: 100, high: 104, count: 2 };
  const first = { ...common, number: 1, timeMs: START_MS + 1_000, buy, sell: side(2, 90) };
  assertEquals(stage.seconds, [first]);
  stage.driver.ticks(5_000);
  stage.trade({ side: "buy", price: 7, qty: 1 }).driver.ticks(1_000);
  assertEquals(stage.seconds, [
    first,
    { ...common, number: 2, timeMs: START_MS + 2_000, buy: null, sell: side(5, 91) },
    { ...common, number: 3, timeMs: START_MS + 7_000, buy: side(1, 7), sell: null },
  ]);
});

Deno.test("Engine cuts a second short when the clock is set, and says one that comes again as another", () => {
  const stage = new Stage();
  const set = (utcOffsetMs: number) => stage.driver.accept({ type: "clock_set", utcOffsetMs });
  stage.at(100).trade({ qty: 1 });
  set(5_000);
  stage.at(200).trade({ qty: 2 });
  set(0);
  stage.at(300).trade({ qty: 4 }).driver.ticks(1_000);
  assertEquals(stage.seconds.map(({ number, timeMs, buy }) => [number, timeMs, buy?.qty]), [
    [1, START_MS + 1_000, 1],
    [2, START_MS + 6_000, 2],
    [3, START_MS + 1_000, 4],
  ]);
});

Deno.test("Engine says how the feed stood at the second's end", () => {
  const stage = new Stage().at(100).trade({});
  const { driver } = stage;
  driver.accept({ type: "closed", connection: driver.connection, reason: "gone" });
  driver.ticks(1_000);
  assertEquals(stage.seconds.map(({ state }) => state), [driver.engine.feed.state]);
  assert(driver.engine.feed.state !== "live");
});

interface Sum {
  readonly qty: number;
  readonly notional: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** Independent of the code under test: sums of numbers. */
function total(outputs: readonly Output[], type: "trades" | "trades_1s", of: "buy" | "sell"): Sum {
  const none: Sum = { qty: 0, notional: 0, count: 0, low: Infinity, high: -Infinity };
  return outputs.reduce((sum, output): Sum => {
    const side = output.type === type ? output[of] : null;
    if (side === null) return sum;
    return {
      qty: sum.qty + side.qty,
      notional: sum.notional + side.notional,
      count: sum.count + side.count,
      low: Math.min(sum.low, side.low),
      high: Math.max(sum.high, side.high),
    };
  }, none);
}

const stepOf = (unit: number) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("trade" as const),
        side: fc.constantFrom("buy" as const, "sell" as const),
        lots: fc.nat(99_999),
        ticks: fc.integer({ min: 1, max: 99_999 }),
        unit: fc.constant(unit),
        // The same again, as a second connection brings it.
        isTwice: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom("pass" as const, "tick" as const),
        ms: fc.integer({ min: 1, max: 1_500 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("set" as const),
        ms: fc.integer({ min: -5_000, max: 5_000 }),
      }),
    },
  );
type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer S> ? S : never;

function take(stage: Stage, step: Step): void {
  const { driver } = stage;
  switch (step.kind) {
    case "trade": {
      const { side, lots, ticks, unit, isTwice } = step;
      const one = trade({ side, qty: lots * unit, price: ticks * unit });
      for (let i = 0; i < (isTwice ? 2 : 1); i++) stage.trade(one);
      return;
    }
    case "pass":
      driver.nowMs += step.ms;
      return;
    case "tick":
      driver.ticks(step.ms);
      return;
    case "set":
      driver.accept({ type: "clock_set", utcOffsetMs: step.ms });
      return;
    default:
      return assertNever(step, "take a step");
  }
}

function play(unit: number, equals: (seconds: Sum, frames: Sum) => void): void {
  const steps = fc.array(stepOf(unit), { maxLength: 80, size: "max" });
  fc.assert(
    fc.property(steps, (each) => {
      const stage = new Stage();
      for (const step of each) take(stage, step);
      stage.driver.ticks(1_100);
      const { outputs } = stage.driver;
      for (const  of of["buy", "sell"] as const) {
        equals(total(outputs, "trades_1s", of), total(outputs, "trades", of));
      }
      stage.seconds.forEach(({ number, timeMs, buy, sell }, i) => {
        assertEquals([number, timeMs % 1_000], [i + 1, 0]);
        assert(buy !== null || sell !== null);
      });
    }),
    { numRuns: 150 },
  );
}

Deno.test("The trades of all seconds are those of all frames, over any clock", () => {
  // Binary fractions add up without rounding, so that not one of them can be missing.
  play(1 / 1_024, (seconds, frames) => assertEquals(seconds, frames));
});

Deno.test("Decimal quantities of seconds and frames agree but for the rounding that mergeTrades() names", () => {
  play(0.01, (seconds, frames) => {
    assertEquals([seconds.count, seconds.low, seconds.high], [
      frames.count,
      frames.low,
      frames.high,
    ]);
    for (const  of of["qty", "notional"] as const) {
      assert(Math.abs(seconds[of] - frames[of]) <= frames.count * 2 ** -52 * frames[of], of);
    }
  });
});
