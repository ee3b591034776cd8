import { assert, assertEquals } from "@std/assert";
import { Inflow } from "../../actors/writer/inflow.ts";
import type { Piece } from "../../actors/writer/pieces.ts";
import { Room } from "../../actors/writer/room.ts";
import { heldIn } from "../../actors/writer/size_held.ts";
import { givingWay } from "../../actors/writer/size_plan.ts";
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import { partitionNamed } from "../../shared/catalogue/partitions.ts";
import { leastBytes } from "../../shared/history_days.ts";
import { type Course, highestShare } from "../support/history_model.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 15);
const HOUR_MS = 3_600_000;

/** A piece by its name: a partition, a table that is one piece, or one of before. */
function piece(name: string, bytes: number): Piece {
  const of = (table: string) => name === table || name.startsWith(`${table}_`);
  const table = HISTORY_TABLES.filter((each) => of(each.name))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (table === undefined) throw new TypeError(`Cannot name a piece, received ${name}`);
  const span = table.partition && partitionNamed(table.name, table.partition, name);
  const kind = span !== null ? "partition" : name === table.name ? "whole" : "old";
  return { table, name, kind, span, bytes, rows: 1 };
}

const order = (pieces: readonly Piece[]) =>
  givingWay(pieces, 1_000, NOW_MS).map(({ piece: { name }, how }) => `${how} ${name}`);

Deno.test("givingWay() takes raw days first, the oldest of the share that is most over its part, then what is left of now", () => {
  const pieces = [
    piece("metrics_p20261127", 100),
    piece("metrics_p20261128", 100),
    piece("metrics_p20261129", 100),
    piece("metrics_p20261130", 1),
    piece("depth_profiles_p20261128", 400),
    piece("depth_profiles_p20261129", 400),
    piece("trades_1s_p20261001", 10),
    piece("metrics_unpartitioned", 50),
    piece("metrics_10s_p20261120", 900),
    piece("metrics_1m_p202610", 10),
    piece("metrics_1h_p2026", 10),
    piece("alerts", 20),
    piece("mutes", 50),
  ];
  assertEquals(order(pieces), [
    "whole depth_profiles_p20261128",
    "whole metrics_unpartitioned",
    "whole metrics_p20261127",
    "whole metrics_p20261128",
    "whole trades_1s_p20261001",
    "slices depth_profiles_p20261129",
    "slices metrics_p20261129",
    "whole metrics_10s_p20261120",
    "whole metrics_1m_p202610",
    "slices metrics_1h_p2026",
    "slices alerts",
  ]);
});

Deno.test("givingWay() leaves the newest hour of raw rows, over midnight too, and of metrics what is no whole hour", () => {
  const midnight = Date.UTC(2026, 10, 29);
  const pieces = [piece("metrics_p20261128", 900), piece("metrics_p20261129", 90)];
  const at = (nowMs: number, isUrgent = false) =>
    givingWay(pieces, 1_000, nowMs, isUrgent).map((
      { piece: { name }, how, untilMs },
    ) => [name, how, untilMs]);
  const half = midnight + HOUR_MS / 2;
  assertEquals(at(half)[0], ["metrics_p20261128", "slices", midnight - HOUR_MS]);
  // An hour that has just ended is still made into roll-ups.
  assertEquals(at(midnight + 5_000)[0]?.[2], midnight - 2 * HOUR_MS);
  assertEquals(at(midnight + 10_000)[0]?.[2], midnight - HOUR_MS);
  assertEquals(at(half, true), [
    ["metrics_p20261128", "slices", half - HOUR_MS],
    ["metrics_p20261129", "slices", half - HOUR_MS],
  ]);
  assertEquals(at(midnight + HOUR_MS)[0], ["metrics_p20261128", "whole", midnight]);
});

/** Of 1,000 bytes, at that hour of the day; `floors`: from which hour on tables have rows. */
function held(
  sizes: Readonly<Record<string, number>>,
  hour = 13,
  floors: Readonly<Record<string, number>> = {},
  firsts: Readonly<Record<string, number>> = {},
): string[] {
  const dayMs = Date.UTC(2026, 10, 29);
  const pieces = Object.entries(sizes).map(([name, bytes]) => piece(name, bytes));
  const floorOf = (table: string) => {
    const from = floors[table];
    return from === undefined ? -Infinity : dayMs + from * HOUR_MS;
  };
  const firstMs = new Map(
    Object.entries(firsts).map(([name, from]) => [name, dayMs + from * HOUR_MS]),
  );
  const nowMs = dayMs + hour * HOUR_MS;
  return [...heldIn(pieces, { maxBytes: 1_000, nowMs, floorOf, firstMs })];
}

Deno.test("heldIn() lets raw pieces of now grow up to what leaves room for an hour of the next day", () => {
  // From midnight to one o'clock as much comes as in any hour, and nothing can go.
  assertEquals(held({ metrics_p20261129: 909 }), []);
  assertEquals(held({ metrics_p20261129: 911 }), ["metrics_p20261129"]);
  // Of that hour so much is left as is left of it.
  const over = { metrics_p20261128: 960, metrics_p20261129: 4 };
  assertEquals(held(over, 0.5), Object.keys(over));
  assertEquals(held(over, 0.9), []);
});

