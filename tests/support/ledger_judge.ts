/** What a monitor has stored of one symbol over many lives, held against what the look-alike exchange has said and sent. */
import type { AggTradeEvent } from "../../scripts/exchange/market_event.ts";
import type { SentEntry } from "../../scripts/exchange/ledger.ts";
import { judgeBooks, judgeValues } from "./ledger_books.ts";
import {
  type Ask,
  type Case,
  CLOCKS_MS,
  type Figures,
  type Row,
  rowsOf,
  type Say,
} from "./ledger_case.ts";
import type { Life } from "./ledgered_lives.ts";
import type { MarketTruth } from "./market_truth.ts";

const WRONG_MAX = 10;

/** What is wrong, a few lines at most, and adds to the figures. */
export async function judge(
  ask: Ask,
  one: Case,
  figures: Figures,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { symbol, lives } = one;
  const say: Say = (text) => {
    if (wrong.length < WRONG_MAX) wrong.push(`${symbol} ${text}`);
  };
  const [metrics, trades, books, feed] = await Promise.all(
    ["metrics", "trades_1s", "books", "feed_status"].map((table) => rowsOf(ask, table, symbol)),
  );
  if (metrics === undefined || trades === undefined || books === undefined || feed === undefined) {
    throw new TypeError("There are four tables");
  }
  judgeValues(metrics, one, figures, say);
  judgeBooks(books, one, figures, say);
  for (const [index, life] of lives.entries()) {
    const untilMs = lives[index + 1]?.startMs ?? Infinity;
    const of = (rows: readonly Row[]) =>
      rows.filter(({ timeMs }) => timeMs > life.startMs && timeMs <= untilMs);
    const within = {
      life,
      isLast: index === lives.length - 1,
      sayOf: (text: string) => say(`life ${index}: ${text}`),
    };
    judgeIntervals(of(metrics), within, one, figures);
    judgeTrades(of(trades), of(metrics).at(-1)?.timeMs ?? -Infinity, within, one, figures);
    judgeTold(of(feed), of(metrics), within);
    for (const rows of [of(trades), of(books), of(feed)]) judgeNumbers(rows, within);
  }
  const first = lives[0]?.startMs ?? NaN;
  for (const row of [...metrics, ...trades, ...books, ...feed]) {
    if (!(row.timeMs > first)) say(`a row of ${row.timeMs} is of no life`);
  }
  return wrong;
}

interface Within {
  readonly life: Life;
  readonly isLast: boolean;
  readonly sayOf: Say;
}

/** Every interval through which the exchange sent has its row once, but for some at the very end of a life that was killed. */
function judgeIntervals(
  rows: readonly Row[],
  { life, isLast, sayOf }: Within,
  { symbol, truth, intervalMs }: Case,
  figures: Figures,
): void {
  const first = rows[0]?.timeMs ?? Infinity;
  const last = rows.at(-1)?.timeMs ?? -Infinity;
  for (const [index, { timeMs }] of rows.entries()) {
    if (timeMs !== first + index * intervalMs) {
      return sayOf(`row ${index} of ${first} and so on is that of ${timeMs}`);
    }
  }
  if (last > life.goneMs + CLOCKS_MS) sayOf(`a row of ${last} is younger than the life`);
  const safeMs = life.safeMs.get(symbol) ?? 0;
  if (safeMs > life.startMs && last < safeMs) sayOf(`${safeMs} was safe, and is not there`);
  const sinceMs = heardSinceMs(depthOf(life, symbol), truth);
  if (sinceMs === null) return;
  const begin = Math.ceil(sinceMs / intervalMs + 1) * intervalMs;
  let lost = 0;
  for (let timeMs = begin; timeMs <= life.askedMs; timeMs += intervalMs) {
    if (timeMs >= first && timeMs <= last) continue;
    if (timeMs < first && rows.length > 0) sayOf(`${timeMs} is missing before ${first}`);
    else if (isLast && timeMs <= life.askedMs - intervalMs) {
      sayOf(`${timeMs} is missing at an orderly end`);
    } else lost += 1;
  }
  figures.rows += rows.length;
  figures.lostRows += lost;
  figures.lostMsMax = Math.max(figures.lostMsMax, lost * intervalMs);
}

/** Connections of a life, by when they were opened, as far as they have said anything of the book. */
function depthOf({ sent }: Life, symbol: string): readonly SentEntry[] {
  return (sent.get(symbol) ?? []).filter(({ stream }) => stream.includes("@depth"));
}

