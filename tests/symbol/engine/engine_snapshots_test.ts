/** Snapshots that a live book waits for: what is more urgent comes first, and what lags behind still counts. */
import { assert, assertEquals } from "@std/assert";
import type { Level } from "../../../shared/market.ts";
import type { LevelColumns } from "../../../actors/symbol/engine/book/level_columns.ts";
import { EngineStage } from "./engine_stage.ts";
import { depthSnapshot, depthUpdate } from "./market.ts";
import { leaveBook, NARROW_LEVELS, NARROW_SNAPSHOT, narrowBook } from "./narrow_book.ts";

const asked = (driver: EngineStage) =>
  driver.commands.flatMap((it) => it.type === "fetch_snapshot" ? [it] : []);

Deno.test("Engine asks anew for what is urgent while a request that is less so waits for its permit", () => {
  const driver = narrowBook(20_000);
  driver.ticks(20_000);
  assertEquals(asked(driver).at(-1)?.purpose, "audit");
  leaveBook(driver);
  driver.ticks(6_000);
  assertEquals([driver.engine.feed.state, asked(driver).at(-1)?.purpose], ["degraded", "resync"]);
  const count = asked(driver).length;
  driver.accept({ type: "snapshot_asked", generation: driver.generation });
  driver.ticks(6_000);
  assertEquals(asked(driver).length, count, "it has left, and its answer is waited for");
});

Deno.test("Engine waits for the answer to a request that has left, though another is more urgent now", () => {
  const driver = narrowBook(20_000);
  driver.ticks(20_000);
  assertEquals(asked(driver).at(-1)?.purpose, "audit");
  driver.accept({ type: "snapshot_asked", generation: driver.generation });
  leaveBook(driver);
  driver.ticks(6_000);
  assertEquals([driver.engine.feed.state, asked(driver).at(-1)?.purpose], ["degraded", "audit"]);
});

Deno.test("Engine audits its book though snapshots lag behind the stream, by ever so much", () => {
  for (const lag of [0, 1, 5, 30, 100]) {
    const driver = new EngineStage({ auditIntervalMs: 60_000 }).goLive();
    let id = 100;
    let answered = asked(driver).length;
    let askedMs: number | null = null;
    for (let tick = 0; tick < 9_000; tick++) {
      driver.ticks(100);
      id += 1;
      driver.update(depthUpdate(id, id, { bids: [[98, id]] }));
      const request = asked(driver)[answered];
      if (request === undefined) continue;
      askedMs ??= driver.nowMs;
      // It leaves when it may, and is answered at once by a book of some updates ago.
      if (driver.nowMs < askedMs + request.delayMs || driver.nowMs % 20_000 !== 0) continue;
      askedMs = null;
      answered += 1;
      driver.accept({ type: "snapshot_asked", generation: request.generation });
      driver.accept({
        type: "depth_snapshot",
        generation: request.generation,
        limit: 1_000,
        snapshot: depthSnapshot(id - lag, { bids: [[99, 1], [98, id - lag]] }),
      });
    }
    const audits = driver.outputs.filter((output) => output.type === "audit");
    assert(audits.length >= 5, `${audits.length} audits with a lag of ${lag}`);
    assertEquals(audits.filter(({ mismatched }) => mismatched > 0), []);
    assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 0]);
  }
});

/** Levels that count how often they are kept. */
class CountedLevels implements LevelColumns {
  static copies = 0;
  readonly count = 1;

  constructor(readonly qtyOfAll: number) {}

  price(): number {
    return 98;
  }

  qty(): number {
    return this.qtyOfAll;
  }

  copy(): this {
    CountedLevels.copies += 1;
    return this;
  }
}

Deno.test("Engine keeps no updates for a request that waits long to leave, and those that follow it", () => {
  const driver = new EngineStage({ auditIntervalMs: 60_000 }).goLive();
  let id = 100;
  const follow = (updates: number) => {
    const before = CountedLevels.copies;
    for (const last = id + updates; id < last;) {
      id += 1;
      driver.update({ ...depthUpdate(id, id), bids: new CountedLevels(id) });
      driver.ticks(100);
    }
    return CountedLevels.copies - before;
  };
  // The first answer shows that snapshots do not lag, so that the second is no exception.
  for (let round = 1; round <= 2; round++) {
    while (asked(driver).length <= round) {
      assertEquals(follow(1), 0, "nothing is asked for");
      assert(id < 10_000);
    }
    assertEquals(follow(10), 10, "it may leave now");
    follow(60);
    assertEquals(follow(100), 0, "it does not");
    driver.accept({ type: "snapshot_asked", generation: driver.generation });
    const leftId = id;
    assertEquals(follow(20), 20);
    driver.snapshot(depthSnapshot(leftId + 10, { bids: [[99, 1], [98, leftId + 10]] }));
    const audit = driver.outputs.findLast((output) => output.type === "audit");
    assertEquals([audit?.number, audit?.bookUpdateId, audit?.mismatched], [round, id, 0]);
  }
  while (asked(driver).length <= 3) follow(1);
  driver.accept({
    type: "snapshot_failed",
    generation: driver.generation,
    reason: "HTTP 503",
    retryAfterMs: null,
  });
  assertEquals(follow(10), 0, "its request has failed");
  assertEquals(driver.engine.lateSnapshots, 0);
});

Deno.test("Engine asks later, and counts, when snapshots are older than anything it has kept, until they are not", () => {
  const driver = narrowBook(20_000);
  const delays = (rounds: number, lastUpdateId: number) =>
    Array.from({ length: rounds }, () => {
      const { length } = asked(driver);
      const endMs = driver.nowMs + 120_000;
      while (asked(driver).length === length && driver.nowMs < endMs) driver.ticks(100);
      driver.accept({ type: "snapshot_asked", generation: driver.generation });
      driver.snapshot({ ...NARROW_SNAPSHOT, lastUpdateId }, NARROW_LEVELS);
      return asked(driver).at(-1)?.delayMs;
    });
  assertEquals(delays(6, 90), [1_000, 2_000, 4_000, 8_000, 16_000, 16_000]);
  assertEquals(driver.engine.lateSnapshots, 6);
  assertEquals(delays(6, 100), [16_000, 8_000, 4_000, 2_000, 1_000, 1_000]);
  assertEquals(driver.engine.lateSnapshots, 6);
});

Deno.test("Engine forgets what lies beyond its band when it holds more than 40,000 levels, and not before", () => {
  const mid = 1_000_000;
  const side = (sign: 1 | -1, from: number, to: number): Level[] =>
    Array.from({ length: to - from + 1 }, (_, i) => [mid + sign * (from + i), 1]);
  const known = { bids: side(-1, 1, 5), asks: side(1, 1, 5) };
  const driver = new EngineStage({ tickLot: { tickSize: 1, stepSize: 1 }, depthLevels: 5 });
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.snapshot(depthSnapshot(100, known), 5);
  const { book, feed } = driver.engine;
  driver.update(
    depthUpdate(101, 101, { bids: side(-1, 6, 20_000), asks: side(1, 6, 20_000) }),
  );
  driver.ticks(10_000);
  assertEquals(book.bids.size + book.asks.size, 40_000);
  driver.update(depthUpdate(102, 102, { bids: side(-1, 20_001, 20_001) }));
  driver.ticks(10_000);
  assertEquals([book.bids.top(Infinity), book.asks.top(Infinity)], [known.bids, known.asks]);
  assertEquals([feed.state, feed.resyncs, driver.engine.bookUpdateId], ["live", 0, 102]);
});