Deno.test("heldIn() reserves what roll-ups grow by until a day of raw rows can go", () => {
  const sizes = { metrics_p20261129: 690, metrics_10s_p20261129: 130 };
  assertEquals(held(sizes), ["metrics_p20261129"]);
  // There is less to come in the evening.
  assertEquals(held(sizes, 23), []);
  // What does not grow any more is there, and no more.
  assertEquals(held({ metrics_p20261129: 690, metrics_10s_p20261128: 130 }), []);
  assertEquals(held({ metrics_p20261129: 690, metrics_10s_p20261128: 250 }), ["metrics_p20261129"]);
});

Deno.test("heldIn() does not count raw days that can go as a whole, and does those that have not begun", () => {
  const sizes = { metrics_p20261129: 800 };
  assertEquals(held({ ...sizes, metrics_p20261127: 500, metrics_unpartitioned: 500 }), []);
  assertEquals(held({ ...sizes, metrics_p20261130: 150 }), ["metrics_p20261129"]);
});

Deno.test("heldIn() has older days of a table go before rows of its day of now do", () => {
  const sizes = { metrics_p20261129: 920, metrics_p20261128: 10, books_p20261128: 10 };
  assertEquals(held(sizes), ["metrics_p20261129", "metrics_p20261128"]);
});

Deno.test("heldIn() takes what a piece has for what came since its first row, or since its oldest ones went", () => {
  const sizes = { metrics_p20261129: 800 };
  assertEquals(held(sizes), []);
  assertEquals(held(sizes, 13, { metrics: 9 }), ["metrics_p20261129"]);
  assertEquals(held(sizes, 13, {}, { metrics_p20261129: 9 }), ["metrics_p20261129"]);
});

Deno.test("heldIn() holds a share at its part before the others have taken theirs", () => {
  const books = { books_p20261129: 400, depth_profiles_p20261129: 300 };
  assertEquals(held({ ...books, metrics_p20261129: 200 }), Object.keys(books));
  // What the others will not take it has.
  assertEquals(held({ ...books, metrics_p20261129: 20 }), []);
  // When nothing is left all are held.
  assertEquals(held({ ...books, metrics_p20261129: 220 }).length, 3);
});

Deno.test("Room has rows deleted until there is room for the largest burst and some more", () => {
  const room = new Room(6_000);
  const of = (bytes: number) => piece("metrics_p20261129", bytes);
  const came = (rows: number, bytes = 10_000) => {
    room.look([of(bytes)], new Map([[of(0).name, rows]]));
    return room.missing(of(bytes));
  };
  assertEquals(came(0), 10);
  room.made(of(0).name, 10);
  assertEquals(came(0), 0);
  // Twice the burst, and ten rows.
  assertEquals(came(4), 8 + 10 - 6);
  room.made(of(0).name, 5);
  assertEquals(came(0), 7, "it is filled once it is begun");
  room.made(of(0).name, 7);
  assertEquals(came(0), 0);
  assertEquals(came(4), 0, "there is room for twice as many still");
  assertEquals(came(0, 13_000), 0);
  // One that grows had less room than that: one row too few is left now.
  assertEquals(came(0, 13_600), 10);
});

Deno.test("Room forgets a burst when those that follow are smaller", () => {
  const room = new Room(6_000);
  const of = piece("metrics_p20261129", 10_000);
  const came = (rows: number) => {
    room.look([of], new Map([[of.name, rows]]));
    return room.missing(of);
  };
  assertEquals(came(10), 30);
  room.made(of.name, 30);
  assertEquals(Array.from({ length: 10 }, () => came(1)), Array(10).fill(0));
});

Deno.test("Inflow counts rows by piece, those of before the last look no more", () => {
  const inflow = new Inflow();
  const at = (table: string, timeMs: number) => ({ table, timeMs });
  inflow.add([at("metrics", NOW_MS), at("metrics", NOW_MS + 12 * HOUR_MS), at("alerts", NOW_MS)]);
  inflow.add([at("metrics", NOW_MS)]);
  assertEquals([...inflow.take()], [["metrics_p20261129", 2], ["metrics_p20261130", 1]]);
  assertEquals([...inflow.take()], []);
});

Deno.test("history stays below its size over nights and weeks, at real rates", () => {
  const leastGb = leastBytes(200, 1_000) / 1e9;
  const courses:
    readonly (readonly [Omit<Course, "startHour">, hours: readonly number[], most: number])[] = [
      [{ symbols: 200, gb: 20, days: 9 }, [0, 8], 1.015],
      [{ symbols: 100, gb: 20, days: 9 }, [17], 1.015],
      [{ symbols: 3, gb: 0.3, days: 9 }, [9], 1.015],
      // Minutes of a month, whose piece goes when it is over, would take all but a tenth of it.
      [{ symbols: 200, gb: 6, days: 70 }, [9], 1.015],
      // As little as is taken at the start.
      [{ symbols: 200, gb: leastGb, days: 33 }, [0, 8, 17], 1.05],
    ];
  for (const [course, hours, most] of courses) {
    for (const startHour of hours) {
      const highest = highestShare({ ...course, startHour });
      const text = `${course.symbols} symbols in ${course.gb} GB from ${startHour}:00: ${highest}`;
      assert(highest < most && highest > 0.95, text);
    }
  }
});
