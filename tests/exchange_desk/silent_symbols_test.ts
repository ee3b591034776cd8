/** 200 symbols silent at once, under virtual time: engines, the queue of their probes, one budget. */
import { assert, assertEquals } from "@std/assert";
import { BboQueue } from "../../actors/exchange_desk/bbo_queue.ts";
import { ExchangeBudget } from "../../actors/exchange_desk/exchange_budget.ts";
import type { Command } from "../../actors/symbol/engine/event.ts";
import { bestWeight, LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import type { TopOfBook } from "../../shared/market.ts";
import { EngineStage, states } from "../symbol/engine/engine_stage.ts";

const TICK_MS = 100;
const SILENT_MS = 120_000;
const LATENCY_MS = 300;
/** What every driver's book is, as its walk to a live book left it. */
const BEST: TopOfBook = { bidPrice: 99, bidQty: 1, askPrice: 101, askQty: 1 };

/** What the exchange desk does with real timers. */
class World {
  readonly drivers: ReadonlyMap<string, EngineStage>;
  readonly weights: number[] = [];
  nowMs = 0;
  readonly #queue = new BboQueue();
  readonly #budget = new ExchangeBudget(LIMITS, () => 0.5);
  readonly #carriedOut = new Map<string, number>();
  /** What is to be done next about the call; `null`: there is none. */
  #step: { readonly dueMs: number; readonly act: () => void } | null = null;
  #asked: readonly string[] = [];

  /** The streams fall silent within `spreadMs`. */
  constructor(symbols: number, spreadMs: number) {
    const names = Array.from({ length: symbols }, (_, i) => `S${i}`);
    this.drivers = new Map(names.map((symbol, i) => {
      const driver = new EngineStage({ symbol }).goLive();
      driver.isAnswering = false;
      if (spreadMs > 0) driver.ticks(i * TICK_MS % spreadMs);
      return [symbol, driver];
    }));
  }

  /** Lets time pass without a word of any stream. */
  run(ms: number): void {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += TICK_MS;
      for (const [symbol, driver] of this.drivers) {
        driver.ticks(TICK_MS);
        const from = this.#carriedOut.get(symbol) ?? 0;
        this.#carriedOut.set(symbol, driver.probes.length);
        for (const command of driver.probes.slice(from)) this.#carryOut(symbol, driver, command);
      }
      this.#turn();
    }
  }

  #carryOut(symbol: string, driver: EngineStage, command: Command): void {
    if (command.type === "list_subscriptions") {
      driver.accept({ type: "subscriptions_listed", connection: command.connection });
    } else if (command.type === "probe_bbo") {
      const { probe } = command;
      this.#queue.add({ symbol, probe, answer: (message) => driver.accept(message) });
    }
  }

  #turn(): void {
    const { delayMs } = this.#queue;
    if (this.#step === null && this.#asked.length === 0 && delayMs !== null) {
      this.#step = { dueMs: this.nowMs + delayMs, act: () => this.#ask() };
    }
    if (this.#step !== null && this.#step.dueMs <= this.nowMs) {
      const { act } = this.#step;
      this.#step = null;
      act();
    }
    for (const { weight, id } of this.#budget.grants(this.nowMs)) this.#leave(weight, id);
  }

  #ask(): void {
    this.#asked = this.#queue.next();
    const weight = bestWeight(this.#asked.length);
    const request = { kind: "rest", weight, priority: "probe" } as const;
    this.#budget.request({ ...request, owner: "main", id: this.nowMs, rank: -1 }, this.nowMs);
  }

  #leave(weight: number, id: number): void {
    this.weights.push(weight);
    const asked = this.#queue.take(this.#asked);
    this.#step = {
      dueMs: this.nowMs + LATENCY_MS,
      act: () => {
        this.#asked = [];
        const answer = { status: 200, usedWeight: null, retryAfterMs: null };
        this.#budget.feedback("main", id, answer, this.nowMs);
        this.#queue.answered(asked, new Map(asked.map(({ symbol }) => [symbol, BEST])));
      },
    };
  }
}

for (
  const [how, spreadMs, callMs] of [["at once", 0, 2_500], [
    "each at its own moment",
    2_400,
    500,
  ]] as const
) {
  Deno.test(`200 symbols that fall silent ${how} stay live by a call of weight 4 each ${callMs} ms`, () => {
    const world = new World(200, spreadMs);
    world.run(SILENT_MS);
    for (const driver of world.drivers.values()) {
      const said = states(driver.outputs);
      assertEquals(said.slice(said.indexOf("live")), ["live"]);
      assertEquals(driver.commands.filter(({ type }) => type === "open_connection").length, 1);
    }
    const { weights } = world;
    assert(weights.length <= SILENT_MS / callMs, `${weights.length} calls`);
    assert(weights.length >= SILENT_MS / 5_000, "they are probed at all");
    assertEquals(new Set(weights), new Set([4]));
  });
}
