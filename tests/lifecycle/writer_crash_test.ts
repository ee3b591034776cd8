/**
 * The whole tree on a simulated market, with a writer that dies between a commit and its
 * acknowledgement: no row may be lost and none doubled, by the exchange's own ledger.
 */
import { PGlite } from "@electric-sql/pglite";
import { assert, assertEquals } from "@std/assert";
import { essentialChildren, symbolChild } from "../../actors/children.ts";
import { Monitor } from "../../actors/monitor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { readConfig } from "../../shared/config.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { WriterArgs } from "../../shared/protocol.ts";
import { NONE_KEPT } from "../../shared/kept.ts";
import { NONE } from "../../shared/unacked.ts";
import { eventually } from "../support/eventually.ts";
import type { FragileArgs } from "../support/fragile_writer.ts";
import { noFigures, type Row } from "../support/ledger_case.ts";
import { judge } from "../support/ledger_judge.ts";
import type { Life } from "../support/ledgered_lives.ts";
import { TrueExchange } from "../support/market_truth.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { madeDataDir } from "../support/made_database.ts";
import { sharingOfTests } from "../support/sharing.ts";

setLogLevel("error");
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const INTERVAL_MS = 200;

interface Tree {
  readonly drain: () => Promise<void>;
  /** Rows that history shows. */
  readonly rows: () => Promise<number>;
  /** The writer dies at its next acknowledgement. */
  readonly breakWriter: () => Promise<void>;
  /** The writer has died as asked. */
  readonly isBroken: () => Promise<boolean>;
}

async function withTree(act: (tree: Tree) => Promise<void>): Promise<void> {
  const dir = await madeDataDir();
  const socketDir = await Deno.makeTempDir();
  const mark = `${dir}/mark`;
  const truth = await TrueExchange.start(SYMBOLS, 3);
  const { exchange } = truth;
  const startMs = Date.now();
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
    sharing: sharingOfTests(),
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
    let askedMs = Infinity;
    const drain = async () => {
      askedMs = Math.min(askedMs, Date.now());
      await supervisor.drain();
    };
    await act({
      drain,
      rows: () => rowsShown(address),
      breakWriter: () => Deno.writeTextFile(mark, ""),
      isBroken: async () => !await exists(mark),
    });
    await drain();
    const ending = await supervisor.ended;
    assertEquals(ending, { failure: null, unacked: NONE, kept: NONE_KEPT });
    const sent = new Map(SYMBOLS.map((symbol) => [symbol, truth.sentSince(symbol, 0)] as const));
    const safeMs = new Map<string, number>();
    await assertStored(dir, truth, { startMs, askedMs, goneMs: Date.now(), sent, safeMs });
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

/** All that the exchange has sent is there once, with the ledger's own numbers. */
async function assertStored(dataDir: string, truth: TrueExchange, life: Life): Promise<void> {
  const database = await PGlite.create(`${dataDir}/pgdata`);
  const ask = async (text: string, values: string[]) =>
    (await database.query<Row>(text, values)).rows;
  const figures = noFigures();
  for (const symbol of SYMBOLS) {
    const one = { symbol, truth: truth.truthOf(symbol), lives: [life], intervalMs: INTERVAL_MS };
    assertEquals(await judge(ask, one, figures), []);
  }
  await database.close();
  const { live, values, books, trades } = figures;
  assert(Math.min(live, values, books, trades) > 0, JSON.stringify(figures));
}

Deno.test("A writer that dies between commit and acknowledgement loses and doubles no row", () =>
  withTree(async ({ rows, breakWriter, isBroken }) => {
    await eventually(async () => await rows() >= 20, "twenty rows", PATIENCE_MS);
    for (let deaths = 0; deaths < 2; deaths++) {
      await breakWriter();
      await eventually(isBroken, "the writer has died", PATIENCE_MS);
      const before = await rows();
      await eventually(async () => await rows() >= before + 20, "twenty more rows", PATIENCE_MS);
    }
  }));

/** A drain that finds every row written gives the writer nothing to die of. */
const DRAINS_MAX = 5;

Deno.test("A writer that dies while the symbols drain comes back for their last rows", async () => {
  let hasDied = false;
  for (let drains = 0; drains < DRAINS_MAX && !hasDied; drains++) {
    await withTree(async ({ rows, drain, breakWriter, isBroken }) => {
      await eventually(async () => await rows() >= 20, "twenty rows", PATIENCE_MS);
      await breakWriter();
      await drain();
      hasDied = await isBroken();
    });
  }
  assert(hasDied, "the writer was to die in a drain");
});
