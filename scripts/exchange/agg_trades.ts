/** Aggregate trades from single ones, for recordings that hold only `@trade`. */
import {
  type AggTradeEvent,
  decimalText,
  type MarketEvent,
  type TradeEvent,
} from "./market_event.ts";

/**
 * `events` with an `aggTrade` right after the last fill of each group. A group is consecutive trades
 * of one price, side and trade time: Binance's aggTrade stream aggregates "for a single taker order".
 */
export function withAggTrades(events: readonly MarketEvent[]): MarketEvent[] {
  const groups = groupsByLastTrade(events);
  const all: MarketEvent[] = [];
  for (const event of events) {
    all.push(event);
    if (event.type !== "trade") continue;
    const group = groups.get(event);
    if (group !== undefined) all.push(aggTrade(group));
  }
  return all;
}

interface Group {
  /**
   * Counts from the first trade's id, so that it has the length of one: the exchange's own aggregate
   * ids are not in such a recording.
   */
  readonly id: number;
  readonly trades: TradeEvent[];
}

function groupsByLastTrade(events: readonly MarketEvent[]): Map<TradeEvent, Group> {
  const groups: Group[] = [];
  for (const event of events) {
    if (event.type !== "trade") continue;
    const group = groups.at(-1);
    const last = group?.trades.at(-1);
    if (group && last && isSameTaker(last, event)) group.trades.push(event);
    else groups.push({ id: group ? group.id + 1 : event.tradeId, trades: [event] });
  }
  const byLast = new Map<TradeEvent, Group>();
  for (const group of groups) {
    const last = group.trades.at(-1);
    if (last) byLast.set(last, group);
  }
  return byLast;
}

function isSameTaker(a: TradeEvent, b: TradeEvent): boolean {
  return a.price === b.price && a.isBuyerMaker === b.isBuyerMaker && a.tradeMs === b.tradeMs &&
    b.tradeId === a.tradeId + 1;
}

function aggTrade({ id, trades }: Group): AggTradeEvent {
  const [first] = trades;
  const last = trades.at(-1);
  if (!first || !last) throw new TypeError("Cannot aggregate trades: the group is empty");
  return {
    type: "aggTrade",
    atMs: last.atMs,
    eventMs: last.eventMs,
    tradeMs: last.tradeMs,
    aggTradeId: id,
    firstTradeId: first.tradeId,
    lastTradeId: last.tradeId,
    price: last.price,
    qty: trades.length === 1 ? last.qty : sum(trades.map((trade) => trade.qty)),
    isBuyerMaker: last.isBuyerMaker,
  };
}

/** Exact: quantities are summed as whole numbers of 1e-8. */
function sum(quantities: readonly string[]): string {
  return decimalText(quantities.reduce((total, qty) => total + unitsE8(qty), 0));
}

/** Whole units of 1e-8 of a decimal with at most eight decimals; exact up to 90 million. */
export function unitsE8(text: string): number {
  const [whole = "0", fraction = ""] = text.split(".");
  return Number(whole) * 1e8 + Number(fraction.slice(0, 8).padEnd(8, "0"));
}
