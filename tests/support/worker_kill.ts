/** A whole monitor whose symbols share workers, and one of these ended in the middle of whatever it does: what that cost whom. */
import type { DataState } from "../../shared/output.ts";
import type { ChildStatus } from "../../shared/protocol.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "./eventually.ts";
import { madeDataDir } from "./made_database.ts";
import { getJson, type Monitor, startMonitor } from "./monitor.ts";

const INTERVAL_MS = 500;
const WORKER = "symbol worker 1";
const ROWS_READ = 1_000;
/** So far back a newest row is looked for. */
const LOOK_BACK_MS = 30_000;

/** What became of one symbol. */
export interface Hit {
  readonly symbol: string;
  readonly wasKilled: boolean;
  readonly restarts: number;
  /** The shared worker in which it is now. */
  readonly worker: string | null;
  /** Snapshots and connections that it was given since then, by the exchange's own ledger. */
  readonly snapshots: number;
  readonly connections: number;
  /** Intervals from its first live row on that have no row, or one of a book that was not live. */
  readonly holes: number;
  /** From the kill to its first live row after it, where it was killed. */
  readonly backMs: number | null;
}

/** What the run found. */
export interface WorkerKill {
  readonly hits: readonly Hit[];
  /** What was said of the symbols that were killed. */
  readonly lines: readonly string[];
  /** Of the orderly end. */
  readonly code: number;
}

/** Runs it: so many symbols, so many of them in each worker, of which the first is ended. */
export async function killWorker(symbolCount: number, perWorker: number): Promise<WorkerKill> {
  const symbols = Array.from({ length: symbolCount }, (_, i) => `COIN${i}USDT`);
  const exchange = await startExchange({
    source: { kind: "simulate", symbols, seed: 16 },
    faults: {},
  });
  const dataDir = await madeDataDir("obm-worker-kill-");
  const marks = await Deno.makeTempDir({ prefix: "obm-marks-" });
  const monitor = startMonitor(
    {
      SYMBOLS: symbols.join(),
      SYMBOLS_PER_WORKER: String(perWorker),
      DATA_DIR: dataDir,
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      METRICS_INTERVAL_MS: String(INTERVAL_MS),
      // One snapshot is one book.
      AUDIT_INTERVAL_MS: "0",
      DEPTH_LEVELS: "1000",
    },
    [marks],
    ["tests/support/mortal_monitor.ts"],
  );
  try {
    return await run(monitor, exchange, marks);
  } finally {
    await monitor.end("SIGKILL");
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
    await Deno.remove(marks, { recursive: true });
  }
}

async function run(monitor: Monitor, exchange: Exchange, marks: string): Promise<WorkerKill> {
  const url = await monitor.url();
  const { symbols } = exchange;
  const liveSince = async (symbol: string, fromMs: number) => {
    // The store may still be starting.
    const rows = await rowsOf(url, symbol, Math.max(fromMs, Date.now() - LOOK_BACK_MS))
      .catch(() => []);
    return rows.some(({ timeMs, state }) => timeMs > fromMs && state === "live");
  };
  const allLiveSince = async (fromMs: number) => {
    for (const symbol of symbols) if (!await liveSince(symbol, fromMs)) return false;
    return true;
  };
  const startMs = Date.now();
  await eventually(() => allLiveSince(startMs), "every symbol has a live row");
  const before = await childrenOf(url);
  const given = new Map(symbols.map((symbol) => [symbol, givenTo(exchange, symbol)]));
  const killed = symbols.filter((symbol) => before.get(symbol)?.worker?.name === WORKER);
  await Deno.writeTextFile(`${marks}/${WORKER}`, "");
  await eventually(() => Array.from(Deno.readDirSync(marks)).length === 0, "it is ended");
  const killedMs = Date.now();
  await eventually(() => allLiveSince(killedMs), "every symbol has a live row after it");
  // The others go on meanwhile, and for a while after it.
  const untilMs = Date.now() + 4 * INTERVAL_MS;
  await eventually(() => allLiveSince(untilMs), "and rows of a time after that");
  const after = await childrenOf(url);
  const hits: Hit[] = [];
  for (const symbol of symbols) {
    const rows = await rowsOf(url, symbol, startMs);
    const live = rows.filter(({ state }) => state === "live").map(({ timeMs }) => timeMs);
    const [firstMs = 0, lastMs = 0] = [live[0], live.at(-1)];
    const now = givenTo(exchange, symbol);
    const { snapshots, connections } = given.get(symbol) ?? now;
    const wasKilled = killed.includes(symbol);
    const backMs = (live.find((timeMs) => timeMs > killedMs) ?? Infinity) - killedMs;
    hits.push({
      symbol,
      wasKilled,
      restarts: after.get(symbol)?.restarts ?? NaN,
      worker: after.get(symbol)?.worker?.name ?? null,
      snapshots: now.snapshots - snapshots,
      connections: now.connections - connections,
      holes: (lastMs - firstMs) / INTERVAL_MS + 1 - live.length,
      backMs: wasKilled ? backMs : null,
    });
  }
  const code = await monitor.end("SIGTERM");
  const lines = monitor.log().split("\n").filter((line) => line.includes("was lost"));
  return { hits, lines, code };
}

function givenTo(
  exchange: Exchange,
  symbol: string,
): { readonly snapshots: number; readonly connections: number } {
  const { snapshots, sent } = exchange.ledger(symbol);
  return { snapshots, connections: new Set(sent.map(({ connection }) => connection)).size };
}

async function childrenOf(url: string): Promise<ReadonlyMap<string, ChildStatus>> {
  const { children } = await getJson<{ children: readonly ChildStatus[] }>(`${url}/healthz`);
  return new Map(children.map((child) => [child.actorId.replace("symbol:", ""), child]));
}

async function rowsOf(
  url: string,
  symbol: string,
  fromMs: number,
): Promise<{ readonly timeMs: number; readonly state: DataState | null }[]> {
  const query = `symbol=${symbol}&from=${Math.floor(fromMs)}&columns=mid&limit=${ROWS_READ}`;
  const { columns } = await getJson<{
    columns: { readonly timeMs: readonly number[]; readonly state: readonly (DataState | null)[] };
  }>(`${url}/api/metrics?${query}`);
  return columns.timeMs.map((timeMs, i) => ({ timeMs, state: columns.state[i] ?? null }));
}
