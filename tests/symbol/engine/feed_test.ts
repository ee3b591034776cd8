import { assertEquals } from "@std/assert";
import { DEAD_AFTER_MS, Feed, STALE_AFTER_MS } from "../../../actors/symbol/engine/feed.ts";
import { SYMBOL } from "./market.ts";

function liveFeed(openedMs = 0): Feed {
  const feed = new Feed(SYMBOL);
  feed.opened(openedMs);
  feed.joined();
  feed.take(openedMs, 1);
  return feed;
}

Deno.test("Feed.take() gives each change once, numbered, with its reason and counters", () => {
  const feed = new Feed(SYMBOL);
  assertEquals(feed.take(0, null), null, "nothing has changed yet");
  feed.syncing("connecting");
  assertEquals(feed.take(5, null), {
    type: "feed",
    symbol: SYMBOL,
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

Deno.test("Feed.judgeSilence() calls a live feed stale after STALE_AFTER_MS, not a moment before", () => {
  const feed = liveFeed(1_000);
  assertEquals(feed.judgeSilence(1_000 + STALE_AFTER_MS - 1), "fine");
  assertEquals(feed.state, "live");
  assertEquals(feed.judgeSilence(1_000 + STALE_AFTER_MS), "fine");
  assertEquals(feed.state, "stale");
  assertEquals(feed.take(0, 1)?.reason, "nothing received for 15 s");
});

Deno.test("Feed.heard() makes a stale feed live again and nothing else", () => {
  const feed = liveFeed();
  feed.judgeSilence(STALE_AFTER_MS);
  feed.heard(STALE_AFTER_MS + 1);
  assertEquals([feed.state, feed.take(0, 1)?.reason], ["live", null]);
  assertEquals(feed.judgeSilence(2 * STALE_AFTER_MS), "fine");
  assertEquals(feed.state, "live", "the silence counts from what was heard last");
  feed.syncing("lost");
  feed.heard(2 * STALE_AFTER_MS);
  assertEquals(feed.state, "syncing");
});

Deno.test("Feed.judgeSilence() gives a connection up after DEAD_AFTER_MS, in any state", () => {
  assertEquals(liveFeed().judgeSilence(DEAD_AFTER_MS - 1), "fine");
  assertEquals(liveFeed().judgeSilence(DEAD_AFTER_MS), "dead");
  const waiting = new Feed(SYMBOL);
  waiting.opened(0);
  assertEquals(waiting.judgeSilence(STALE_AFTER_MS), "fine");
  assertEquals(waiting.state, "syncing", "what was never live is not stale");
  assertEquals(waiting.judgeSilence(DEAD_AFTER_MS), "dead");
});

Deno.test("Feed.judgeSilence() notices a silence that begins as the clock is set back", () => {
  const feed = liveFeed(10_000_000);
  assertEquals(feed.judgeSilence(5_000_000), "fine");
  assertEquals(feed.judgeSilence(5_000_000 + STALE_AFTER_MS), "fine");
  assertEquals(feed.state, "stale");
  assertEquals(feed.judgeSilence(5_000_000 + DEAD_AFTER_MS), "dead");
});
