/** What the views of the desk ask of history, of real rows on both databases. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import type { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { MONITOR } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import { createApp } from "../../web/app.ts";
import type { PostgresHistory } from "../../web/history.ts";
import type { Hub } from "../../web/hub.ts";
import {
  DESK_SECONDS,
  DOWN,
  isIn,
  midOf,
  PROFILE_AT_MS,
  QUIET,
  STALE,
  storeDeskHistory,
} from "../support/desk_history.ts";
import {
  auditRecord,
  feedStatus,
  gapRecord,
  lossRecord,
  proofStatus,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { appOptions } from "../web/app_stage.ts";
import { assertConforms } from "../web/conforms.ts";
import { createHub } from "../web/hub_stage.ts";
import { delivery } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";
import { type Promised, type TestDatabase, testOnBothDatabases } from "./writer_stage.ts";

const END_MS = START_MS + DESK_SECONDS * 1_000;
const SPAN = `from=${START_MS}&to=${END_MS}`;

interface Picture {
  readonly intervalMs: number;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  readonly holes: readonly { fromMs: number; toMs: number; reason: string }[];
}

/** What a test has at hand: rows, an app over them at a time, and its hub. */
interface Stage {
  readonly sql: TestDatabase["sql"];
  readonly database: Database;
  readonly history: PostgresHistory;
  readonly hub: Hub;
  /** Fails where the answer is not as the OpenAPI document says. */
  // deno-lint-ignore no-explicit-any
  readonly ask: (path: string) => Promise<{ status: number; body: any }>;
}

/** On the history of `desk_history.ts`, so long after its end. */
function onDesk(afterMs: number, act: (stage: Stage) => Promise<void>): Promised {
  return async ({ address, sql }) => {
    const database = await storeDeskHistory(address);
    const history = patientHistory(address);
    const hub = createHub();
    hub.setSystem(systemStatus());
    const clocks = { monotonicMs: () => 0, utcNowMs: () => END_MS + afterMs };
    const app = createApp(hub, history, appOptions({ clocks }));
    const ask = async (path: string) => {
      const url = new URL(path, "http://127.0.0.1:8000");
      const response = await app.request(url, {}, { peer: "127.0.0.1" });
      await assertConforms("GET", url.pathname, response);
      return { status: response.status, body: await response.json() };
    };
    try {
      await act({ sql, database, history, hub, ask });
    } finally {
      await history.close();
      await database.close();
    }
  };
}

const at = (second: number) => START_MS + second * 1_000;

const PROFILES: Record<string, Promised> = {
  "A picture of profiles shows what was known, of each column, and says why a hole is one": onDesk(
    60_000,
    async (
      { sql, ask: request },
    ) => {
      const ask = (query: string) => request(`/api/depth-profiles?${query}`);
      // As of an upgrade a moment ago, the first of them are in the table of before.
      const names = (await sql`SELECT column_name AS name FROM information_schema.columns
      WHERE table_name = 'depth_profiles'`).map(({ name }) => name).join(", ");
      const isOld = `time <= to_timestamp(${START_MS / 1_000 + 50})`;
      await sql.unsafe(`INSERT INTO depth_profiles_unpartitioned (${names})
        SELECT ${names} FROM depth_profiles_with_market WHERE ${isOld};
      DELETE FROM depth_profiles WHERE ${isOld}`).simple();
      const shownAt = (second: number | null) =>
        second === null ? null : at(second) + PROFILE_AT_MS;

      const { body: fine }: { body: Picture } = await ask(`symbol=BTCUSDT&${SPAN}&points=600`);
      const shown = Array.from({ length: DESK_SECONDS }, (_, second) => {
        if (isIn(second, STALE, DOWN)) return null;
        return isIn(second, QUIET) ? QUIET.from - 1 : second;
      });
      assertEquals(fine.intervalMs, 1_000);
      assertEquals(fine.columns["timeMs"], shown.map((_, second) => at(second + 1)));
      assertEquals(fine.columns["profileMs"], shown.map(shownAt));
      assertEquals(
        fine.columns["mid"],
        shown.map((second) => second === null ? null : midOf(second)),
      );
      const known = [1.4997, ...Array(29).fill(0)];
      assertEquals(fine.columns["bids"]?.[0] as unknown, known, "30 of 100 are known");
      assertEquals(fine.holes, [
        { fromMs: at(STALE.from), toMs: at(STALE.to), reason: "the feed was stale: silence" },
        {
          fromMs: at(DOWN.from),
          toMs: at(DOWN.to),
          reason: "nobody was watching, or what was seen is lost",
        },
      ]);

      // Seven seconds each: the first begins before the range, and the last one ends with it.
      const { body: coarse }: { body: Picture } = await ask(`symbol=BTCUSDT&${SPAN}&points=90`);
      const { intervalMs } = coarse;
      assertEquals(intervalMs, 7_000);
      const ends = coarse.columns["timeMs"] as readonly number[];
      assert(ends.length <= 90 && ends.every((ms) => ms % intervalMs === 0 || ms === END_MS));
      const expected = ends.map((endMs) => {
        const beginMs = Math.ceil(endMs / intervalMs - 1) * intervalMs;
        return shown.findLastIndex((_, second) => {
          const ms = at(second) + PROFILE_AT_MS;
          const isStored = !isIn(second, QUIET, STALE, DOWN);
          return isStored && ms > beginMs && ms <= endMs;
        });
      });
      const told = coarse.columns["profileMs"]?.map((ms, i) =>
        (expected[i] ?? -1) < 0 ? "other" : ms
      );
      assertEquals(told, expected.map((second) => second < 0 ? "other" : shownAt(second)));

      const { body: two } = await ask(`symbols=BTCUSDT,ETHUSDT&${SPAN}&points=10`);
      const reason = "the feed was syncing: first book";
      const nothing = { fromMs: START_MS, toMs: END_MS, reason };
      assertEquals(two.symbols[1].holes, [nothing], "followed, and no profile is stored of it");
      assertEquals(two.symbols[0].columns.timeMs.length, 10);
      assertEquals((await ask("symbol=NOPE&points=10")).status, 404);
      // Ten minutes later the last profile is too old to be shown.
      const late = await ask(`symbol=BTCUSDT&from=${END_MS}&to=${END_MS + 660_000}&points=11`);
      const after = late.body.columns.profileMs as readonly (number | null)[];
      assertEquals([after.length, after.at(-1)], [11, null]);
    },
  ),
};

