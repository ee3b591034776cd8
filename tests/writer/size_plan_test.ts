import { assert, assertEquals } from "@std/assert";
import { Inflow } from "../../actors/writer/inflow.ts";
import type { Piece } from "../../actors/writer/pieces.ts";
import { Room } from "../../actors/writer/room.ts";
import { SizeDebt } from "../../actors/writer/size_debt.ts";
import { heldIn, reservedBytes } from "../../actors/writer/size_held.ts";
import { givingWay, isDue } from "../../actors/writer/size_plan.ts";
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import { partitionNamed } from "../../shared/catalogue/partitions.ts";
import { leastBytes } from "../../shared/history_days.ts";
import { type Course, runCourse } from "../support/history_model.ts";
import { randomOf } from "../support/random.ts";

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
  return [...heldIn(pieces, { maxBytes: 1_000, nowMs, floorOf, firstMs, rateOf: () => null })];
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

Deno.test("Inflow knows how fast rows came in the newest hour, by their own time, and nothing before it has seen enough", () => {
  const inflow = new Inflow();
  const rate = (minute: number) => {
    const perMs = inflow.rates(NOW_MS + minute * 60_000)("metrics");
    return perMs === null ? null : Math.round(perMs * 60_000 * 100) / 100;
  };
  const come = (from: number, to: number, count: number) => {
    for (let minute = from; minute < to; minute++) {
      const timeMs = NOW_MS + minute * 60_000 + 1;
      inflow.add(Array.from({ length: count }, () => ({ table: "metrics", timeMs })));
    }
  };
  assertEquals(rate(0), null);
  // An hour of before, all at once, as from a spool.
  come(-60, 0, 50);
  come(0, 5, 10);
  assertEquals(rate(5), null);
  come(5, 20, 10);
  assertEquals(rate(20), 10);
  // What has just begun is not over.
  come(20, 21, 3);
  assertEquals(rate(20.5), 10);
  assertEquals(inflow.rates(NOW_MS + 20 * 60_000)("books"), 0);
  // What is older than an hour counts no more.
  come(21, 60, 10);
  come(60, 90, 20);
  assertEquals(rate(90), 15);
  // A clock that is set back knows less.
  assertEquals(rate(-10), null);
});

/** So many bytes of metrics there, of a table whose rows take 100 bytes a minute. */
function reserved(
  sizes: Readonly<Record<string, number>>,
  hour: number,
  firsts: Readonly<Record<string, number>>,
  isKnown = true,
): number {
  const dayMs = Date.UTC(2026, 10, 29);
  const firstMs = new Map(
    Object.entries(firsts).map(([name, from]) => [name, dayMs + from * HOUR_MS]),
  );
  return Math.round(reservedBytes(
    Object.entries(sizes).map(([name, bytes]) => piece(name, bytes)),
    {
      maxBytes: 10_000,
      nowMs: dayMs + hour * HOUR_MS,
      floorOf: () => -Infinity,
      firstMs,
      rateOf: (table) => !isKnown ? null : table === "metrics" ? 100 / HOUR_MS / 600 : 0,
    },
  ));
}

Deno.test("reservedBytes() keeps room for what stays and an hour more, as fast as rows come, and none where raw rows have more", () => {
  const begun = { metrics_p20261129: 120 };
  const first = { metrics_p20261129: 0 };
  // Three hours of metrics, less what is there, and two percent.
  assertEquals(reserved(begun, 1.2, first), 300 - 120 + 200);
  assertEquals(reserved(begun, 1.2, first, false), 0);
  // A day of the past has that room, by and by, and so has one of an earlier version.
  assertEquals(reserved({ ...begun, metrics_p20261128: 100 }, 1.2, first), 300 - 220 + 200);
  assertEquals(reserved({ ...begun, metrics_p20261127: 180 }, 1.2, first), 0);
  assertEquals(reserved({ ...begun, metrics_unpartitioned: 500 }, 1.2, first), 0);
  // Roll-ups have not.
  assertEquals(reserved({ ...begun, metrics_10s_p20261128: 500 }, 1.2, first), 380);
  // Rows of now may go themselves.
  assertEquals(reserved({ metrics_p20261129: 240 }, 2.4, first), 0);
  // A day that is far larger than the rows that are left in it has the room it needs.
  assertEquals(reserved({ metrics_p20261129: 2_000 }, 12, { metrics_p20261129: 11 }), 0);
});

