/**
 * End to end: an exchange replays recordings, the monitor follows it as a process of its own with bundled
 * actors, as the tasks start it, and what it stored and showed is compared with the offline replay of the
 * same files.
 */
import { assert, assertEquals } from "@std/assert";
import { definitionOf, METRIC_NAMES, type MetricValues } from "../../shared/catalogue/metrics.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { bundleSymbolWorker } from "../../scripts/symbol_worker.ts";
import { launch, openPage, textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, startMonitor } from "../support/monitor.ts";
import { type Offline, offlineMetrics } from "../support/offline.ts";
import { chromiumPath, recordingsDir } from "../support/services.ts";
import { storedMetrics, type StoredRow } from "../support/stored_rows.ts";
import { madeDataDir } from "../support/made_database.ts";

const FILES = recordingsDir === null
  ? ["simulated_btcusdt.gz", "simulated_ethusdt.gz"].map((name) =>
    decodeURIComponent(new URL(`../fixtures/${name}`, import.meta.url).pathname)
  )
  : ["btcusdt_20240808.gz", "ethusdt_20240808.gz"].map((name) => `${recordingsDir}/${name}`);

/** Rows are made twice as often as a monitor makes them by itself, so that there are enough of them in half the time. */
const INTERVAL_MS = 500;
/** Rows compared before the test is content: a quarter of a minute of two symbols. */
const ROWS_MIN = 60;
/**
 * Not compared to the bit: what a snapshot covers depends on when it was taken, and windows depend on
 * when updates arrived.
 */
const APART = ["bidCoveredBps", "askCoveredBps"];

/**
 * Velocity, per second: its samples stand where updates arrived, a batch earlier or later than in the
 * recording. On a quiet machine the median is 0.0003 and the maximum 0.02.
 */
const VELOCITY_MEDIAN_APART = 0.02;
const VELOCITY_MAX_APART = 0.25;

const FUTURE_MS = Date.UTC(2100, 0, 1);
const WINDOWLESS = METRIC_NAMES.filter((name) =>
  definitionOf(name).window === null && !APART.includes(name)
);

/** Depth beyond what a book's snapshot covers is a lower bound: how low depends on the snapshot. */
function isLowerBound(name: string, { bidCoveredBps, askCoveredBps }: MetricValues): boolean {
  const [, side, bps] = /^(bid|ask)(?:Depth|Notional)(\d+)Bps$/.exec(name) ?? [];
  if (side === undefined) return false;
  const coveredBps = side === "bid" ? bidCoveredBps : askCoveredBps;
  return coveredBps !== null && coveredBps < Number(bps);
}

/** What two books must agree on, to the bit that is stored. */
function windowless(metrics: MetricValues, other: MetricValues): Record<string, number | null> {
  return Object.fromEntries(
    WINDOWLESS.filter((name) => !isLowerBound(name, metrics) && !isLowerBound(name, other))
      .map((name) => {
        const value = metrics[name];
        const isShort = definitionOf(name).stored === "float4" && value !== null;
        return [name, isShort ? Math.fround(value) : value];
      }),
  );
}

function compare(rows: readonly StoredRow[], offline: Offline): number {
  let compared = 0;
  const velocitiesApart: number[] = [];
  for (const row of rows) {
    if (row.symbol !== offline.symbol || row.bookUpdateId === null) continue;
    const expected = offline.metrics.get(row.bookUpdateId);
    assert(expected !== undefined, `${row.symbol} ${row.bookUpdateId} is no id of the recording`);
    const where = `${row.symbol} at ${row.bookUpdateId}`;
    assertEquals(windowless(row.values, expected), windowless(expected, row.values), where);
    compared += 1;
    const apart = velocityApart(row, offline);
    if (apart !== null) velocitiesApart.push(apart);
  }
  const sorted = velocitiesApart.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
  const max = sorted.at(-1) ?? Infinity;
  console.log(`${offline.symbol}: ${compared} rows equal; velocity apart by ${median} to ${max}`);
  assert(median <= VELOCITY_MEDIAN_APART, `velocity is apart by ${median} in the median`);
  assert(max <= VELOCITY_MAX_APART, `velocity is apart by ${max} at most`);
  return compared;
}

/** How far a row's velocity is from the replay's at the same book; `null` where one knows none. */
function velocityApart(
  { bookUpdateId, values: { velocity } }: StoredRow,
  offline: Offline,
): number | null {
  if (velocity === null) return null;
  const apart = (offline.velocities.get(bookUpdateId ?? 0) ?? [])
    .map((known) => Math.abs(known - velocity));
  return apart.length === 0 ? null : Math.min(...apart);
}

