/** The obvious order book of a recording: JSON.parse, two maps, one sort at the end. */
import type { RecordedLine } from "../../scripts/recording.ts";
import type { Level } from "../../shared/market.ts";

interface Message {
  readonly lastUpdateId?: number;
  readonly bids?: [string, string][];
  readonly asks?: [string, string][];
  readonly data?: {
    readonly e?: string;
    readonly U: number;
    readonly u: number;
    readonly b: [string, string][];
    readonly a: [string, string][];
  };
}

/** What a frame is, as far as the book is concerned. */
export function bookMessage(payload: string): Message {
  return JSON.parse(payload) as Message;
}

/** The book after the first snapshot and every later update; `id` is that of the last one. */
export function naiveBook(
  lines: readonly RecordedLine[],
): { readonly id: number; readonly bids: Level[]; readonly asks: Level[] } {
  const messages = lines.map(({ payload }) => bookMessage(payload));
  const snapshot = messages.find(({ lastUpdateId }) => lastUpdateId !== undefined);
  let id = snapshot?.lastUpdateId ?? NaN;
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();
  const set = (side: Map<number, number>, levels: readonly [string, string][] = []) => {
    for (const [price, qty] of levels) {
      if (Number(qty) === 0) side.delete(Number(price));
      else side.set(Number(price), Number(qty));
    }
  };
  set(bids, snapshot?.bids);
  set(asks, snapshot?.asks);
  for (const { data } of messages) {
    if (data?.e !== "depthUpdate" || data.u <= id) continue;
    set(bids, data.b);
    set(asks, data.a);
    id = data.u;
  }
  return {
    id,
    bids: [...bids].sort((x, y) => y[0] - x[0]),
    asks: [...asks].sort((x, y) => x[0] - y[0]),
  };
}
