/**
 * What a page's stream costs on the wire, of busy simulated markets through real engines, to the byte; and that this is
 * what it says: every frame is of one book.
 */
import { assert, assertEquals } from "@std/assert";
import { benchSymbols } from "../../scripts/bench/bench_symbols.ts";
import { benchInterest, FedHub } from "../../scripts/bench/stream/fed_hub.ts";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { type Detail, DETAILS } from "../../shared/stream_view.ts";
import { readMetricCells } from "../../shared/wire/cells.ts";
import {
  changedFrame,
  type FrameChange,
  type NumberedFrame,
} from "../../shared/wire/focus_frame.ts";
import { parseEvents } from "./sse.ts";

const WARM_S = 3;
const MEASURED_S = 6;

/** kB a second. */
interface Cost {
  readonly plain: number;
  readonly packed: number;
}

async function costOf(
  symbolCount: number,
  focus: readonly string[],
  details: readonly Detail[] = [],
): Promise<Cost> {
  const fed = new FedHub(benchSymbols(symbolCount));
  await fed.run(WARM_S);
  const interest = benchInterest("changes", focus, details);
  const [plain, packed] = [fed.open(interest, false), fed.open(interest, true)];
  await fed.run(1);
  const before = [plain.bytes, packed.bytes];
  await fed.run(MEASURED_S);
  fed.end();
  const kBPerS = (bytes: number, i: number) => (bytes - (before[i] ?? 0)) / MEASURED_S / 1_000;
  const cost = { plain: kBPerS(plain.bytes, 0), packed: kBPerS(packed.bytes, 1) };
  console.log(
    `${symbolCount} symbols, in focus ${focus.join() || "none"} with ${
      details.join() || "no details"
    }: ` +
      `${cost.plain.toFixed(2)} kB/s, packed ${cost.packed.toFixed(2)}`,
  );
  return cost;
}

Deno.test("A page's list costs 25 kB/s packed of 200 symbols at most, and 1 of 5", async () => {
  assert((await costOf(200, [])).packed <= 25);
  assert((await costOf(5, [])).packed <= 1);
});

Deno.test("Each symbol in focus costs 20 kB/s more at most, and 5 packed", async () => {
  const none = await costOf(5, []);
  // Heatmaps, depth charts and tapes on the desk or not.
  const cases = [
    { focus: ["BTCUSDT"], details: [] },
    { focus: ["BTCUSDT"], details: DETAILS },
    { focus: benchSymbols(4), details: DETAILS },
  ];
  for (const { focus, details } of cases) {
    const some = await costOf(5, focus, details);
    assert((some.plain - none.plain) / focus.length <= 20);
    assert((some.packed - none.packed) / focus.length <= 5);
  }
});

Deno.test("Each frame of a symbol in focus has levels and metrics of one book", async () => {
  const fed = new FedHub(benchSymbols(1));
  await fed.run(WARM_S);
  const decoder = new TextDecoder();
  let known: NumberedFrame | null = null;
  let frames = 0;
  fed.open(benchInterest("changes", ["BTCUSDT"]), false, (bytes) => {
    for (const { name, payload } of parseEvents(decoder.decode(bytes))) {
      if (name !== "frame") continue;
      known = changedFrame(known, payload as unknown as FrameChange, METRIC_NAMES.length);
      assert(known !== null);
      const { cells, bids, asks } = known.frame;
      const { values } = readMetricCells(METRIC_NAMES, cells);
      assertEquals([values.bestBidPrice, values.bestAskPrice], [bids[0]?.[0], asks[0]?.[0]]);
      frames += 1;
    }
  });
  await fed.run(10);
  fed.end();
  assert(frames >= 95, `${frames} frames in ten seconds`);
});
