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

/** Parses a frame that the loader has checked. */
export function parseFrame(text: string): WireFrame {
  return JSON.parse(text) as WireFrame;
}

/** Parses a snapshot that the loader has checked. */
export function parseSnapshot(text: string): WireSnapshot {
  return JSON.parse(text) as WireSnapshot;
}
