/**
 * `deno task sim --seeds N [--from S]`: engines and a simulated exchange under virtual time
 * (`world.ts`), with seeded faults; ten virtual minutes cost some 50 ms. Prints what was done and
 * checked; a seed that breaks a promise prints itself, the fewest faults that still break it
 * (`shrink.ts`), the last steps, and the command that shows it again. Exits 1 then.
 *
 * That the net catches fish is tested: tests/scripts/sim/mutant_test.ts makes one mistake at a time in a
 * copy of the engine, one for each promise of a room, and each is found by the simulation or by the test
 * file that the lists in tests/scripts/sim/mutants/ name; tests/long makes those that take many seeds.
 */
// deno-lint-ignore-file no-console
import { FlagError, readCommandLine } from "../flags.ts";
import { Campaign } from "./campaign.ts";
import { describeFault } from "./fault.ts";
import type { Violation } from "./tally.ts";
import { type Plan, planOf } from "./plan.ts";
import { shortestPlan, withFaults } from "./shrink.ts";
import { runWorld } from "./world.ts";

const HELP = `deno task sim --seeds N [--from S] [--minutes M] [--faults 3,7 | none]
  --seeds    how many seeds; default 100
  --from     the first of them; default 1
  --minutes  virtual minutes of each; default 10
  --faults   of one seed's faults only these, by number`;
const MINUTE_MS = 60_000;
/** Progress is told about as often. */
const PROGRESS_MS = 10_000;

const TAKES = {
  "--seeds": "one",
  "--from": "one",
  "--minutes": "one",
  "--faults": "many",
} as const;

interface Choices {
  readonly seeds: number;
  readonly from: number;
  readonly minutes: number;
  readonly faults: ReadonlySet<number> | null;
}

function choicesOf(args: readonly string[]): Choices | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const { flags } = line;
  const number = (name: string, otherwise: number) => {
    const text = flags.get(name)?.[0];
    const value = text === undefined ? otherwise : Number(text);
    if (value > 0 && Number.isFinite(value)) return value;
    throw new FlagError(`${name} must be a number above 0, received ${text}`);
  };
  const faults = flags.get("--faults")?.join(",");
  const indices = faults?.split(",").filter((each) => each !== "none").map(Number);
  return {
    seeds: number("--seeds", 100),
    from: number("--from", 1),
    minutes: number("--minutes", 10),
    faults: indices === undefined ? null : new Set(indices),
  };
}

/** Everything that a person needs to see a failure again. */
function report(plan: Plan, violation: Violation, { minutes }: Choices): void {
  const shortest = shortestPlan(plan, violation, (shorter) => runWorld(shorter).violation);
  const { violation: found, trace } = runWorld(shortest, true);
  const { promise, what, atMs, symbol } = found ?? violation;
  const faults = shortest.faults.map(({ index }) => index).join(",");
  console.log(`\nseed ${plan.seed} breaks a promise: ${promise}`);
  console.log(`  ${symbol} at ${(atMs / 1_000).toFixed(3)} s: ${what}`);
  console.log(`  with ${shortest.faults.length} of its ${plan.faults.length} faults:`);
  for (const fault of shortest.faults) console.log(`    ${describeFault(fault)}`);
  console.log("  the last steps:");
  for (const step of trace) console.log(`    ${step}`);
  const length = minutes === 10 ? "" : ` --minutes ${minutes}`;
  console.log(
    `  again: deno task sim --seeds 1 --from ${plan.seed}${length} ` +
      `--faults ${faults === "" ? "none" : faults}`,
  );
}

function main(args: readonly string[]): number {
  const choices = choicesOf(args);
  if (choices === "help") {
    console.log(HELP);
    return 0;
  }
  const { seeds, from, minutes, faults } = choices;
  const campaign = new Campaign();
  const startedMs = performance.now();
  let toldMs = startedMs;
  for (let seed = from; seed < from + seeds; seed++) {
    const whole = planOf(seed, minutes * MINUTE_MS);
    const plan = faults === null ? whole : withFaults(whole, faults);
    const outcome = runWorld(plan);
    if (outcome.violation !== null) {
      report(plan, outcome.violation, choices);
      return 1;
    }
    campaign.add(outcome);
    if (performance.now() - toldMs < PROGRESS_MS) continue;
    toldMs = performance.now();
    console.error(`  ${seed - from + 1} of ${seeds} seeds`);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  console.log(
    `${seeds} seeds of ${minutes} virtual minutes in ${seconds.toFixed(1)} s ` +
      `(${(seeds / seconds).toFixed(1)} a second), no promise broken`,
  );
  for (const line of campaign.describe()) console.log(line);
  const shortfalls = campaign.shortfalls();
  for (const line of shortfalls) console.log(`not enough: ${line}`);
  return shortfalls.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(main(Deno.args));
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
