import { assertEquals } from "@std/assert";
import { AheadHold } from "../../actors/writer/ahead_hold.ts";
import { doubtText } from "../../actors/writer/newest_row.ts";
import type { Row } from "../../actors/writer/rows.ts";
import { ageCutMs, goesMs, hear, judgeTimes } from "../../actors/writer/time_gate.ts";
import { TrustedClock } from "../../actors/writer/trusted_clock.ts";
import { WakingClock } from "../../actors/writer/waking_clock.ts";
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { alertEvent, metricsFrame, tradesSecond } from "../support/outputs.ts";
import { HISTORY_LIMITS } from "../support/history_limits.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 15);
const MIDNIGHT_MS = Date.UTC(2026, 10, 29);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NO_FLOORS = { of: () => -Infinity };

const settings = DEFAULT_SETTINGS;
const metrics = (timeMs: number, eventMs: number | null = null): Row => ({
  table: "metrics",
  item: { ...metricsFrame({ timeMs, eventMs }), incarnation: 1 },
  settings,
});
const trades = (timeMs: number): Row => ({
  table: "trades_1s",
  item: { ...tradesSecond({ timeMs }), incarnation: 1 },
  settings,
});
const clockAt = (utcMs: number) => new TrustedClock(utcMs, 0);
const times = ({ rows }: { readonly rows: readonly Row[] }) => rows.map(({ item }) => item.timeMs);

Deno.test("judgeTimes() takes what a partition that is kept has room for, and tells what is older as lost", () => {
  const oldest = MIDNIGHT_MS - 3 * DAY_MS;
  const rows = [oldest - 1, oldest, NOW_MS, oldest - DAY_MS].map((ms) => metrics(ms));
  const parts = { clock: clockAt(NOW_MS), floors: NO_FLOORS };
  const judged = judgeTimes([...rows, trades(oldest - 1)], HISTORY_LIMITS, parts, 0);
  assertEquals(times(judged), [oldest, NOW_MS, oldest - 1]);
  const market = { venue: "binance_spot", symbol: "BTCUSDT" } as const;
  assertEquals(judged.losses, [{
    cause: "too old",
    market,
    span: { fromMs: oldest - DAY_MS, toMs: oldest - 1 },
    rows: 2,
    detail: "older than its table is kept",
  }]);
  const forever = { ...HISTORY_LIMITS, keepMetricsDays: null };
  assertEquals(judgeTimes(rows, forever, parts, 0).rows, rows);
});

Deno.test("judgeTimes() finds no row of a store too old before the exchange has confirmed a time", () => {
  const yearAgo = NOW_MS - 365 * DAY_MS;
  const clock = clockAt(NOW_MS);
  clock.opened(yearAgo);
  const parts = { clock, floors: NO_FLOORS };
  // The exchange is a year behind: this machine's clock is wrong.
  const rows = [metrics(yearAgo + 1), metrics(NOW_MS, yearAgo + HOUR_MS)];
  assertEquals(judgeTimes(rows.slice(0, 1), HISTORY_LIMITS, parts, 0).losses, []);
  assertEquals([clock.sureAt(0), clock.carefulAt(0)], [null, yearAgo + 1]);
  assertEquals(judgeTimes(rows, HISTORY_LIMITS, parts, 0).losses, []);
  assertEquals(clock.sureAt(0), null);
  // Rows that have waited are of a time that was: it is as late at least.
  judgeTimes([metrics(yearAgo + DAY_MS, yearAgo + DAY_MS - 30)], HISTORY_LIMITS, parts, 0);
  assertEquals(clock.sureAt(1_000), yearAgo + DAY_MS + 1_000);
  judgeTimes([metrics(NOW_MS, NOW_MS - 30)], HISTORY_LIMITS, parts, 2_000);
  assertEquals([clock.sureAt(2_000), clock.carefulAt(2_000)], [NOW_MS, NOW_MS]);
  assertEquals(judgeTimes(rows.slice(0, 1), HISTORY_LIMITS, parts, 2_000).losses.length, 1);
});

Deno.test("doubtText() tells of a clock and a store that are more than a day apart", () => {
  const newest = NOW_MS - DAY_MS;
  assertEquals([null, newest, NOW_MS + DAY_MS].map((ms) => doubtText(ms, NOW_MS)), [
    null,
    null,
    null,
  ]);
  assertEquals(
    doubtText(newest - 1_000, NOW_MS),
    "the clock says 2026-11-29 15:00:00Z, the newest row is of 2026-11-28 14:59:59Z: " +
      "nothing is dropped by its age until the exchange's time confirms it",
  );
  assertEquals(doubtText(NOW_MS + DAY_MS + 1, NOW_MS) === null, false);
});

