/**
 * `deno task bench:stream`: what a page's stream costs: bytes a second, as they are and packed, and processor time
 * of the web server per browser, told whole states and told changes. Virtual time: the bytes are the same in each run.
 */
// deno-lint-ignore-file no-console
import type { StreamForm } from "../../../shared/stream_view.ts";
import { cpuSecondsOf } from "../../gate/cpu_time.ts";
import { benchSymbols } from "../bench_symbols.ts";
import { benchInterest, FedHub } from "./fed_hub.ts";

const WARM_S = 3;
const SECONDS = 20;
/** Enough that what one costs is not lost in what the markets cost. */
const BROWSERS = 50;

/** What is looked at. */
interface Case {
  readonly symbols: number;
  readonly focus: readonly string[];
}

const CASES: readonly Case[] = [
  { symbols: 5, focus: [] },
  { symbols: 5, focus: ["BTCUSDT"] },
  { symbols: 5, focus: benchSymbols(4) },
  { symbols: 200, focus: [] },
];

const cpuSeconds = () => cpuSecondsOf(Deno.readTextFileSync("/proc/self/stat"));

async function bytesOf({ symbols, focus }: Case, form: StreamForm): Promise<[number, number]> {
  const fed = new FedHub(benchSymbols(symbols));
  await fed.run(WARM_S);
  const wanted = benchInterest(form, focus);
  const [plain, packed] = [fed.open(wanted, false), fed.open(wanted, true)];
  await fed.run(1);
  const before = [plain.bytes, packed.bytes] as const;
  await fed.run(SECONDS);
  fed.end();
  return [(plain.bytes - before[0]) / SECONDS, (packed.bytes - before[1]) / SECONDS];
}

/** Processor time a second, milliseconds, of so many browsers and the markets that they look at. */
async function costOf(
  { symbols, focus }: Case,
  form: StreamForm,
  isPacked: boolean,
  browsers: number,
): Promise<number> {
  const fed = new FedHub(benchSymbols(symbols));
  await fed.run(WARM_S);
  const wanted = benchInterest(form, focus);
  for (let n = 0; n < browsers; n++) fed.open(wanted, isPacked);
  await fed.run(2);
  const begun = cpuSeconds();
  await fed.run(SECONDS);
  const cpuMs = (cpuSeconds() - begun) * 1_000 / SECONDS;
  fed.end();
  return cpuMs;
}

console.log("| symbols | in focus | form | kB/s | packed kB/s | CPU ms/s and browser | packed |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const one of CASES) {
  const none = await costOf(one, "whole", false, 0);
  for (const form of ["whole", "changes"] as const) {
    const [plain, packed] = await bytesOf(one, form);
    const costs: string[] = [];
    for (const isPacked of [false, true]) {
      const all = await costOf(one, form, isPacked, BROWSERS);
      costs.push(((all - none) / BROWSERS).toFixed(2));
    }
    const kB = (bytes: number) => (bytes / 1_000).toFixed(2);
    const cells = [one.symbols, one.focus.length, form, kB(plain), kB(packed), ...costs];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
