/**
 * `deno task replay FILE…`: recordings through the engine, no sockets, as fast as it goes. One JSON
 * object on standard output, progress on standard error.
 */
import { readRecording, type RecordedLine, RecordingError } from "./recording.ts";
import { groupBySymbol, replayLines, type ReplayReport } from "./replay_run.ts";

/** Progress is told about every 100,000 frames. */
const PROGRESS_FRAMES = 100_000;

async function* readAll(files: readonly string[]): AsyncGenerator<RecordedLine> {
  let frames = 0;
  for (const file of files) {
    console.error(`replaying ${file}`);
    const onTruncated = (line: number) =>
      console.error(`${file} ends in the middle of line ${line}, which is left out`);
    for await (const line of readRecording(file, { onTruncated })) {
      frames += 1;
      if (frames % PROGRESS_FRAMES === 0) console.error(`  ${frames} frames`);
      yield line;
    }
  }
}

async function main(files: readonly string[]): Promise<number> {
  if (files.includes("--help") || files.includes("-h")) {
    console.error("deno task replay FILE…: recordings, plain or gzip; prints one JSON object");
    return 0;
  }
  if (files.length === 0 || files.some((file) => file.startsWith("-"))) {
    console.error("Cannot replay: name one or more recordings: deno task replay FILE…");
    return 1;
  }
  const recordings: ReplayReport[] = [];
  try {
    for (const group of (await groupBySymbol(files, readRecording)).values()) {
      const startedMs = performance.now();
      const run = await replayLines(readAll(group), { metricsIntervalMs: 1_000 });
      if (run !== null) recordings.push(run.report(performance.now() - startedMs));
    }
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    console.error(error.message);
    return 1;
  }
  console.log(JSON.stringify({ recordings }, null, 2));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
