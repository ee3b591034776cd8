/**
 * `deno task replay FILE…`: recordings through the engine, no sockets, as fast as it goes. What was found, or with
 * `--at` and `--every` what was known, on standard output; progress on standard error. What is no recording of
 * Binance spot, or none that a book can be built from, is said in one line, and the exit code is 1.
 */
import type { Engine } from "../actors/symbol/engine/engine.ts";
import type { Output } from "../shared/output.ts";
import { FlagError } from "./flags.ts";
import { readRecording, RecordingError } from "./recording.ts";
import { parseReplay, type ReplayTask, USAGE } from "./replay/flags.ts";
import { replayGroup, type Say, tickLotIn } from "./replay/recorded_group.ts";
import { csvHead, csvRow, type ValuesAt, valuesNow } from "./replay/values.ts";
import { groupBySymbol, type ReplayReport } from "./replay_run.ts";

/** Rows of a report's run, which nobody sees. */
const INTERVAL_MS = 1_000;

/**
 * Replays recordings, one report for each symbol, in the order in which the symbols come first.
 *
 * @throws {RecordingError} in one line, for the first that cannot be replayed.
 */
export async function replayFiles(files: readonly string[], say: Say): Promise<ReplayReport[]> {
  const reports: ReplayReport[] = [];
  for (const group of (await groupBySymbol(files, readRecording)).values()) {
    const startedMs = performance.now();
    const run = await replayGroup(group, { metricsIntervalMs: INTERVAL_MS }, say);
    reports.push(run.report(performance.now() - startedMs));
  }
  return reports;
}

type Task<Kind extends ReplayTask["kind"]> = Extract<ReplayTask, { kind: Kind }>;

async function at(
  { ids, vpinBucketQty }: Task<"at">,
  groups: readonly (readonly string[])[],
): Promise<number> {
  const wanted = new Set(ids);
  const recordings: { symbol: string; rows: readonly ValuesAt[] }[] = [];
  const found = new Set<number>();
  for (const group of groups) {
    const rows: ValuesAt[] = [];
    const onApplied = (engine: Engine) => {
      const id = engine.bookUpdateId;
      if (id === null || !wanted.has(id)) return;
      rows.push(valuesNow(engine, id));
      found.add(id);
    };
    const tickLot = await tickLotIn(group);
    const options = { metricsIntervalMs: INTERVAL_MS, tickLot, vpinBucketQty, onApplied };
    const { symbol } = await replayGroup(group, options, console.error);
    recordings.push({ symbol, rows });
  }
  console.log(JSON.stringify({ recordings }, null, 2));
  const missing = [...wanted.difference(found)];
  if (missing.length === 0) return 0;
  console.error(`No applied update ends with ${missing.join(", ")}`);
  return 1;
}

async function every(
  { intervalMs, vpinBucketQty }: Task<"every">,
  groups: readonly (readonly string[])[],
): Promise<number> {
  console.log(csvHead());
  const onOutput = (output: Output) => {
    if (output.type === "metrics" && output.bucketMs !== null) console.log(csvRow(output));
  };
  for (const group of groups) {
    const tickLot = await tickLotIn(group);
    const options = { metricsIntervalMs: intervalMs, tickLot, vpinBucketQty, onOutput };
    await replayGroup(group, options, console.error);
  }
  return 0;
}

async function run(task: Exclude<ReplayTask, { kind: "help" }>): Promise<number> {
  if (task.kind === "report") {
    const recordings = await replayFiles(task.files, console.error);
    console.log(JSON.stringify({ recordings }, null, 2));
    return 0;
  }
  const groups = [...(await groupBySymbol(task.files, readRecording)).values()];
  return task.kind === "at" ? at(task, groups) : every(task, groups);
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