Deno.test("isDue() has days of the past go when something has to, before any roll-up", () => {
  const pieces = ["metrics_p20261127", "metrics_p20261129", "metrics_10s_p20261127"].map((name) =>
    piece(name, 100)
  );
  const stand = { isFull: false, isUrgent: false, isOwed: true, held: new Set<string>() };
  const due = (over: Partial<typeof stand>, back?: Parameters<typeof isDue>[2]) =>
    givingWay(pieces, 1_000, NOW_MS).filter((each) => isDue(each, { ...stand, ...over }, back))
      .map(({ piece: { name } }) => name);
  assertEquals(due({}), pieces.map(({ name }) => name));
  assertEquals(due({ isOwed: false }), []);
  assertEquals(due({ isOwed: false, isFull: true }), ["metrics_p20261127"]);
  const free = { isDraining: false, isWaiting: false, areOldFolded: true, missingIn: () => 0 };
  assertEquals(due({}, { ...free, isDraining: true }), ["metrics_p20261127"]);
  assertEquals(due({}, { ...free, isWaiting: true }).length, 2);
  assertEquals(due({ isUrgent: true }, { ...free, isWaiting: true }).length, 3);
  assertEquals(due({}, { ...free, areOldFolded: false }).length, 2);
});

Deno.test("SizeDebt does not take the turnover of a piece for what was given", () => {
  const debt = new SizeDebt(100_000);
  const [raw, none] = [piece("metrics_p20261129", 50_000), new Map<string, number>()];
  const came = (rows: number) => new Map([[raw.name, rows]]);
  debt.look(99_999, came(10));
  assertEquals(debt.bytes, 0);
  // Once above it: down to where days begin to go, with rows that have come before.
  debt.look(101_000, came(10));
  assertEquals(debt.bytes, 3_000);
  debt.deleted(raw, 5);
  assertEquals(debt.bytes, 0);
  // Roll-ups grow beside it; two rows that came make room for two of their own.
  debt.look(101_600, came(2));
  assertEquals(debt.bytes, 1_200);
  debt.deleted(raw, 2);
  assertEquals(debt.bytes, 1_200);
  debt.deleted(raw, 1);
  assertEquals(debt.bytes, 600);
  debt.look(101_000, none);
  assertEquals(debt.bytes, 600, "what is smaller than it was grows no debt");
  debt.went({ name: "metrics_10s_p20261127", bytes: 500 });
  assertEquals(debt.bytes, 100);
  debt.look(99_999, none);
  assertEquals(debt.bytes, 0);
});

/** That history keeps below its size by so much, and that no roll-up goes while there are raw rows that could. */
function assertKeeps(course: Course, most: number): void {
  const { highest, early } = runCourse(course);
  const text = `${JSON.stringify(course)}: ${highest}`;
  assert(highest < most && highest > 0.95, text);
  assertEquals(early.slice(0, 3), [], text);
}

Deno.test("history stays below its size over nights and weeks, at real rates, and raw rows go first", () => {
  const leastGb = leastBytes(200, 1_000) / 1e9;
  const courses:
    readonly (readonly [Omit<Course, "startHour">, hours: readonly number[], most: number])[] = [
      [{ symbols: 200, gb: 20, days: 9 }, [0, 8], 1],
      [{ symbols: 100, gb: 20, days: 9 }, [17], 1],
      [{ symbols: 3, gb: 0.3, days: 9 }, [9], 1],
      // Minutes of a month, whose piece goes when it is over, would take all but a tenth of it.
      [{ symbols: 200, gb: 6, days: 40 }, [9], 1.05],
      // As little as is taken at the start.
      [{ symbols: 200, gb: leastGb, days: 33 }, [17], 1.05],
      // Far more symbols are added before it is full: what they bring counts as soon as it comes.
      [{ symbols: 5, gb: 4, days: 3, then: { symbols: 82, hours: 35 } }, [3], 1],
    ];
  for (const [course, hours, most] of courses) {
    for (const startHour of hours) assertKeeps({ ...course, startHour }, most);
  }
});

Deno.test("history that begins at any hour of a day stays below its size, and raw rows go first", () => {
  const random = randomOf(20_261_130);
  for (let startHour = 0; startHour < 24; startHour++) {
    const symbols = 2 + Math.floor(random() * 199);
    const gb = leastBytes(symbols, 1_000) / 1e9 * (1 + 4 * random() ** 2);
    assertKeeps({ symbols, gb, days: 3, startHour }, 1.05);
  }
});
