/** Walls near mid, and what becomes of them: how many stand, and how many of those that ended were pulled. */
import type { Trade } from "../../../../shared/market.ts";
import { declareFamily } from "./family.ts";
import { TradesAhead } from "./trades_ahead.ts";
import { WallFates } from "./wall_fates.ts";

/** Both sides. O(levels within 10 bps) an update. */
export const WALLS = declareFamily(
  ["bidWalls", "askWalls", "bidPullRate", "askPullRate"],
  "book",
  (_settings, { trades }) => {
    const bids = new WallFates("bid", trades);
    const asks = new WallFates("ask", trades);
    const ahead = new TradesAhead();
    let eventMs = NaN;
    let dollarsPerQuote = NaN;
    const reset = (): void => {
      bids.reset();
      asks.reset();
    };
    const takeTrades = (): void => {
      while (ahead.take(eventMs)) {
        if (ahead.price > 0) bids.traded(ahead.price, ahead.qty, ahead.tradeMs);
        else asks.traded(-ahead.price, ahead.qty, ahead.tradeMs);
      }
    };
    return {
      updated(view, nowMs) {
        // What becomes of walls while nobody knows what is dust is not seen.
        if (Number.isNaN(view.dollarsPerQuote) && !Number.isNaN(dollarsPerQuote)) reset();
        ({ dollarsPerQuote } = view);
        if (Number.isNaN(view.eventMs) || Number.isNaN(dollarsPerQuote)) return;
        if (view.eventMs < eventMs) ahead.clear();
        ({ eventMs } = view);
        if (eventMs < ahead.forgottenMs || !view.hasBothSides) return reset();
        bids.updated(view, nowMs);
        asks.updated(view, nowMs);
        takeTrades();
      },
      trade(trade: Trade) {
        if (!ahead.add(trade)) reset();
        takeTrades();
      },
      tick(nowMs) {
        bids.judge(nowMs, dollarsPerQuote);
        asks.judge(nowMs, dollarsPerQuote);
      },
      write(out, view) {
        const { book } = view;
        const isKnown = !Number.isNaN(view.dollarsPerQuote);
        out.bidWalls = isKnown ? bids.near(book) : null;
        out.askWalls = isKnown ? asks.near(book) : null;
        out.bidPullRate = isKnown ? bids.pullRate(eventMs) : null;
        out.askPullRate = isKnown ? asks.pullRate(eventMs) : null;
      },
      why(name, view) {
        if (Number.isNaN(view.dollarsPerQuote)) return "no_quote_rate";
        const side = name === "bidPullRate" ? bids : asks;
        return side.isFilled(eventMs) ? "no_event" : "warming_up";
      },
      takeWallEvents(into) {
        bids.take(into);
        asks.take(into);
      },
      reset,
    };
  },
);
