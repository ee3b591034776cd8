/** Connections replaced under load, over real sockets: what is counted is loss. */
import { assert, assertEquals } from "@std/assert";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import type { TradesFrame } from "../../shared/output.ts";
import { type PortUnderTest, Stage } from "../symbol/actor_stage.ts";
import { eventually } from "./eventually.ts";

const SYMBOL = "BTCUSDT";
/** From one replacement to the next. */
const FRAMES_BETWEEN = 100;
/** Replacements of one actor. */
const ROTATIONS_EACH = 4;

/**
 * Announces its shutdown to one actor after another, at ten times the pace of a market, until so many
 * connections have been replaced: no id is missed, no book begins anew, no trade is lost or taken twice.
 * An actor waits longer before each replacement of a connection that is young, so each has a few only.
 */
export async function assertRotations(times: number): Promise<void> {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: [SYMBOL], seed: 7 },
    speed: 10,
    faults: {},
  });
  try {
    let frames = 0;
    let trades = 0;
    for (let done = 0; done < times; done += ROTATIONS_EACH) {
      // The exchange counts connections: of each actor before, the first and its successors.
      const first = done / ROTATIONS_EACH * (ROTATIONS_EACH + 1) + 1;
      const found = await rotate(exchange, first);
      frames += found.frames;
      trades += found.trades;
    }
    assert(trades > times, `${trades} trades meanwhile`);
    console.log(`${times} replacements, ${frames} frames, ${trades} trades`);
  } finally {
    await exchange.stop();
  }
}

async function rotate(
  exchange: Exchange,
  first: number,
): Promise<{ frames: number; trades: number }> {
  await using stage = new Stage({ restUrl: exchange.restUrl, wsUrl: exchange.wsUrl });
  stage.port("writer");
  const web = stage.port("web");
  const gauge = (name: string) => stage.actor.gauges()[name] ?? NaN;
  const isCaughtUp = async () => {
    exchange.freeze();
    const { bookUpdateId, published } = exchange.ledger(SYMBOL);
    await eventually(() =>
      web.items.some((item) => item.type === "metrics" && item.bookUpdateId === bookUpdateId)
    );
    // What was traded after that update has come some rows later.
    const rows = () => web.items.filter(({ type }) => type === "metrics").length;
    const before = rows();
    await eventually(() => rows() >= before + 3, "what was traded since");
    return { published: published.aggTrades, taken: tradesOf(web) };
  };
  await eventually(() => gauge("snapshots") === 1 && gauge("exactChecked") > 0, "live");
  const before = await isCaughtUp();
  exchange.resume();
  for (let done = 0; done < ROTATIONS_EACH; done++) {
    exchange.faults.inject(`server_shutdown ms=60000 connection=${first + done}`);
    await eventually(() => gauge("replacements") > done, `${done + 1} replacements`);
    const frames = gauge("frames") + FRAMES_BETWEEN;
    await eventually(() => gauge("frames") >= frames, "the feed goes on");
  }
  const after = await isCaughtUp();
  exchange.resume();
  const { gaps, resyncs, snapshots, exactMismatched } = stage.actor.gauges();
  assertEquals({ gaps, resyncs, snapshots, exactMismatched }, {
    gaps: 0,
    resyncs: 0,
    snapshots: 1,
    exactMismatched: 0,
  });
  const trades = after.published - before.published;
  assertEquals(after.taken - before.taken, trades, "every trade once");
  return { frames: gauge("frames"), trades };
}

function tradesOf(web: PortUnderTest): number {
  return web.items.filter((item): item is TradesFrame => item.type === "trades")
    .reduce((sum, { buy, sell }) => sum + (buy?.count ?? 0) + (sell?.count ?? 0), 0);
}
