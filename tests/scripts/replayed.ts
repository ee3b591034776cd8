/** Recordings through the engine, whole or with something missing. */
import { assert, assertEquals } from "@std/assert";
import { readRecording, type RecordedLine } from "../../scripts/recording.ts";
import { replayLines, type ReplayOptions, type ReplayRun } from "../../scripts/replay_run.ts";
import type { FeedStatus, Output } from "../../shared/output.ts";
import { seeded } from "../symbol/engine/market.ts";
import { bookMessage, naiveBook } from "./naive_book.ts";

export async function readLines(file: string, max = Infinity): Promise<RecordedLine[]> {
  const lines: RecordedLine[] = [];
  for await (const line of readRecording(file)) if (lines.push(line) >= max) break;
  return lines;
}

export async function replay(
  lines: readonly RecordedLine[],
  onOutput: (output: Output) => void = () => {},
  options: Partial<ReplayOptions> = {},
): Promise<ReplayRun> {
  const source = async function* () {
    yield* lines;
  };
  const run = await replayLines(source(), { metricsIntervalMs: 1_000, onOutput, ...options });
  assert(run !== null, "there is no market frame");
  return run;
}

/** Removes one depth update, so many times; each loss must show at the very next one. */
export async function assertLossesAreCaught(
  file: string,
  linesMax: number,
  times: number,
): Promise<void> {
  const lines = await readLines(file, linesMax);
  const snapshotId = naiveBook(lines.filter(({ payload }) => !payload.includes("depthUpdate"))).id;
  const updates = lines.flatMap(({ payload }, at) => {
    const { data } = bookMessage(payload);
    return data?.e === "depthUpdate" && data.u > snapshotId ? [at] : [];
  });
  for (let seed = 1; seed <= times; seed++) {
    const pick = Math.floor(seeded(seed)() * (updates.length - 1));
    const removed = updates[pick] ?? NaN;
    const next = lines[updates[pick + 1] ?? NaN];
    const statuses: FeedStatus[] = [];
    const run = await replay(lines.toSpliced(removed, 1), (output) => {
      if (output.type === "feed") statuses.push(output);
    });
    const what = `seed ${seed}, without line ${removed + 1} of ${file}`;
    assertEquals(run.report(1).gaps, 1, what);
    const noticedMs = Math.floor(next?.receivedMs ?? NaN);
    assertEquals(statuses.find(({ gaps }) => gaps === 1)?.timeMs, noticedMs, what);
    assertEquals(run.engine.book.bids.size, 0, "what follows a loss is not to be trusted");
  }
}
