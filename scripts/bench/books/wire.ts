/** What stands in a frame before anything is made of it: the shape that JSON.parse gives. */

/** A level as Binance writes it: price and quantity as decimal strings. */
export type WireLevel = [price: string, qty: string];

/** A combined-stream depth frame. */
export interface WireFrame {
  readonly stream: string;
  readonly data: {
    readonly E: number;
    readonly s: string;
    readonly U: number;
    readonly u: number;
    readonly b: WireLevel[];
    readonly a: WireLevel[];
  };
}

/** An answer of `/api/v3/depth`. */
export interface WireSnapshot {
  readonly lastUpdateId: number;
  readonly bids: WireLevel[];
  readonly asks: WireLevel[];
}

/** An update as pairs of numbers: what a book of numbers applies when parsing is not measured. */
export interface PairUpdate {
  readonly bids: readonly (readonly [price: number, qty: number])[];
  readonly asks: readonly (readonly [price: number, qty: number])[];
}

/** Parses a frame that the loader has checked. */
export function parseFrame(text: string): WireFrame {
  return JSON.parse(text) as WireFrame;
}

/** Parses a snapshot that the loader has checked. */
export function parseSnapshot(text: string): WireSnapshot {
  return JSON.parse(text) as WireSnapshot;
}

/** A frame's levels as pairs of numbers. */
export function pairsOf(text: string): PairUpdate {
  const { b, a } = parseFrame(text).data;
  return { bids: b.map(numbers), asks: a.map(numbers) };
}

/** A level as a pair of numbers. */
export function numbers([price, qty]: WireLevel): [price: number, qty: number] {
  return [Number(price), Number(qty)];
}
