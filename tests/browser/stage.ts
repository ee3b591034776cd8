/**
 * A stage for the page: the real app on a free port, over a hub that a test or a person feeds.
 * By hand: `deno run -A --config tests/deno.json tests/browser/stage.ts [port] [simulated]`.
 */
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import type { DataState, MetricsFrame } from "../../shared/output.ts";
import type { Operation, OperationResult, SystemStatus } from "../../shared/protocol.ts";
import { readPage as readPageOf } from "../../web/actor.ts";
import { type AppOptions, createApp } from "../../web/app.ts";
import type { Hub } from "../../web/hub.ts";
import type { PageFile } from "../../web/page_files.ts";
import { openServer } from "../../web/server.ts";
import { bundlePage } from "../../scripts/page.ts";
import { appOptions } from "../web/app_stage.ts";
import { FakeHistory } from "../web/fake_history.ts";
import { createHub } from "../web/hub_stage.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  feedStatus,
  type FrameParts,
  gapRecord,
  metricsFrame,
  proofStatus,
  systemStatus,
  tradesFrame,
  tradesOfSide,
} from "../support/outputs.ts";

const DIST = new URL("../../web/page/dist/", import.meta.url);

/** The page's files, bundled when that is due. */
export async function readPage(): Promise<ReadonlyMap<string, PageFile>> {
  await bundlePage();
  return await readPageOf(decodeURIComponent(DIST.pathname));
}

/** The running server; `close` ends it. */
export interface Stage {
  readonly url: string;
  readonly hub: Hub;
  readonly history: FakeHistory;
  /** The supervisor's answer to a change of the list; a test that expects one sets it. */
  operate: (operation: Operation) => Promise<OperationResult>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** What is told once must not fall silent while a test still looks at it, on a busy machine. */
export const NOT_SILENT_MS = HOUR_MS;

/** Serves the app; the hub is flushed ten times a second, as the actor does. */
export async function openStage(
  port = 0,
  over: Partial<AppOptions> = {},
  silentAfterMs = NOT_SILENT_MS,
): Promise<Stage> {
  const hub = createHub({ life: Date.now(), silentAfterMs });
  const history = new FakeHistory();
  const stopping = Promise.withResolvers<OperationResult>();
  const options = appOptions({
    page: await readPage(),
    clocks: { monotonicMs: () => performance.now(), utcNowMs: () => Date.now() },
    operate: (operation) => Promise.race([stage.operate(operation), stopping.promise]),
    newId: () => crypto.randomUUID(),
    ...over,
  });
  const app = createApp(hub, history, options);
  const limits = { max: 1_000, maxPerAddress: 1_000, isProxy: () => false };
  const address = { host: "127.0.0.1", port };
  const answer = (request: Request, peer: string) => app.fetch(request, { peer });
  const server = await openServer(answer, address, limits, () => {});
  const { monotonicMs, utcNowMs } = options.clocks;
  const timer = setInterval(() => hub.flush(monotonicMs(), utcNowMs()), 100);
  let closing: Promise<void> | null = null;
  const stage: Stage = {
    url: `http://127.0.0.1:${server.port}`,
    hub,
    history,
    operate: () => Promise.reject(new TypeError("Cannot operate: nothing was expected")),
    close: () => {
      clearInterval(timer);
      hub.end();
      // The server ends when every request has its answer.
      stopping.resolve({ kind: "refused", why: "unavailable", reason: "The monitor is stopping" });
      return closing ??= server.close(1_000);
    },
  };
  return stage;
}

/** A made-up market that moves by itself: every value a function of the time alone. */
export class Market {
  #book = 0;

  /** The metrics of a symbol at a time. */
  metricsAt(symbol: string, timeMs: number, over: FrameParts = {}): MetricsFrame {
    const t = timeMs / 1_000 + (symbol === "BTCUSDT" ? 0 : 500);
    const scale = symbol === "BTCUSDT" ? 65_000 : 2_450;
    const wave = Math.sin(t / 47) * 0.6 + Math.sin(t / 7.3) * 0.3 + Math.sin(t * 1.7) * 0.15;
    const bid = Math.round((scale * (1 + wave / 900 + Math.sin(t / 300) / 300)) * 100) / 100;
    const imbalance = Math.max(-0.98, Math.min(0.98, Math.sin(t / 19) * 0.6 + wave * 0.35));
    this.#book += 1;
    return metricsFrame({
      symbol,
      timeMs,
      eventMs: timeMs - 30,
      bookUpdateId: this.#book,
      bestBidPrice: bid,
      bestAskPrice: Number((bid + 0.01).toFixed(2)),
      bestBidQty: 3 + wave,
      bestAskQty: 2.4 - wave,
      mid: bid + 0.005,
      weightedMid: bid + 0.005 + imbalance * 0.004,
      spread: 0.01,
      spreadBps: 100 / bid,
      imbalance,
      weightedImbalance1Bps: imbalance * 0.6,
      velocity: Math.cos(t / 19) * 0.03,
      topQty: 5.4,
      topShare: 0.31,
      ...over,
    });
  }

