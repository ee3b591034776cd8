/** Whole walks of a live book that asks for further snapshots: deeper, renewed, audited. */
import { assert, assertEquals } from "@std/assert";
import type { DepthSnapshot } from "../../../actors/symbol/engine/event.ts";
import { binanceSpotMarketData } from "../../../actors/venue/binance_spot/market_data.ts";
import type { Level } from "../../../shared/market.ts";
import type { AuditRecord, Output } from "../../../shared/output.ts";
import { EngineStage, liveFrames, states } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate, seeded } from "./market.ts";
import { NaiveBook } from "./book/naive_book.ts";

const FIRST_LEVELS = binanceSpotMarketData.rules.firstLevels;
const INTERVAL_MS = 60_000;
const DEPTH_LEVELS = 5_000;

function audits(outputs: readonly Output[]): AuditRecord[] {
  return outputs.filter((output) => output.type === "audit");
}

/** A book at 101 (bids 99 · 1, 98 · 2) that has just asked for its audit. */
function audited(): EngineStage {
  const driver = new EngineStage({ auditIntervalMs: INTERVAL_MS }).goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98, 2]] }));
  driver.untilAudit();
  const asked = driver.commands.at(-1);
  assert(asked?.type === "fetch_snapshot" && asked.purpose === "audit");
  driver.accept({ type: "snapshot_asked", generation: driver.generation });
  return driver;
}

const RIGHT: readonly Level[] = [[99, 1], [98, 2]];

Deno.test("Engine goes on with its book after an audit that found it right: same id, same numbers", () => {
  const driver = audited();
  driver.update(depthUpdate(102, 103, { bids: [[97, 3]] }));
  driver.ticks(100);
  const before = liveFrames(driver.outputs).at(-1);
  driver.snapshot(depthSnapshot(102, { bids: [...RIGHT, [97, 3]] }));
  const [audit, ...more] = audits(driver.outputs);
  assertEquals(more, []);
  assertEquals([audit?.bookUpdateId, audit?.levels, audit?.mismatched], [103, 4, 0]);
  driver.ticks(100);
  const after = liveFrames(driver.outputs).at(-1);
  assert(before !== undefined && after !== undefined && after !== before);
  assertEquals({ ...after, timeMs: before.timeMs }, before);
  driver.update(depthUpdate(104, 104, { bids: [[98, 0]] }));
  assertEquals(driver.engine.book.bids.top(9), [[99, 1], [97, 3]]);
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 0]);
});

Deno.test("Engine audits when its book has reached a snapshot that was newer", () => {
  const driver = audited();
  driver.snapshot(depthSnapshot(104, { bids: [...RIGHT, [97, 3]] }));
  driver.update(depthUpdate(102, 103));
  assertEquals(audits(driver.outputs), []);
  driver.update(depthUpdate(104, 105, { bids: [[97, 3]] }));
  assertEquals(audits(driver.outputs).map(({ mismatched }) => mismatched), [0]);
});

Deno.test("Engine forgets an audit whose snapshot is older than its request, and makes the next", () => {
  const driver = audited();
  driver.snapshot(depthSnapshot(100, { bids: [[1, 1]] }));
  assertEquals([audits(driver.outputs), driver.engine.feed.state], [[], "live"]);
  driver.ticks(INTERVAL_MS);
  driver.snapshot(depthSnapshot(101, { bids: RIGHT }));
  assertEquals(audits(driver.outputs).map(({ number }) => number), [1]);
});

Deno.test("Engine throws a book away of which an audit finds one level wrong, and says which", () => {
  const driver = audited();
  const { outputs, commands } = driver.snapshot(depthSnapshot(101, { bids: [[99, 1], [98, 2.5]] }));
  assertEquals(audits(outputs).map(({ mismatched, differences }) => [mismatched, differences]), [
    [1, ["bid 98: 2 here, 2.5 there"]],
  ]);
  assertEquals(states(outputs), [
    "degraded: resyncing: 1 of 3 levels were not the exchange's",
  ]);
  assertEquals(commands.map((it) => it.type === "fetch_snapshot" && it.purpose), ["resync"]);
  assertEquals([driver.engine.bookUpdateId, driver.engine.feed.resyncs], [null, 1]);
});

Deno.test("Engine lives on without an audit whose request fails, and asks again in its own time", () => {
  const driver = audited();
  const { outputs, commands } = driver.accept({
    type: "snapshot_failed",
    generation: driver.generation,
    reason: "HTTP 503",
    retryAfterMs: null,
  });
  assertEquals([outputs, commands], [[], []]);
  driver.ticks(INTERVAL_MS);
  assertEquals(driver.commands.filter(({ type }) => type === "fetch_snapshot").length, 3);
});

