import { assert, assertEquals, assertRejects } from "@std/assert";
import { type RecordedLine, RecordingError } from "../../scripts/recording.ts";
import type { ReplayReport } from "../../scripts/replay_run.ts";
import type { Output } from "../../shared/output.ts";
import { recordingsDir } from "../support/services.ts";
import { naiveBook } from "./naive_book.ts";
import { assertLossesAreCaught, readLines, replay } from "./replayed.ts";

const FIXTURES = ["btcusdt", "ethusdt"].map((symbol) =>
  decodeURIComponent(new URL(`../fixtures/simulated_${symbol}.gz`, import.meta.url).pathname)
);
const RECORDINGS = recordingsDir === null
  ? []
  : ["btcusdt_20240808.gz", "ethusdt_20240808.gz"].map((name) => `${recordingsDir}/${name}`);
const noRecordings = RECORDINGS.length === 0;

/** Replays one file and compares its last book, level by level, with the obvious one. */
async function checkedReplay(file: string): Promise<ReplayReport> {
  const lines = await readLines(file);
  const run = await replay(lines);
  const { engine } = run;
  const expected = naiveBook(lines);
  assertEquals(engine.bookUpdateId, expected.id);
  assertEquals(engine.book.bids.top(Infinity), expected.bids);
  assertEquals(engine.book.asks.top(Infinity), expected.asks);
  return run.report(1);
}

Deno.test({
  name: "ReplayRun loses nothing of the real recordings: no gap, no mismatch, the obvious book",
  ignore: noRecordings,
  fn: async () => {
    let exact = 0;
    let carried = 0;
    for (const file of RECORDINGS) {
      const report = await checkedReplay(file);
      const { gaps, resyncs, malformed, snapshots, bbo } = report;
      assertEquals({ gaps, resyncs, malformed, snapshots }, {
        gaps: 0,
        resyncs: 0,
        malformed: 0,
        snapshots: 1,
      });
      assertEquals([bbo.exact.mismatched, bbo.carried.mismatched, bbo.carried.healed], [0, 0, 0]);
      exact += bbo.exact.checked;
      carried += bbo.carried.checked;
    }
    assert(exact >= 1_130, `${exact} exact comparisons`);
    assert(carried >= 6_850, `${carried} carried comparisons`);
  },
});

Deno.test("ReplayRun loses nothing of the simulated recordings", async () => {
  for (const file of FIXTURES) {
    const { gaps, resyncs, malformed, snapshots, bbo, alerts } = await checkedReplay(file);
    assertEquals({ gaps, resyncs, malformed, snapshots }, {
      gaps: 0,
      resyncs: 0,
      malformed: 0,
      snapshots: 1,
    });
    assertEquals([bbo.exact.mismatched, bbo.carried.mismatched], [0, 0]);
    assert(bbo.exact.checked >= 100 && bbo.carried.checked >= 700, JSON.stringify(bbo));
    assert(alerts > 0, "the fixture holds extreme imbalances");
  }
});

Deno.test("ReplayRun gives the same outputs each time, one row for every second", async () => {
  const lines = await readLines(FIXTURES[0] ?? "", 4_000);
  const outputs = async () => {
    const all: Output[] = [];
    await replay(lines, (output) => all.push(output));
    return all;
  };
  const first = await outputs();
  assertEquals(first, await outputs());
  const times = first.flatMap((output) =>
    output.type === "metrics" && output.bucketMs !== null ? [output.timeMs] : []
  );
  const from = Math.ceil((lines[0]?.receivedMs ?? 0) / 1_000) * 1_000;
  const count = Math.floor(((lines.at(-1)?.receivedMs ?? 0) - from) / 1_000) + 1;
  assertEquals(times, Array.from({ length: count }, (_, i) => from + i * 1_000));
});

Deno.test("ReplayRun catches the loss of any one depth update at the next one", async () => {
  await assertLossesAreCaught(FIXTURES[0] ?? "", 3_000, 50);
});

