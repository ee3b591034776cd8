/** What an engine leaves undone while its machine is overloaded, and that nothing it says then or later is wrong. */
import { assert, assertEquals } from "@std/assert";
import { ReplayRun } from "../../../scripts/replay_run.ts";
import { definitionOf, METRIC_NAMES } from "../../../shared/catalogue/metrics.ts";
import { readNullCode } from "../../../shared/catalogue/null_code.ts";
import type { MetricsFrame, Output } from "../../../shared/output.ts";
import type { OverloadLevel } from "../../../shared/overload.ts";
import { readLines } from "../../scripts/replayed.ts";
import { EngineStage, liveFrames, rows, states } from "./engine_stage.ts";
import { depthUpdate, trade } from "./market.ts";
import { simulatedRecording } from "./recorded_rows.ts";

const SECOND_MS = 1_000;
/** Of the recording, which is of 130 s: windows of a minute are full before, and once more after. */
const FROM_MS = 62 * SECOND_MS;
const UNTIL_MS = 66 * SECOND_MS;

/** All rows of a recording, by their time; between the two moments the engine is at this level. */
async function rowsAt(level: OverloadLevel): Promise<ReadonlyMap<number, MetricsFrame>> {
  const lines = await readLines(simulatedRecording("simulated_btcusdt"));
  const startMs = lines[0]?.receivedMs ?? NaN;
  const found: Output[] = [];
  const run = new ReplayRun("BTCUSDT", startMs, {
    metricsIntervalMs: SECOND_MS,
    onOutput: (output) => found.push(output),
  });
  const levels: [atMs: number, level: OverloadLevel][] = [
    [startMs + FROM_MS, level],
    [startMs + UNTIL_MS, 0],
  ];
  for (const line of lines) {
    run.line(line);
    const [next] = levels;
    if (next === undefined || line.receivedMs < next[0]) continue;
    run.engine.accept({ type: "overload", level: next[1] }, line.receivedMs);
    levels.shift();
  }
  return new Map(rows(found).map((row) => [row.timeMs - startMs, row]));
}

/** Sums that began elsewhere differ in their last digits. */
const ROUNDING = 1e-9;

const SHED = METRIC_NAMES.filter((name) => definitionOf(name).nullWhen.includes("overloaded"));

/** Whether two rows say the same of a metric. */
function isSame(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.abs(one - other) <= ROUNDING * Math.max(1, Math.abs(one));
}

Deno.test("An overloaded engine computes what is of tier 0 and 1 as ever, and of the rest says that it does not", async () => {
  const [calm, busy] = [await rowsAt(0), await rowsAt(2)];
  assertEquals([...busy.keys()], [...calm.keys()], "no row is missing");
  const counts = { before: 0, shed: 0, again: 0 };
  for (const [atMs, { values, nulls }] of busy) {
    const other = calm.get(atMs)?.values ?? values;
    const differs = METRIC_NAMES.filter((name) => !isSame(values[name], other[name]));
    const reasons = readNullCode(nulls);
    const shed = METRIC_NAMES.filter((name) => reasons[name] === "overloaded");
    // What learns of all that it has seen has seen less.
    const ofWindow = differs.filter((name) => definitionOf(name).window !== "past");
    const wrong = ofWindow.filter((name) => values[name] !== null);
    assertEquals(
      wrong,
      [],
      `what is told at ${atMs} is what an engine tells that was never overloaded`,
    );
    if (atMs < FROM_MS) {
      counts.before += 1;
      assertEquals([differs, shed], [[], []], `${atMs}`);
    } else if (atMs > FROM_MS + SECOND_MS && atMs < UNTIL_MS) {
      counts.shed += 1;
      assertEquals(shed, SHED, `${atMs}`);
      assertEquals(differs.filter((name) => !SHED.includes(name)), [], `${atMs}`);
    } else if (atMs > UNTIL_MS + 61 * SECOND_MS) {
      counts.again += 1;
      assertEquals(
        [ofWindow, shed],
        [[], []],
        `what looks back a minute is known again at ${atMs}`,
      );
    }
  }
  assert(Math.min(...Object.values(counts)) >= 2, JSON.stringify(counts));
});

