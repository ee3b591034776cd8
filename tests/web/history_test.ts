import { assertEquals, assertRejects } from "@std/assert";
import { codeOf, codeOfNothing } from "../../shared/catalogue/null_code.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { MONITOR } from "../../shared/market.ts";
import type { TradesOfSide } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { PostgresHistory } from "../../web/history.ts";
import { HistoryUnavailable } from "../../web/history_unavailable.ts";
import { METRIC_COLUMNS } from "../../web/rows.ts";
import { pointsOf, type PointsQuery } from "./point_columns.ts";
import { muteRecord } from "../support/mutes.ts";
import { alertsQuery, recordsQuery } from "./questions.ts";
import { startEmbeddedStore } from "../support/embedded_store.ts";
import { asStored } from "../support/stored_rows.ts";
import { delivery, tradesSecond } from "../writer/outputs.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";
import {
  alertEvent,
  auditRecord,
  bookSecond,
  bucketFrame,
  depthProfile,
  feedStatus,
  gapRecord,
  proofStatus,
  START_MS,
} from "../support/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";

interface Place {
  readonly address: DatabaseAddress;
  remove(): Promise<void>;
}

const PLACES: readonly { name: string; ignore: boolean; open: () => Promise<Place> }[] = [
  {
    name: "PostgreSQL",
    ignore: postgresUrl === null,
    open: async () => {
      const { url, drop } = await freshDatabase();
      return { address: serverAt(url), remove: drop };
    },
  },
  {
    name: "the embedded store",
    ignore: false,
    open: async () => {
      const store = await startEmbeddedStore();
      return {
        address: { kind: "embedded", socketDir: store.socketDir },
        remove: async () => {
          await store.stop();
          await store.remove();
        },
      };
    },
  },
];

const ask = (over: Partial<PointsQuery>): PointsQuery => ({
  symbol: "BTCUSDT",
  fromMs: START_MS,
  toMs: START_MS + 10_000,
  limit: 100,
  columns: ["mid", "imbalance"],
  ...over,
});

const GAPS = [1, 2, 3].map((number) => gapRecord({ number, timeMs: START_MS + number * 1_000 }))
  .concat(gapRecord({ symbol: "ETHUSDT", fromId: 9_000_000_000_001, durationMs: 0.5 }));
const AUDITS = [
  auditRecord({ mismatched: 2, differences: ["bid 1: ours 2, snapshot 3", 'a "quoted", {one}'] }),
  auditRecord({ number: 2, timeMs: START_MS + 1_000 }),
];
const PROOFS = [
  proofStatus({ forStore: true, lastExactMs: null }),
  proofStatus({
    number: 61,
    timeMs: START_MS + 60_000,
    forStore: true,
    exactChecked: 5_000_000_000,
    exactMismatched: 1,
    carriedMismatched: 4,
    carriedHealed: 3,
  }),
];
const SECONDS = [
  tradesSecond({ timeMs: START_MS }),
  tradesSecond({ number: 2, timeMs: START_MS + 1_000, buy: null, state: "stale" }),
  tradesSecond({ number: 3, timeMs: START_MS + 2_000, sell: null }),
];

const PROFILES = [
  depthProfile({ forStore: true, bids: [0.1, 1e-8, 12_345_678], asks: [] }),
  depthProfile({ number: 5, forStore: true, timeMs: START_MS + 1_000, bidCoveredBps: null }),
];

/** As the store has them. */
const kept = (qty: number) => new Map([[1.5, 1.4997], [12_345_678, 12_345_000]]).get(qty) ?? qty;

const BOOKS = [
  bookSecond({
    ticksPerUnit: 100_000_000,
    bids: { tick: 842, steps: [0, 1, 841], qtys: [1e-8, 0.01, 12_345.67] },
    asks: { tick: 1e13 - 1, steps: [0, 1, 2_147_483_647], qtys: [0.1, 2, 12_345_678] },
  }),
  bookSecond({ number: 2, timeMs: START_MS + 1_000, bids: null }),
];
const FEED = feedStatus({ timeMs: START_MS + 500, state: "stale", reason: "silence" });

