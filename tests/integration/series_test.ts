/** What `/api/metrics` answers of real rows and roll-ups: what the rows say, whichever tables it is read from. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { DataState } from "../../shared/output.ts";
import { createApp } from "../../web/app.ts";
import { bucketFrame, gapRecord, lossRecord, START_MS, systemStatus } from "../support/outputs.ts";
import { randomOf } from "../support/random.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { appOptions } from "../web/app_stage.ts";
import { assertConforms } from "../web/conforms.ts";
import { createHub } from "../web/hub_stage.ts";
import { delivery } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";
import { type TestDatabase, testOnBothDatabases } from "./writer_stage.ts";

const [SECOND, MINUTE] = [1_000, 60_000];
const SECONDS = 75 * 60;
/** So many seconds from the begin there are no rows … */
const HOLE = [1_500, 1_800] as const;
/** … the book is not live … */
const NOT_LIVE = [2_000, 2_030] as const;
/** … and from here on settings are others. */
const CHANGE = 3_333;
/** Rolled up until here, when first asked. */
const FOLDED = 62 * 60;
/** Rows of before are dropped from here on, when asked for the last time. */
const DROPPED = 40 * 60;
const END_MS = START_MS + SECONDS * SECOND;
const RANGES = 12;

interface Second {
  readonly timeMs: number;
  readonly mid: number | null;
  readonly spreadBps: number | null;
  readonly state: DataState;
  readonly settings: number;
}

function secondsOf(random: () => number): Second[] {
  return Array.from({ length: SECONDS }, (_, i) => i + 1)
    .filter((n) => n <= HOLE[0] || n > HOLE[1])
    .map((n) => {
      const isLive = n <= NOT_LIVE[0] || n > NOT_LIVE[1];
      return {
        timeMs: START_MS + n * SECOND,
        mid: isLive ? 100 + Math.round(1_000 * random()) / 10 : null,
        // Sometimes not known, though the book is live.
        spreadBps: isLive && random() < 0.9 ? Math.fround(10 * random()) : null,
        state: isLive ? "live" : "syncing",
        settings: n <= CHANGE ? 1 : 2,
      };
    });
}

async function store(database: Database, seconds: readonly Second[]): Promise<void> {
  for (const settings of [1, 2]) {
    const frames = seconds.filter((one) => one.settings === settings).map((
      { timeMs, mid, spreadBps, state },
    ) => bucketFrame({ timeMs, mid, spreadBps, state, nulls: null }));
    const imbalanceLevels = 10 * settings;
    for (let at = 0; at < frames.length; at += 1_000) {
      const over = { incarnation: settings, settings: { ...DEFAULT_SETTINGS, imbalanceLevels } };
      await database.write(rowsOf(delivery(1 + at, frames.slice(at, at + 1_000), over)));
    }
  }
  const gap = gapRecord({ timeMs: START_MS + HOLE[0] * SECOND });
  await database.write(rowsOf(delivery(1, [gap, lossRecord({ timeMs: START_MS + MINUTE })])));
}