Deno.test("Engine gives an audit up when a gap comes during its flight: its answer begins no book", () => {
  const driver = audited();
  const { generation } = driver;
  const { commands } = driver.update(depthUpdate(110, 110));
  assertEquals(commands.map((it) => it.type === "fetch_snapshot" && it.purpose), ["resync"]);
  const late = { type: "depth_snapshot", generation, limit: 1_000 } as const;
  driver.accept({ ...late, snapshot: depthSnapshot(110) });
  assertEquals([driver.engine.feed.state, audits(driver.outputs)], ["syncing", []]);
  driver.snapshot(depthSnapshot(110));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 110]);
});

// -- The band --

/** A market that trades around a price, as the exchange would answer for it. */
class Exchange {
  readonly book = new NaiveBook();
  readonly driver: EngineStage;
  readonly #random: () => number;
  id = 100;
  mid: number;
  asked = 0;

  constructor(seed: number, mid: number, perTick: number, auditIntervalMs = INTERVAL_MS) {
    this.#random = seeded(seed);
    this.mid = mid;
    this.driver = new EngineStage({
      tickLot: { tickSize: 1, stepSize: 1 },
      quoteAsset: "USDT",
      depthLevels: DEPTH_LEVELS,
      auditIntervalMs,
    });
    for (let away = 1; away <= 8_000; away++) {
      if (this.#random() >= perTick) continue;
      this.book.bids.set(mid - away, 1);
      this.book.asks.set(mid + away, 1);
    }
    this.driver.opened();
    this.driver.update(depthUpdate(99, 100));
    this.serve();
  }

  /** Answers what has been asked for since. */
  serve(): void {
    const fetches = this.driver.commands.filter((command) => command.type === "fetch_snapshot");
    for (const { generation, limit } of fetches.slice(this.asked)) {
      this.asked += 1;
      this.driver.accept({
        type: "depth_snapshot",
        generation,
        limit,
        snapshot: this.#snapshot(limit),
      });
    }
  }

  #snapshot(limit: number): DepthSnapshot {
    const bids = this.book.bids.levels().slice(0, limit);
    const asks = this.book.asks.levels().slice(0, limit);
    return depthSnapshot(this.id, { bids, asks });
  }

