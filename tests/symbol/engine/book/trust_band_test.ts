import { assertEquals } from "@std/assert";
import { edgesOf, NO_EDGES, TrustBand } from "../../../../actors/symbol/engine/book/trust_band.ts";
import type { Level } from "../../../../shared/market.ts";
import { depthSnapshot } from "../market.ts";

const BIDS: Level[] = [[99, 1], [98, 1], [97, 1]];
const ASKS: Level[] = [[101, 1], [102, 1]];

Deno.test("edgesOf() is the last level of a side that is as long as was asked for", () => {
  const edges = (limit: number) => edgesOf(depthSnapshot(1, { bids: BIDS, asks: ASKS }), limit);
  assertEquals(edges(2), { bidEdge: 97, askEdge: 102 });
  assertEquals(edges(3), { bidEdge: 97, askEdge: null }, "fewer than asked for: it is whole");
  assertEquals(edges(4), NO_EDGES);
});

Deno.test("edgesOf() a side without levels is none: nothing rests there", () => {
  assertEquals(edgesOf(depthSnapshot(1, { bids: [], asks: ASKS }), 0).bidEdge, null);
});

Deno.test("TrustBand.includes() the edges and what lies between, and everything where there is none", () => {
  const band = new TrustBand({ bidEdge: 97, askEdge: 102 });
  assertEquals([96.99, 97, 100, 102, 102.01].map((price) => band.includes(price)), [
    false,
    true,
    true,
    true,
    false,
  ]);
  assertEquals(new TrustBand({ bidEdge: null, askEdge: 102 }).includes(0.01), true);
  assertEquals(new TrustBand({ bidEdge: 97, askEdge: null }).includes(1e9), true);
});

Deno.test("TrustBand.common() is what both know, whichever has an edge", () => {
  const one = new TrustBand({ bidEdge: 97, askEdge: null });
  const other = new TrustBand({ bidEdge: 95, askEdge: 102 });
  assertEquals(one.common(other).edges, { bidEdge: 97, askEdge: 102 });
  assertEquals(other.common(one).edges, { bidEdge: 97, askEdge: 102 });
  assertEquals(new TrustBand(NO_EDGES).common(new TrustBand(NO_EDGES)).edges, NO_EDGES);
});

Deno.test("TrustBand.reachBps() is the nearer edge, below 0 when the price has left, and endless without", () => {
  const band = new TrustBand({ bidEdge: 95, askEdge: 102 });
  assertEquals(band.reachBps(100, 100), 200);
  assertEquals(
    band.reachBps(99, 101),
    100,
    "from the best on either side, however wide the spread",
  );
  assertEquals(band.reachBps(96, 96) < 110 && band.reachBps(96, 96) > 100, true);
  assertEquals(band.reachBps(104, 104) < 0, true);
  assertEquals(new TrustBand(NO_EDGES).reachBps(100, 100), Infinity);
  assertEquals(new TrustBand({ bidEdge: 99, askEdge: null }).reachBps(100, 100), 100);
});