Deno.test({
  name: "ReplayRun catches the loss of any one depth update of a real recording at the next one",
  ignore: noRecordings,
  fn: () => assertLossesAreCaught(RECORDINGS[0] ?? "", 3_000, 50),
});

const frame = (data: unknown) => JSON.stringify({ stream: "s", data });
const update = (first: number, final: number, symbol = "BTCUSDT") =>
  frame({ e: "depthUpdate", E: 1, s: symbol, U: first, u: final, b: [], a: [] });
function updateAt(E: number, id = 99): string {
  return frame({ e: "depthUpdate", E, s: "BTCUSDT", U: id, u: id, b: [], a: [] });
}
const ticker = (id: number, symbol = "BTCUSDT") =>
  frame({ u: id, s: symbol, b: "99", B: "1", a: "101", A: "1" });
const trade = (symbol: string) =>
  frame({ e: "trade", E: 1, s: symbol, t: 1, p: "1", q: "1", T: 1, m: true });
const snapshot = (lastUpdateId: number) =>
  JSON.stringify({ lastUpdateId, bids: [["99", "1"]], asks: [["101", "1"]] });

/** Lines of 100 ms each, but where a number says how long to wait. */
function recorded(...payloads: readonly (string | number)[]): RecordedLine[] {
  let receivedMs = 1_000_000;
  const lines: RecordedLine[] = [];
  for (const payload of payloads) {
    receivedMs += typeof payload === "number" ? payload : 100;
    if (typeof payload !== "string") continue;
    lines.push({ path: "made", line: lines.length + 1, receivedMs, payload });
  }
  return lines;
}

Deno.test("ReplayRun counts unusable frames by their reason, and goes on", async () => {
  const kline = frame({ e: "kline", E: 1 });
  const run = await replay(recorded(
    update(95, 98),
    '{"result":null,"id":1}',
    '{"e":"serverShutdown","E":1}',
    kline,
    trade("BTCUSDT"),
    '{"what":1}',
    snapshot(98),
    frame({ e: "depthUpdate", E: 1, s: "BTCUSDT", U: 99, u: 99, b: [[99, 1]], a: [] }),
    kline,
    '{"lastUpdateId":98,"bids":[["99"]],"asks":[]}',
    update(99, 101),
  ));
  const { frames, depthUpdates, malformed, refused, gaps, snapshots } = run.report(1);
  assertEquals({ frames, depthUpdates, malformed, gaps, snapshots }, {
    frames: 11,
    depthUpdates: 2,
    malformed: 5,
    gaps: 0,
    snapshots: 1,
  });
  assertEquals(refused, [
    { reason: 'has the unexpected event type "kline"', frames: 2, firstLine: 4 },
    { reason: "has no event type e", frames: 1, firstLine: 6 },
    { reason: "has a number where Binance spot has a text in b", frames: 1, firstLine: 8 },
    {
      reason: "has a level in bids that is not a price and a quantity",
      frames: 1,
      firstLine: 10,
    },
  ]);
  assertEquals([run.engine.bookUpdateId, run.problem], [101, null]);
});

Deno.test("ReplayRun keeps a bounded number of reasons, and loses no frame of them", async () => {
  const kinds = Array.from({ length: 80 }, (_, i) => frame({ e: `kind ${i}` }));
  const run = await replay(recorded(update(95, 98), snapshot(98), ...kinds));
  const { malformed, refused } = run.report(1);
  assertEquals([malformed, refused.length], [80, 51]);
  assertEquals(refused.at(-1), { reason: "other reasons", frames: 30, firstLine: 53 });
});

const AGE = 1_723_161_255_208;
const FUTURES = "is of a futures market (it has";