Deno.test("judgeTimes() takes nothing from before what was dropped, whatever the age is", () => {
  const floors = { of: (table: string) => table === "metrics" ? MIDNIGHT_MS : -Infinity };
  const rows = [metrics(MIDNIGHT_MS - 1), metrics(MIDNIGHT_MS), trades(MIDNIGHT_MS - 1)];
  const judged = judgeTimes(rows, HISTORY_LIMITS, { clock: clockAt(NOW_MS), floors }, 0);
  assertEquals(times(judged), [MIDNIGHT_MS, MIDNIGHT_MS - 1]);
  assertEquals(judged.losses.map(({ cause, rows }) => [cause, rows]), [["too old", 1]]);
});

Deno.test("judgeTimes() takes no row of a clock that was set ahead, and says what to do", () => {
  const far = Date.UTC(2099, 0);
  const rows = [metrics(NOW_MS + DAY_MS), metrics(NOW_MS + DAY_MS + 1), metrics(far)];
  const judged = judgeTimes(rows, HISTORY_LIMITS, { clock: clockAt(NOW_MS), floors: NO_FLOORS }, 0);
  assertEquals(times(judged), [NOW_MS + DAY_MS]);
  const [{ cause, span, detail } = { cause: "", span: null, detail: "" }] = judged.losses;
  assertEquals([cause, span], ["clock ahead", { fromMs: NOW_MS + DAY_MS + 1, toMs: far }]);
  assertEquals(detail?.endsWith("if this machine's clock is right, restart the monitor"), true);
});

Deno.test("judgeTimes() goes by what a clock that never steps has counted, and by the database's clock", () => {
  const clock = clockAt(NOW_MS);
  const parts = { clock, floors: NO_FLOORS };
  // Two days later.
  const later = metrics(NOW_MS + 2 * DAY_MS);
  assertEquals(judgeTimes([later], HISTORY_LIMITS, parts, 0).rows, []);
  assertEquals(judgeTimes([later], HISTORY_LIMITS, parts, 2 * DAY_MS).rows, [later]);
  // A machine that was set to the next century before the start; the server knows better.
  const wrong = clockAt(Date.UTC(2099, 0));
  wrong.told(NOW_MS, 0);
  const ofWrong = [metrics(Date.UTC(2099, 0)), metrics(NOW_MS)];
  const judged = judgeTimes(ofWrong, HISTORY_LIMITS, { clock: wrong, floors: NO_FLOORS }, 1_000);
  assertEquals(times(judged), [NOW_MS]);
  // A server whose clock is ahead makes no row old.
  clock.told(NOW_MS + 400 * DAY_MS, 0);
  assertEquals(judgeTimes([metrics(NOW_MS)], HISTORY_LIMITS, parts, 1_000).losses, []);
});

Deno.test("judgeTimes() believes a machine that was asleep when the exchange's clock says the same", () => {
  const wake = NOW_MS + 5 * DAY_MS;
  const parts = { clock: clockAt(NOW_MS), floors: NO_FLOORS };
  const asleep = [metrics(wake), metrics(wake + 1_000, NOW_MS)];
  assertEquals(judgeTimes(asleep, HISTORY_LIMITS, parts, 1_000).rows, []);
  const awake = [trades(wake), metrics(wake + 1_000, wake + 900)];
  assertEquals(judgeTimes(awake, HISTORY_LIMITS, parts, 2_000).rows, awake);
  assertEquals(judgeTimes([trades(wake + DAY_MS)], HISTORY_LIMITS, parts, 3_000).losses, []);
});

Deno.test("TrustedClock believes this machine and the exchange, who agree, more than a database that is days behind", () => {
  const clock = clockAt(NOW_MS);
  clock.told(NOW_MS - 3 * DAY_MS, 0);
  const parts = { clock, floors: NO_FLOORS };
  assertEquals(judgeTimes([trades(NOW_MS)], HISTORY_LIMITS, parts, 0).rows, []);
  const live = [trades(NOW_MS), metrics(NOW_MS, NOW_MS - 30)];
  assertEquals(judgeTimes(live, HISTORY_LIMITS, parts, 0).losses, []);
  clock.told(NOW_MS - 3 * DAY_MS + 2_000, 2_000);
  assertEquals(clock.at(2_000), NOW_MS + 2_000);
  assertEquals(judgeTimes([trades(NOW_MS + 2_000)], HISTORY_LIMITS, parts, 2_000).losses, []);
});

