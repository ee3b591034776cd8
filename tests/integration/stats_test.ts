/** What `/api/stats` says of real rows and roll-ups: what a plain sort of the rows says. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { keyOf, SKETCH_ERROR, sketchErrorOf } from "../../shared/catalogue/sketches.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { createApp } from "../../web/app.ts";
import { bucketFrame, START_MS, systemStatus } from "../support/outputs.ts";
import { randomOf } from "../support/random.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { appOptions } from "../web/app_stage.ts";
import { assertConforms } from "../web/conforms.ts";
import { createHub } from "../web/hub_stage.ts";
import { delivery } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";
import { testOnBothDatabases } from "./writer_stage.ts";

const SECONDS = 2 * 3_600 + 1_800;
/** Those before it have other settings, and do not count. */
const OTHERS = 600;
const END_MS = START_MS + SECONDS * 1_000;

interface Spread {
  readonly source: string;
  readonly count: number;
  readonly percentiles: Readonly<Record<string, number>> | null;
  readonly below: number | null;
}

/** The value that a share of all is not above. */
function endOf(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

testOnBothDatabases("GET /api/stats", {
  "says how values were spread, from rows and from sketches, and where now stands": async (
    { address },
  ) => {
    const random = randomOf(7);
    const values = Array.from({ length: SECONDS }, (_, n) => ({
      timeMs: START_MS + (n + 1) * 1_000,
      imbalance: Math.fround(random() * 2 - 1),
      spreadBps: n % 10 === 0 ? null : Math.fround(5 * random() + 0.01),
      velocity: null,
      mid: 100 + n,
    }));
    const database = new Database(address, "test");
    await database.open();
    for (const [life, from, to] of [[1, 0, OTHERS], [2, OTHERS, SECONDS]] as const) {
      const settings = { ...DEFAULT_SETTINGS, imbalanceLevels: life };
      for (let at = from; at < to; at += 1_000) {
        const frames = values.slice(at, Math.min(to, at + 1_000)).map((one) => bucketFrame(one));
        await database.write(rowsOf(delivery(at + 1, frames, { incarnation: life, settings })));
      }
    }
    await foldAll({ job: foldingJob(database.partitions), database }, END_MS);
    const history = patientHistory(address);
    const hub = createHub();
    hub.setSystem(systemStatus());
    const clocks = { monotonicMs: () => 0, utcNowMs: () => END_MS };
    const app = createApp(hub, history, appOptions({ clocks }));
    const ask = async (query: string) => {
      const url = `http://127.0.0.1:8000/api/stats?${query}`;
      const response = await app.request(url, {}, { peer: "127.0.0.1" });
      await assertConforms("GET", "/api/stats", response);
      return { status: response.status, body: await response.json() };
    };
    const { body } = await ask("symbol=BTCUSDT&columns=imbalance,spreadBps,velocity,mid");
    const [{ now, spans }] = body.symbols;
    const last = values.at(-1);
    assertEquals(now.timeMs, END_MS);
    // The database tells a real by as few digits as it takes.
    const told = Object.entries<number | null>(now.values)
      .map(([name, value]) => [name, value === null ? null : Math.fround(value)]);
    const { imbalance, spreadBps, mid } = last ?? {};
    assertEquals(Object.fromEntries(told), { imbalance, spreadBps, velocity: null, mid });

    const assertSpread = (
      spread: Spread,
      from: number,
      source: string,
      name: "imbalance" | "spreadBps",
      isSketch: boolean,
    ) => {
      const sorted = values.slice(from).flatMap((one) => one[name] ?? []).toSorted((a, b) => a - b);
      assertEquals([spread.source, spread.count], [source, sorted.length], name);
      for (const share of [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]) {
        const was = endOf(sorted, share);
        const off = name === "imbalance" ? sketchErrorOf(name) : SKETCH_ERROR * Math.abs(was);
        const tolerance = 1e-6 + (isSketch ? off : 0);
        assertAlmostEquals(
          spread.percentiles?.[`p${100 * share}`] ?? NaN,
          was,
          tolerance,
          `${name} ${share}`,
        );
      }
      assertBelow(spread.below, sorted, name, isSketch);
    };
    // A sketch counts those of the key of the value too.
    const assertBelow = (
      told: number | null,
      sorted: readonly number[],
      name: "imbalance" | "spreadBps",
      isSketch: boolean,
    ) => {
      const value = last?.[name] ?? NaN;
      const shareOf = (holds: (one: number) => boolean) =>
        sorted.filter(holds).length / sorted.length;
      const least = shareOf((one) => one <= value);
      const most = shareOf((one) =>
        isSketch ? keyOf(name, one) <= keyOf(name, value) : one <= value
      );
      const below = told ?? NaN;
      assert(below >= least - 1e-9 && below <= most + 1e-9, `${name} ${least} ${below} ${most}`);
    };
    const hour = spans["1h"].metrics;
    assertSpread(hour.imbalance, SECONDS - 3_600, "metrics", "imbalance", false);
    assertSpread(hour.spreadBps, SECONDS - 3_600, "metrics", "spreadBps", false);
    assertEquals(hour.velocity, { source: "metrics", count: 0, percentiles: null, below: null });
    for (const name of ["24h", "7d", "30d"]) {
      const { imbalance, spreadBps, mid } = spans[name].metrics;
      assertSpread(imbalance, OTHERS, "sketches", "imbalance", true);
      assertSpread(spreadBps, OTHERS, "sketches", "spreadBps", true);
      assertEquals(mid.source, name === "30d" ? "metrics_1h" : "metrics_1m");
      assert(mid.count > 0);
    }
    const { body: daily } = await ask("symbol=BTCUSDT&columns=imbalance,mid&by=hour");
    assertEquals(Object.keys(daily.symbols[0].spans), ["24h", "7d", "30d"]);
    for (const name of ["24h", "7d", "30d"]) {
      const { imbalance, mid } = daily.symbols[0].spans[name].metrics;
      const { hours, ...ofAll } = imbalance;
      assertEquals(ofAll, spans[name].metrics.imbalance, "in all as without hours");
      assertEquals([hours.length, mid.hours.length], [24, 24]);
      hours.forEach((spread: Omit<Spread, "source">, hour: number) => {
        // An interval that ends with an hour lies in it.
        const sorted = values.slice(OTHERS)
          .filter(({ timeMs }) => new Date(timeMs - 1).getUTCHours() === hour)
          .map((one) => one.imbalance).toSorted((a, b) => a - b);
        assertEquals(spread.count, sorted.length, `${name} ${hour}`);
        const { p5 = NaN, p99 = NaN } = spread.percentiles ?? {};
        if (sorted.length === 0) assertEquals(spread, { count: 0, percentiles: null, below: null });
        else {
          const off = sketchErrorOf("imbalance") + 1e-6;
          assertAlmostEquals(p5, endOf(sorted, 0.05), off);
          assertAlmostEquals(p99, endOf(sorted, 0.99), off);
          assertBelow(spread.below, sorted, "imbalance", true);
        }
      });
      // Means of minutes or hours: as many in all as in the hours, and mid grows with time.
      const counts = mid.hours.map(({ count }: Spread) => count);
      assertEquals(counts.reduce((sum: number, count: number) => sum + count, 0), mid.count);
      const middles = mid.hours.flatMap(({ percentiles }: Spread) => percentiles?.["p50"] ?? []);
      assertEquals(middles, middles.toSorted((a: number, b: number) => a - b));
      assertEquals(middles.length, name === "30d" ? 2 : 3);
    }
    assertEquals((await ask("symbol=BTCUSDT&by=hour&spans=1h")).status, 400);
    const { body: few } = await ask("symbols=BTCUSDT,ETHUSDT&spans=1h");
    assertEquals(Object.keys(few.symbols[0].spans), ["1h"]);
    // Followed, and nothing is stored of it.
    assertEquals(few.symbols[1], { symbol: "ETHUSDT", now: null, spans: {} });
    assertEquals((await ask("symbol=NOPE")).status, 404);
    assertEquals((await ask("")).status, 400);
    await history.close();
    await database.close();
  },
});
