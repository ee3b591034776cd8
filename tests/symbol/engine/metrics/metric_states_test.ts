/** What metrics remember, on its way through the store: when it is told, and that it is taken in once. */
import { assertEquals } from "@std/assert";
import type { FamilyMemories } from "../../../../actors/symbol/engine/metrics/metric_memory.ts";
import { MetricStates } from "../../../../actors/symbol/engine/metrics/metric_states.ts";
import { MicroPriceHours } from "../../../../actors/symbol/engine/metrics/micro_price_hours.ts";
import { UtcClock } from "../../../../actors/symbol/engine/utc_clock.ts";
import type { LearntMicroPrice } from "../../../../shared/micro_price.ts";
import type { MetricState, Output } from "../../../../shared/output.ts";
import { EngineStage } from "../engine_stage.ts";
import { depthUpdate, trade } from "../market.ts";

const MINUTE_MS = 60_000;
const states = (outputs: readonly Output[]): MetricState[] =>
  outputs.filter((output) => output.type === "metric_state");

/** Families that remember what they are told to, and keep what they recall. */
class Stub {
  memories: FamilyMemories = {};
  readonly recalled: FamilyMemories[] = [];
  readonly states: MetricStates;
  readonly #out: Output[] = [];

  constructor(awaitRestore: boolean, isRestored: boolean | null = null) {
    this.states = new MetricStates({
      market: { venue: "binance_spot", symbol: "BTCUSDT" },
      utc: new UtcClock(),
      metrics: {
        remember: () => this.memories,
        recall: (memories) => this.recalled.push(memories),
        microPrice: null,
      },
      memory: isRestored === null ? null : { families: {}, isRestored },
      awaitRestore,
    }, 0);
  }

  /** What has been told since the last call, by family. */
  told(): string[] {
    return states(this.#out.splice(0)).map(({ metric, number }) => `${metric} ${number}`);
  }

  tell(nowMs: number): string[] {
    this.states.tell(nowMs, this.#out);
    return this.told();
  }

  end(nowMs: number): string[] {
    this.states.tellAll(nowMs, this.#out);
    return this.told();
  }
}

Deno.test("MetricStates tells what has changed every 30 s, what is large every ten minutes, and all of it at the end", () => {
  const stub = new Stub(false);
  stub.memories = { mid: { a: 1 }, spread: "x".repeat(5_000) };
  assertEquals(stub.tell(29_900), []);
  assertEquals(stub.tell(30_000), ["mid 1"]);
  assertEquals(stub.tell(60_000), [], "it is what it was");
  stub.memories = { ...stub.memories, mid: { a: 2 } };
  assertEquals([stub.tell(60_100), stub.tell(90_000)], [[], ["mid 2"]]);
  assertEquals(stub.tell(10 * MINUTE_MS), ["spread 3"]);
  stub.memories = { mid: { a: 3 }, spread: "y".repeat(5_000) };
  assertEquals(stub.end(10 * MINUTE_MS + 1), ["mid 4", "spread 5"]);
  assertEquals(stub.end(10 * MINUTE_MS + 2), []);
});

Deno.test("MetricStates replaces nothing in the store before it has taken in what is there", () => {
  const stub = new Stub(true);
  stub.memories = { mid: 1 };
  assertEquals([stub.tell(MINUTE_MS), stub.end(MINUTE_MS)], [[], []]);
  stub.states.restore({ mid: 7 });
  assertEquals([stub.recalled, stub.states.leftAside], [[{ mid: 7 }], 1]);
  assertEquals(stub.tell(2 * MINUTE_MS), ["mid 1"]);
  // The writer says it again after each start of its own, and then it is this life's own word.
  stub.states.restore({ mid: 1 });
  assertEquals(stub.recalled.length, 1);
});

Deno.test("MetricStates of a next life knows whether the one before has had the store's word", () => {
  const told = new Stub(true, true);
  told.memories = { mid: 1 };
  told.states.restore({ mid: 7 });
  assertEquals([told.recalled, told.states.remember()], [[{}], {
    families: { mid: 1 },
    isRestored: true,
  }]);
  assertEquals(told.tell(MINUTE_MS), ["mid 1"]);
  const untold = new Stub(true, false);
  untold.states.restore({ mid: 7 });
  assertEquals(untold.recalled, [{}, { mid: 7 }]);
});

Deno.test("Engine goes on with what an earlier process has counted, and leaves it to a later one", () => {
  const traded = (engine: EngineStage, tradeId: number) =>
    engine.accept({
      type: "trade",
      connection: engine.connection,
      trade: trade({ tradeId, side: "buy", qty: 2, tradeMs: engine.nowMs }),
    });
  const first = new EngineStage({ awaitRestore: true }).goLive();
  first.accept({ type: "metrics_restored", families: {} });
  traded(first, 5);
  const left = states(first.accept({ type: "ending" }).outputs);
  assertEquals(left.map(({ metric }) => metric), ["cumulativeVolumeDelta"]);
  const families = Object.fromEntries(
    left.map(({ metric, memory }) => [metric, JSON.parse(memory)]),
  );
  const next = new EngineStage({ awaitRestore: true }).goLive();
  traded(next, 6);
  next.update(depthUpdate(101, 101));
  const delta = () => next.engine.view.values?.cumulativeVolumeDelta;
  assertEquals(delta(), 2);
  next.accept({ type: "metrics_restored", families });
  assertEquals([delta(), next.engine.metricMemory.isRestored], [4, true]);
  const told = states(next.ticks(MINUTE_MS).outputs);
  const [ours] = told.filter(({ metric }) => metric === "cumulativeVolumeDelta");
  assertEquals(JSON.parse(ours?.memory ?? "").delta, 4);
});

Deno.test("MicroPriceHours tells at each full hour of UTC what was learnt, under a clock that is set too", () => {
  const HOUR_MS = 60 * MINUTE_MS;
  const learnt: LearntMicroPrice = {
    ...{ tickSize: 1, countedMs: 7, moves: 3 },
    ...{ shiftsBps: [null], visits: [3] },
  };
  const metrics: { microPrice: LearntMicroPrice | null } = { microPrice: null };
  const utc = new UtcClock();
  const market = { venue: "binance_spot", symbol: "BTCUSDT" } as const;
  const hours = new MicroPriceHours(market, utc, metrics, HOUR_MS / 2);
  const told = (nowMs: number) => {
    const out: Output[] = [];
    hours.tell(nowMs, out);
    return out.map(({ timeMs }) => timeMs / HOUR_MS);
  };
  assertEquals(told(HOUR_MS), [], "nothing was counted");
  metrics.microPrice = learnt;
  assertEquals([told(2 * HOUR_MS - 1), told(2 * HOUR_MS), told(2 * HOUR_MS + 100)], [[], [2], []]);
  // Nobody has watched for two hours and a half.
  assertEquals([told(4.5 * HOUR_MS), told(5 * HOUR_MS)], [[4], [5]]);
  utc.set(-2 * HOUR_MS);
  assertEquals([told(5 * HOUR_MS + 1), told(6 * HOUR_MS)], [[], [4]]);
});