Deno.test("An overloaded engine knows that the windows which it has not filled are not whole", async () => {
  const busy = await rowsAt(2);
  const after = [...busy].find(([atMs]) => atMs > UNTIL_MS + 2 * SECOND_MS)?.[1];
  const reasons = readNullCode(after?.nulls ?? "");
  // Ten seconds of levels and a minute of best prices were not watched.
  for (const name of ["ofi10s", "ofi60s", "addedNotional10s", "ofiMultiLevel60s"] as const) {
    assertEquals([name, reasons[name]], [name, "warming_up"]);
  }
});

/** A live engine of which one update comes on each tick. */
class Busy {
  readonly stage = new EngineStage().goLive();
  #id = 100;

  /** What left in so long. */
  run(ms: number): Output[] {
    const before = this.stage.outputs.length;
    for (let spent = 0; spent < ms; spent += 100) {
      this.#id += 1;
      this.stage.update(depthUpdate(this.#id, this.#id, { bids: [[99, this.#id]] }));
      this.stage.accept({ type: "trade", connection: this.stage.connection, trade: trade() });
      this.stage.ticks(100);
    }
    return this.stage.outputs.slice(before);
  }

  level(level: OverloadLevel): void {
    this.stage.accept({ type: "overload", level });
  }
}

/** Seconds of which a book is stored. */
const secondsOf = (outputs: readonly Output[]) =>
  new Set(
    outputs.flatMap((output) =>
      output.type === "book_1s" ? [Math.floor(output.timeMs / SECOND_MS)] : []
    ),
  ).size;
const typesOf = (outputs: readonly Output[], type: Output["type"]) =>
  outputs.filter((output) => output.type === type).length;

Deno.test("An overloaded engine thins out what is looked at, and neither rows nor seconds of the book nor a trade", () => {
  for (const isInFocus of [false, true]) {
    const busy = new Busy();
    busy.stage.accept({ type: "focus", isInFocus });
    busy.run(2 * SECOND_MS);
    const perSecond: [level: OverloadLevel, frames: number, books: number][] = [
      [0, 10, isInFocus ? 10 : 4],
      [1, 4, 4],
      [2, 1, 1],
      [3, 1, 1],
      [0, 10, isInFocus ? 10 : 4],
    ];
    for (const [level, frames, books] of perSecond) {
      busy.level(level);
      busy.run(SECOND_MS);
      const left = busy.run(10 * SECOND_MS);
      const what = `level ${level}, focus ${isInFocus}`;
      const counts = [liveFrames(left).length, typesOf(left, "book")];
      // Without focus a look waits for the first tick after 250 ms, which at ten a second are three in a second.
      const least = level === 0 && !isInFocus ? 3 : books;
      assert(counts[0] === 10 * frames && (counts[1] ?? 0) >= 10 * least, `${what}: ${counts}`);
      assertEquals(rows(left).length, 10, what);
      assert(secondsOf(left) >= 10, `${what}: a book of ${secondsOf(left)} seconds`);
      assertEquals(typesOf(left, "trades_1s"), 10, what);
      const told = left.filter((output) => output.type === "trades");
      const sum = told.reduce((count, { buy }) => count + (buy?.count ?? 0), 0);
      assert(Math.abs(sum - 100) <= 10, `${what}: ${sum} trades`);
      for (const [i, { fromMs }] of told.entries()) {
        if (i > 0) assertEquals(fromMs, told[i - 1]?.timeMs, what);
      }
    }
  }
});

Deno.test("An overloaded engine stores the book of each second in which that has changed, of a thin stream too, and looks at it once", () => {
  for (const level of [0, 1, 2, 3] as const) {
    const stage = new EngineStage().goLive();
    stage.accept({ type: "overload", level });
    stage.ticks(2 * SECOND_MS);
    const before = stage.outputs.length;
    for (let id = 101; id < 106; id++) {
      stage.ticks(300);
      stage.accept({ type: "trade", connection: stage.connection, trade: trade({ tradeId: id }) });
      stage.ticks(300);
      stage.update(depthUpdate(id, id, { bids: [[99, id]] }));
      stage.ticks(400);
    }
    const left = stage.outputs.slice(before);
    const second = ({ timeMs }: { readonly timeMs: number }) => Math.floor(timeMs / SECOND_MS);
    const from = Math.floor(stage.nowMs / SECOND_MS) - 5;
    const five = [0, 1, 2, 3, 4].map((i) => from + i);
    const stored = left.flatMap((it) =>
      it.type === "book_1s" ? [[second(it), it.bookUpdateId]] : []
    );
    assertEquals(stored, five.map((each, i) => [each, 101 + i]), `level ${level}`);
    const told = liveFrames(left).filter(({ bookUpdateId }) => (bookUpdateId ?? 0) > 100);
    assertEquals(told.map(second), five, `level ${level}`);
  }
});

Deno.test("An overloaded engine tells another state of its book at once, in its frames too", () => {
  const busy = new Busy();
  busy.level(2);
  busy.run(3 * SECOND_MS + 300);
  const before = busy.stage.outputs.length;
  // A gap.
  busy.stage.update(depthUpdate(500, 500));
  busy.stage.ticks(100);
  const left = busy.stage.outputs.slice(before);
  assertEquals(liveFrames(left).map(({ state }) => state), ["syncing"]);
});

Deno.test("An engine that is overloaded no more tells what its book is at once, however long the next update is in coming", () => {
  const [calm, busy] = [new Busy(), new Busy()];
  for (const one of [calm, busy]) one.run(2 * SECOND_MS);
  busy.level(2);
  for (const one of [calm, busy]) one.run(3 * SECOND_MS);
  busy.level(0);
  busy.stage.ticks(100);
  const told = liveFrames(busy.stage.outputs).at(-1);
  const should = liveFrames(calm.stage.outputs).at(-1);
  const reasons = readNullCode(told?.nulls ?? "");
  assertEquals(METRIC_NAMES.filter((name) => reasons[name] === "overloaded"), []);
  for (const name of METRIC_NAMES) {
    const [one, other] = [told?.values[name] ?? null, should?.values[name] ?? null];
    // Nothing is told that another engine would not tell; what lacks waits for its window.
    if (reasons[name] === "warming_up") continue;
    assert(isSame(one, other), `${name} is ${one}, and ${other} where nothing was left undone`);
  }
  assertEquals([reasons.bandImbalance10Bps, reasons.ofi10s], ["too_thin", "warming_up"]);
});

Deno.test("An overloaded engine says so of a live book, and when it is over", () => {
  const busy = new Busy();
  busy.run(SECOND_MS);
  busy.stage.outputs.splice(0);
  for (const level of [1, 2, 3, 0] as const) {
    busy.level(level);
    busy.run(SECOND_MS);
  }
  const undone = "this machine is overloaded: numbers leave for the page";
  const shed = "metrics beyond tier 1 are not computed";
  assertEquals(states(busy.stage.outputs), [
    `live: ${undone} four times a second at most`,
    `live: ${undone} once a second, and ${shed}`,
    `live: ${undone} once a second, ${shed}, and audits of levels and the widening of books wait`,
    "live",
  ]);
  // It explains no book that is not live.
  busy.level(3);
  busy.stage.update(depthUpdate(5_000, 5_000));
  assertEquals(
    states(busy.stage.outputs).at(-1),
    "syncing: resyncing: updates 151 to 4999 were missed",
  );
});

Deno.test("An overloaded engine asks for no audit, and for one when it is over", () => {
  const stage = new EngineStage({ auditIntervalMs: 10 * SECOND_MS }).goLive();
  stage.accept({ type: "overload", level: 2 });
  stage.untilAudit();
  stage.accept({
    type: "snapshot_failed",
    generation: stage.generation,
    reason: "-",
    retryAfterMs: null,
  });
  stage.accept({ type: "overload", level: 3 });
  const before = stage.commands.length;
  stage.ticks(60 * SECOND_MS);
  assertEquals(stage.commands.slice(before).filter(({ type }) => type === "fetch_snapshot"), []);
  stage.accept({ type: "overload", level: 2 });
  stage.untilAudit();
});
