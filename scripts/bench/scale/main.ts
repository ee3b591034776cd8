/**
 * `deno task bench:scale`: what a monitor of 1 to 200 symbols costs, and how soon they are live: processor time by kind of
 * thread, memory, drops, resyncs, restarts, used weight. The exchange is the look-alike, in a process of its own on cores
 * that the monitor does not have, where there are some.
 */
import { seatsPerWorker } from "../../../actors/supervisor/sharing.ts";
import { FlagError } from "../../flags.ts";
import { ChildError } from "../child_process.ts";
import { goalTable } from "../goal_table.ts";
import { machineOf } from "../machine.ts";
import { ownCores } from "../pinning.ts";
import { coreCounts, parseScaleBench, type ScaleBenchOptions, USAGE } from "./flags.ts";
import { nameOf, scaleGoals, scaleTables } from "./report.ts";
import { runScale, type ScaleRun, type ScaleTask } from "./run.ts";

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

/** What is run, those of one kind after each other. */
function tasksOf(options: ScaleBenchOptions, there: readonly number[]): readonly ScaleTask[] {
  const { symbols, hosting, settleSeconds, seconds, chaosPerMinute } = options;
  const tasks = coreCounts(options.cores, there.length).flatMap((count) => {
    const cores = there.slice(0, count);
    const others = there.slice(count);
    return hosting.flatMap((hosting) =>
      symbols.map((symbols) => ({
        ...{ symbols, hosting, cores, settleSeconds, seconds, chaosPerMinute },
        exchangeCores: others.length > 0 ? others : there,
      }))
    );
  });
  // Where each has its own worker anyway, one of both is enough.
  return tasks.filter(({ symbols, hosting, cores }) =>
    hosting === "plain" || !options.hosting.includes("plain") ||
    seatsPerWorker({ perWorker: "auto", cores: cores.length }, symbols) > 1
  );
}

/** Whether all was measured that was asked for. */
async function bench(options: ScaleBenchOptions): Promise<boolean> {
  const machine = await machineOf();
  say(`${machine.cpu}, ${machine.cores} cores, Deno ${machine.deno}`);
  const runs: ScaleRun[] = [];
  const unmeasured: { readonly run: string; readonly why: string }[] = [];
  for (const task of tasksOf(options, await ownCores())) {
    const run = nameOf(task);
    say(run);
    try {
      runs.push(await runScale(task, say));
      // As soon as it was seen: the next one takes minutes.
      say(scaleTables(runs.slice(-1)));
    } catch (error) {
      // One that fails costs none of the others.
      if (!(error instanceof ChildError)) throw error;
      unmeasured.push({ run, why: error.message });
      say(`not measured: ${run}: ${error.message}`);
    }
  }
  // deno-lint-ignore no-console
  console.log(scaleTables(runs));
  // deno-lint-ignore no-console
  for (const { run, why } of unmeasured) console.log(`not measured: ${run}: ${why}`);
  const measures = scaleGoals(runs);
  // deno-lint-ignore no-console
  if (measures.length > 0) console.log(`\n${goalTable("run", measures)}`);
  if (options.json !== null) {
    const date = new Date().toISOString();
    const all = { date, machine, arguments: Deno.args, runs, unmeasured, measures };
    await Deno.writeTextFile(options.json, `${JSON.stringify(all, null, 2)}\n`);
    say(`written to ${options.json}`);
  }
  return unmeasured.length === 0;
}

async function main(): Promise<number> {
  try {
    const options = parseScaleBench(Deno.args);
    if (options !== "help") return await bench(options) ? 0 : 1;
    say(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof FlagError || error instanceof ChildError)) throw error;
    say(`bench:scale: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
