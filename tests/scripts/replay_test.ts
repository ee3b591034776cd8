import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzipSync } from "node:zlib";
import { readRecording, type RecordedLine } from "../../scripts/recording.ts";
import type { ReplayReport } from "../../scripts/replay_run.ts";

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
        "symbol frames depthUpdates snapshots resyncs gaps malformed bbo levels metricsFrames",
        "alerts elapsedMs framesPerSecond",
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
        [["--speed"], /name one or more recordings/],
        [[`${dir}/missing`], /missing: cannot be read: no such file/],
        [[`${dir}/empty`], /empty: it holds no market frame/],
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
