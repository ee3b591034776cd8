/** One connection takes over from another: nothing is missed, nothing counted twice, nothing asked again. */
import { assert, assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/book_sync.ts";
import { RETIRE_MS } from "../../../actors/symbol/engine/connection/connections.ts";
import type { Output } from "../../../shared/output.ts";
import { EngineStage, START_MS, states } from "./engine_stage.ts";
import { depthUpdate, seeded } from "./market.ts";
import { type Arrival, TrueStream } from "./two_streams.ts";

const SEEDS = 300;
const FROM_MS = START_MS + STEADY_AFTER_MS;
const END_MS = FROM_MS + 12_000;

/** One rotation: connection 1 is live, its end is announced, 2 opens, and what each brings arrives. */
interface Rotation {
  readonly driver: EngineStage;
  readonly stream: TrueStream;
  readonly openedMs: number;
  readonly lags: readonly [number, number];
}

function rotation(seed: number): Rotation {
  const random = seeded(seed);
  const driver = new EngineStage().goLive();
  driver.ticks(STEADY_AFTER_MS);
  const stream = new TrueStream(random, 101, FROM_MS, END_MS);
  const openedMs = FROM_MS + Math.floor(random() * 5_000);
  const lags = [Math.floor(random() * 900), Math.floor(random() * 900)] as const;
  return { driver, stream, openedMs, lags };
}

/** Lets everything arrive that comes over an open connection. The book's id must never go back. */
function run({ driver, openedMs }: Rotation, arrivals: readonly Arrival[], seed: number): Output[] {
  const before = driver.outputs.length;
  const rows = [...arrivals].sort((a, b) => a.timeMs - b.timeMs);
  const announced = {
    timeMs: openedMs,
    event: { type: "server_shutdown", connection: 1 },
  } as const;
  const opened = { timeMs: openedMs, event: { type: "opened", connection: 2 } } as const;
  rows.splice(rows.findIndex(({ timeMs }) => timeMs >= openedMs), 0, announced, opened);
  let lastId = driver.engine.bookUpdateId ?? 0;
  for (const { timeMs, event } of rows) {
    while (driver.nowMs + 100 <= timeMs) driver.ticks(100);
    driver.accept(event);
    const id = driver.engine.bookUpdateId;
    if (id === null) continue;
    assert(id >= lastId, `seed ${seed}: the book went back from ${lastId} to ${id}`);
    lastId = id;
  }
  driver.ticks(3_000);
  return driver.outputs.slice(before);
}

function tradesOf(outputs: readonly Output[]): number {
  let count = 0;
  for (const output of outputs) {
    if (output.type === "trades") count += (output.buy?.count ?? 0) + (output.sell?.count ?? 0);
  }
  return count;
}

/** Live all the time, at the last id, with the exchange's own book. */
function assertWhole({ driver, stream }: Rotation, outputs: readonly Output[], seed: number): void {
  const { engine } = driver;
  const { gaps, resyncs, snapshots, state } = engine.feed;
  assertEquals({ gaps, resyncs, snapshots, state }, {
    gaps: 0,
    resyncs: 0,
    snapshots: 1,
    state: "live",
  }, `seed ${seed}`);
  assertEquals(states(outputs), [], `seed ${seed}`);
  assertEquals(engine.bookUpdateId, stream.lastId, `seed ${seed}`);
  const expected = stream.book();
  assertEquals(engine.book.bids.top(Infinity), expected.bids.levels(), `seed ${seed}`);
  assertEquals(engine.book.asks.top(Infinity), expected.asks.levels(), `seed ${seed}`);
}

Deno.test(`Engine rotates without a gap, a snapshot or a trade lost or counted twice, ${SEEDS} seeds`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const walk = rotation(seed);
    const { driver, stream, openedMs, lags } = walk;
    const outputs = run(walk, [
      ...stream.heardBy(1, FROM_MS, lags[0]),
      ...stream.heardBy(2, openedMs, lags[1]),
    ], seed);
    assertWhole(walk, outputs, seed);
    assertEquals(tradesOf(outputs), stream.trades, `seed ${seed}: trades`);
    assertEquals([driver.engine.replacements, driver.engine.buffered], [1, 0], `seed ${seed}`);
    const commands = driver.commands.slice(2).map(({ type }) => type);
    assertEquals(commands, ["open_connection", "close_connection"], `seed ${seed}`);
  }
});

/** Whether an update holds this id. */
const holds = (id: number) => (first: number, final: number) => first <= id && id <= final;

Deno.test("Engine misses nothing while two connections are open and only one of them loses updates", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const walk = rotation(seed);
    const { stream, openedMs, lags } = walk;
    // Neither has closed by then: the second has no chance to join before it is heard.
    const lost = stream.changes.find(({ timeMs }) => timeMs >= openedMs + 400)?.id ?? NaN;
    const loser = 1 + seed % 2;
    const losing = (connection: number) => connection === loser ? holds(lost) : undefined;
    const outputs = run(walk, [
      ...stream.heardBy(1, FROM_MS, lags[0], losing(1)),
      ...stream.heardBy(2, openedMs, lags[1], losing(2)),
    ], seed);
    assertWhole(walk, outputs, seed);
  }
});

