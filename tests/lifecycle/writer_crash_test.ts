/**
 * The whole tree on a simulated market, with a writer that dies between a commit and its
 * acknowledgement: no row may be lost and none doubled.
 */
import { assert, assertEquals } from "@std/assert";
import { essentialChildren, symbolChild } from "../../actors/children.ts";
import { Monitor } from "../../actors/monitor.ts";
import type { Supervisor } from "../../actors/supervisor/supervisor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { readConfig } from "../../shared/config.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { WriterArgs } from "../../shared/protocol.ts";
import { NONE_KEPT } from "../../shared/kept.ts";
import { NONE } from "../../shared/unacked.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";
import type { FragileArgs } from "../support/fragile_writer.ts";
import { storedMetrics } from "../support/stored_rows.ts";

setLogLevel("error");
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const INTERVAL_MS = 200;
/** The embedded database is created first, which takes long on a busy machine. */
const DEADLINE_MS = 120_000;

interface Tree {
  readonly supervisor: Supervisor;
  /** Rows that history shows. */
  readonly rows: () => Promise<number>;
  /** The writer dies at its next acknowledgement. */
  readonly breakWriter: () => Promise<void>;
  /** The writer has died as asked. */
  readonly isBroken: () => Promise<boolean>;
}

async function withTree(act: (tree: Tree) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  const socketDir = await Deno.makeTempDir();
  const mark = `${dir}/mark`;
  const exchange = await startExchange({ source: { kind: "simulate", symbols: SYMBOLS, seed: 3 } });
  const config = readConfig({
    SYMBOLS: SYMBOLS.join(","),
    PORT: "0",
    DATA_DIR: dir,
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
    METRICS_INTERVAL_MS: String(INTERVAL_MS),
    LOG_LEVEL: "error",
  }, binanceSpotDesk);
  const { promise: url, resolve: onListening } = Promise.withResolvers<string>();
  const monitor = new Monitor({
    logLevel: "error",
    venue: binanceSpotDesk,
    restUrls: config.restUrls,
    symbols: SYMBOLS,
    symbolChild: (info) => symbolChild(config, info),
    saveSymbols: () => Promise.resolve(),
    onListening,
  });
  const { supervisor } = monitor;
  try {
    monitor.start(
      essentialChildren(config, socketDir).map((spec) =>
        spec.actorId !== "writer" ? spec : {
          ...spec,
          url: new URL("../support/fragile_writer.ts", import.meta.url),
          args: { writer: spec.args as WriterArgs, mark } satisfies FragileArgs,
          permissions: {
            ...spec.permissions as Deno.PermissionOptionsObject,
            read: true,
            write: true,
          },
        }
      ),
    );
    const address = await url;
    await act({
      supervisor,
      rows: () => rowsShown(address),
      breakWriter: () => Deno.writeTextFile(mark, ""),
      isBroken: async () => !await exists(mark),
    });
    await supervisor.drain();
    const ending = await supervisor.ended;
    assertEquals(ending, { failure: null, unacked: NONE, kept: NONE_KEPT });
    await assertOneRowEach(dir);
  } finally {
    await supervisor.drain();
    await exchange.stop();
    await Deno.remove(dir, { recursive: true });
    await Deno.remove(socketDir, { recursive: true });
  }
}

async function rowsShown(address: string): Promise<number> {
  let count = 0;
  for (const symbol of SYMBOLS) {
    const answer = await fetch(`${address}/api/metrics?symbol=${symbol}&columns=mid`);
    const body = await answer.json() as { columns?: { timeMs: number[] } };
    count += body.columns?.timeMs.length ?? 0;
  }
  return count;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Every interval from the first to the last has one row; the key forbids a second one. */
async function assertOneRowEach(dataDir: string): Promise<void> {
  const rows = await storedMetrics(dataDir);
  for (const symbol of SYMBOLS) {
    const times = rows.filter((row) => row.symbol === symbol).map((row) => row.timeMs);
    assert(times.length > 0, symbol);
    const first = times[0] ?? 0;
    assertEquals(times, times.map((_, index) => first + index * INTERVAL_MS), symbol);
  }
}

Deno.test("A writer that dies between commit and acknowledgement loses and doubles no row", () =>
  withTree(async ({ rows, breakWriter, isBroken }) => {
    await eventually(async () => await rows() >= 20, "twenty rows", DEADLINE_MS);
    for (let deaths = 0; deaths < 2; deaths++) {
      await breakWriter();
      await eventually(isBroken, "the writer has died", DEADLINE_MS);
      const before = await rows();
      await eventually(async () => await rows() >= before + 20, "twenty more rows", DEADLINE_MS);
    }
  }));

/** A drain that finds every row written gives the writer nothing to die of. */
const DRAINS_MAX = 5;

Deno.test("A writer that dies while the symbols drain comes back for their last rows", async () => {
  let hasDied = false;
  for (let drains = 0; drains < DRAINS_MAX && !hasDied; drains++) {
    await withTree(async ({ rows, supervisor, breakWriter, isBroken }) => {
      await eventually(async () => await rows() >= 20, "twenty rows", DEADLINE_MS);
      await breakWriter();
      await supervisor.drain();
      hasDied = await isBroken();
    });
  }
  assert(hasDied, "the writer was to die in a drain");
});
