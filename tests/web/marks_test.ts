import { assertEquals } from "@std/assert";
import { GapList, GAPS_MAX } from "../../web/page/gap_list.ts";
import { LOSSES_MAX, LossList } from "../../web/page/loss_list.ts";
import {
  describeMark,
  gapMark,
  kindsWithin,
  lossMark,
  type Mark,
  markAt,
} from "../../web/page/marks.ts";
import { gapRecord, lossRecord, START_MS } from "../support/outputs.ts";

const at = (second: number) => START_MS + second * 1_000;
const SYNCING: Mark = { kind: "syncing", fromMs: at(10), toMs: at(14), text: null };
const GAP = gapMark(gapRecord({ timeMs: at(11), durationMs: 2_000 }));

Deno.test("gapMark() lasts as long as there was no live book, and names the missed ids", () => {
  assertEquals([GAP.fromMs, GAP.toMs], [at(11), at(13)]);
  const words = "gap: 3 update ids missed (101–103), 2.0 s without a live book";
  assertEquals(describeMark(GAP), words);
});

Deno.test("gapMark() of a gap that was open when it was told is a hair, and says so", () => {
  const open = gapMark(gapRecord({ timeMs: at(11), durationMs: null }));
  assertEquals([open.fromMs, open.toMs], [at(11), at(11)]);
  const words = "gap: 3 update ids missed (101–103), and no live book yet when it was told";
  assertEquals(describeMark(open), words);
});

Deno.test("describeMark() tells a state's begin, end and length in UTC", () => {
  assertEquals(describeMark(SYNCING), "syncing 12:00:10–12:00:14 (4.0 s)");
  assertEquals(describeMark({ ...SYNCING, kind: "missing" }).split(" 12")[0], "not recorded");
});

Deno.test("markAt() finds a gap before the stretch that it caused, and narrow ones within reach", () => {
  const marks = [SYNCING, GAP];
  const found = [9, 10.5, 11.5, 13.2, 13.9, 15].map((second) => markAt(marks, at(second), 500));
  assertEquals(found.map((mark) => mark?.kind ?? null), [
    null,
    "gap",
    "gap",
    "gap",
    "syncing",
    null,
  ]);
  assertEquals(markAt([GAP], at(10.9), 0), null);
});

Deno.test("kindsWithin() names what is in view, each once, in the legend's order", () => {
  const stale: Mark = { ...SYNCING, kind: "stale", fromMs: at(100), toMs: at(200) };
  assertEquals(kindsWithin([GAP, stale, SYNCING, GAP], at(0), at(50)), ["syncing", "gap"]);
  assertEquals(kindsWithin([GAP, stale, SYNCING], at(150), at(160)), ["stale"]);
});

Deno.test("GapList takes each gap once, from history and from the stream, and is bounded", () => {
  const list = new GapList();
  assertEquals(list.take([gapRecord()]), true);
  assertEquals(list.take([gapRecord()]), false);
  const open = gapRecord({ fromId: 1, timeMs: at(-1), durationMs: null });
  assertEquals([list.take([open]), list.take([open])], [true, false]);
  assertEquals(list.take([{ ...open, toId: 109, durationMs: 5 }]), true, "it is complete now");
  assertEquals([list.take([open]), list.all.find(({ fromId }) => fromId === 1)?.toId], [
    false,
    109,
  ]);
  const many = Array.from({ length: GAPS_MAX }, (_, n) => gapRecord({ fromId: n, timeMs: at(n) }));
  list.take(many);
  assertEquals([list.all.length, list.all[0]?.timeMs], [GAPS_MAX, at(0)]);
});

Deno.test("lossMark() is as long as the rows that were lost, says how many and why, and is found like a gap", () => {
  const mark = lossMark(lossRecord({ fromMs: at(11), toMs: at(13), timeMs: at(70) }));
  assertEquals([mark.fromMs, mark.toMs], [at(11), at(13)]);
  const words = "3 rows of BTCUSDT are lost (12:00:11Z to 12:00:13Z): outbox full";
  assertEquals(describeMark(mark), words);
  assertEquals(markAt([SYNCING, mark], at(13.2), 500)?.kind, "loss");
  const undated = lossMark(lossRecord({ fromMs: null, toMs: null, timeMs: at(20), rows: 1 }));
  assertEquals([undated.fromMs, undated.toMs], [at(20), at(20)]);
  assertEquals(describeMark(undated), "1 row of BTCUSDT is lost: outbox full");
});

Deno.test("LossList keeps each record once, whichever way it came, and the newest of too many", () => {
  const list = new LossList();
  assertEquals(list.take([lossRecord(), lossRecord({ lostBy: "writer" })]), true);
  assertEquals(list.take([lossRecord({ rows: 3 })]), false);
  assertEquals(list.all.length, 2);
  const many = Array.from({ length: LOSSES_MAX }, (_, n) => lossRecord({ timeMs: at(n + 1) }));
  list.take(many.toReversed());
  assertEquals(list.all.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b)[0], at(1));
  assertEquals(list.all.length, LOSSES_MAX);
});