/** When the first update was published that was sent; `null`: none was. */
function heardSinceMs(sent: readonly SentEntry[], { changes }: MarketTruth): number | null {
  const ids = sent.flatMap(({ firstId }) => firstId ?? []);
  if (ids.length === 0) return null;
  const firstId = Math.min(...ids);
  return changes.find(({ finalUpdateId }) => finalUpdateId >= firstId)?.atMs ?? null;
}

/**
 * Trades in the order in which they were sent are cut into seconds, each of which has the sums of its own; what is left
 * over came after the last second that is stored. `lastMs`: the time of the newest row of metrics.
 */
function judgeTrades(
  rows: readonly Row[],
  lastMs: number,
  { life, sayOf }: Within,
  { symbol, truth }: Case,
  figures: Figures,
): void {
  const sent = (life.sent.get(symbol) ?? []).filter(({ stream }) => stream.includes("@aggTrade"));
  const was = ({ aggTradeId: id }: AggTradeEvent) =>
    sent.some(({ firstId, lastId }) => id >= (firstId ?? Infinity) && id <= (lastId ?? -Infinity));
  const trades = truth.trades.filter(was);
  let next = 0;
  for (const row of rows) {
    const count = Number(row.buy_count) + Number(row.sell_count);
    const taken = trades.slice(next, next + count);
    next += count;
    const wanted = { ...sumsOf("buy", taken), ...sumsOf("sell", taken) };
    const found = Object.fromEntries(Object.keys(wanted).map((key) => [key, row[key]]));
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      return sayOf(
        `trades of the second until ${row.timeMs} are ${JSON.stringify(found)} and not ${
          JSON.stringify(wanted)
        }`,
      );
    }
    const late = taken.find(({ atMs }) => atMs > row.timeMs + CLOCKS_MS);
    if (late !== undefined) sayOf(`trade ${late.aggTradeId} was counted before it was made`);
    figures.seconds += 1;
    figures.trades += count;
  }
  const left = trades.slice(next);
  // Whoever has stored a row has stored each second that was over before; what came late belongs to a later one.
  const overMs = Math.floor((lastMs - 1) / 1_000) * 1_000;
  const lateMs = 1_000 + figures.behindMsMax;
  const early = left.find(({ atMs }) => atMs < overMs - lateMs);
  if (early !== undefined) sayOf(`trade ${early.aggTradeId} of ${early.atMs} is in no second`);
  figures.lostTrades += left.length;
}

/** As the engine sums them, in the order in which they come. */
function sumsOf(
  side: "buy" | "sell",
  trades: readonly AggTradeEvent[],
): Record<string, number | null> {
  const of = trades.filter(({ isBuyerMaker }) => isBuyerMaker === (side === "sell"));
  const prices = of.map(({ price }) => Number(price));
  const qty = of.reduce((sum, trade) => sum + Number(trade.qty), 0);
  const notional = of.reduce((sum, trade) => sum + Number(trade.price) * Number(trade.qty), 0);
  const some = of.length > 0;
  return {
    [`${side}_count`]: some ? of.length : null,
    [`${side}_qty`]: some ? qty : null,
    [`${side}_vwap`]: some ? notional / qty : null,
    [`${side}_low`]: some ? Math.min(...prices) : null,
    [`${side}_high`]: some ? Math.max(...prices) : null,
  };
}

/** Why there are no rows before a life's own is told by its first state of the feed; what is live was told as live. */
function judgeTold(feed: readonly Row[], metrics: readonly Row[], { sayOf }: Within): void {
  const [first] = metrics;
  if (first === undefined) return;
  const told = feed[0];
  if (told === undefined || told.state !== "syncing" || told.timeMs > first.timeMs) {
    return sayOf(`what lies before ${first.timeMs} is not told: ${JSON.stringify(told)}`);
  }
  let at = 0;
  for (const { timeMs, state } of metrics) {
    while ((feed[at + 1]?.timeMs ?? Infinity) <= timeMs) at += 1;
    if (state === "live" && feed[at]?.state !== "live") {
      return sayOf(`the row of ${timeMs} is live, and the feed ${feed[at]?.state}`);
    }
  }
}

/** What is numbered in a life is there from the first to the last that is. */
function judgeNumbers(rows: readonly Row[], { sayOf }: Within): void {
  const lives = new Set(rows.map(({ incarnation }) => String(incarnation)));
  if (lives.size > 1) sayOf(`it has ${lives.size} lives of the actor`);
  const numbers = rows.map(({ number }) => Number(number));
  const place = numbers.findIndex((number, index) => number !== index + 1);
  if (place >= 0) sayOf(`number ${place + 1} is missing, ${numbers[place]} is there`);
}
