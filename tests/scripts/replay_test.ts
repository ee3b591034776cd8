import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { FlagError } from "../../scripts/flags.ts";
import { readRecording, type RecordedLine } from "../../scripts/recording.ts";
import { parseReplay } from "../../scripts/replay/flags.ts";
import type { ReplayReport } from "../../scripts/replay_run.ts";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const FIXTURES = ["btcusdt", "ethusdt"].map((symbol) =>
  decodeURIComponent(new URL(`../fixtures/simulated_${symbol}.gz`, import.meta.url).pathname)
);

async function command(files: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/replay.ts", ...files],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const withoutTime = ({ elapsedMs: _, framesPerSecond: __, ...rest }: ReplayReport) => rest;

async function reports(files: readonly string[]) {
  const { code, stdout, stderr } = await command(files);
  assertEquals(code, 0, stderr);
  const parsed: { recordings: ReplayReport[] } = JSON.parse(stdout);
  assertEquals(Object.keys(parsed), ["recordings"]);
  return parsed.recordings;
}

Deno.test("replay prints one JSON object of exactly the documented shape, symbol by symbol", async () => {
  const recordings = await reports(FIXTURES);
  assertEquals(recordings.map(({ symbol }) => symbol), ["BTCUSDT", "ETHUSDT"]);
  for (const report of recordings) {
    assertEquals(
      Object.keys(report).join(" "),
      [
        "symbol frames depthUpdates snapshots resyncs gaps malformed refused bbo levels",
        "metricsFrames alerts elapsedMs framesPerSecond",
      ].join(" "),
    );
    assertEquals(Object.keys(report.bbo), ["exact", "carried"]);
    assertEquals(Object.keys(report.bbo.exact), ["checked", "mismatched"]);
    assertEquals(Object.keys(report.bbo.carried), ["checked", "mismatched", "healed"]);
    assertEquals(Object.keys(report.levels), ["bids", "asks"]);
    assert(report.elapsedMs > 0 && report.framesPerSecond > 0);
  }
});

Deno.test("replay reads the files of one symbol as one stream, in the order given, gzip or plain", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const [whole = ""] = FIXTURES;
    const lines: RecordedLine[] = [];
    for await (const line of readRecording(whole)) lines.push(line);
    const text = lines.map(({ receivedMs, payload }) =>
      `${BigInt(Math.round(receivedMs * 1_000)) * 1_000n} ${payload}\n`
    );
    const half = Math.floor(text.length / 2);
    const write = (name: string, part: string[]) =>
      Deno.writeFile(`${dir}/${name}`, new TextEncoder().encode(part.join("")));
    await write("whole", text);
    await write("second", text.slice(half));
    await Deno.writeFile(`${dir}/first`, gzipSync(text.slice(0, half).join("")));
    const [one] = await reports([`${dir}/whole`]);
    const [two, ...more] = await reports([`${dir}/first`, `${dir}/second`]);
    assert(one !== undefined && two !== undefined);
    assertEquals(more, []);
    assertEquals(withoutTime(two), withoutTime(one));
    assertEquals(one.frames, lines.length);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("replay ends with exit code 1 and one clear line when a file cannot be used", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/empty`, "");
    await Deno.writeTextFile(`${dir}/text`, "hello\n");
    await Deno.writeTextFile(`${dir}/torn`, "1723161253937085768 {}\n17231612539370857 x\n");
    for (
      const [files, expected] of [
        [[], /name one or more recordings: deno task replay FILE/],
        [["--speed"], /^Cannot replay: there is no flag --speed; see --help/],
        [[`${dir}/missing`], /missing: cannot be read: no such file/],
        [[`${dir}/empty`], /empty: it is empty/],
        [[`${dir}/text`], /text line 1: not a recorded frame/],
        [[`${dir}/torn`], /torn line 2: not a recorded frame/],
      ] as const
    ) {
      const { code, stdout, stderr } = await command(files);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, expected);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** Update ids of the fixture of BTCUSDT, its first applied one among them, and one that is none. */
async function idsOf(file: string): Promise<number[]> {
  const ids: number[] = [];
  let snapshotId = Infinity;
  for await (const { payload } of readRecording(file)) {
    const { data, lastUpdateId } = JSON.parse(payload);
    if (lastUpdateId !== undefined) snapshotId = lastUpdateId;
    if (data?.e === "depthUpdate" && data.u > snapshotId) ids.push(data.u);
  }
  return ids;
}

Deno.test("replay --at prints every metric after those updates, or why it is not known", async () => {
  const [file = ""] = FIXTURES;
  const [first = NaN, ...others] = await idsOf(file);
  const last = others.at(-1) ?? NaN;
  const ids = `${last},1,${first}`;
  const { code, stdout, stderr } = await command(["--at", ids, "--vpin-bucket", "0.01", file]);
  const live = await command(["--at", String(last), "--vpin-bucket", "median", file]);
  const { recordings: [{ rows: [asLive] }] } = JSON.parse(live.stdout);
  assertEquals(code, 1);
  assertMatch(stderr, /No applied update ends with 1\n$/);
  const { recordings: [recording] } = JSON.parse(stdout);
  assertEquals(recording.symbol, "BTCUSDT");
  const [atFirst, atLast, ...more] = recording.rows;
  assertEquals([atFirst.updateId, atLast.updateId, more], [first, last, []]);
  for (const { state, values, reasons } of recording.rows) {
    assertEquals(state, "live");
    assertEquals(Object.keys(values), [...METRIC_NAMES]);
    const unknown = METRIC_NAMES.filter((name) => values[name] === null);
    assertEquals(Object.keys(reasons), unknown);
    assertEquals(reasons.bidCoveredBps, "no_edge");
  }
  assertEquals([atFirst.reasons.velocity, atLast.reasons.velocity], ["warming_up", undefined]);
  // A median minute is not known in so short a recording, and a bucket that is given may be small.
  assertEquals([typeof atLast.values.vpin, asLive.reasons.vpin], ["number", "warming_up"]);
  assert(Number.isInteger(atLast.values.spreadTicks), "the tick size is that of the snapshot");
});

Deno.test("replay --every prints a row of every metric an interval, as CSV", async () => {
  const { code, stdout, stderr } = await command(["--every=2s", ...FIXTURES]);
  assertEquals(code, 0, stderr);
  const [head = "", ...rows] = stdout.trimEnd().split("\n");
  assertEquals(head.split(",").slice(5), [...METRIC_NAMES]);
  const cells = rows.map((row) => row.split(","));
  assertEquals(new Set(cells.map(({ length }) => length)), new Set([METRIC_NAMES.length + 5]));
  assertEquals(new Set(cells.map(([symbol]) => symbol)), new Set(["BTCUSDT", "ETHUSDT"]));
  const times = cells.filter(([symbol]) => symbol === "BTCUSDT").map(([, time]) => Number(time));
  assertEquals(
    new Set(times.slice(1).map((time, i) => time - (times[i] ?? NaN))),
    new Set([2_000]),
  );
  assert(times.length >= 64, `${times.length} rows of 130 s`);
  const mid = cells.at(-1)?.[head.split(",").indexOf("mid")] ?? "";
  assertMatch(mid, /^\d+\.?\d*$/);
});

Deno.test("parseReplay() tells what it cannot do, and what to give", () => {
  const refused: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /name one or more recordings/],
    [["--at", "1"], /name one or more recordings/],
    [["--at", "1,x", "f"], /--at takes update ids .* received "1,x"/],
    [["--at", "1", "--every", "1s", "f"], /give one of them/],
    [["--at", "1", "--at", "2", "f"], /--at stands twice/],
    [["--every", "50ms", "f"], /--every takes a multiple of 100ms up to 1h.*received "50ms"/],
    [["--every", "2h", "f"], /received "2h"/],
    [["f", "--every"], /--every needs a value/],
    [["-x", "f"], /there is no flag -x/],
    [["--at", "1", "--vpin-bucket", "0", "f"], /--vpin-bucket takes a quantity above 0.*"0"/],
    [["--vpin-bucket", "2", "f"], /--vpin-bucket goes with --at or --every/],
  ];
  for (const [args, message] of refused) {
    const error = assertThrows(() => parseReplay(args), FlagError);
    assertMatch(error.message, message);
  }
  const every = { kind: "every", intervalMs: 60_000, files: ["a", "b"] } as const;
  for (
    const [said, vpinBucketQty] of [[[], undefined], [["0.5"], 0.5], [["median"], null]] as const
  ) {
    const flags = said.map((value) => `--vpin-bucket=${value}`);
    assertEquals(parseReplay(["a", "--every", "1m", "b", ...flags]), { ...every, vpinBucketQty });
  }
  assertEquals(parseReplay(["a", "-h"]), { kind: "help" });
});
