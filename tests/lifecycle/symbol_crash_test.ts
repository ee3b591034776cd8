/** A symbol's worker that dies, under the real supervisor: what its alerts make of it. */
import { assertEquals } from "@std/assert";
import { symbolChild, TREE } from "../../actors/children.ts";
import { Supervisor } from "../../actors/supervisor/supervisor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { readConfig } from "../../shared/config.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { Output } from "../../shared/output.ts";
import type { SymbolArgs } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { sharingOfTests } from "../support/sharing.ts";
import { planOf } from "./puppet_stage.ts";
import type { FragileSymbolArgs } from "../support/fragile_symbol.ts";
import type { WriterDiaryArgs } from "../support/writer_diary.ts";
import { depthFrame, TinyExchange } from "../symbol/tiny_exchange.ts";
import { madeDataDir } from "../support/made_database.ts";

setLogLevel("error");
const INFO = {
  symbol: "BTCUSDT",
  status: "TRADING",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  tickSize: 0.01,
  stepSize: 0.00001,
} as const;
const HOUR_MS = 3_600_000;
/** Bids at 99 against 2 below and 1 on the other side: all but everything, and half of it. */
const EXTREME_QTY = 500;
const CALM_QTY = 1;

function snapshot(bidQty: number): string {
  const bids = [["99.00", String(bidQty)], ["98.00", "2.0"]];
  return JSON.stringify({ lastUpdateId: 100, bids, asks: [["101.00", "1.0"]] });
}

/** The same condition twice: one rule rests for an hour after an episode, the other not at all. */
function twins(): AlertRule[] {
  const rule = DEFAULT_ALERT_RULES.find(({ name }) => name === "extreme_imbalance");
  const [source] = rule?.sources ?? [];
  if (rule === undefined || source === undefined) throw new Error("there is a rule");
  const sources = [{ ...source, side: null }];
  const atOnce = { ...rule, sources, smoothMs: 0, forMs: 0, keepFiringMs: 0 };
  return [
    { ...atOnce, name: "rests", cooldownMs: HOUR_MS },
    { ...atOnce, name: "control", cooldownMs: 0 },
  ];
}

interface Stage {
  /** Lets the book of this life say so, under ids of its own. */
  readonly say: (bidQty: number) => void;
  /** Phases of a rule's alerts so far; what was sent again, and what only tells its value anew, counts once. */
  readonly told: (rule: string) => string[];
  /** Episodes of all rules so far. */
  readonly episodes: () => number;
  /** Ends the worker, and waits until the next one has told of a live book that begins so. */
  readonly crash: (bidQty: number) => Promise<void>;
}

async function stage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const dir = await madeDataDir();
  const [diary, mark] = [`${dir}/diary`, `${dir}/mark`];
  await Deno.writeTextFile(diary, "");
  const exchange = new TinyExchange();
  const config = readConfig({
    SYMBOLS: INFO.symbol,
    DATA_DIR: dir,
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
    METRICS_INTERVAL_MS: "100",
  }, binanceSpotDesk);
  const supervisor = new Supervisor({
    logLevel: "error",
    tree: TREE,
    plan: planOf(sharingOfTests()),
    greeting: () => [],
    // The exchange is our own: every permit is given.
    onErrand: (_actorId, errand, answer) => {
      if (errand.type === "permit_request") answer({ type: "permit", id: errand.id });
    },
    onReady: () => {},
    onEnded: () => {},
    onLost: () => {},
    onPulse: () => {},
  });
  const child = symbolChild(config, INFO);
  supervisor.start({
    ...child,
    actorId: "writer",
    group: "writer",
    url: new URL("../support/writer_diary.ts", import.meta.url),
    args: { diary } satisfies WriterDiaryArgs,
    permissions: { write: [diary] },
  });
  supervisor.start({
    ...child,
    url: new URL("../support/fragile_symbol.ts", import.meta.url),
    args: {
      symbol: { ...child.args as SymbolArgs, alertRules: twins() },
      mark,
    } satisfies FragileSymbolArgs,
    permissions: {
      ...child.permissions as Deno.PermissionOptionsObject,
      read: [mark],
      write: [mark],
    },
  });
  let lives = 0;
  let id = 0;
  const outputs = () =>
    Deno.readTextFileSync(diary).split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Output);
  const liveRows = () =>
    outputs().filter((output) => output.type === "metrics" && output.state === "live").length;
  const live = async (bidQty: number) => {
    lives += 1;
    exchange.answers = [() => new Response(snapshot(bidQty))];
    await exchange.connected(lives);
    const before = liveRows();
    exchange.send(depthFrame(95, id = 100));
    await eventually(() => liveRows() >= before + 2, "two rows of a live book");
  };
  const alerts = () => outputs().filter((output) => output.type === "alert");
  try {
    await live(CALM_QTY);
    await act({
      say: (bidQty) => exchange.send(depthFrame(id + 1, id += 1, bidQty)),
      told: (rule) => {
        const ofRule = alerts().filter((alert) => alert.rule === rule);
        const keys = ofRule.map(({ alertId, phase }) => `${alertId} ${phase}`);
        return [...new Set(keys)].map((key) => key.split(" ").slice(1).join(" "));
      },
      episodes: () => new Set(alerts().map(({ alertId }) => alertId)).size,
      crash: async (bidQty) => {
        await Deno.writeTextFile(mark, "");
        await live(bidQty);
      },
    });
  } finally {
    await supervisor.drain();
    await exchange.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("A symbol's worker that dies forgets neither an alert that fires nor a cooldown", () =>
  stage(async ({ say, told, episodes, crash }) => {
    const EPISODE = ["firing", "resolved"];
    say(EXTREME_QTY);
    await eventually(() => told("control").length === 1, "a rule fires");
    await eventually(() => told("rests").length === 1, "and the other");
    await crash(EXTREME_QTY);
    say(CALM_QTY);
    await eventually(() => told("control").length >= 2, "the alert resolves in the next life");
    await eventually(() => told("rests").length >= 2, "and the other");
    assertEquals([told("control"), told("rests")], [EPISODE, EPISODE], "nothing fires twice");
    assertEquals(episodes(), 2, "one each");

    await crash(EXTREME_QTY);
    await eventually(() => told("control").length === 3, "what need not rest fires again");
    say(CALM_QTY);
    await eventually(() => told("control").length === 4, "and resolves");
    assertEquals(told("rests"), EPISODE, "what rests does not");
  }));
