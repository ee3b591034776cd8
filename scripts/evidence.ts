/**
 * `deno task evidence FILE…`: what each metric has to do with the moves of mid in recordings, as JSON on standard
 * output. The committed file is made by it: `deno task evidence FILE… > shared/catalogue/evidence.json`, then
 * `deno task docs`. What cannot be replayed is said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import type { Engine } from "../actors/symbol/engine/engine.ts";
import type { RecordingEvidence } from "../shared/catalogue/evidence.ts";
import { Samples } from "./evidence/measure.ts";
import { readRecording, RecordingError } from "./recording.ts";
import { replayGroup, tickLotIn } from "./replay/recorded_group.ts";
import { groupBySymbol } from "./replay_run.ts";

/** Of the turns that chance is tried by. */
const SEED = 1;
const INTERVAL_MS = 1_000;

/** The evidence of recordings, those of one symbol as one. @throws {RecordingError} for what cannot be replayed. */
export async function evidenceOf(files: readonly string[]): Promise<RecordingEvidence[]> {
  const all: RecordingEvidence[] = [];
  for (const group of (await groupBySymbol(files, readRecording)).values()) {
    const samples = new Samples();
    const onApplied = (engine: Engine) => {
      const { values, eventMs } = engine.view;
      if (values !== null && eventMs !== null) samples.add(eventMs, values);
    };
    const tickLot = await tickLotIn(group);
    const options = { metricsIntervalMs: INTERVAL_MS, tickLot, onApplied };
    const { symbol } = await replayGroup(group, options, console.error);
    const { startMs, spanMs, count } = samples;
    all.push({ symbol, startMs, spanMs, updates: count, metrics: samples.measure(SEED) });
  }
  return all;
}

/** As JSON with a metric on each line. */
export function evidenceText(recordings: readonly RecordingEvidence[]): string {
  const texts = recordings.map(({ metrics, ...recording }) => {
    const head = Object.entries(recording).map(([name, value]) =>
      `      ${JSON.stringify(name)}: ${JSON.stringify(value)},`
    );
    const lines = Object.entries(metrics).map(([name, measured]) => {
      const parts = measured.map((each) =>
        `[${each.map((one) => JSON.stringify(one)).join(", ")}]`
      );
      return `        ${JSON.stringify(name)}: [${parts.join(", ")}]`;
    });
    return ["    {", ...head, '      "metrics": {', lines.join(",\n"), "      }", "    }"].join(
      "\n",
    );
  });
  return `{\n  "recordings": [\n${texts.join(",\n")}\n  ]\n}`;
}

async function main(files: readonly string[]): Promise<number> {
  if (files.length === 0 || files.some((file) => file.startsWith("-"))) {
    console.error("deno task evidence FILE…: name one or more recordings; there are no flags");
    return files.includes("--help") ? 0 : 1;
  }
  try {
    console.log(evidenceText(await evidenceOf(files)));
    return 0;
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
