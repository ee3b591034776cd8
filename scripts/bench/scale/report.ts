/** What the runs of `deno task bench:scale` are told by. Pure. */
import { aligned } from "../../aligned.ts";
import type { Measured } from "../goal_table.ts";
import { secondsPerSymbolMinute } from "../watched_process.ts";
import type { ScaleRun, ScaleTask } from "./run.ts";
import type { ThreadKind } from "./threads.ts";

/** What issue 16 wants at least, on two cores, however symbols are hosted. */
const GOAL_CORES = 2;
const GOALS = {
  startOverBudget: 1.2,
  20: { cpuSecondsPerSymbolMinute: 0.7 },
  100: { megabytesPerSymbol: 10 },
  200: { cpuPercent: 150, gigabytes: 1.6 },
} as const;

const COLUMNS: readonly (readonly [head: string, kind: ThreadKind])[] = [
  ["symbols' workers", "symbols"],
  ["web", "web"],
  ["writer", "writer"],
  ["store", "store"],
  ["supervisor, desk", "main"],
  ["V8's own", "v8"],
  ["pool", "pool"],
  ["not known whose", "workers"],
  ["rest", "rest"],
];

/** What so many milliseconds of processors are while the run was watched, in percent of one core: two busy ones are 200. */
export function percentOfCore(ms: number, run: ScaleRun): number {
  return 100 * ms / run.watchedMs;
}

/** Seconds of a processor that a symbol costs in a minute, the whole process counted; `null`: there is none. */
export function cpuSecondsPerSymbolMinute(run: ScaleRun): number | null {
  return run.symbols === 0 ? null : secondsPerSymbolMinute(run.cpuMs, run.watchedMs, run.symbols);
}

/** All runs: processor time, then memory and how it stood. */
export function scaleTables(runs: readonly ScaleRun[]): string {
  return [
    "processor time, % of one core",
    aligned([
      ["run", "in all", ...COLUMNS.map(([head]) => head), "s a symbol-minute", "exchange", "load"],
      ...runs.map(cpuRow),
    ], 1),
    "",
    "start, memory, what went wrong (from the start on)",
    aligned([STANDING_HEAD, ...runs.map((run) => standingRow(run, runs))], 1),
  ].join("\n");
}

function cpuRow(run: ScaleRun): string[] {
  const percent = (ms: number) => percentOfCore(ms, run).toFixed(1);
  const { exchange, load } = run;
  return [
    nameOf(run),
    percent(run.cpuMs),
    ...COLUMNS.map(([, kind]) => percent(run.cpu[kind])),
    cpuSecondsPerSymbolMinute(run)?.toFixed(2) ?? "–",
    exchange === null ? "–" : percent(exchange.cpuMs) + (isApart(run) ? " apart" : ""),
    load.toFixed(1),
  ];
}

const STANDING_HEAD = [
  ...["run", "workers", "all live, s", "by budget, s", "soonest, s", "live at end", "RSS, MB"],
  ...["PSS, MB", "RSS a symbol", "a further one", "frames/s a symbol", "drops", "gaps", "resyncs"],
  ...["restarts", "weight, most", "refused"],
];

function standingRow(run: ScaleRun, runs: readonly ScaleRun[]): string[] {
  const { standing, budget, liveMs, symbols, rss, pss, exchange } = run;
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  const further = furtherSymbol(run, runs);
  return [
    nameOf(run),
    String(standing.workers.ofSymbols),
    liveMs === null ? `never: ${run.liveFirst}` : seconds(liveMs),
    seconds(budget.atRateMs),
    seconds(budget.soonestMs),
    String(standing.live),
    megabytes(rss).toFixed(0),
    megabytes(pss).toFixed(0),
    symbols === 0 ? "–" : (megabytes(rss) / symbols).toFixed(1),
    further === null ? "–" : megabytes(further).toFixed(1),
    exchange === null ? "–" : (1_000 * exchange.frames / run.watchedMs / symbols).toFixed(1),
    ...[standing.drops, standing.gaps, standing.resyncs, standing.restarts].map(String),
    exchange === null ? "–" : `${exchange.weight.most} of ${exchange.weight.limit}`,
    exchange === null ? "–" : String(exchange.weight.refused),
  ];
}

/** What each symbol has added in resident memory since the run before of the same kind, bytes; `null`: there is none. */
export function furtherSymbol(run: ScaleRun, runs: readonly ScaleRun[]): number | null {
  const before = runs.slice(0, runs.indexOf(run)).findLast((other) =>
    other.cores.length === run.cores.length && other.hosting === run.hosting &&
    other.symbols < run.symbols
  );
  return before === undefined ? null : (run.rss - before.rss) / (run.symbols - before.symbols);
}

/** Those of the goals that the runs say something about. */
export function scaleGoals(runs: readonly ScaleRun[]): readonly Measured[] {
  return runs.filter(({ cores }) => cores.length === GOAL_CORES).flatMap((run) => {
    const { symbols, budget, liveMs, standing } = run;
    const of = nameOf(run);
    const one = (what: string, value: number, unit: string, atMost: number): Measured => ({
      ...{ of, what, value, unit },
      goal: { atMost },
    });
    const start = one(
      "from the start until all are live",
      (liveMs ?? Infinity) / 1_000,
      "s",
      budget.atRateMs * GOALS.startOverBudget / 1_000,
    );
    switch (symbols) {
      case 20: {
        const seconds = cpuSecondsPerSymbolMinute(run) ?? NaN;
        const { cpuSecondsPerSymbolMinute: atMost } = GOALS[20];
        return [one("processor time a symbol-minute", seconds, "s", atMost)];
      }
      case 100: {
        const each = megabytes(run.rss) / symbols;
        return [start, one("memory a symbol", each, "MB", GOALS[100].megabytesPerSymbol)];
      }
      case 200: {
        const wrong = standing.drops + standing.resyncs + standing.restarts;
        return [
          start,
          one(
            "processor time",
            percentOfCore(run.cpuMs, run),
            "% of a core",
            GOALS[200].cpuPercent,
          ),
          one("memory", run.rss / 1e9, "GB", GOALS[200].gigabytes),
          one("drops, resyncs and restarts", wrong, "", 0),
        ];
      }
      default:
        return [];
    }
  });
}

/** A run as the tables call it: symbols, cores, hosting. */
export function nameOf({ symbols, cores, hosting }: ScaleTask): string {
  return `${symbols} on ${cores.length}, ${hosting}`;
}

function isApart({ cores, exchangeCores }: ScaleRun): boolean {
  return exchangeCores.every((core) => !cores.includes(core));
}

/** Of 10^6 bytes. */
function megabytes(bytes: number): number {
  return bytes / 1e6;
}