const QUALITY: Record<string, Promised> = {
  "Quality is of the time until ten seconds ago, whether roll-ups are made or not": onDesk(
    10_000,
    async ({ database, ask, hub }) => {
      await database.write(rowsOf(delivery(2, FIRST_LIFE)));
      await database.write(rowsOf(delivery(3, SECOND_LIFE, { incarnation: 2 })));
      const day = 86_400_000;
      const liveMs = 1_000 * (DESK_SECONDS - (STALE.to - STALE.from) - (DOWN.to - DOWN.from));
      const staleMs = 1_000 * (STALE.to - STALE.from);
      const proof = {
        exactChecked: 70,
        exactMismatched: 1,
        carriedChecked: 140,
        carriedMismatched: 3,
        carriedHealed: 2,
        // Three minutes of the first life, and the first one of the second.
        provenMs: 240_000,
      };
      for (const isFolded of [false, true]) {
        if (isFolded) await foldAll({ job: foldingJob(database.partitions), database }, at(10_000));
        const { body } = await ask(`/api/quality?symbol=BTCUSDT&days=${isFolded ? 7 : 6}`);
        assertEquals(body.spans.map((span: { days: number }) => span.days), [1, isFolded ? 7 : 6]);
        for (const { days, fromMs, toMs, knownFromMs, ...span } of body.spans) {
          const roundMs = days === 1 ? 60_000 : 3_600_000;
          assertEquals([toMs, fromMs % roundMs], [END_MS, 0]);
          assert(fromMs <= END_MS - days * day && fromMs > END_MS - days * day - roundMs);
          assertEquals(knownFromMs, START_MS);
          const lengthMs = toMs - fromMs;
          const { provenShare, ...counted } = span.proof;
          assertEquals(counted, proof);
          assertAlmostEquals(provenShare, 240_000 / lengthMs, 1e-12);
          const stateMs = { live: liveMs, syncing: 0, stale: staleMs, degraded: 0, halted: 0 };
          assertEquals(span.stateMs, stateMs);
          assertEquals([span.unknownMs, span.unreadMs], [lengthMs - liveMs - staleMs, 0]);
          assertAlmostEquals(span.shares.live, liveMs / lengthMs, 1e-12);
          assertAlmostEquals(span.shares.unknown, span.unknownMs / lengthMs, 1e-12);
          assertEquals(span.audits, { count: 2, failed: 1, levels: 5_998, mismatched: 2 });
          assertEquals(span.gaps, { count: 2, open: 1, totalMs: 60_000, longestMs: 60_000 });
          assertEquals(span.feed, { resyncs: 1, leftLive: 1 });
          assertEquals([span.losses, span.monitorLosses], [
            { count: 1, rows: 3 },
            { count: 1, rows: 7 },
          ]);
        }
        const { source, ageMs, exactChecked } = body.bestBidAsk;
        assertEquals([source, ageMs, exactChecked], ["store", 11_000, 30]);
        assertEquals([body.levels.last.mismatched, body.levels.lastFailed.mismatched], [0, 2]);
      }
      hub.publish(proofStatus({ exactChecked: 564, lastExactMs: END_MS + 9_750 }));
      const { body } = await ask("/api/quality?symbol=BTCUSDT&days=1");
      assertEquals(body.bestBidAsk.exactChecked, 564);
      assertEquals([body.bestBidAsk.source, body.bestBidAsk.ageMs], ["hub", 250]);
      assertEquals([body.spans.length, body.latency.sum], [1, null]);
    },
  ),
  "Quality says that nothing is known of a symbol that is followed, and why": onDesk(10_000, async (
    { sql, ask },
  ) => {
    await sql`DELETE FROM feed_status`;
    const { body } = await ask("/api/quality?symbol=ETHUSDT");
    assertEquals([body.bestBidAsk, body.levels, body.latency.sum], [null, null, null]);
    assertEquals(Object.keys(body.reasons), ["bestBidAsk", "levels", "latency"]);
    const [{ shares, proof, knownFromMs, reasons }] = body.spans;
    assertEquals([shares.unknown, shares.live, proof, knownFromMs], [1, 0, null, null]);
    assertEquals(reasons, { proof: "no counter of the proof is stored of this time" });
    assertEquals((await ask("/api/quality?symbol=NOPE")).status, 404);
    assertEquals((await ask("/api/quality")).status, 400);
    assertEquals((await ask("/api/quality?symbol=ETHUSDT&days=31")).body.spans.length, 2);
    assertEquals((await ask("/api/quality?symbol=ETHUSDT&days=32")).status, 400);
  }),
  "Something is looked for between the first and the last row of a time, of whichever table":
    onDesk(
      0,
      async ({ database, history, sql }) => {
        const whole = { fromMs: at(-100_000), toMs: at(100_000) };
        const spans = [whole, { fromMs: at(DOWN.from), toMs: at(DOWN.to) }, {
          ...whole,
          fromMs: 0,
        }];
        const all = { firstMs: at(1), lastMs: at(DESK_SECONDS) };
        const seen = () => history.seen({ symbol: "BTCUSDT", spans });
        const none = { firstMs: null, lastMs: null };
        assertEquals(await seen(), [all, none, all]);
        await foldAll({ job: foldingJob(database.partitions), database }, at(10_000));
        await sql`DELETE FROM metrics`;
        const [rolled] = await seen();
        assertEquals(rolled, { firstMs: at(10), lastMs: at(3_600) });
        const other = await history.seen({ symbol: "NOPE", spans });
        assertEquals(other, [none, none, none]);
      },
    ),
  "Quality counts from the row before a time, and what was proven within it": onDesk(0, async (
    { database, history },
  ) => {
    await database.write(rowsOf(delivery(2, FIRST_LIFE)));
    const spans = [{ fromMs: at(90), toMs: at(150) }, { fromMs: at(181), toMs: at(300) }];
    const told = await history.quality({ symbol: "BTCUSDT", spans });
    assertEquals(told.map(({ proof }) => [proof.exactChecked, proof.provenMs]), [
      [10, 30_000],
      [null, null],
    ]);
    assertEquals(told.map(({ feed }) => feed.leftLive), [0, 1]);
  }),
};

