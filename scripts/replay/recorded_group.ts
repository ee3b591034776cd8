/** Recordings of one symbol through one engine, as `deno task replay` and `deno task backtest` do it. */
import type { TickLot } from "../../actors/symbol/engine/book/price_scale.ts";
import { decodeSnapshot } from "../../actors/venue/binance_spot/json_decode.ts";
import { readRecording, type RecordedLine, RecordingError } from "../recording.ts";
import { replayLines, type ReplayOptions, type ReplayRun } from "../replay_run.ts";
import { tickLotOf } from "./values.ts";

/** Progress is told about every 100,000 frames. */
const PROGRESS_FRAMES = 100_000;
/** Says one line to a person. */
export type Say = (text: string) => void;

async function* readAll(files: readonly string[], say: Say): AsyncGenerator<RecordedLine> {
  let frames = 0;
  for (const file of files) {
    say(`replaying ${file}`);
    for await (const line of readRecording(file, { onNote: say })) {
      frames += 1;
      if (frames % PROGRESS_FRAMES === 0) say(`  ${frames} frames`);
      yield line;
    }
  }
}

/** The files of one symbol through one engine. @throws {RecordingError} when they make no book. */
export async function replayGroup(
  files: readonly string[],
  options: ReplayOptions,
  say: Say,
): Promise<ReplayRun> {
  const run = await replayLines(readAll(files, say), options);
  const problem = run === null ? "holds no market frame" : run.problem;
  if (run !== null && problem === null) return run;
  throw new RecordingError(`Cannot replay ${files.join(", ")}: it ${problem}`);
}

/** Of the first snapshot of a recording; `null`: it has none. */
export async function tickLotIn(files: readonly string[]): Promise<TickLot | null> {
  for (const file of files) {
    for await (const { payload } of readRecording(file)) {
      if (payload.startsWith('{"stream"') || payload.startsWith('{"e"')) continue;
      const answer = decodeSnapshot(payload);
      if (answer.type !== "malformed") return tickLotOf(answer.snapshot);
    }
  }
  return null;
}