for (
  const [name, payload, words] of [
    [
      "a depth update of futures",
      frame({ e: "depthUpdate", E: AGE, T: AGE, pu: 98 }),
      `${FUTURES} pu`,
    ],
    [
      "a book ticker of futures",
      frame({ e: "bookTicker", E: AGE, u: 1, s: "BTCUSDT" }),
      `${FUTURES} e`,
    ],
    [
      "a snapshot of futures",
      '{"lastUpdateId":98,"E":1,"T":1,"bids":[],"asks":[]}',
      `${FUTURES} E`,
    ],
    ["times in seconds", updateAt(1_723_161_255), "has its E in seconds"],
    ["times in nanoseconds", updateAt(1.723161255208e18), "has its E in nanoseconds"],
    ["another symbol", ticker(97, "ETHUSDT"), 'speaks of "ETHUSDT": a snapshot does not say whose'],
  ] as const
) {
  Deno.test(`ReplayRun ends at ${name}: the recording is not what it was taken for`, async () => {
    const lines = recorded(update(95, 98), snapshot(98), payload);
    const { message } = await assertRejects(() => replay(lines), RecordingError);
    assertEquals(message.slice(0, "made line 3 ".length + words.length), `made line 3 ${words}`);
  });
}

Deno.test("ReplayRun takes event times in microseconds for the same times", async () => {
  const outputs = async (...times: readonly number[]) => {
    const all: Output[] = [];
    const updates = times.map((E, i) => updateAt(E, 99 + i));
    const lines = recorded(update(95, 98), snapshot(98), ...updates, 5_000, ticker(100));
    const run = await replay(lines, (output) => all.push(output));
    assertEquals(run.report(1).malformed, 0);
    return all;
  };
  const expected = await outputs(AGE, AGE + 100);
  assert(expected.some((output) => output.type === "metrics" && output.eventMs === AGE + 100));
  assertEquals(await outputs(AGE * 1_000 + 7, (AGE + 100) * 1_000 + 999), expected);
});

Deno.test("ReplayRun says why a recording can have no book", async () => {
  for (
    const [lines, problem] of [
      [[trade("BTCUSDT"), ticker(5)], "holds no depth update that can be read"],
      [
        [trade("BTCUSDT"), frame({ e: "depthUpdate" }), snapshot(98)],
        "holds no depth update that can be read; 1 of its 3 lines were refused, line 2 because it " +
        "lacks a symbol s",
      ],
      [[update(95, 98), update(99, 99)], "holds no depth snapshot for a book to start from"],
      [
        [update(95, 98), snapshot(50)],
        "holds no depth snapshot that joins the depth updates around it",
      ],
      [[update(95, 98), snapshot(98)], null],
    ] as const
  ) {
    const run = await replay(recorded(...lines));
    assertEquals(run.problem?.replace(/ \(.*/, "") ?? null, problem);
  }
});

Deno.test("ReplayRun joins the next snapshot after a gap, and leaves one that nobody asked for", async () => {
  const run = await replay(recorded(
    update(95, 98),
    snapshot(98),
    snapshot(500),
    update(99, 101),
    update(105, 106),
    snapshot(105),
    update(107, 108),
  ));
  const { gaps, resyncs, snapshots } = run.report(1);
  assertEquals({ gaps, resyncs, snapshots }, { gaps: 1, resyncs: 1, snapshots: 2 });
  assertEquals(run.engine.bookUpdateId, 108);
});

Deno.test("ReplayRun jumps over a hole of hours and notices a minute of silence", async () => {
  const rows: number[] = [];
  const states: string[] = [];
  const lines = recorded(
    update(95, 98),
    snapshot(98),
    90_000,
    update(99, 99),
    snapshot(99),
    3e7,
    "{}",
  );
  const run = await replay(lines, (output) => {
    if (output.type === "metrics" && output.bucketMs !== null) rows.push(output.timeMs);
    if (output.type === "feed") states.push(output.state);
  });
  assertEquals(run.report(1).snapshots, 1);
  assertEquals(states.filter((state, i) => state !== states[i - 1]).slice(0, 4), [
    "syncing",
    "live",
    "stale",
    "live",
  ]);
  assert(rows.length < 1_000, `${rows.length} rows`);
});
