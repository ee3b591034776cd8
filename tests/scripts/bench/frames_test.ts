import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseFrame, parseSnapshot } from "../../../scripts/bench/books/wire.ts";
import { deepen, loadFrames } from "../../../scripts/bench/frames.ts";
import { RecordingError } from "../../../scripts/recording.ts";

const FIXTURE = decodeURIComponent(
  new URL("../../fixtures/simulated_ethusdt.gz", import.meta.url).pathname,
);

Deno.test("loadFrames() keeps every line, and as depth frames those that follow the snapshot", async () => {
  const { symbol, snapshot, frames, lines } = await loadFrames(FIXTURE);
  assertEquals(symbol, "ETHUSDT");
  const depth = lines.filter(({ payload }) => payload.includes("@depth"));
  const { lastUpdateId } = parseSnapshot(snapshot);
  assert(frames.length > 0 && frames.length < depth.length);
  const ids = frames.map((text) => parseFrame(text).data);
  assert(ids.every(({ u }) => u > lastUpdateId));
  ids.slice(1).forEach(({ U }, i) => assertEquals(U, (ids[i]?.u ?? NaN) + 1));
});

Deno.test("loadFrames() refuses a recording that no book can start from", async () => {
  const file = await Deno.makeTempFile();
  try {
    const ticker = '{"u":2,"s":"A","b":"1","B":"1","a":"2","A":"1"}';
    await Deno.writeTextFile(file, `1700000000000000000 ${ticker}\n`);
    await assertRejects(() => loadFrames(file), RecordingError, "holds no depth snapshot");
    const snapshot = '{"lastUpdateId":1,"bids":[["1","1"]],"asks":[["2","1"]]}';
    await Deno.writeTextFile(file, `1700000000000000000 ${snapshot}\n`);
    await assertRejects(() => loadFrames(file), RecordingError, "holds no depth frame");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("deepen() cuts a side, or goes on beyond its worst level at the recorded distance", () => {
  const side = (from: number, step: number) =>
    Array.from({ length: 300 }, (_, k) => [(from + k * step).toFixed(8), `${k + 1}.00000000`]);
  const snapshot = JSON.stringify({
    lastUpdateId: 7,
    bids: side(1_000, -0.02),
    asks: side(1_000.5, 0.05),
  });
  const cut = parseSnapshot(deepen(snapshot, 10));
  assertEquals([cut.lastUpdateId, cut.bids.length, cut.asks.length], [7, 10, 10]);
  assertEquals(cut.asks[9], ["1000.95000000", "10.00000000"]);

  const deep = parseSnapshot(deepen(snapshot, 5_000));
  assertEquals([deep.bids.length, deep.asks.length], [5_000, 5_000]);
  assertEquals(deep.bids[300], ["994.00000000", "2.00000000"]);
  assertEquals(deep.bids[301]?.[0], "993.98000000");
  assertEquals(deep.asks[300]?.[0], "1015.50000000");
  const prices = deep.asks.map(([price]) => Number(price));
  assert(prices.every((price, i) => i === 0 || price > (prices[i - 1] ?? NaN)));
});