/** What the test reads of an answer. */
interface Answer {
  readonly intervalMs: number;
  readonly isAveraged: boolean;
  readonly partialFromMs: number | null;
  readonly resolution: readonly {
    readonly source: string;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  readonly columns:
    & Readonly<Record<"timeMs" | "mid" | "spreadBps" | "settings", readonly number[]>>
    & {
      readonly state: readonly (DataState | null)[];
    };
  readonly min: Readonly<Record<string, readonly number[]>>;
  readonly max: Readonly<Record<string, readonly number[]>>;
  readonly stateMs: Readonly<Record<string, readonly number[]>>;
  readonly gaps: readonly unknown[];
  readonly losses: readonly unknown[];
}

function asker({ address }: TestDatabase) {
  const history = patientHistory(address);
  let ms = 0;
  const clocks = { monotonicMs: () => ms += 10_000, utcNowMs: () => END_MS };
  const hub = createHub();
  hub.setSystem(systemStatus());
  const app = createApp(hub, history, appOptions({ clocks }));
  return {
    history,
    ask: async (fromMs: number, toMs: number, limit: number): Promise<Answer> => {
      const query = `symbol=BTCUSDT&from=${fromMs}&to=${toMs}&limit=${limit}&columns=mid,spreadBps`;
      const path = `http://127.0.0.1:8000/api/metrics?${query}`;
      const response = await app.request(path, {}, { peer: "127.0.0.1" });
      await assertConforms("GET", "/api/metrics", response);
      assertEquals(response.status, 200);
      return await response.json();
    },
  };
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function assertClose(told: number | null | undefined, was: number | null, what: string): void {
  if (was === null) assertEquals(told, null, what);
  else assertAlmostEquals(told ?? NaN, was, 1e-5 * Math.max(1, Math.abs(was)), what);
}

/** Every point against the rows of its time: which those are is told by `resolution`. */
function assertSaysWhatRowsSay(answer: Answer, all: readonly Second[], from: number, to: number) {
  const { columns, min, max, stateMs, resolution, intervalMs, isAveraged } = answer;
  const seen = new Set<Second>();
  columns.timeMs.forEach((timeMs, i) => {
    if (columns.state[i] === null) return assertEquals(columns.mid[i] ?? null, null);
    const source = resolution.find((one) => timeMs > one.fromMs && timeMs <= one.toMs + 1)?.source;
    assert(source !== undefined, "each point has a resolution");
    const settings = columns.settings[i];
    // A point that is not at the end of its bin is the earlier one of two settings.
    const length = isAveraged
      ? Math.max(
        intervalMs,
        source === "metrics_1h" ? 3_600_000 : source === "metrics_1m" ? MINUTE : 0,
      )
      : SECOND;
    const endMs = Math.ceil(timeMs / length) * length;
    // Buckets that end within the range tell of what is before it too.
    const rows = all.filter((one) =>
      one.timeMs > endMs - length && one.timeMs <= Math.min(endMs, to) &&
      one.settings === settings &&
      (one.timeMs > from || source !== "metrics")
    );
    const inBuckets = source === "metrics_10s"
      ? 10 * SECOND
      : source === "metrics_1m"
      ? MINUTE
      : SECOND;
    const told = rows.filter((one) => {
      const bucketEnd = Math.ceil(one.timeMs / inBuckets) * inBuckets;
      return bucketEnd > from && bucketEnd <= to;
    });
    const what = `${new Date(timeMs).toISOString()} of ${source}`;
    told.forEach((one) => seen.add(one));
    assertClose(columns.mid[i], mean(known(told.map(({ mid }) => mid))), `mid ${what}`);
    assertClose(
      columns.spreadBps[i],
      mean(known(told.map(({ spreadBps }) => spreadBps))),
      `spread ${what}`,
    );
    const mids = known(told.map(({ mid }) => mid));
    assertClose(min.mid?.[i], mids.length === 0 ? null : Math.min(...mids), `least mid ${what}`);
    assertClose(max.mid?.[i], mids.length === 0 ? null : Math.max(...mids), `greatest mid ${what}`);
    const liveMs = told.filter(({ state }) => state === "live").length * SECOND;
    assertEquals(stateMs.live?.[i], liveMs, `live ${what}`);
    assertEquals(columns.state[i], liveMs === told.length * SECOND ? "live" : "syncing", what);
  });
  return seen;
}

testOnBothDatabases("GET /api/metrics", {
  "says what rows say, from whichever tables, while they are rolled up and when some are gone":
    async (
      stage,
    ) => {
      const seed = Number(Deno.env.get("SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
      console.log(`SEED=${seed}`);
      const random = randomOf(seed);
      const seconds = secondsOf(random);
      const database = new Database(stage.address, "test");
      await database.open();
      await store(database, seconds);
      const { ask, history } = asker(stage);
      const ranges = Array.from({ length: RANGES }, () => {
        const from = Math.floor(random() * SECONDS / 2);
        const to = from + 60 + Math.floor(random() * (SECONDS - from - 60));
        return [
          START_MS + from * SECOND,
          START_MS + to * SECOND,
          5 + Math.floor(random() * 300),
        ] as const;
      });
      const all = [
        [START_MS, END_MS, 75],
        [START_MS, END_MS, 10],
        [START_MS, END_MS, 300],
        [START_MS, END_MS, 10_000],
        ...ranges,
      ] as const;
      const askAll = async (isWhole: boolean) => {
        const sources = new Set<string>();
        for (const [from, to, limit] of all) {
          const answer = await ask(from, to, limit);
          assert(
            answer.columns.timeMs.length <= limit + 2,
            `${answer.columns.timeMs.length} points of ${limit}`,
          );
          assertEquals(
            answer.columns.timeMs,
            [...new Set(answer.columns.timeMs)].toSorted((a, b) => a - b),
          );
          const seen = assertSaysWhatRowsSay(answer, seconds, from, to);
          if (isWhole) {
            const missing = seconds.filter((one) =>
              one.timeMs > from && one.timeMs <= to && !seen.has(one)
            );
            assertEquals(missing, [], `from ${from} to ${to}, ${limit} points`);
          }
          for (const { source } of answer.resolution) sources.add(source);
        }
        return [...sources].sort();
      };

      // Nothing is rolled up yet: everything comes from the rows.
      assertEquals(await askAll(true), ["metrics"]);

      // To the minute before the last 13: the rest comes from the rows.
      const job = foldingJob(database.partitions);
      await foldAll({ job, database }, START_MS + FOLDED * SECOND);
      assertEquals(await askAll(true), ["metrics", "metrics_10s", "metrics_1m"]);
      const { partialFromMs, resolution, gaps, losses } = await ask(START_MS, END_MS, 75);
      assertEquals(resolution.map(({ source }) => source), [
        "metrics_1m",
        "metrics_10s",
        "metrics",
      ]);
      assertEquals(partialFromMs, START_MS + 60 * MINUTE);
      assertEquals([gaps.length, losses.length], [1, 1]);
      const { columns } = await ask(START_MS, END_MS, 75);
      const hole = columns.state.indexOf(null);
      assertEquals(columns.state.filter((state) => state === null).length, 1);
      const holeMs = [columns.timeMs[hole - 1], columns.timeMs[hole + 1]].map((timeMs) =>
        ((timeMs ?? 0) - START_MS) / MINUTE
      );
      assertEquals(holeMs, [25, 31]);

      // All is rolled up, and retention has dropped the older rows and tens of seconds.
      await foldAll({ job, database }, END_MS + 24 * 60 * MINUTE);
      assertEquals(await askAll(true), ["metrics", "metrics_10s", "metrics_1m"]);
      for (const table of ["metrics", "metrics_10s"]) {
        const before = START_MS + DROPPED * SECOND;
        await stage.sql.unsafe(`DELETE FROM ${table} WHERE time <= to_timestamp($1)`, [
          before / 1_000,
        ]);
      }
      const rest = await ask(START_MS, END_MS, 10_000);
      assertEquals(rest.resolution.map(({ source }) => source).slice(-2), [
        "metrics_1m",
        "metrics",
      ]);
      assertEquals(rest.resolution[0]?.fromMs, START_MS);
      assertSaysWhatRowsSay(
        { ...rest, isAveraged: true, intervalMs: SECOND },
        seconds,
        START_MS,
        END_MS,
      );
      await history.close();
      await database.close();
    },
});
