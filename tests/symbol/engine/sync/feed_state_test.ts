import { assertEquals } from "@std/assert";
import { FeedState } from "../../../../actors/symbol/engine/sync/feed_state.ts";
import { MARKET } from "../market.ts";

function liveFeed(): FeedState {
  const feed = new FeedState(MARKET);
  feed.joined();
  feed.take(0, 1);
  return feed;
}

Deno.test("FeedState.take() gives each change once, numbered, with its reason and counters", () => {
  const feed = new FeedState(MARKET);
  assertEquals(feed.take(0, null), null, "nothing has changed yet");
  feed.syncing("connecting");
  assertEquals(feed.take(5, null), {
    type: "feed",
    ...MARKET,
    number: 1,
    timeMs: 5,
    state: "syncing",
    reason: "connecting",
    bookUpdateId: null,
    resyncs: 0,
    gaps: 0,
  });
  assertEquals(feed.take(6, null), null);
  feed.syncing("connecting");
  assertEquals(feed.take(7, null), null, "the same again is no change");
  feed.joined();
  feed.gap();
  feed.resync();
  const status = feed.take(8, 42);
  assertEquals([status?.number, status?.state, status?.reason], [2, "live", null]);
  assertEquals([status?.bookUpdateId, status?.resyncs, status?.gaps], [42, 1, 1]);
  assertEquals([feed.snapshots, feed.resyncs, feed.gaps, feed.state], [1, 1, 1, "live"]);
});

Deno.test("FeedState.reason of an overloaded machine hides nothing of what there is to note of a live book", () => {
  const feed = liveFeed();
  feed.overloaded("this machine is overloaded: -");
  assertEquals(feed.reason, "this machine is overloaded: -");
  feed.judged(null, "no book tickers");
  assertEquals(feed.reason, "this machine is overloaded: -; no book tickers");
  feed.overloaded(null);
  assertEquals(feed.reason, "no book tickers");
  feed.overloaded("this machine is overloaded: -");
  feed.judged("no depth update", null);
  assertEquals(feed.reason, "no depth update", "it explains no book that is not live");
});

Deno.test("FeedState.judged() calls a live feed stale, and live again, with what there is to note", () => {
  const feed = liveFeed();
  feed.judged("silent", null);
  assertEquals([feed.state, feed.take(0, 1)?.reason], ["stale", "silent"]);
  feed.judged(null, "no trades");
  assertEquals([feed.state, feed.take(0, 1)?.reason], ["live", "no trades"]);
  feed.judged(null, null);
  assertEquals([feed.state, feed.take(0, 1)?.reason], ["live", null]);
});

Deno.test("FeedState.judged() changes nothing while there is no book", () => {
  for (const lose of ["syncing", "degraded"] as const) {
    const feed = liveFeed();
    feed[lose]("lost");
    feed.judged("silent", null);
    feed.judged(null, "no trades");
    assertEquals([feed.state, feed.take(0, 1)?.reason], [lose, "lost"]);
  }
});

Deno.test("FeedState.halted() lies over what is known of the book, and gives it back", () => {
  const feed = liveFeed();
  feed.halted("HALT");
  assertEquals([feed.state, feed.take(0, 1)?.reason], ["halted", "HALT"]);
  feed.syncing("lost");
  assertEquals([feed.state, feed.take(0, 1)], ["halted", null], "it is halted as before");
  feed.resync();
  assertEquals(feed.take(0, 1)?.resyncs, 1);
  feed.halted(null);
  assertEquals([feed.state, feed.take(0, 1)?.reason], ["syncing", "lost"]);
  feed.halted(null);
  assertEquals(feed.take(0, 1), null, "no halt again is no change");
});