const MUTES = [
  muteRecord({ muteId: "of all", ...MONITOR, by: null, createdMs: START_MS + 1 }),
  muteRecord({ muteId: "of one", rule: null, reason: "news" }),
  muteRecord({ muteId: "removed", revision: 2, removedMs: START_MS }),
  muteRecord({ muteId: "over", untilMs: START_MS }),
];

/** Why some values of some seconds are not known; of the eighth an earlier program has not told. */
const WARMING = codeOf("velocity", "warming_up");
const NOT_LIVE = codeOfNothing("not_live");
const NULLS = ["", "", "", WARMING, "", "", NOT_LIVE, "", null, "", ""];

/** Ten seconds of BTCUSDT without the fourth, the sixth not live; mid counts the seconds. */
async function writeRows(address: DatabaseAddress): Promise<void> {
  const seconds = [1, 2, 3, 5, 6, 7, 8, 9, 10];
  const items = [
    ...seconds.map((n) =>
      bucketFrame({
        timeMs: START_MS + n * 1_000,
        mid: n === 6 ? null : n,
        state: n === 6 ? "syncing" : "live",
        ...(n === 6 ? { imbalance: null } : {}),
        ...(n === 2 ? { bidCoveredBps: 33 } : {}),
        nulls: NULLS[n] ?? null,
      })
    ),
    bucketFrame({ symbol: "ETHUSDT", timeMs: START_MS + 1_000 }),
    alertEvent({ alertId: "old", phase: "resolved", resolvedMs: START_MS, timeMs: START_MS }),
    alertEvent({ alertId: "new", timeMs: START_MS + 5_000, phase: "resolved", value: null }),
    alertEvent({ alertId: "firing", timeMs: START_MS - 5_000, symbol: "ETHUSDT" }),
    ...MUTES,
    ...GAPS,
    ...AUDITS,
    ...PROOFS,
    ...SECONDS,
    ...PROFILES,
    ...BOOKS,
    FEED,
  ];
  const nextLife = delivery(1, PROOFS.slice(0, 1), { incarnation: 2 });
  const database = new Database(address, "test");
  await database.open();
  await database.claim({ kind: "simulation", label: "SIMULATED" });
  await database.write([...rowsOf(delivery(1, items)), ...rowsOf(nextLife)]);
  await database.close();
}

