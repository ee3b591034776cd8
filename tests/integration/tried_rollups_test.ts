/** A preview of more rows than may be read is made of roll-ups, and of rows where these do not reach yet: real rows, folded by the job that the writer runs. */
import { assertEquals, assertMatch } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import type { DataState } from "../../shared/output.ts";
import { createApp } from "../../web/app.ts";
import { json } from "../support/json_request.ts";
import { bucketFrame, START_MS } from "../support/outputs.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { appOptions } from "../web/app_stage.ts";
import { assertConforms } from "../web/conforms.ts";
import { createHub } from "../web/hub_stage.ts";
import { delivery } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";
import { testOnBothDatabases } from "./writer_stage.ts";

const [SECOND, MINUTE] = [1_000, 60_000];
const SECONDS = 90 * 60;
/** Rolled up until here: what comes after it stands in rows alone. */
const FOLDED = 80 * 60;
const END_MS = START_MS + SECONDS * SECOND;
/** In seconds from the begin: it leans for two minutes … */
const LEANS = [[4_000, 4_120], [5_000, 5_120]] as const;
/** … and once so shortly that the mean of ten seconds hides it. */
const PEAK = [4_502, 4_506] as const;
/** Of no row; and of a book that is not live, from the midst of a bucket on. */
const HOLE = [4_200, 4_260] as const;
const NOT_LIVE = [4_305, 4_310] as const;

const LEAN = {
  ...{ kind: "threshold", sources: [{ metric: "imbalance" }], enter: 0.8, leave: 0.6 },
  keepFiringMs: 1_000,
  cooldownMs: 0,
};

const isWithin = (n: number, [from, to]: readonly [number, number]) => from < n && n <= to;

function frames() {
  return Array.from({ length: SECONDS }, (_, i) => i + 1).filter((n) => !isWithin(n, HOLE)).map(
    (n) => {
      const state: DataState = isWithin(n, NOT_LIVE) ? "syncing" : "live";
      const leans = [...LEANS, PEAK].some((span) => isWithin(n, span));
      const imbalance = state !== "live" ? null : leans ? 0.9 : 0;
      const mid = state === "live" ? 100 : null;
      return bucketFrame({ timeMs: START_MS + n * SECOND, state, mid, imbalance, nulls: null });
    },
  );
}

testOnBothDatabases("A preview made of roll-ups", {
  "finds what lasts, hides what a mean hides, tells its holes, and goes on with rows": async (
    { address },
  ) => {
    const database = new Database(address, "test");
    const job = foldingJob(database.partitions);
    await database.open();
    const all = frames();
    for (let at = 0; at < all.length; at += 1_000) {
      await database.write(rowsOf(delivery(1 + at, all.slice(at, at + 1_000))));
    }
    await foldAll({ database, job }, START_MS + FOLDED * SECOND + 2_000);
    await database.close();
    const history = patientHistory(address);
    /** At `metricsIntervalMs` there would be too many rows of the last half hour. */
    const preview = async (metricsIntervalMs: number, minutes = 30) => {
      const clocks = { monotonicMs: () => 0, utcNowMs: () => END_MS };
      const report = (line: string) => console.log(line);
      const app = createApp(
        createHub(),
        history,
        appOptions({ metricsIntervalMs, clocks, report }),
      );
      const query = `symbols=BTCUSDT&rules=lean&from=${END_MS - minutes * MINUTE}&to=${END_MS}`;
      const path = `http://127.0.0.1:8000/api/rules/preview?${query}`;
      const answer = await app.request(path, json({ rules: { lean: LEAN } }), {
        peer: "127.0.0.1",
      });
      await assertConforms("POST", "/api/rules/preview", answer);
      return { status: answer.status, body: await answer.json() };
    };
    const seen = ({ body: { symbols: [{ episodes }] } }: Awaited<ReturnType<typeof preview>>) =>
      episodes.map(({ firedMs }: { firedMs: number }) => Math.round((firedMs - START_MS) / SECOND));
    const fine = await preview(SECOND);
    assertEquals([fine.body.source, fine.body.rowMs], ["metrics", SECOND]);
    assertEquals(seen(fine), [4_000, 4_502, 5_000].map((n) => n + 1));

    const coarse = await preview(10);
    assertEquals([coarse.body.source, coarse.body.rowMs], ["metrics_10s", 10 * SECOND]);
    // The last of it is of rows: nothing of it is rolled up.
    assertEquals(seen(coarse), [4_001, 5_001]);
    const [{ holes, notLiveMs, missingMs, rows }] = coarse.body.symbols;
    assertEquals(holes, [{ fromMs: START_MS + 4_200_000, toMs: START_MS + 4_260_000 }]);
    assertEquals(missingMs, 60_000);
    assertEquals(notLiveMs, 10_000, "of a bucket as a whole");
    assertEquals(rows, (FOLDED - 60 * 60) / 10 - 6 + (SECONDS - FOLDED));

    const { status, body } = await preview(10, 300 * 1_440);
    assertEquals([status, body.code], [400, "too_many_rows"]);
    assertMatch(body.error, /even when each tells of a minute: ask for a shorter span/);
    await history.close();
  },
});
