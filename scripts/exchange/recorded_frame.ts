/** One recorded payload to one market event: the edge where text of a file becomes typed. */
import type { z } from "zod";
import {
  aggTradeSchema,
  bookTickerSchema,
  combinedSchema,
  depthSnapshotSchema,
  depthUpdateSchema,
  tradeSchema,
} from "../../actors/venue/binance_spot/market_schema.ts";
import { shownName } from "../../shared/symbol_list.ts";
import { isOfAnother, readPayload, refusalAt } from "../recorded_refusal.ts";
import { type RecordedLine, RecordingError } from "../recording.ts";
import type { BookState, MarketEvent } from "./market_event.ts";

/** What a line of a recording holds; `null` symbol: a snapshot, whose file knows whose it is. */
export type RecordedFrame =
  | { readonly kind: "snapshot"; readonly atMs: number; readonly state: BookState }
  | { readonly kind: "event"; readonly symbol: string; readonly event: MarketEvent }
  /** A stream that the look-alike does not serve. */
  | { readonly kind: "other" };

/**
 * Reads one payload.
 *
 * @throws {RecordingError} naming file and line if the payload is not what its stream promises.
 */
export function readFrame(recorded: RecordedLine): RecordedFrame {
  const { path, line, payload, receivedMs } = recorded;
  const check = <T>(schema: z.ZodType<T>, value: unknown): T => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const read = readPayload(payload);
    if (read.type === "malformed" && isOfAnother(read)) throw refusalAt(recorded, read);
    if (read.type === "malformed") {
      throw new RecordingError(`${path} line ${line}: not a Binance frame: it ${read.reason}`);
    }
    const issue = result.error.issues[0];
    throw new RecordingError(
      `${path} line ${line}: not a Binance frame: ${issue?.path.join(".") ?? ""} ${issue?.message}`,
    );
  };
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch (error) {
    throw new RecordingError(`${path} line ${line}: not JSON: ${shownName(payload.slice(0, 60))}`, {
      cause: error,
    });
  }
  if (typeof json === "object" && json !== null && "lastUpdateId" in json) {
    return { kind: "snapshot", atMs: receivedMs, state: check(depthSnapshotSchema, json) };
  }
  const { stream, data } = check(combinedSchema, json);
  switch (stream.slice(stream.indexOf("@"))) {
    case "@depth":
    case "@depth@100ms": {
      const frame = check(depthUpdateSchema, data);
      return event(frame.s, {
        type: "change",
        atMs: receivedMs,
        eventMs: frame.E,
        firstUpdateId: frame.U,
        finalUpdateId: frame.u,
        bids: frame.b,
        asks: frame.a,
      });
    }
    case "@bookTicker": {
      const { s, u, b, B, a, A } = check(bookTickerSchema, data);
      return event(s, {
        type: "ticker",
        atMs: receivedMs,
        updateId: u,
        bid: b,
        bidQty: B,
        ask: a,
        askQty: A,
      });
    }
    case "@trade": {
      const { s, E, T, t, p, q, m } = check(tradeSchema, data);
      return event(s, {
        type: "trade",
        atMs: receivedMs,
        eventMs: E,
        tradeMs: T,
        tradeId: t,
        price: p,
        qty: q,
        isBuyerMaker: m,
      });
    }
    case "@aggTrade": {
      const { s, E, T, a, f, l, p, q, m } = check(aggTradeSchema, data);
      return event(s, {
        type: "aggTrade",
        atMs: receivedMs,
        eventMs: E,
        tradeMs: T,
        aggTradeId: a,
        firstTradeId: f,
        lastTradeId: l,
        price: p,
        qty: q,
        isBuyerMaker: m,
      });
    }
    default: {
      const read = readPayload(payload);
      if (read.type === "malformed" && isOfAnother(read)) throw refusalAt(recorded, read);
      return { kind: "other" };
    }
  }
}

function event(symbol: string, marketEvent: MarketEvent): RecordedFrame {
  return { kind: "event", symbol, event: marketEvent };
}