/** Counters of the proof so many seconds after the begin. */
function counted(second: number, exactChecked: number, exactMismatched = 0): Output {
  return proofStatus({
    timeMs: at(second),
    number: second + 1,
    forStore: true,
    exactChecked,
    exactMismatched,
    carriedChecked: 2 * exactChecked,
    carriedMismatched: 3 * exactMismatched,
    carriedHealed: 2 * exactMismatched,
    lastExactMs: at(second) - 1_000,
  });
}

const FIRST_LIFE: readonly Output[] = [
  ...[counted(0, 10), counted(60, 20), counted(120, 30), counted(180, 40)],
  // It was not live before either.
  feedStatus({ timeMs: at(230), number: 20, state: "syncing", reason: "a book is asked for" }),
  auditRecord({ timeMs: at(100), levels: 2_998, mismatched: 2, differences: ["one", "two"] }),
  gapRecord({ timeMs: at(200), durationMs: 60_000 }),
  lossRecord({ timeMs: at(210) }),
  lossRecord({ ...MONITOR, timeMs: at(210), rows: 7, lostBy: "writer" }),
];
/** With another life counters begin at 0; the last comes too late to tell that all was well meanwhile. */
const SECOND_LIFE: readonly Output[] = [
  ...[counted(340, 5), counted(400, 15), counted(460, 25, 1), counted(600, 30, 1)],
  auditRecord({ timeMs: at(400), levels: 3_000 }),
  gapRecord({ timeMs: at(500), durationMs: null }),
];

testOnBothDatabases("What the desk asks of history", { ...PROFILES, ...QUALITY });
