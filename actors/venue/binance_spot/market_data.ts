/** Binance spot as symbol workers see it: its streams, snapshots and life times. Without zod. */
import type { VenueMarketData } from "../venue.ts";
import { readAnswer } from "./answer.ts";
import { FrameDecoder } from "./decode.ts";
import { decodeSnapshot } from "./json_decode.ts";
import { depthWeight } from "./request_weight.ts";

const HOUR_MS = 3_600_000;
/** One connection carries all three: web-socket-streams.md. */
const STREAMS = ["depth@100ms", "bookTicker", "aggTrade"];

/** The face of its market data. The server's pings are answered by the runtime. */
export const binanceSpotMarketData: VenueMarketData = {
  rules: {
    venue: "binance_spot",
    // A connection ends after 24 hours: web-socket-streams.md, General WSS information.
    connectionAge: { minMs: 22 * HOUR_MS, maxMs: 23.5 * HOUR_MS },
    // Weight 50 instead of the 250 of 5,000 levels.
    firstLevels: 1_000,
  },
  streamUrl(baseUrl, symbol) {
    const name = encodeURIComponent(symbol.toLowerCase());
    return `${baseUrl}/stream?streams=${STREAMS.map((kind) => `${name}@${kind}`).join("/")}`;
  },
  // web-socket-streams.md, Listing Subscriptions. One message of five a second.
  listSubscriptions: JSON.stringify({ method: "LIST_SUBSCRIPTIONS", id: 1 }),
  createDecoder: (tickLot) => new FrameDecoder(tickLot),
  snapshotRequest: (symbol, limit) => ({
    path: `/api/v3/depth?${new URLSearchParams({ symbol, limit: String(limit) })}`,
    weight: depthWeight(limit),
  }),
  decodeSnapshot,
  readAnswer,
};
