/** Connections replaced under load, over real sockets: what is counted is loss. */
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { TradesFrame } from "../../shared/output.ts";
import { type PortUnderTest, Stage } from "../symbol/actor_stage.ts";
import { eventually } from "./eventually.ts";

const SYMBOL = "BTCUSDT";
/** From one replacement to the next. */
const FRAMES_BETWEEN = 100;

/**
 * Announces its shutdown to the actor again and again, at ten times the pace of a market, until so many
 * connections have been replaced: no id is missed, no book begins anew, no trade is lost or taken twice.
 */
export async function assertRotations(times: number): Promise<void> {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: [SYMBOL], seed: 7 },
    speed: 10,
    faults: {},
  });
  try {
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
      return { published: published.aggTrades, taken: tradesOf(web) };
    };
    await eventually(() => gauge("snapshots") === 1 && gauge("exactChecked") > 0, "live");
    const before = await isCaughtUp();
    exchange.resume();
    for (let done = 0; done < times;) {
      exchange.faults.inject(`server_shutdown ms=30000 connection=${done + 1}`);
      await eventually(() => gauge("replacements") > done, `${done + 1} replacements`);
      const frames = gauge("frames") + FRAMES_BETWEEN;
      await eventually(() => gauge("frames") >= frames, "the feed goes on");
      done = gauge("replacements");
    }
    const after = await isCaughtUp();
    const { gaps, resyncs, snapshots, exactMismatched } = stage.actor.gauges();
    assertEquals({ gaps, resyncs, snapshots, exactMismatched }, {
      gaps: 0,
      resyncs: 0,
      snapshots: 1,
      exactMismatched: 0,
    });
    const published = after.published - before.published;
    assert(published > times, `${published} trades meanwhile`);
    assertEquals(after.taken - before.taken, published, "every trade once");
    console.log(`${times} replacements, ${gauge("frames")} frames, ${published} trades`);
  } finally {
    await exchange.stop();
  }
}

function tradesOf(web: PortUnderTest): number {
  return web.items.filter((item): item is TradesFrame => item.type === "trades")
    .reduce((sum, { buy, sell }) => sum + (buy?.count ?? 0) + (sell?.count ?? 0), 0);
}
