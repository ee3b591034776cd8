/**
 * `deno task replay FILE…`: recordings through the engine, no sockets, as fast as it goes. What was found, or with
 * `--at` and `--every` what was known, on standard output; progress on standard error.
 */
import { decodeSnapshot } from "../actors/venue/binance_spot/json_decode.ts";
import type { TickLot } from "../actors/symbol/engine/book/price_scale.ts";
import type { Output } from "../shared/output.ts";
import { FlagError } from "./flags.ts";
import { readRecording, type RecordedLine, RecordingError } from "./recording.ts";
import { parseReplay, type ReplayTask, USAGE } from "./replay/flags.ts";
import { csvHead, csvRow, tickLotOf, type ValuesAt, valuesNow } from "./replay/values.ts";
import { groupBySymbol, replayLines, type ReplayReport } from "./replay_run.ts";

/** Progress is told about every 100,000 frames. */
const PROGRESS_FRAMES = 100_000;
/** Rows of a report's run, which nobody sees. */
const INTERVAL_MS = 1_000;

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

/** Of the first snapshot of a recording; `null`: it has none. */
async function tickLotIn(files: readonly string[]): Promise<TickLot | null> {
  for (const file of files) {
    for await (const { payload } of readRecording(file)) {
      if (payload.startsWith('{"stream"') || payload.startsWith('{"e"')) continue;
      const answer = decodeSnapshot(payload);
      if (answer.type !== "malformed") return tickLotOf(answer.snapshot);
    }
  }
  return null;
}

async function report(groups: readonly (readonly string[])[]): Promise<number> {
  const recordings: ReplayReport[] = [];
  for (const group of groups) {
    const startedMs = performance.now();
    const run = await replayLines(readAll(group), { metricsIntervalMs: INTERVAL_MS });
    if (run !== null) recordings.push(run.report(performance.now() - startedMs));
  }
  console.log(JSON.stringify({ recordings }, null, 2));
  return 0;
}

async function at(
  ids: readonly number[],
  groups: readonly (readonly string[])[],
): Promise<number> {
  const wanted = new Set(ids);
  const recordings: { symbol: string; rows: readonly ValuesAt[] }[] = [];
  const found = new Set<number>();
  for (const group of groups) {
    const rows: ValuesAt[] = [];
    const run = await replayLines(readAll(group), {
      metricsIntervalMs: INTERVAL_MS,
      tickLot: await tickLotIn(group),
      onApplied: (engine) => {
        const id = engine.bookUpdateId;
        if (id === null || !wanted.has(id)) return;
        rows.push(valuesNow(engine, id));
        found.add(id);
      },
    });
    if (run !== null) recordings.push({ symbol: run.symbol, rows });
  }
  console.log(JSON.stringify({ recordings }, null, 2));
  const missing = [...wanted.difference(found)];
  if (missing.length === 0) return 0;
  console.error(`No applied update ends with ${missing.join(", ")}`);
  return 1;
}

async function every(
  intervalMs: number,
  groups: readonly (readonly string[])[],
): Promise<number> {
  console.log(csvHead());
  const onOutput = (output: Output) => {
    if (output.type === "metrics" && output.bucketMs !== null) console.log(csvRow(output));
  };
  for (const group of groups) {
    const tickLot = await tickLotIn(group);
    await replayLines(readAll(group), { metricsIntervalMs: intervalMs, tickLot, onOutput });
  }
  return 0;
}

async function run(task: Exclude<ReplayTask, { kind: "help" }>): Promise<number> {
  const groups = [...(await groupBySymbol(task.files, readRecording)).values()];
  if (task.kind === "at") return at(task.ids, groups);
  return task.kind === "every" ? every(task.intervalMs, groups) : report(groups);
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const task = parseReplay(args);
    if (task.kind !== "help") return await run(task);
    console.error(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof RecordingError || error instanceof FlagError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