async function watchPage(url: string): Promise<void> {
  if (chromiumPath === null) return;
  const browser = await launch(chromiumPath);
  try {
    const { page, faults } = await openPage(browser, url);
    await textOf(page, "mid", (text) => /\d/.test(text));
    await textOf(page, "source-label", (text) => text === "REPLAY");
    const seen = new Set<string>();
    await textOf(page, "mid", (text) => seen.add(text).size >= 3);
    // While the store is initialised, history answers 503 and the page asks again.
    assertEquals(faults.filter((fault) => !fault.includes("503")), []);
  } finally {
    await browser.close();
  }
}

Deno.test({
  name:
    "A recording on the wire becomes the offline replay's rows, and numbers that move on a page",
  // The browser driver keeps a pipe to its helper until the process ends.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const dataDir = await Deno.makeTempDir();
    // An earlier process had a clock that was far ahead.
    await Deno.writeTextFile(`${dataDir}/incarnation`, String(FUTURE_MS));
    await bundleSymbolWorker();
    const exchange = await startExchange({
      source: { kind: "replay", files: FILES },
      holdUntilSubscribed: true,
    });
    const symbols = exchange.symbols;
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      SYMBOLS: symbols.join(","),
      SYMBOL_WORKER: "actors/symbol/dist/worker.js",
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      // A recording has one snapshot: the monitor's book must not begin anew from another.
      DEPTH_LEVELS: "1000",
      AUDIT_INTERVAL_MS: "0",
      METRICS_INTERVAL_MS: String(INTERVAL_MS),
    });
    try {
      const url = await monitor.url();
      await watchPage(url);
      // With no browser at hand the rows alone tell how far it is.
      await eventually(
        async () => await storedCount(url, symbols, "live") >= ROWS_MIN,
        "enough rows",
        120_000,
      );
      const health = await getJson<{
        readonly status: string;
        readonly children: readonly { readonly incarnation: number }[];
      }>(`${url}/healthz`);
      assertEquals(health.status, "ok");
      const lives = health.children.map(({ incarnation }) => incarnation);
      assert(lives.every((life) => life > FUTURE_MS), `lives ${lives}`);
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
      assert(monitor.log().includes("; 0 outputs not confirmed"), monitor.log());
      const rows = await storedMetrics(dataDir);
      let compared = 0;
      for (const file of FILES) compared += compare(rows, await offlineMetrics(file));
      assert(compared >= ROWS_MIN, `only ${compared} live rows`);
      assertNoHoles(rows);
    } finally {
      await monitor.end("SIGKILL");
      await exchange.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  },
});

Deno.test("A monitor killed with SIGKILL goes on with its old history and the new", async () => {
  const dataDir = await madeDataDir();
  const exchange = await startExchange({ source: { kind: "replay", files: FILES, loop: true } });
  const environment = {
    DATA_DIR: dataDir,
    SYMBOLS: exchange.symbols.join(","),
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
  };
  let monitor = startMonitor(environment);
  try {
    const firstUrl = await monitor.url();
    // The embedded database is created first, which takes long on a busy machine.
    await eventually(
      async () => await storedCount(firstUrl, exchange.symbols) >= 10,
      "the first rows",
      120_000,
    );
    const before = await storedTimes(firstUrl, exchange.symbols[0] ?? "");
    await monitor.end("SIGKILL");
    monitor = startMonitor(environment);
    const url = await monitor.url();
    const last = before.at(-1) ?? 0;
    await eventually(
      async () => (await storedTimes(url, exchange.symbols[0] ?? "")).some((t) => t > last + 2_000),
      "new rows after the old",
    );
    const after = await storedTimes(url, exchange.symbols[0] ?? "");
    assertEquals(before.filter((time) => !after.includes(time)), [], "every old row is there");
    assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
  } finally {
    await monitor.end("SIGKILL");
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});

/** One row for every interval between the first and the last of a symbol. */
function assertNoHoles(rows: readonly StoredRow[]): void {
  for (const symbol of new Set(rows.map((row) => row.symbol))) {
    const times = rows.filter((row) => row.symbol === symbol).map((row) => row.timeMs);
    const first = times[0] ?? 0;
    assertEquals(times, times.map((_, index) => first + index * INTERVAL_MS), symbol);
  }
}

interface StoredColumns {
  readonly timeMs: readonly number[];
  readonly state: readonly string[];
}

async function storedColumns(url: string, symbol: string): Promise<StoredColumns> {
  const answer = await fetch(`${url}/api/metrics?symbol=${symbol}`);
  const body = await answer.json() as { columns?: StoredColumns };
  // The store may still be starting, and then the answer is an error.
  return body.columns ?? { timeMs: [], state: [] };
}

async function storedTimes(url: string, symbol: string): Promise<readonly number[]> {
  return (await storedColumns(url, symbol)).timeMs;
}

/** Of all states, or of one: on a slow machine the first rows are still without a book. */
async function storedCount(
  url: string,
  symbols: readonly string[],
  state?: string,
): Promise<number> {
  let count = 0;
  for (const symbol of symbols) {
    const { state: states } = await storedColumns(url, symbol);
    count += states.filter((one) => state === undefined || one === state).length;
  }
  return count;
}