Deno.test("Engine finds exactly one gap when both connections lose the same update, and empties the book", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const walk = rotation(seed);
    const { driver, stream, openedMs, lags } = walk;
    const lost = stream.changes.find(({ timeMs }) => timeMs >= openedMs + 400)?.id ?? NaN;
    run(walk, [
      ...stream.heardBy(1, FROM_MS, lags[0], holds(lost)),
      ...stream.heardBy(2, openedMs, lags[1], holds(lost)),
    ], seed);
    const { gaps, resyncs, state } = driver.engine.feed;
    assertEquals([gaps, resyncs, state], [1, 1, "syncing"], `seed ${seed}`);
    assertEquals([driver.engine.bookUpdateId, driver.engine.book.bids.size], [null, 0]);
    const asked = driver.commands.filter(({ type }) => type === "fetch_snapshot").length;
    assertEquals(asked, 2, `seed ${seed}: one for the first book, one for the gap`);
  }
});

Deno.test("Engine misses nothing when the first connection is cut while the second is open", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const walk = rotation(seed);
    const { stream, openedMs, lags } = walk;
    // What the first had not brought by then is lost with it.
    const cutMs = openedMs + 1_000 + seed * 3;
    const outputs = run(walk, [
      ...stream.heardBy(1, FROM_MS, lags[0]).filter(({ timeMs }) => timeMs < cutMs),
      { timeMs: cutMs, event: { type: "closed", connection: 1, reason: "cut" } },
      ...stream.heardBy(2, openedMs, lags[1]),
    ], seed);
    assertWhole(walk, outputs, seed);
    assertEquals(tradesOf(outputs), stream.trades, `seed ${seed}: trades`);
  }
});

const FAILURES = ["never opens", "opens and never speaks", "closes at once"] as const;

for (const failure of FAILURES) {
  Deno.test(`Engine goes on with the first connection when the second ${failure}`, () => {
    const driver = new EngineStage().goLive();
    driver.ticks(STEADY_AFTER_MS);
    driver.accept({ type: "server_shutdown", connection: 1 });
    const step = driver.outputs.length;
    for (let id = 101; id <= 1_000; id++) {
      driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(id, id) });
      const { connection } = driver;
      if (failure === "closes at once") {
        driver.accept({ type: "closed", connection, reason: "refused" });
      } else if (failure !== "never opens") driver.opened();
      driver.ticks(100);
    }
    const { state, gaps, snapshots } = driver.engine.feed;
    assertEquals([state, gaps, snapshots, driver.engine.bookUpdateId], ["live", 0, 1, 1_000]);
    assertEquals(states(driver.outputs.slice(step)), []);
    assert(driver.connection > 2, "it is tried again");
    assert(driver.connection < 14, `but not ${driver.connection} times in 90 s`);
    assertEquals(driver.engine.replacements, 0);
  });
}

// -- Age --

/** Minutes until a connection, over which an update comes every minute, is to be replaced. */
function minutesToSuccessor(driver: EngineStage): number {
  for (let minute = 1; minute <= 24 * 60; minute++) {
    driver.nowMs = START_MS + minute * 60_000;
    const update = depthUpdate(100 + minute, 100 + minute);
    driver.accept({ type: "depth_update", connection: 1, update });
    const { commands } = driver.accept({ type: "tick" });
    if (commands.some(({ type }) => type === "open_connection")) return minute;
  }
  return Infinity;
}

Deno.test("Engine replaces a connection at an age from 22 to 23.5 hours, which its seed decides", () => {
  const ages = Array.from(
    { length: 12 },
    (_, seed) => minutesToSuccessor(new EngineStage({ seed }).goLive()) / 60,
  );
  assert(ages.every((hours) => hours >= 22 && hours <= 23.5 + 1 / 60), ages.join(" "));
  assert(Math.max(...ages) - Math.min(...ages) > 0.75, "they are spread");
  assertEquals(minutesToSuccessor(new EngineStage({ seed: 7 }).goLive()) / 60, ages[7]);
});

Deno.test("Engine takes the connection over that replaces one of its age, and closes the old one", () => {
  const driver = new EngineStage().goLive();
  const id = 101 + minutesToSuccessor(driver);
  assertEquals(driver.commands.at(-1), {
    type: "open_connection",
    connection: 2,
    priority: "renew",
    delayMs: 0,
  });
  driver.accept({ type: "opened", connection: 2 });
  driver.accept({ type: "depth_update", connection: 2, update: depthUpdate(id, id) });
  assertEquals(driver.engine.replacements, 1);
  driver.ticks(RETIRE_MS);
  assertEquals(driver.commands.at(-1), { type: "close_connection", connection: 1 });
});

Deno.test("Engine stays with the first connection until the second has reached the book, however late it is", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(STEADY_AFTER_MS);
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  const bring = (connection: number, id: number) =>
    driver.accept({ type: "depth_update", connection, update: depthUpdate(id, id) });
  // The second is four seconds behind, and catches up.
  for (let id = 101; id <= 200; id++) {
    bring(1, id);
    const behind = Math.max(0, 40 - Math.max(0, id - 150));
    if (id > 140) bring(2, id - behind);
    driver.ticks(100);
    const isBehind = id < 190;
    assertEquals(driver.engine.replacements, isBehind ? 0 : 1, `at ${id}`);
    assertEquals(driver.engine.bookUpdateId, id, "the book never stands still");
  }
});
