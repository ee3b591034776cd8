/**
 * `deno task bench:latency`: how long an update takes from the exchange to a client of the stream, event by event, beside what
 * the monitor says of each leg. The exchange is the look-alike, in a process of its own.
 */
import type { Leg, Percentiles } from "../../../shared/latency.ts";
import { LEGS } from "../../../shared/latency.ts";
import type { SymbolId } from "../../../shared/market.ts";
import { actorOf } from "../../../shared/protocol.ts";
import type { Health } from "../../../web/health.ts";
import { FlagError } from "../../flags.ts";
import { aligned } from "../../aligned.ts";
import { ChildError } from "../child_process.ts";
import { goalTable, type Measured } from "../goal_table.ts";
import { machineOf } from "../machine.ts";
import { pause } from "../pause.ts";
import { withSimulatedMonitor } from "../simulated_monitor.ts";
import { median, percentilesOf } from "../statistics.ts";
import { cpuDuring, memoryOf, secondsPerSymbolMinute } from "../watched_process.ts";
import { type Contestant, contestTable, told, type Unmeasured } from "./contest.ts";
import { type LatencyBenchOptions, parseLatencyBench, PEER_SYMBOLS_MAX, USAGE } from "./flags.ts";
import { countNoticed } from "./losses.ts";
import { measurePeer } from "./peer_run.ts";
import { watch } from "./watch.ts";

/** After a start everything is compiled, and snapshots are widened. */
const WARM_MS = 10_000;
/** As many as a page may have in detail. */
const WATCHED_MAX = 4;
/** What issue 16 wants at twenty symbols. */
const GOAL = { symbols: 20, p50Ms: 90, p99Ms: 190 };

/** What one number of symbols gave. */
interface Run {
  readonly symbols: number;
  readonly watched: readonly SymbolId[];
  readonly events: number;
  /** Load of the machine over the minute before the end. */
  readonly load: number;
  readonly fromHere: Percentiles;
  readonly fromExchange: Percentiles;
  /** Of the monitor meanwhile. */
  readonly cpuSecondsPerSymbolMinute: number;
  /** As the monitor tells them: the medians of the watched symbols. */
  readonly legs: Readonly<Record<Leg, Percentiles | null>>;
  /** Beside its peers; `null`: there are none in this run. */
  readonly contestant: Contestant | null;
}

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

/** The monitor; with peers also as one of them. */
function measure(count: number, seconds: number, hasPeers: boolean): Promise<Run> {
  return withSimulatedMonitor(count, say, async ({ pid, url, symbols, exchange }) => {
    const watched = spread(symbols, WATCHED_MAX);
    await watch(url, exchange, watched, WARM_MS);
    // Asked while somebody looks: the last legs are of what is sent to a browser. A busy monitor is asked once more.
    const asking = pause(seconds * 990).then(() => legsOf(url, watched)).catch(() => null);
    const used = await cpuDuring(pid, () => watch(url, exchange, watched, seconds * 1_000));
    const ways = used.result;
    const { rss } = await memoryOf(pid);
    const fromExchange = percentilesOf(ways.fromExchange);
    const first = symbols[0] ?? "";
    const cpuSecondsPerSymbolMinute = secondsPerSymbolMinute(used.cpuMs, used.ms, count);
    return {
      symbols: count,
      watched,
      events: ways.fromHere.length,
      load: Deno.loadavg()[0] ?? NaN,
      fromHere: percentilesOf(ways.fromHere),
      fromExchange,
      cpuSecondsPerSymbolMinute,
      legs: await asking ?? await legsOf(url, watched),
      contestant: hasPeers
        ? {
          ...{ symbols: count, name: "this monitor", place: "a client of its stream" },
          ...{ ...fromExchange, updates: ways.fromExchange.length, rss, said: null, stored: null },
          cpuSecondsPerSymbolMinute,
          noticed: await countNoticed(exchange, first, () => noticesOf(url, first)),
        }
        : null,
    };
  });
}

/** So many of the list, evenly: the first are the busiest. */
function spread(symbols: readonly SymbolId[], max: number): readonly SymbolId[] {
  const count = Math.min(max, symbols.length);
  return Array.from(
    { length: count },
    (_, i) => symbols[Math.floor(i * symbols.length / count)] ?? "",
  );
}

