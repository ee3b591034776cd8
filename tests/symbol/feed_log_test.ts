import { assertEquals } from "@std/assert";
import { FeedLog } from "../../actors/symbol/feed_log.ts";
import type { FeedStatus } from "../../shared/output.ts";
import { type OverloadLevel, overloadText, withOverload } from "../../shared/overload.ts";
import { toldLines } from "../support/told_lines.ts";

const NOTE = "no book tickers: the best price is not proven";

/** A status as the engine gives it: what is left undone stands before what is known of the book. */
function status(state: FeedStatus["state"], level: OverloadLevel, note: string | null): FeedStatus {
  const overload = state === "live" ? overloadText(level) : null;
  const reason = overload === null ? note : withOverload(overload, note);
  const numbers = { number: 1, timeMs: 1, bookUpdateId: 1, resyncs: 0, gaps: 0 };
  return { type: "feed", venue: "binance_spot", symbol: "BTCUSDT", state, reason, ...numbers };
}

async function linesOf(statuses: readonly FeedStatus[]): Promise<string[]> {
  const feedLog = new FeedLog();
  const lines = await toldLines(() => {
    for (const one of statuses) feedLog.tell(one);
    return Promise.resolve();
  });
  return lines.map((line) => line.replaceAll(/ +/g, " "));
}

Deno.test("FeedLog tells of each state, and says nothing of overload, of which its worker tells", async () => {
  const statuses = [
    status("syncing", 0, "connecting to the exchange"),
    status("live", 0, null),
    ...([1, 2, 3, 2, 0] as const).map((level) => status("live", level, null)),
    status("syncing", 0, "reconnecting: -"),
    status("live", 2, null),
  ];
  assertEquals(await linesOf(statuses), [
    "INFO BTCUSDT syncing: connecting to the exchange",
    "INFO BTCUSDT live",
    "WARN BTCUSDT syncing: reconnecting: -",
    "INFO BTCUSDT live",
  ]);
});

Deno.test("FeedLog tells of a note that begins or ends in overload, once", async () => {
  const statuses = [
    status("live", 0, null),
    status("live", 2, null),
    status("live", 2, NOTE),
    status("live", 3, NOTE),
    status("live", 0, NOTE),
    status("live", 1, NOTE),
    status("live", 1, null),
    status("live", 0, null),
  ];
  assertEquals(await linesOf(statuses), [
    "INFO BTCUSDT live",
    `WARN BTCUSDT live: ${NOTE}`,
    "WARN BTCUSDT live",
  ]);
});
