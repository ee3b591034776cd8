/** `deno task bench`: our order book and engine beside what npm offers, on the same frames. */
import { RecordingError } from "../recording.ts";
import { checkAgreement, DisagreementError, TOLERANCE } from "./agreement.ts";
import { parseFrame, parseSnapshot } from "./books/wire.ts";
import { ChildError } from "./child_process.ts";
import { FlagError } from "../flags.ts";
import { type BenchOptions, parseBenchFlags, USAGE } from "./flags.ts";
import { type FrameSet, loadFrames } from "./frames.ts";
import { machineOf } from "./machine.ts";
import { Measurements, tableOf } from "./measurements.ts";
import { type BenchFile, effortOf, Rounds, WrongEngineError } from "./rounds.ts";
import { VERSIONS } from "./versions.ts";

const ROOT = new URL("../../", import.meta.url);
/** Real recordings, beside the project; and what `deno task record` took of the simulated market. */
const FOLDERS = ["../shared/recordings/", "tests/fixtures/"];
const BOOK_MODES = ["a", "b", "t", "c", "deep", "heap"] as const;

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

/**
 * The recordings of the first folder that has some, to be measured on, and those of the others: time is a matter of the
 * market, and that of the simulated ones nobody's, but bytes are counted on all, because what a book leaves in one
 * market it need not leave in another.
 */
async function defaultFiles(): Promise<{ readonly all: string[]; readonly heapAlone: string[] }> {
  const [all = [], ...others] = (await Promise.all(FOLDERS.map(recordingsIn)))
    .filter((files) => files.length > 0);
  if (all.length > 0) return { all, heapAlone: others.flat() };
  throw new RecordingError("Cannot bench: there is no recording; name some with --files");
}

async function recordingsIn(folder: string): Promise<string[]> {
  const path = decodeURIComponent(new URL(folder, ROOT).pathname);
  try {
    const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
    return names.filter((name) => name.endsWith(".gz")).sort().map((name) => path + name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [];
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function describe(set: FrameSet): Record<string, string | number> {
  const updates = set.frames.map((text) => parseFrame(text).data)
    .reduce((sum, { b, a }) => sum + b.length + a.length, 0);
  return {
    symbol: set.symbol,
    snapshotLevels: parseSnapshot(set.snapshot).bids.length,
    depthFrames: set.frames.length,
    levelsPerDepthFrame: Math.round(updates / set.frames.length),
    framesOfAllKinds: set.lines.length,
  };
}

async function bench(options: BenchOptions): Promise<void> {
  const { all, heapAlone } = options.files === null
    ? await defaultFiles()
    : { all: [...options.files], heapAlone: [] };
  const paths = options.files === null && options.isQuick ? all.slice(0, 1) : all;
  const machine = await machineOf();
  say(`${machine.cpu}, ${machine.cores} cores, ${machine.os}, Deno ${machine.deno}`);
  const files: (BenchFile & { readonly about: ReturnType<typeof describe> })[] = [];
  for (const path of paths) {
    const about = describe(await loadFrames(path));
    const name = nameOf(path);
    files.push({ path, name, symbol: String(about.symbol), about });
    say(`${name}: ${JSON.stringify(about)}`);
    if (!BOOK_MODES.some((mode) => options.modes.includes(mode))) continue;
    const agreed = await checkAgreement(path, options.implementations, effortOf(options));
    say(`${name}: all agree on ${agreed.toLocaleString("en")} numbers, each within ${TOLERANCE}`);
  }
  const measurements = new Measurements();
  const rounds = new Rounds(options, measurements, say);
  await rounds.run(files);
  if (!options.isQuick) await rounds.heaps(heapAlone.map((path) => ({ path, name: nameOf(path) })));
  const told = measurements.told();
  // deno-lint-ignore no-console
  console.log(tableOf(told, VERSIONS));
  if (options.json === null) return;
  const report = {
    date: new Date().toISOString(),
    machine,
    versions: VERSIONS,
    arguments: Deno.args,
    rounds: options.rounds,
    effort: effortOf(options),
    files: files.map(({ name, about }) => ({ name, ...about })),
    measurements: told,
  };
  await Deno.writeTextFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  say(`written to ${options.json}`);
}

async function main(): Promise<number> {
  try {
    const options = parseBenchFlags(Deno.args);
    if (options === "help") say(USAGE);
    else await bench(options);
    return 0;
  } catch (error) {
    const isExpected = error instanceof FlagError || error instanceof RecordingError ||
      error instanceof DisagreementError || error instanceof ChildError ||
      error instanceof WrongEngineError;
    if (!isExpected) throw error;
    say(`bench: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