  /** Mid moves by some ticks: what is in its way goes, and the other side follows. */
  move(by: number): void {
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    const step = Math.sign(by);
    for (let i = 0; i < Math.abs(by); i++) {
      const old = this.mid;
      this.mid += step;
      (step > 0 ? asks : bids).set(this.mid, 0);
      (step > 0 ? bids : asks).set(old, 1 + Math.floor(this.#random() * 9));
    }
    for (let i = 0; i < 20; i++) {
      const away = 1 + Math.floor(this.#random() * 8_000);
      const isBid = this.#random() < 0.5;
      const qty = this.#random() < 0.5 ? 0 : 1 + Math.floor(this.#random() * 9);
      if (isBid) bids.set(this.mid - away, qty);
      else asks.set(this.mid + away, qty);
    }
    // Both sides always have a best level, so that there is a mid.
    bids.set(this.mid - 1, 5).delete(this.mid);
    asks.set(this.mid + 1, 5).delete(this.mid);
    bids.set(this.mid, 0);
    asks.set(this.mid, 0);
    const changed = { bids: [...bids], asks: [...asks] };
    this.book.apply(changed.bids, changed.asks);
    this.id += 1;
    const ticker = bookTicker(this.id, [this.mid - 1, 5], [this.mid + 1, 5]);
    this.driver.accept({ type: "book_ticker", connection: 1, ticker });
    this.driver.update(depthUpdate(this.id, this.id, changed));
  }
}

/** Inside what the engine claims to know every level must be the exchange's. */
function assertTrue({ book, driver }: Exchange, when: string): void {
  const { engine } = driver;
  for (const side of ["bids", "asks"] as const) {
    const inside = (levels: readonly Level[]) =>
      levels.filter(([price]) => engine.band.includes(price));
    assertEquals(inside(engine.book[side].top(Infinity)), inside(book[side].levels()), when);
  }
}

const limits = (driver: EngineStage) =>
  driver.commands.flatMap((it) => it.type === "fetch_snapshot" ? [[it.purpose, it.limit]] : []);

Deno.test("Engine asks for a deeper snapshot at once when the first does not cover 100 bps", () => {
  const exchange = new Exchange(1, 1_000_000, 1);
  exchange.driver.ticks(100);
  assertEquals(limits(exchange.driver), [["sync", FIRST_LEVELS], ["widen", DEPTH_LEVELS]]);
  exchange.serve();
  assertTrue(exchange, "after the deeper one");
  assertEquals(audits(exchange.driver.outputs).map(({ mismatched }) => mismatched), [0]);
  exchange.driver.ticks(2 * INTERVAL_MS);
  const widened = limits(exchange.driver).filter(([purpose]) => purpose === "widen");
  assertEquals(widened.length, 1, "it is the deepest");
});

Deno.test("Engine asks for no deeper snapshot when the first covers 100 bps, or holds whole sides", () => {
  const covering = new Exchange(1, 50_000, 1);
  covering.driver.ticks(20_000);
  assertEquals(limits(covering.driver), [["sync", FIRST_LEVELS]]);
  const thin = new Exchange(1, 10_000_000, 0.1);
  thin.driver.ticks(20_000);
  assertEquals(limits(thin.driver), [["sync", FIRST_LEVELS]]);
  assertEquals(thin.driver.engine.band.edges, { bidEdge: null, askEdge: null });
});

Deno.test("Engine stays exact inside its band, which never falls behind, while the price walks 5 % and back", () => {
  for (let seed = 1; seed <= 2; seed++) {
    const exchange = new Exchange(seed, 200_000, 0.7, INTERVAL_MS / 2);
    const { driver } = exchange;
    const random = seeded(seed);
    for (let step = 1; step <= 1_200; step++) {
      const drift = step <= 600 ? 17 : -17;
      exchange.move(drift + Math.floor(random() * 20) - 10);
      driver.ticks(100);
      // An answer is on its way for some ticks.
      if (step % 5 === 0) exchange.serve();
      const { band, feed } = driver.engine;
      assertEquals([feed.state, feed.resyncs], ["live", 0], `seed ${seed}, step ${step}`);
      assert(
        step < 10 || band.reachBps(exchange.mid, exchange.mid) > 0,
        `seed ${seed}, step ${step}: outside`,
      );
      if (step % 100 === 0) assertTrue(exchange, `seed ${seed}, step ${step}`);
    }
    const step = audits(driver.outputs);
    assert(step.length >= 4, `seed ${seed}: ${step.length} audits`);
    assertEquals(step.filter(({ mismatched }) => mismatched > 0), [], `seed ${seed}`);
    assert(limits(driver).length <= 60, `seed ${seed}: ${limits(driver).length} snapshots`);
  }
});

Deno.test("Engine calls a quiet book live whose snapshot is ahead by ids without a change", () => {
  const driver = audited();
  driver.snapshot(depthSnapshot(105, { bids: RIGHT }));
  driver.ticks(900);
  assertEquals(audits(driver.outputs), [], "it costs all levels: now and then");
  driver.ticks(30_000);
  assertEquals(audits(driver.outputs).map((it) => [it.bookUpdateId, it.mismatched]), [[105, 0]]);
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 105]);
  driver.update(depthUpdate(106, 106, { bids: [[98, 0]] }));
  assertEquals(driver.engine.book.bids.top(9), [[99, 1]]);
});

Deno.test("Engine compares an audit at the book's own id when updates follow that had waited", () => {
  const driver = audited();
  const second = driver.connection + 1;
  driver.accept({ type: "server_shutdown", connection: driver.connection });
  driver.accept({ type: "opened", connection: second });
  const bring = (connection: number, first: number, final: number, qty: number) =>
    driver.accept({
      type: "depth_update",
      connection,
      update: depthUpdate(first, final, { bids: [[97, qty]] }),
    });
  bring(second, 103, 104, 5);
  driver.snapshot(depthSnapshot(102, { bids: [...RIGHT, [97, 3]] }));
  bring(second - 1, 102, 102, 3);
  assertEquals(audits(driver.outputs).map((it) => [it.bookUpdateId, it.mismatched]), [[102, 0]]);
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 0]);
  assertEquals(driver.engine.book.bids.top(9), [...RIGHT, [97, 5]]);
});

Deno.test("Engine blames no connection for what an audit's snapshot tells of a book that is lost", () => {
  const driver = audited();
  driver.snapshot(depthSnapshot(110, { bids: [...RIGHT, [97, 3]] }));
  driver.update(depthUpdate(120, 120));
  driver.ticks(20_000);
  assertEquals(driver.commands.filter(({ type }) => type === "open_connection").length, 1);
});