for (const { name, ignore, open } of PLACES) {
  Deno.test({
    name: `PostgresHistory reads back from ${name} what the writer wrote, and invents nothing`,
    ignore,
    fn: async (t) => {
      const place = await open();
      const history = patientHistory(place.address);
      await t.step("before the tables are made it says so", async () => {
        await assertRejects(
          () => pointsOf(history, ask({})),
          HistoryUnavailable,
          "the tables are being made",
        );
      });
      await writeRows(place.address);
      await t.step("rows as columns; missing rows are missing, unknown values null", async () => {
        const { timeMs, state, values } = await pointsOf(history, ask({}));
        const seconds = timeMs.map((ms) => (ms - START_MS) / 1_000);
        assertEquals(seconds, [1, 2, 3, 5, 6, 7, 8, 9, 10]);
        assertEquals(values.mid, [1, 2, 3, 5, null, 7, 8, 9, 10]);
        assertEquals([state[3], state[4]], ["live", "syncing"]);
      });
      await t.step("every column that can be asked for exists", async () => {
        const { values } = await pointsOf(history, ask({ columns: METRIC_COLUMNS }));
        const frame = bucketFrame();
        const last = METRIC_COLUMNS.map((column) => [column, values[column]?.at(-1)]);
        const expected = METRIC_COLUMNS.map((column) => [
          column,
          asStored(column, frame.values[column]),
        ]);
        assertEquals(Object.fromEntries(last), { ...Object.fromEntries(expected), mid: 10 });
      });
      await t.step(
        "bins average what there is, end on round times, and are live only whole",
        async () => {
          const { timeMs, state, values } = await pointsOf(history, ask({ limit: 2 }));
          assertEquals(timeMs, [START_MS + 5_000, START_MS + 10_000]);
          assertEquals(values.mid, [11 / 4, 34 / 4]);
          assertEquals(state, ["live", "syncing"]);
        },
      );
      await t.step("the last bin ends with the range, not beyond it", async () => {
        const toMs = START_MS + 9_000;
        const { timeMs, values } = await pointsOf(history, ask({ limit: 2, toMs }));
        assertEquals(timeMs, [START_MS + 5_000, toMs]);
        assertEquals(values.mid, [11 / 4, 24 / 3]);
      });
      await t.step("each row says why, and a bin as one of its rows", async () => {
        const { nulls } = await pointsOf(history, ask({}));
        assertEquals(nulls, ["", "", WARMING, "", NOT_LIVE, "", null, "", ""]);
        const { nulls: ofBins } = await pointsOf(history, ask({ limit: 2 }));
        assertEquals(ofBins, [WARMING, NOT_LIVE]);
      });
      await t.step(
        "a bin covers no more than each of its rows: its depths are bounds then",
        async () => {
          const columns = ["bidDepth100Bps", "bidCoveredBps"] as const;
          const { values } = await pointsOf(history, ask({ limit: 2, columns }));
          assertEquals(values.bidCoveredBps, [
            33,
            asStored("bidCoveredBps", bucketFrame().values.bidCoveredBps),
          ]);
        },
      );
      await t.step("every stored metric is a number, row by row and folded", async () => {
        // Two rows, or one of both: of twice the same the mean is exact.
        const range = { fromMs: START_MS + 8_000, toMs: START_MS + 10_000 };
        for (const limit of [2, 1]) {
          const columns = METRIC_COLUMNS;
          const { values } = await pointsOf(history, ask({ ...range, limit, columns }));
          for (const name of columns) {
            const [told] = values[name] ?? [];
            const was = name === "mid" ? (limit === 2 ? 9 : 9.5) : bucketFrame().values[name];
            assertEquals(told, asStored(name, was), `${name}, points at most: ${limit}`);
          }
        }
      });
      await t.step("the range is open at its start and closed at its end", async () => {
        const range = { fromMs: START_MS + 2_000, toMs: START_MS + 3_000 };
        assertEquals((await pointsOf(history, ask(range))).values.mid, [3]);
      });
      await t.step("alerts: firing first, then the newest, as they were sent", async () => {
        const alerts = await history.alerts(alertsQuery());
        assertEquals(alerts.map(({ alertId }) => alertId), ["firing", "new", "old"]);
        assertEquals(alerts[0], alertEvent({ ...alerts[0], alertId: "firing", symbol: "ETHUSDT" }));
        const some = await history.alerts(
          alertsQuery({ symbols: ["BTCUSDT"], fromMs: START_MS + 1 }),
        );
        assertEquals(some.map(({ alertId }) => alertId), ["new"]);
        assertEquals(await history.alert("new"), some[0] ?? null);
        assertEquals(await history.alert("none"), null);
      });
      await t.step("mutes: those in force, the newest first, as they were sent", async () => {
        assertEquals(await history.mutes(START_MS), MUTES.slice(0, 2));
        assertEquals(await history.mutes(START_MS + 3_600_000), []);
      });
      await t.step("gaps: the newest first, bounded by symbol, time and number", async () => {
        const gaps = GAPS.map((gap) => ({ ...gap, incarnation: 1 }));
        const ask = recordsQuery({ symbols: ["BTCUSDT"] });
        assertEquals(await history.records("gaps", ask), gaps.slice(0, 3).reverse());
        const range = { fromMs: START_MS + 1_000, toMs: START_MS + 3_000 };
        const [first, second] = gaps;
        assertEquals<unknown>(await history.records("gaps", { ...ask, ...range }), [second, first]);
        assertEquals((await history.records("gaps", { ...ask, limit: 1 })).length, 1);
        const all = await history.records("gaps", { ...ask, symbols: null });
        assertEquals<unknown>(all, gaps.toSorted((a, b) => b.timeMs - a.timeMs));
      });
      await t.step("audits: as they were sent, with their differences", async () => {
        const ask = recordsQuery({ symbols: ["BTCUSDT"] });
        const audits = AUDITS.map((audit) => ({ ...audit, incarnation: 1 }));
        assertEquals(await history.records("audits", ask), audits.reverse());
        assertEquals(await history.records("audits", { ...ask, symbols: ["ETHUSDT"] }), []);
      });
      await t.step("proofs: their counters and the life that these are of", async () => {
        const ask = recordsQuery({ symbols: ["BTCUSDT"] });
        const [first, later] = PROOFS.map(({ forStore: _, ...proof }) => proof);
        assertEquals<unknown>(await history.records("proofs", ask), [
          { ...later, incarnation: 1 },
          { ...first, incarnation: 2 },
          { ...first, incarnation: 1 },
        ]);
        assertEquals(await history.records("proofs", { ...ask, symbols: ["ETHUSDT"] }), []);
      });
      await t.step("depth profiles: their buckets in order, right to a thousandth", async () => {
        const ask = recordsQuery({ symbols: ["BTCUSDT"] });
        const stored = PROFILES.map((
          { forStore: _, lowPrice: __, highPrice: ___, ...profile },
        ) => ({
          ...profile,
          bids: profile.bids.map(kept),
          asks: profile.asks.map(kept),
          incarnation: 1,
        }));
        assertEquals<unknown>(await history.records("depth_profiles", ask), stored.reverse());
      });
      await t.step("books: whole ticks as they were, quantities to seven digits", async () => {
        const ask = recordsQuery({ symbols: ["BTCUSDT"] });
        const stored = BOOKS.map((book) => ({ ...book, incarnation: 1 }));
        assertEquals<unknown>(await history.records("books", ask), stored.toReversed());
      });
      await t.step(
        "the book of a moment: the newest until then, and what was around it",
        async () => {
          const [first, second] = BOOKS.map((book) => ({ ...book, incarnation: 1 }));
          const at = async (ms: number) => {
            const { book, feed, interval } = await history.bookMoment("BTCUSDT", START_MS + ms);
            const ofFeed = feed === null ? null : [feed.timeMs - START_MS, feed.state, feed.reason];
            return { book, ofFeed, interval };
          };
          const third = { timeMs: START_MS + 5_000, bucketMs: 1_000, state: "live" } as const;
          const found = [await at(-1), await at(0), await at(999), await at(3_001)];
          assertEquals<unknown>(found.map(({ book }) => book), [null, first, first, second]);
          assertEquals(found.map(({ ofFeed }) => ofFeed), [
            null,
            null,
            [500, "stale", "silence"],
            [500, "stale", "silence"],
          ]);
          assertEquals(found[3]?.interval, third, "the fourth second has no row");
          const none = { book: null, feed: null, interval: null };
          assertEquals(await history.bookMoment("SOLUSDT", START_MS), none);
          assertEquals((await at(60_000)).interval, null);
        },
      );
      await t.step("trades by the second: each side's numbers, or that it had none", async () => {
        const ask = recordsQuery({ symbols: ["BTCUSDT"] });
        const stored = (side: TradesOfSide | null) => {
          if (side === null) return null;
          const { notional: _, ...kept } = side;
          return kept;
        };
        const seconds = SECONDS.map((second) => ({
          ...second,
          incarnation: 1,
          buy: stored(second.buy),
          sell: stored(second.sell),
        }));
        assertEquals(await history.records("trades_1s", ask), seconds.toReversed());
        const range = { fromMs: START_MS + 1_000, toMs: START_MS + 2_000 };
        assertEquals(await history.records("trades_1s", { ...ask, ...range }), seconds.slice(1, 2));
        assertEquals(await history.records("trades_1s", { ...ask, symbols: ["ETHUSDT"] }), []);
      });
      await t.step("many questions at once: some are refused, none is mixed up", async () => {
        const all = await Promise.allSettled(
          Array.from({ length: 20 }, () => pointsOf(history, ask({}))),
        );
        const answered = all.filter(({ status }) => status === "fulfilled");
        assertEquals(answered.length, 16);
      });
      await history.close();
      await place.remove();
    },
  });
}

Deno.test("PostgresHistory tells of a server that is not there, without its password", async () => {
  const url = "postgres://nobody:secret@127.0.0.1:9/none";
  const history = new PostgresHistory(serverAt(url));
  const error = await assertRejects(() => pointsOf(history, ask({})), HistoryUnavailable);
  assertEquals(error.message, "the database refuses connections");
  await history.close();
});
