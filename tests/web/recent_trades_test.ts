/** What the page may say of trades: what there was, that there was none, or that it does not know. */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assertEquals } from "@std/assert";
import { RECENT_MS, RecentTrades, secondText, tradesText } from "../../web/page/recent_trades.ts";
import { PageState } from "../../web/page/state.ts";
import {
  feedView,
  OPERATOR,
  shownMetrics,
  START_MS,
  systemStatus,
  tradesFrame,
  tradesOfSide,
  tradesSecond,
} from "../support/outputs.ts";

const bought = (fromMs: number, timeMs: number, qty: number) =>
  tradesFrame({ fromMs, timeMs, buy: tradesOfSide({ qty }), sell: null });

Deno.test("RecentTrades.at() adds up the last seconds, by side, and forgets what is older", () => {
  const trades = new RecentTrades();
  trades.begin(0);
  trades.take(bought(900, 1_000, 8));
  trades.take(bought(4_900, 5_000, 2));
  trades.take(
    tradesFrame({ fromMs: 5_900, timeMs: 6_000, buy: null, sell: tradesOfSide({ qty: 1 }) }),
  );
  assertEquals(trades.at(6_000), { spanMs: 6_000, bought: 10, sold: 1 });
  assertEquals(trades.at(10_999), { spanMs: 10_099, bought: 10, sold: 1 });
  assertEquals(trades.at(11_000), { spanMs: RECENT_MS, bought: 2, sold: 1 });
  assertEquals(trades.at(60_000), { spanMs: RECENT_MS, bought: 0, sold: 0 });
});

Deno.test("RecentTrades.at() tells how far back a sum reaches that came late", () => {
  const trades = new RecentTrades();
  trades.begin(0);
  trades.take(bought(1_000, 15_000, 3));
  assertEquals(trades.at(16_000), { spanMs: 15_000, bought: 3, sold: 0 });
});

Deno.test("RecentTrades knows nothing before begin(), nor after end(), and begins anew without the old", () => {
  const trades = new RecentTrades();
  trades.take(bought(0, 100, 1));
  assertEquals(trades.at(100), null);
  trades.begin(100);
  trades.begin(9_000);
  assertEquals(trades.at(500), { spanMs: 400, bought: 0, sold: 0 });
  trades.take(bought(400, 500, 1));
  trades.end();
  assertEquals(trades.at(500), null);
  trades.begin(600);
  assertEquals(trades.at(700), { spanMs: 100, bought: 0, sold: 0 });
});

Deno.test("RecentTrades.take() is bounded, and loses no trade by that", () => {
  const trades = new RecentTrades();
  trades.begin(0);
  for (let n = 1; n <= 5_000; n++) trades.take(bought(n - 1, n, 1));
  assertEquals(trades.at(5_000), { spanMs: 5_000, bought: 5_000, sold: 0 });
});

Deno.test("tradesText() tells no trades from not known", () => {
  assertEquals(tradesText(null), { bought: "", sold: "", span: "trades –" });
  assertEquals(tradesText({ spanMs: 3_400, bought: 0, sold: 0 }).span, "no trades in 3.4 s");
  assertEquals(tradesText({ spanMs: 10_000, bought: 1.5, sold: 0 }), {
    bought: "1.500 bought",
    sold: "0 sold",
    span: "in 10 s",
  });
});

function openState(): PageState {
  const state = new PageState();
  state.connection = { kind: "open" };
  state.setHello(
    { timeMs: START_MS, silentAfterMs: 60_000, settings: DEFAULT_SETTINGS, access: OPERATOR },
    0,
  );
  state.setView({ timeMs: START_MS, focus: ["BTCUSDT"], isHidden: false });
  state.system = systemStatus();
  return state;
}

Deno.test("PageState.tradesOf() counts from the stream's beginning, not from the feed's", () => {
  const state = openState();
  state.setFeed(feedView({ timeMs: START_MS - 60_000 }));
  assertEquals(state.tradesOf("BTCUSDT", 200), { spanMs: 200, bought: 0, sold: 0 });
  state.setMetrics(shownMetrics({ timeMs: START_MS + 500 }));
  state.setTrades(bought(START_MS + 900, START_MS + 1_000, 2));
  assertEquals(state.tradesOf("BTCUSDT", 1_000), { spanMs: 1_000, bought: 2, sold: 0 });
});

Deno.test("PageState.tradesOf() is not known while something may be missing, nor from before that", () => {
  const state = openState();
  const frame = (ms: number, over = {}) => shownMetrics({ timeMs: START_MS + ms, ...over });
  state.setMetrics(frame(0));
  state.setTrades(bought(START_MS, START_MS + 100, 2));
  state.setMetrics(frame(200, { state: "syncing" }));
  assertEquals(state.tradesOf("BTCUSDT", 200), null);
  state.setMetrics(frame(1_000));
  assertEquals(state.tradesOf("BTCUSDT", 1_500), { spanMs: 500, bought: 0, sold: 0 });
  state.connection = { kind: "lost", sinceMs: 0, lastEventMs: 0, reason: null };
  assertEquals(state.tradesOf("BTCUSDT", 1_500), null);
  state.connection = { kind: "open" };
  state.setHello(
    {
      timeMs: START_MS + 3_000,
      silentAfterMs: 60_000,
      settings: DEFAULT_SETTINGS,
      access: OPERATOR,
    },
    3_000,
  );
  assertEquals(state.tradesOf("BTCUSDT", 3_100), null);
});

Deno.test("PageState.tradesOf() says none of a symbol that does not trade, and nothing of one out of focus", () => {
  const state = openState();
  state.setMetrics(shownMetrics({ state: "halted" }));
  assertEquals(state.tradesOf("BTCUSDT", 1_000), { spanMs: 1_000, bought: 0, sold: 0 });
  state.setMetrics(shownMetrics({ symbol: "ETHUSDT" }));
  assertEquals(state.tradesOf("ETHUSDT", 1_000), null);
});

Deno.test("secondText() tells of the last second that was told, side by side, and of none nothing", () => {
  const state = openState();
  const text = () => secondText(state.viewOf("BTCUSDT").tradesSecond, 2, START_MS + 5_000);
  assertEquals(text(), "");
  state.setTradesSecond(tradesSecond({ sell: tradesOfSide({ count: 3, low: 64_000 }) }));
  assertEquals(
    text(),
    "In the second until 12:00:00 UTC: 0.5000 bought in 1 trade at 65,000.00 to 65,000.00, " +
      "65,000.00 on average; 0.5000 sold in 3 trades at 64,000.00 to 65,000.00, 65,000.00 on average",
  );
  state.setTradesSecond(tradesSecond({ number: 2, timeMs: START_MS + 1_000, buy: null }));
  assertEquals(text(), "In the second until 12:00:01 UTC: none bought; none sold");
});