  /** Everything that one tick of a symbol brings. */
  tick(hub: Hub, symbol: string, nowMs: number): void {
    const metrics = this.metricsAt(symbol, nowMs);
    hub.publish(metrics);
    const best = metrics.values.bestBidPrice ?? 0;
    const level = (i: number, sign: number): readonly [number, number] => [
      Number((best + (sign > 0 ? 0.01 : 0) + sign * i * 0.01).toFixed(2)),
      Math.abs(Math.sin(i * 1.7 + nowMs / 9_000)) * (i % 7 === 3 ? 9 : 2) + 0.0001,
    ];
    const steps = Array.from({ length: 20 }, (_, i) => i);
    const book = { bids: steps.map((i) => level(i, -1)), asks: steps.map((i) => level(i, 1)) };
    const bookUpdateId = metrics.bookUpdateId ?? 0;
    hub.publish(bookFrame({ symbol, timeMs: nowMs, bookUpdateId, ...book }));
    if (nowMs % 1_000 < 300) {
      const [buy, sell] = [tradesOfSide({ qty: 0.02 }), tradesOfSide({ qty: 0.01 })];
      hub.publish(tradesFrame({ symbol, fromMs: nowMs - 100, timeMs: nowMs, buy, sell }));
    }
    const exactChecked = Math.floor(nowMs / 300) % 10_000;
    hub.publish(proofStatus({ symbol, timeMs: nowMs, exactChecked, lastExactMs: nowMs - 200 }));
  }
}

/** Seconds of the past that were not live, counted from its begin; the first because of a gap. */
const TROUBLES: readonly (readonly [state: DataState, from: number, to: number])[] = [
  ["syncing", 200, 206],
  ["stale", 500, 620],
  ["degraded", 1_200, 1_290],
  ["halted", 1_400, 1_520],
];
const PAST_ROWS = 1_700;
const PLAYED = ["BTCUSDT", "ETHUSDT"];

/** Half an hour of stored rows, with a hole of two minutes and a few troubles in it. */
export function pastRows(market: Market, symbol: string, nowMs: number): FakeHistory["rows"] {
  const end = Math.floor(nowMs / 1_000) * 1_000;
  const frames = Array.from({ length: PAST_ROWS }, (_, i) => {
    const state = TROUBLES.find(([, from, to]) => from < i && i <= to)?.[0] ?? "live";
    const over = state === "live" ? {} : { ...UNKNOWN_VALUES, state };
    return market.metricsAt(symbol, end - (PAST_ROWS - i) * 1_000, over);
  }).filter((_, i) => i < 900 || i > 1_020);
  return {
    timeMs: frames.map(({ timeMs }) => timeMs),
    state: frames.map(({ state }) => state),
    settings: frames.map(() => 1),
    nulls: frames.map(({ nulls }) => nulls),
    values: {
      mid: frames.map(({ values }) => values.mid),
      imbalance: frames.map(({ values }) => values.imbalance),
      weightedImbalance1Bps: frames.map(({ values }) => values.weightedImbalance1Bps),
    },
  };
}

/** A picture costs a browser tens of milliseconds, and what a test waits for comes soon enough: not ten a second, as in a monitor. */
const TICKS_PER_SECOND = 4;

/** Feeds a stage until the returned function is called. */
export function play(
  stage: Stage,
  symbols: readonly string[],
  system: () => SystemStatus,
): () => void {
  const market = new Market();
  const { history } = stage;
  const start = Date.now();
  history.metrics = (query) => Promise.resolve(pastRows(market, query.symbol, Date.now()));
  history.episodes = [
    alertEvent({ firedMs: start - 40_000, timeMs: start - 40_000 }),
    alertEvent({
      alertId: "a0",
      symbol: "ETHUSDT",
      phase: "resolved",
      summary: "Asks outweigh bids: imbalance −0.83 beyond −0.80",
      firedMs: start - 400_000,
      resolvedMs: start - 365_000,
      timeMs: start - 365_000,
    }),
  ];
  const firstMs = Math.floor(start / 1_000) * 1_000 - PAST_ROWS * 1_000;
  history.missed = symbols.map((symbol) =>
    gapRecord({ symbol, timeMs: firstMs + 200_000, durationMs: 6_000 })
  );
  // So long ago that its age is the same for as long as a test runs.
  history.compared = symbols.map((symbol) => auditRecord({ symbol, timeMs: start - 3 * HOUR_MS }));
  return move(stage, symbols, system);
}

/** A stage of two symbols, and its market; `port`: as that of an earlier one; `over`: what its app is made with. */
export async function openPlayed(
  port = 0,
  over: Partial<AppOptions> = {},
): Promise<{ stage: Stage; end: () => Promise<void> }> {
  const stage = await openStage(port, over);
  const stop = play(stage, PLAYED, () => systemStatus({ timeMs: Date.now() }));
  const end = async () => {
    stop();
    await stage.close();
  };
  return { stage, end };
}

/** Lets the market of a stage be live, and move, until the returned function is called. */
export function move(
  { hub }: Stage,
  symbols: readonly string[],
  system: () => SystemStatus,
): () => void {
  const market = new Market();
  hub.setSystem(system());
  for (const symbol of symbols) hub.publish(feedStatus({ symbol, timeMs: Date.now() - 1_000 }));
  let ticks = 0;
  const timer = setInterval(() => {
    const nowMs = Date.now();
    ticks += 1;
    for (const symbol of symbols) {
      market.tick(hub, symbol, nowMs);
      if (ticks % TICKS_PER_SECOND === 0) {
        const timeMs = Math.floor(nowMs / 1_000) * 1_000;
        hub.publish(market.metricsAt(symbol, timeMs, { bucketMs: 1_000 }));
      }
    }
    if (ticks % TICKS_PER_SECOND === 0) hub.setSystem(system());
  }, 1_000 / TICKS_PER_SECOND);
  return () => clearInterval(timer);
}

if (import.meta.main) {
  const stage = await openStage(Number(Deno.args[0] ?? 8123));
  const isSimulated = Deno.args.includes("simulated");
  play(stage, PLAYED, () =>
    systemStatus({
      timeMs: Date.now(),
      ...(isSimulated ? { source: { kind: "simulation", label: "SIMULATED" } } : {}),
    }));
  // deno-lint-ignore no-console
  console.error(stage.url);
}
