/** `deno task bench:history`: how fast stored history answers while it is written, and what writing it costs. */
import { FlagError } from "../../flags.ts";
import { machineOf } from "../machine.ts";
import { endAll, endsWithBench } from "../ending.ts";
import { openDatabase } from "./databases.ts";
import { FULL, QUICK } from "./extent.ts";
import { startFeed } from "./feed.ts";
import { type HistoryBenchOptions, parseHistoryBench, type StoreKind, USAGE } from "./flags.ts";
import { HostError } from "./host.ts";
import { type InsertEffort, measureInserts } from "./insert.ts";
import { historyTable, type Measure } from "./measure.ts";
import { prepare } from "./prepare.ts";
import { type Answers, askAll } from "./questions.ts";

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

/** Where programs keep what they can make again. PostgreSQL does not run as root, and may not go where root is at home. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, HOME } = Deno.env.toObject();
  const cache = Deno.uid() === 0 ? "/var/cache" : XDG_CACHE_HOME ?? `${HOME ?? "/tmp"}/.cache`;
  return `${cache}/order-book-monitor/bench-history`;
}

async function measureStore(
  kind: StoreKind,
  folder: string,
  options: HistoryBenchOptions,
): Promise<Answers> {
  const extent = options.isQuick ? QUICK : FULL;
  const prepared = await prepare(kind, `${folder}/${kind}`, extent, say);
  const feed = await startFeed(prepared.database, extent.symbols, null);
  let answers: Answers;
  try {
    await feed.acked(2 * extent.symbols);
    answers = await askAll(prepared, extent, options.samples, say);
  } finally {
    await feed.stop();
    await prepared.database.stop();
  }
  const effort: InsertEffort = { rowsEach: options.isQuick ? 5 : 300, seconds: options.seconds };
  const inserts = await inFolder((empty) => measureEmpty(kind, empty, effort));
  return { ...answers, measures: [...answers.measures, ...inserts] };
}

async function measureEmpty(
  kind: StoreKind,
  folder: string,
  effort: InsertEffort,
): Promise<Measure[]> {
  const database = await openDatabase(kind, `${folder}/${kind}`);
  try {
    return await measureInserts(database, effort, say);
  } finally {
    await database.stop();
  }
}

/** In a folder that goes when the work is done. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "obm-bench-" });
  // Of another user, where this is root.
  await Deno.chmod(folder, 0o755);
  const remove = endsWithBench(() => Deno.remove(folder, { recursive: true }));
  try {
    return await work(folder);
  } finally {
    await remove();
  }
}

/** Whether every question was answered as it should be. */
async function bench(options: HistoryBenchOptions): Promise<boolean> {
  const machine = await machineOf();
  say(`${machine.cpu}, ${machine.cores} cores, ${machine.os}, Deno ${machine.deno}`);
  const all = async (folder: string) => {
    const found: Answers[] = [];
    for (const kind of options.stores) found.push(await measureStore(kind, folder, options));
    return found;
  };
  const found = options.isQuick ? await inFolder(all) : await all(options.folder);
  const measures = found.flatMap((one) => one.measures);
  const wrong = found.flatMap((one) => one.wrong);
  // deno-lint-ignore no-console
  console.log(historyTable(measures));
  for (const line of wrong) say(line);
  if (options.json !== null) {
    const extent = options.isQuick ? QUICK : FULL;
    const { samples, seconds } = options;
    const how = { date: new Date().toISOString(), machine, extent, samples, seconds };
    await Deno.writeTextFile(
      options.json,
      `${JSON.stringify({ ...how, measures, wrong }, null, 2)}\n`,
    );
    say(`written to ${options.json}`);
  }
  return wrong.length === 0;
}

async function main(): Promise<number> {
  try {
    const options = parseHistoryBench(Deno.args, cacheFolder());
    if (options === "help") say(USAGE);
    else if (!await bench(options)) return 1;
    return 0;
  } catch (error) {
    const isExpected = error instanceof FlagError || error instanceof HostError;
    if (!isExpected) throw error;
    say(`bench:history: ${error.message}`);
    return 1;
  } finally {
    // A server would outlive this process.
    await endAll();
  }
}

if (import.meta.main) Deno.exit(await main());
