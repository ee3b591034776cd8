import { daysText } from "../../shared/days_text.ts";
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { rowBytesOf } from "../../shared/catalogue/history_tables.ts";
import { keptDays, keptDaysText } from "../../shared/history_days.ts";
import { HISTORY_LIMITS } from "../support/history_limits.ts";

const SETTINGS = { ...HISTORY_LIMITS, metricsIntervalMs: 1_000 };

Deno.test("daysText() tells hours where days would be none, and never more than it is", () => {
  const told = [null, 90, 1, 0.38, 0.09, 1 / 24, 0.04].map(daysText);
  assertEquals(told, [
    "for ever",
    "90 days",
    "1 day",
    "9 hours",
    "2 hours",
    "1 hour",
    "less than an hour",
  ]);
});

Deno.test("keptDays() is the age of each table where the size has room for it", () => {
  const { metrics, books, trades_1s, metrics_10s, metrics_1m, metrics_1h } = keptDays(SETTINGS, 2);
  assertEquals([metrics, books, metrics_10s, metrics_1m, metrics_1h], [3, 1, 14, 365, null]);
  assertEquals(trades_1s, 30);
});

Deno.test("keptDays() is what the size has room for once roll-ups have grown, less the piece that goes next: these from coarse to fine, raw rows what is left", () => {
  const hourDays = 1 / 24;
  const raw = (symbols: number, bytes: number) => symbols * 86_400 * bytes;
  const books = rowBytesOf("books") + rowBytesOf("depth_profiles");
  const secondBytes = rowBytesOf("metrics") + books + rowBytesOf("trades_1s");
  const [minuteBytes, hourBytes] = [rowBytesOf("metrics_1m"), rowBytesOf("metrics_1h")];
  const days = keptDays(SETTINGS, 200);
  // 200 symbols: minutes alone would take 63 GB in a year, and hours 2.
  const newest = raw(200, secondBytes) * hourDays;
  const minutes = (20e9 - newest - 365 * 200 * 24 * hourBytes) / (200 * 1_440 * minuteBytes);
  const [month, year] = [31, 366];
  assertAlmostEquals(days.metrics_1m ?? 0, minutes - month, 1e-6);
  assertAlmostEquals(days.metrics_1h ?? 0, (20e9 - newest) / (200 * 24 * hourBytes) - year, 1e-6);
  assertEquals(days.metrics_10s, 0);
  assertEquals([days.metrics, days.books], [hourDays, hourDays]);
  // 28 symbols: roll-ups take about 12 of 20 GB, and what is left is shared by the parts of each, 5 : 5 : 2.
  const some = keptDays(SETTINGS, 28);
  assertEquals([some.metrics_10s, some.metrics_1m], [14, 365]);
  const all = 28 *
    (15 * 8_640 * rowBytesOf("metrics_10s") + (365 + month) * 1_440 * minuteBytes +
      365 * 24 * hourBytes);
  const left = 20e9 - all - raw(28, secondBytes) * hourDays;
  const room = (part: number, bytes: number) =>
    Math.max(hourDays, left * part / raw(28, bytes) + hourDays - 1);
  assertAlmostEquals(some.metrics ?? 0, room(5 / 12, rowBytesOf("metrics")), 1e-6);
  assertAlmostEquals(some.books ?? 0, room(5 / 12, books), 1e-6);
  assertAlmostEquals(some.trades_1s ?? 0, room(2 / 12, rowBytesOf("trades_1s")), 1e-6);
  // What one share does not take the others have.
  const short = keptDays({ ...SETTINGS, keepTradesDays: 1 }, 28);
  const trades = raw(28, rowBytesOf("trades_1s")) * (2 - hourDays);
  assertEquals(short.trades_1s, 1);
  assertAlmostEquals(
    short.metrics ?? 0,
    (left - trades) / 2 / raw(28, rowBytesOf("metrics")) + hourDays - 1,
    1e-6,
  );
  // A row that takes more leaves fewer days.
  const measured = keptDays(SETTINGS, 28, { metrics: 700 });
  assert((measured.metrics ?? 0) < (some.metrics ?? 0));
  // Room for less than a day and what comes after it: the day goes, and an hour is left.
  assertEquals(keptDays({ ...SETTINGS, keepBooksDays: 5 }, 35).books, hourDays);
  // However little there is, the newest hour stays.
  assertEquals(keptDays({ ...SETTINGS, historyMaxGb: 0.1 }, 20).metrics, hourDays);
  const slow = keptDays({ ...SETTINGS, metricsIntervalMs: 10_000 }, 28);
  assertEquals(slow.metrics, 3);
  assertMatch(keptDaysText(keptDays(SETTINGS, 2)), /^metrics 3 days, .*metrics_1h for ever/);
  assertEquals(keptDaysText({ metrics: 1, books: 0.38 }), "metrics 1 day, books 9 hours");
});
