/** HTTP 418 with three symbols and one budget, under virtual time: engines, budget, hub, `/healthz`. */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ExchangeBudget } from "../../actors/exchange_desk/exchange_budget.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import { Engine } from "../../actors/symbol/engine/engine.ts";
import type { Command, EngineEvent } from "../../actors/symbol/engine/event.ts";
import type { Output } from "../../shared/output.ts";
import { health } from "../../web/health.ts";
import { budgetStatus, START_MS, systemStatus } from "../support/outputs.ts";
import { createHub } from "../web/hub_stage.ts";
import { depthSnapshot, depthUpdate } from "../symbol/engine/market.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";

const SYMBOLS = ["AAAUSDT", "BBBUSDT", "CCCUSDT"];
const REASON = "the exchange has banned this address (HTTP 418)";
const TICK_MS = 100;

/** The shell of one symbol: its engine, and what it waits for. */
interface Shell {
  readonly symbol: string;
  readonly engine: Engine;
  readonly outputs: Output[];
  /** The newest snapshot request: asked at `dueMs`, `null`: none, or it is with the budget. */
  request:
    | { readonly generation: number; readonly dueMs: number; readonly isResync: boolean }
    | null;
  generation: number;
}

/** Everything that has a clock gets it from here. */
class World {
  readonly budget = new ExchangeBudget(LIMITS, () => 0);
  readonly hub = createHub();
  readonly shells: Shell[];
  /** REST calls, with their moment. */
  readonly calls: { readonly symbol: string; readonly atMs: number }[] = [];
  /** The next REST call is answered with this ban. */
  banMs: number | null = null;
  nowMs = 0;
  /** The exchange's update id: each tick has one update. */
  #id = 100;
  #isBanned = false;

  constructor() {
    this.shells = SYMBOLS.map((symbol) => ({
      symbol,
      engine: new Engine({
        ...{
          symbol,
          rules: binanceSpotMarketData.rules,
          tickLot: null,
          quoteAsset: "USDT",
          depthLevels: 1_000,
          metricsIntervalMs: 1_000,
          settings: DEFAULT_SETTINGS,
          auditIntervalMs: null,
        },
        ...{ seed: 0, awaitRestore: false, alertRules: [], alertMemory: null, metricMemory: null },
      }, START_MS),
      outputs: [],
      request: null,
      generation: 0,
    }));
    for (const shell of this.shells) {
      this.#take(shell, shell.engine.start());
      this.tell(shell, { type: "opened", connection: 1 });
    }
  }

  shell(index: number): Shell {
    const shell = this.shells[index];
    if (shell === undefined) throw new RangeError(`Cannot find shell: received ${index}`);
    return shell;
  }

  tell(shell: Shell, event: EngineEvent): void {
    this.#take(shell, shell.engine.accept(event, START_MS + this.nowMs));
  }

  /** Lets time pass, with an update of each symbol in each tick; `deaf` misses one, the first. */
  run(ms: number, deaf: Shell | null = null): void {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += TICK_MS;
      this.#id += 1;
      for (const shell of this.shells) {
        if (shell !== deaf) {
          const update = depthUpdate(this.#id, this.#id, { bids: [[99, this.#id]] });
          this.tell(shell, { type: "depth_update", connection: 1, update });
        }
        this.tell(shell, { type: "tick" });
      }
      deaf = null;
      this.#turn();
    }
  }

  health() {
    const { usedWeight, ban } = this.budget.status(this.nowMs);
    const untilMs = START_MS + (ban?.untilMs ?? 0);
    const budget = budgetStatus({
      usedWeight,
      ban: ban === null ? null : { untilMs, reason: REASON },
    });
    const child = {
      state: "running",
      reason: null,
      incarnation: 1,
      restarts: 0,
      gauges: {},
    } as const;
    this.hub.setSystem(systemStatus({
      budget,
      symbols: SYMBOLS,
      children: SYMBOLS.map((symbol) => ({ ...child, actorId: `symbol:${symbol}` as const })),
    }));
    return health(this.hub, START_MS + this.nowMs);
  }