Deno.test("TrustedClock lets go of a time of the start that was ahead, once clock and exchange agree on another", () => {
  const far = Date.UTC(2099, 0);
  const clock = clockAt(far);
  const said = [metricsFrame({ timeMs: NOW_MS, eventMs: NOW_MS - 30 })];
  // Rows that have waited are of a time that was.
  hear(said, clock, () => 1_000, () => far + 1_000);
  assertEquals(clock.at(1_000), far + 1_000);
  hear(said, clock, () => 2_000, () => NOW_MS + 100);
  assertEquals(clock.at(3_000), NOW_MS + 2_000);
  const judged = judgeTimes([trades(far)], HISTORY_LIMITS, { clock, floors: NO_FLOORS }, 3_000);
  assertEquals(judged.rows, []);
});

Deno.test("TrustedClock finds no row of a new store too old before the exchange has confirmed a time", () => {
  const clock = clockAt(Date.UTC(2099, 0));
  clock.opened(null);
  const parts = { clock, floors: NO_FLOORS };
  assertEquals(judgeTimes([metrics(Date.UTC(2099, 0))], HISTORY_LIMITS, parts, 0).losses, []);
  assertEquals(judgeTimes([metrics(NOW_MS)], HISTORY_LIMITS, parts, 1_000).losses, []);
});

Deno.test("tellingMs() is this machine's time, unless that is of another day", () => {
  const clock = clockAt(NOW_MS);
  const told = [HOUR_MS, -HOUR_MS, DAY_MS + 1, -DAY_MS - 1].map((ms) =>
    clock.tellingMs(NOW_MS + ms, 0) - NOW_MS
  );
  assertEquals(told, [HOUR_MS, -HOUR_MS, 0, 0]);
});

Deno.test("WakingClock goes on while the machine sleeps, and never back", () => {
  let [monotonicMs, upMs]: [number, number | null] = [1_000.5, 50_000];
  const clock = new WakingClock(() => monotonicMs, () => upMs);
  monotonicMs += 1_999;
  // The other is known by the second only.
  upMs += 1_000;
  assertEquals(clock.nowMs, 2_999.5);
  upMs += 5 * DAY_MS;
  const awakeMs = clock.nowMs;
  assertEquals(Math.abs(awakeMs - 2_999.5 - 5 * DAY_MS) < 1_000, true);
  monotonicMs += 1;
  upMs -= 1_000;
  assertEquals(clock.nowMs, awakeMs + 1);
  upMs = null;
  assertEquals(clock.nowMs, awakeMs + 1);
  assertEquals(new WakingClock(() => 7, () => null).nowMs, 7);
});

Deno.test("AheadHold keeps rows of another day waiting for half a minute, and not once more while they go on", () => {
  const [clock, hold] = [clockAt(NOW_MS), new AheadHold()];
  const ahead = [trades(NOW_MS + 2 * DAY_MS)];
  const waits = (rows: readonly Row[], nowMs: number) => hold.mustWait(rows, clock, nowMs);
  assertEquals(waits([trades(NOW_MS)], 0), false);
  assertEquals([0, 29_999, 30_000, 200_000, 499_999].map((ms) => waits(ahead, ms)), [
    ...[true, true],
    ...[false, false, false],
  ]);
  assertEquals(waits([trades(NOW_MS)], 500_000), false);
  assertEquals(waits(ahead, 800_000), true);
  // The exchange has said the same.
  const live = metrics(NOW_MS + 2 * DAY_MS, NOW_MS + 2 * DAY_MS - 30);
  assertEquals(waits([...ahead, live], 800_250), false);
  assertEquals(waits(ahead, 800_500), false);
});

Deno.test("judgeTimes() keeps alerts for ever when that is asked for", () => {
  const timeMs = NOW_MS - 3_650 * DAY_MS;
  const row: Row = {
    table: "alerts",
    item: { ...alertEvent({ timeMs }), incarnation: 1 },
    settings,
  };
  const parts = () => ({ clock: clockAt(NOW_MS), floors: NO_FLOORS });
  assertEquals(judgeTimes([row], HISTORY_LIMITS, parts(), 0).rows, [row]);
  const shorter = { ...HISTORY_LIMITS, keepAlertsDays: 3_649 };
  assertEquals(judgeTimes([row], shorter, parts(), 0).rows, []);
});

Deno.test("goesMs() is the first moment at which retention finds that all is too old", () => {
  for (const table of HISTORY_TABLES) {
    for (const newestMs of [MIDNIGHT_MS, MIDNIGHT_MS + 1, NOW_MS]) {
      const endMs = goesMs(table, HISTORY_LIMITS, newestMs);
      if (endMs === Infinity) {
        assertEquals(ageCutMs(table, HISTORY_LIMITS, NOW_MS), -Infinity);
        continue;
      }
      const goes = [endMs - 1, endMs].map((ms) => newestMs <= ageCutMs(table, HISTORY_LIMITS, ms));
      assertEquals(goes, [false, true], `${table.name} ${newestMs}`);
    }
  }
});