async function legsOf(url: string, watched: readonly SymbolId[]): Promise<Run["legs"]> {
  const { symbols } = await healthOf(url);
  const latencies = symbols.filter(({ symbol }) => watched.includes(symbol)).map((one) =>
    one.latency
  );
  const legs = LEGS.map((leg) => {
    const known = latencies.flatMap((latency) => latency[leg] ?? []);
    const of = (field: keyof Percentiles) => median(known.map((one) => one[field]));
    return [leg, known.length === 0 ? null : { p50Ms: of("p50Ms"), p99Ms: of("p99Ms") }] as const;
  });
  return Object.fromEntries(legs) as Run["legs"];
}

async function healthOf(url: string): Promise<Health> {
  return await (await fetch(`${url}/healthz`)).json() as Health;
}

/** How often the monitor has told that something of this symbol was lost. */
async function noticesOf(url: string, symbol: SymbolId): Promise<number> {
  const { children } = await healthOf(url);
  const gauges = children.find(({ actorId }) => actorId === actorOf(symbol))?.gauges;
  return gauges?.["gaps"] ?? 0;
}

function table(runs: readonly Run[]): string {
  const ways = ["here → client", "exchange → client"];
  const head = ["symbols", ...LEGS, ...ways, "updates", "CPU", "load"];
  const rows = runs.map((run) => [
    String(run.symbols),
    ...LEGS.map((leg) => told(run.legs[leg])),
    told(run.fromHere),
    told(run.fromExchange),
    String(run.events),
    run.cpuSecondsPerSymbolMinute.toFixed(2),
    run.load.toFixed(1),
  ]);
  return `p50 / p99, ms; CPU: seconds a symbol-minute\n${aligned([head, ...rows], 0)}`;
}

function goals(runs: readonly Run[]): readonly Measured[] {
  return runs.filter(({ symbols }) => symbols === GOAL.symbols).flatMap(({ symbols, fromHere }) =>
    (["p50Ms", "p99Ms"] as const).map((field) => ({
      of: `${symbols} symbols`,
      what: `here → client, ${field.slice(0, 3)}`,
      value: fromHere[field],
      unit: "ms",
      goal: { atMost: GOAL[field] },
    }))
  );
}

async function bench({ symbols, seconds, peers, json }: LatencyBenchOptions): Promise<void> {
  const machine = await machineOf();
  say(`${machine.cpu}, ${machine.cores} cores, Deno ${machine.deno}`);
  const runs: Run[] = [];
  const contestants: Contestant[] = [];
  const unmeasured: Unmeasured[] = [];
  for (const count of symbols) {
    const beside = count <= PEER_SYMBOLS_MAX ? peers : [];
    const run = await measure(count, seconds, beside.length > 0);
    runs.push(run);
    if (run.contestant !== null) contestants.push(run.contestant);
    // As soon as it was seen: the next one takes minutes, and may fail.
    say(table([run]));
    for (const peer of beside) {
      say(`${peer} with ${count} symbols`);
      try {
        contestants.push(await measurePeer(peer, count, seconds));
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        unmeasured.push({ symbols: count, name: peer, why: error.message });
      }
      say(contestTable(contestants.slice(-1), unmeasured.slice(-1)));
    }
  }
  // deno-lint-ignore no-console
  console.log(table(runs));
  if (peers.length > 0) {
    // deno-lint-ignore no-console
    console.log(`\n${contestTable(contestants, unmeasured)}\n`);
  }
  const measures = goals(runs);
  // deno-lint-ignore no-console
  if (measures.length > 0) console.log(goalTable("run", measures));
  if (json === null) return;
  const all = {
    date: new Date().toISOString(),
    machine,
    seconds,
    runs,
    contestants,
    unmeasured,
    measures,
  };
  await Deno.writeTextFile(json, `${JSON.stringify(all, null, 2)}\n`);
  say(`written to ${json}`);
}

async function main(): Promise<number> {
  try {
    const options = parseLatencyBench(Deno.args);
    if (options === "help") say(USAGE);
    else await bench(options);
    return 0;
  } catch (error) {
    if (!(error instanceof FlagError || error instanceof ChildError)) throw error;
    say(`bench:latency: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
