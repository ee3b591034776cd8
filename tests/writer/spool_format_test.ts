import { crc32 } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import {
  headerLine,
  readSegment,
  recordLine,
  recordsOf,
  SPOOL_LANES,
  type SpoolOwner,
} from "../../actors/writer/spool_format.ts";
import { segmentsToDrop } from "../../actors/writer/spool_room.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  delivery,
  feedStatus,
  gapRecord,
  proofStatus,
  tradesSecond,
} from "./outputs.ts";

const OWNER: SpoolOwner = {
  source: { kind: "exchange", label: "Binance spot" },
  database: "the database db.example:5432/monitor",
};
const SAMPLED = [bucketFrame(1), tradesSecond(), proofStatus()];
const KEPT = [alertEvent(), feedStatus(), gapRecord(), auditRecord()];

function segment(records: readonly string[], header = headerLine("sampled", OWNER)): string {
  return header + records.join("");
}

function record(item: object, over: object = {}): string {
  return recordLine({
    incarnation: 1,
    settings: DEFAULT_SETTINGS,
    items: [{ ...item, ...over } as typeof SAMPLED[number]],
  });
}

function read(text: string) {
  const reading = readSegment(text);
  assert(reading.kind === "read", reading.kind);
  return reading;
}

Deno.test("recordsOf() parts what is stored into what may be dropped and what never is", () => {
  const frames = [bookFrame(), bucketFrame(2, { bucketMs: null })];
  const one = delivery(1, [...KEPT, ...frames, ...SAMPLED], { incarnation: 9 });
  const two = delivery(2, [gapRecord()]);
  const settings = DEFAULT_SETTINGS;
  assertEquals(SPOOL_LANES.map((lane) => recordsOf([one, two], lane)), [
    [{ incarnation: 9, settings, items: KEPT }, { incarnation: 1, settings, items: [gapRecord()] }],
    [{ incarnation: 9, settings, items: SAMPLED }],
  ]);
});

Deno.test("readSegment() gives back every stored output to the bit", () => {
  const records = recordsOf([delivery(1, [...SAMPLED, ...KEPT])], "sampled")
    .concat(recordsOf([delivery(1, [...SAMPLED, ...KEPT])], "kept"));
  const { header, records: again, refused, damaged } = read(segment(records.map(recordLine)));
  assertEquals(header, { version: 1, lane: "sampled", ...OWNER });
  assertEquals([again, refused, damaged], [records, [], 0]);
});

Deno.test("readSegment() loses to a damaged byte the records that it is in, and no other", () => {
  const records = Array.from({ length: 8 }, (_, number) => bucketFrame(number));
  const text = segment(records.map((frame) => record(frame)));
  const start = headerLine("sampled", OWNER).length;
  const bytes = new TextEncoder().encode(text);
  fc.assert(fc.property(
    fc.integer({ min: start, max: bytes.length - 1 }),
    fc.integer({ min: 1, max: 255 }),
    (at, change) => {
      const broken = bytes.with(at, (bytes[at] ?? 0) ^ change);
      const { records: left, damaged } = read(new TextDecoder().decode(broken));
      const items = left.flatMap(({ items }) => items);
      assert(damaged >= 1 && damaged <= 2, `${damaged}`);
      // A line break that is none any more joins two; one that is new makes two of one.
      assert(items.length >= 6 && items.length <= 7, `${items.length}`);
      for (const item of items) assert(records.some((each) => each.timeMs === item.timeMs));
    },
  ));
});

Deno.test("readSegment() reads what was written whole, wherever the rest is cut off", () => {
  const lines = [1, 2, 3].map((number) => record(bucketFrame(number)));
  const text = segment(lines);
  const header = headerLine("sampled", OWNER).length;
  for (let length = 0; length <= text.length; length++) {
    const reading = readSegment(text.slice(0, length));
    if (length < header) {
      assertEquals(reading, { kind: "empty" });
      continue;
    }
    assert(reading.kind === "read");
    const ends = [1, 2, 3].map((count) => segment(lines.slice(0, count)).length);
    const whole = ends.filter((end) => end <= length).length;
    const isCut = length !== header && !ends.includes(length);
    assertEquals([reading.records.length, reading.damaged], [whole, isCut ? 1 : 0], `${length}`);
  }
});

Deno.test("readSegment() refuses what came whole and is no output, and says why", () => {
  const lines = [
    record(bucketFrame(1), { bookUpdateId: 2 ** 70 }),
    record(alertEvent(), { type: "alarm" }),
    record(gapRecord(), { more: 1 }),
    record(gapRecord()),
  ];
  const { records, refused, damaged } = read(segment(lines));
  assertEquals(records.flatMap(({ items }) => items), [gapRecord()]);
  assertEquals(refused.map(({ problem }) => problem), [
    "bookUpdateId is no whole number",
    "it is of no known type",
    "it has a field that is not defined",
  ]);
  assertEquals(damaged, 0);
});

Deno.test("readSegment() reads metrics of an earlier program: what it did not know is not known", () => {
  const frame = bucketFrame(1);
  const [dropped, ...known] = METRIC_NAMES;
  const values = Object.fromEntries(known.map((name) => [name, frame.values[name]]));
  const { records, refused } = read(segment([record(frame, { values: { ...values, gone: 1 } })]));
  const expected = { ...frame, values: { ...frame.values, [`${dropped}`]: null } };
  assertEquals([records[0]?.items, refused], [[expected], []]);
  // Nor did it tell why.
  const { nulls: _, ...before } = frame;
  const old = read(segment([record(before)]));
  assertEquals([old.records[0]?.items, old.refused], [[{ ...frame, nulls: null }], []]);
});

Deno.test("readSegment() takes nothing from a segment whose first line cannot be believed", () => {
  const [line = ""] = [record(bucketFrame(1))];
  assertEquals(readSegment(segment([line], "00000000 {}\n")), { kind: "unreadable", lines: 1 });
  // A form that is still to come begins with its number all the same.
  const newer = '{"spool":2}';
  const header = `${crc32(newer).toString(16).padStart(8, "0")} ${newer}\n`;
  assertEquals(readSegment(segment([line], header)), { kind: "newer", version: 2 });
});

Deno.test("segmentsToDrop() takes the oldest of what is sampled, and as little as helps", () => {
  const sizes = (text: string) =>
    text.split(" ").map((word, index) => ({
      number: index + 1,
      lane: word.startsWith("k") ? "kept" as const : "sampled" as const,
      bytes: Number(word.slice(1).replace("!", "")),
      isInHand: word.endsWith("!"),
    }));
  const dropped = (text: string, needed: number) =>
    segmentsToDrop(sizes(text), needed, 100)?.map(({ number }) => number) ?? null;
  assertEquals(dropped("s40 s40 s20", 0), []);
  assertEquals(dropped("s40 s40 s20", 1), [1]);
  assertEquals(dropped("s40 s40 s20", 41), [1, 2]);
  assertEquals(dropped("k40 s40 s20", 30), [2]);
  assertEquals(dropped("s40! s40 s20", 30), [2]);
  assertEquals(dropped("k50 k40 s10", 10), [3]);
  assertEquals(dropped("k50 k40 s10", 11), null);
});
