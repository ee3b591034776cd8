/** Writes to one browser what waits for it, and notes how long its frames took until its socket had them. Pure. */
import type { Browser } from "./browsers.ts";
import { concatBytes, KEEP_ALIVE } from "./event_text.ts";
import type { LiveView, MarketNow, Now } from "./live_view.ts";
import type { Story } from "./mailbox.ts";
import type { WrittenTimes } from "./written_times.ts";

const KEEP_ALIVE_INTERVAL_MS = 15_000;

/** What all browsers of a hub are sent from. */
export interface Sources {
  readonly live: LiveView;
  readonly past: Story;
  readonly written: WrittenTimes;
}

/** Sends it what may leave now; whether there was anything. */
export function send(
  browser: Browser,
  { live, past, written }: Sources,
  market: MarketNow,
  now: Now,
): boolean {
  const { nowMs } = now;
  const { mailbox, follower, sink, posted } = browser;
  const parts = mailbox.take(nowMs, past);
  if (follower !== null) parts.push(...live.newsFor(follower, mailbox.interest, market, now));
  if (nowMs - browser.keepAliveMs >= KEEP_ALIVE_INTERVAL_MS) {
    browser.keepAliveMs = nowMs;
    parts.push(KEEP_ALIVE);
  }
  if (parts.length === 0) return false;
  // Of who is told changes a frame may wait for its book.
  const frames = [...posted].filter(([symbol]) => follower?.told.has(symbol) ?? true);
  for (const [symbol] of frames) posted.delete(symbol);
  sink.write(concatBytes(parts), (takenMs) => {
    for (const [symbol, postedMs] of frames) written.written(symbol, postedMs, takenMs);
  });
  return true;
}
