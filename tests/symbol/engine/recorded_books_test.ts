/** What is stored of a book each second is the book of that moment: of recordings, against the obvious order book. */
import { assert, assertEquals } from "@std/assert";
import { withPrices } from "../../../shared/book_second.ts";
import type { Level } from "../../../shared/market.ts";
import type { BookSecond } from "../../../shared/book_second.ts";
import { BOOK_FRAME_LEVELS } from "../../../shared/output.ts";
import { bookMessage } from "../../scripts/naive_book.ts";
import { readLines, replay } from "../../scripts/replayed.ts";
import { recordingsDir } from "../../support/services.ts";
import { REAL_RECORDINGS, SIMULATED_RECORDINGS, simulatedRecording } from "./recorded_rows.ts";

/** A recording is a minute and more. */
const SECONDS_MIN = 45;
/** Levels a side that were asked for in the snapshots of recordings. */
const SNAPSHOT_LEVELS = 1_000;

async function assertBooksOf(file: string): Promise<void> {
  const lines = await readLines(file);
  const seconds: BookSecond[] = [];
  await replay(lines, (output) => {
    if (output.type === "book_1s") seconds.push(output);
  });
  assert(seconds.length >= SECONDS_MIN, `${seconds.length} books of ${file}`);
  assertEquals(seconds.map(({ number }) => number), seconds.map((_, i) => i + 1));
  const told = new Map(seconds.map((second) => [second.bookUpdateId, withPrices(second)]));
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  // The best ones up to the edge of the snapshot, if it has not the whole side; of others it is not known that they are.
  const best = (side: Map<number, number>, sign: 1 | -1, within: [string, string][] = []) => {
    const edge = within.length < SNAPSHOT_LEVELS ? NaN : Number(within.at(-1)?.[0]);
    const levels: Level[] = [...side].sort(([a], [b]) => sign * (b - a)).slice(
      0,
      BOOK_FRAME_LEVELS,
    );
    return levels.filter(([price], rank) => rank === 0 || !(sign * price < sign * edge));
  };
  const set = (side: Map<number, number>, levels: readonly [string, string][] = []) => {
    for (const [price, qty] of levels) {
      if (Number(qty) === 0) side.delete(Number(price));
      else side.set(Number(price), Number(qty));
    }
  };
  const messages = lines.map(({ payload }) => bookMessage(payload));
  // Updates that came before the snapshot may be later than it.
  const snapshot = messages.find(({ lastUpdateId }) => lastUpdateId !== undefined);
  let id = snapshot?.lastUpdateId ?? NaN;
  set(sides.bids, snapshot?.bids);
  set(sides.asks, snapshot?.asks);
  let compared = 0;
  const compare = () => {
    const book = told.get(id);
    if (book === undefined) return;
    compared += 1;
    assertEquals(book.bids, best(sides.bids, 1, snapshot?.bids), `bids at ${id} of ${file}`);
    assertEquals(book.asks, best(sides.asks, -1, snapshot?.asks), `asks at ${id} of ${file}`);
  };
  compare();
  for (const { data } of messages) {
    if (data?.e !== "depthUpdate" || data.u <= id) continue;
    id = data.u;
    set(sides.bids, data.b);
    set(sides.asks, data.a);
    compare();
  }
  assertEquals(compared, told.size);
}

for (const name of REAL_RECORDINGS) {
  Deno.test({
    name: `What is stored of the book each second is the book of the recording ${name}`,
    ignore: recordingsDir === null,
    fn: () => assertBooksOf(`${recordingsDir}/${name}.gz`),
  });
}

for (const name of SIMULATED_RECORDINGS) {
  Deno.test(`What is stored of the book each second is the book of ${name}`, () =>
    assertBooksOf(simulatedRecording(name)));
}