  /** What the desk's `RateLimiter` and each actor's link do with real timers. */
  #turn(): void {
    for (const shell of this.shells) {
      if (shell.request === null || shell.request.dueMs > this.nowMs) continue;
      const { generation, isResync } = shell.request;
      shell.request = null;
      shell.generation = generation;
      const priority = isResync ? "resync" : "sync";
      const request = { kind: "rest", weight: 50, priority } as const;
      const rank = SYMBOLS.indexOf(shell.symbol);
      this.budget.request({ ...request, owner: shell.symbol, id: generation, rank }, this.nowMs);
    }
    for (const { owner, id } of this.budget.grants(this.nowMs)) this.#call(owner, id);
    const isBanned = this.budget.ban(this.nowMs) !== null;
    if (isBanned === this.#isBanned) return;
    this.#isBanned = isBanned;
    const bannedForMs = (this.budget.ban(this.nowMs)?.untilMs ?? 0) - this.nowMs;
    for (const shell of this.shells) {
      this.tell(shell, {
        type: "budget",
        bannedForMs: isBanned ? bannedForMs : null,
        reason: isBanned ? REASON : null,
      });
    }
  }

  #call(symbol: string, generation: number): void {
    this.calls.push({ symbol, atMs: this.nowMs });
    const shell = this.shell(SYMBOLS.indexOf(symbol));
    const status = this.banMs === null ? 200 : 418;
    const retryAfterMs = this.banMs;
    this.banMs = null;
    this.budget.feedback(
      symbol,
      generation,
      { status, usedWeight: null, retryAfterMs },
      this.nowMs,
    );
    this.tell(
      shell,
      status === 418
        ? { type: "snapshot_failed", generation, reason: "HTTP 418", retryAfterMs }
        : { type: "depth_snapshot", generation, snapshot: depthSnapshot(this.#id), limit: 1_000 },
    );
  }

  #take(
    shell: Shell,
    { outputs, commands }: {
      readonly outputs: readonly Output[];
      readonly commands: readonly Command[];
    },
  ): void {
    shell.outputs.push(...outputs);
    for (const output of outputs) this.hub.publish(output);
    for (const command of commands) {
      if (command.type !== "fetch_snapshot") continue;
      shell.request = {
        generation: command.generation,
        dueMs: this.nowMs + command.delayMs,
        isResync: command.purpose === "resync",
      };
    }
  }
}

Deno.test("418 with Retry-After: 120 stops all REST for 120 s, streams live, and everyone says why", () => {
  const world = new World();
  world.run(5_000);
  assertEquals(world.calls.map(({ symbol }) => symbol), SYMBOLS);
  assertEquals(world.health().status, "ok");

  // One symbol loses its book, and the exchange answers with a ban.
  const lost = world.shell(1);
  world.banMs = 120_000;
  world.run(2_000, lost);
  assertEquals(world.calls.length, 4);
  const bannedMs = world.calls[3]?.atMs ?? NaN;
  const end = new Date(START_MS + bannedMs + 120_000).toISOString();
  const report = world.health();
  assertEquals(report.status, "degraded");
  assertEquals(report.reasons, [
    `The exchange takes no REST call until ${end}: ${REASON}`,
    `BBBUSDT is syncing: no snapshot until ${end.slice(11, 19)}Z: ${REASON}`,
  ]);
  assertEquals(report.budget?.ban?.untilMs, START_MS + bannedMs + 120_000);

  // Another one loses its book during the ban; the third never notices anything.
  const second = world.shell(2);
  world.run(60_000, second);
  const feedStatus = second.outputs.findLast((output) => output.type === "feed");
  assertStringIncludes(feedStatus?.reason ?? "", REASON);
  world.run(bannedMs + 120_000 - world.nowMs - TICK_MS);
  assertEquals(world.calls.length, 4, "no REST call during the ban");
  assertEquals(world.health().status, "degraded");
  const lives = world.shell(0);
  const changes = lives.outputs.filter((output) => output.type === "feed");
  assertEquals(changes.at(-1)?.state, "live");
  const rows = lives.outputs.filter((output) =>
    output.type === "metrics" && output.timeMs > START_MS + bannedMs && output.bucketMs !== null
  );
  assert(rows.length >= 118, `${rows.length} rows in two minutes`);
  assert(rows.every((row) => row.type === "metrics" && row.state === "live"));

  // It ends: those who wait are served, and all is well.
  world.run(2_000);
  assertEquals(world.calls.slice(4).map(({ symbol }) => symbol), ["BBBUSDT", "CCCUSDT"]);
  assert(world.calls.slice(4).every(({ atMs }) => atMs >= bannedMs + 120_000));
  assertEquals([world.health().status, world.health().reasons], ["ok", []]);
  assertEquals(changes.length, lives.outputs.filter(({ type }) => type === "feed").length);
});
