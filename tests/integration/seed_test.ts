/** Simulated history in real databases: what is there is what the engine has said, once, however often it was begun. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { LockHeld, StoreRefusal } from "../../actors/writer/failures.ts";
import { PartRun } from "../../scripts/seed/part_run.ts";
import { SeedFile } from "../../scripts/seed/seed_file.ts";
import { partsOf, type SeedPart, type SeedPlan } from "../../scripts/seed/seed_plan.ts";
import { SeedStore } from "../../scripts/seed/seed_store.ts";
import { seed } from "../../scripts/seed/seeding.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { MetricsFrame } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { type Promised, testOnBothDatabases } from "./writer_stage.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PLAN: SeedPlan = {
  symbols: ["SOLUSDT"],
  endMs: Date.UTC(2026, 7, 1, 12, 0, 7),
  days: 3,
  seed: 1,
};
const [HOUR, , DAYS] = partsOf(PLAN);
assert(HOUR !== undefined && DAYS !== undefined);
/** The last two minutes, and the last eight hours of the days before. */
const PARTS: readonly SeedPart[] = [
  { ...HOUR, fromMs: HOUR.toMs - 2 * MINUTE_MS },
  { ...DAYS, fromMs: DAYS.toMs - 8 * HOUR_MS, silences: [] },
];

/** Runs it until `stopAt` of it is done; whether all of it is. */
async function seedInto(
  address: DatabaseAddress,
  dataDir: string,
  stopAt = Infinity,
): Promise<boolean> {
  const store = await SeedStore.open(address, DEFAULT_SETTINGS);
  const file = new SeedFile(dataDir);
  const record = await file.read();
  const stop = new AbortController();
  const isWhole = await seed({
    plan: PLAN,
    parts: PARTS,
    settings: DEFAULT_SETTINGS,
    store,
    file,
    stored: record?.parts ?? [],
    signal: stop.signal,
    rest: 0,
    onProgress: ({ share }) => {
      if (share >= stopAt) stop.abort();
    },
  });
  if (isWhole) { while (await store.rollUp()); }
  await store.close();
  return isWhole;
}

/** What the engine says of a part. */
function rowsOf(part: SeedPart | undefined): MetricsFrame[] {
  assert(part !== undefined);
  const run = new PartRun(part, DEFAULT_SETTINGS);
  const rows: MetricsFrame[] = [];
  for (let chunk = run.next(400); chunk !== null; chunk = run.next(400)) {
    rows.push(...chunk.items.filter((item) => item.type === "metrics"));
  }
  return rows;
}

const PROMISES: Record<string, Promised> = {
  "is stored as the engine says it: raw rows of the last part, what those before it fold to, and all of it once, however often it was begun":
    async (
      { address, sql },
    ) => {
      const dataDir = await Deno.makeTempDir();
      for (const stopAt of [0, 0.5, 0.9]) {
        assertEquals(await seedInto(address, dataDir, stopAt), false, `until ${stopAt}`);
      }
      assertEquals(await seedInto(address, dataDir), true);
      const raw = await sql`SELECT (extract(epoch FROM time) * 1000)::float8 AS ms, mid, state
      FROM metrics_with_market WHERE symbol = 'SOLUSDT' ORDER BY time`;
      const said = rowsOf(PARTS[0]);
      assertEquals(
        raw.map(({ ms, mid, state }) => [ms, mid, state]),
        said.map(({ timeMs, values, state }) => [timeMs, values.mid, state]),
      );
      const minutes =
        await sql`SELECT (extract(epoch FROM time) * 1000)::float8 AS ms, mid, samples,
        live_ms AS live FROM metrics_1m WHERE time <= to_timestamp(${(PARTS[1]?.toMs ?? 0) / 1_000})
      ORDER BY time`;
      const before = rowsOf(PARTS[1]);
      assertEquals(
        minutes.map(({ ms, mid, samples, live }) => [ms, mid, samples, live]),
        before.map((
          { timeMs, values, state },
        ) => [timeMs, values.mid, 1, state === "live" ? MINUTE_MS : null]),
      );
      const hours = await sql`SELECT mid, samples FROM metrics_1h ORDER BY time LIMIT 8`;
      assertEquals(hours.map(({ samples }) => samples), Array(8).fill(60));
      const second = before.slice(60, 120).flatMap(({ values }) => values.mid ?? []);
      const mean = second.reduce((sum, mid) => sum + mid, 0) / second.length;
      assert(Math.abs(Number(hours[1]?.mid) - mean) < 1e-9 * mean);
      const [due] = await sql`SELECT count(*)::int AS count FROM rollup_due`;
      assertEquals(due?.count, 0, "all roll-ups of raw rows are made");
      const sums = async () => {
        const tables = ["metrics", "metrics_10s", "metrics_1m", "metrics_1h", "books"]
          .concat("depth_profiles", "trades_1s", "alerts", "feed_status", "audits");
        const all: unknown[] = [];
        for (const table of tables) {
          const [sum] = await sql.unsafe(
            `SELECT count(*)::int AS count, sum(hashtext(row::text))::text AS sum FROM ${table} AS row`,
          );
          all.push([table, sum?.count, sum?.sum]);
        }
        return all;
      };
      const madeOnce = await sums();
      // Nothing is known of what is there.
      await Deno.remove(`${dataDir}/seed.json`);
      assertEquals(await seedInto(address, dataDir), true);
      assertEquals(await sums(), madeOnce, "made once more");
      await Deno.remove(dataDir, { recursive: true });
    },

  "is written to no store of a market, and beside no monitor": async ({ address }) => {
    const writer = new Database(address, "test", "another process");
    await writer.open();
    await writer.claim({ kind: "exchange", label: "api.binance.com" });
    if (address.kind === "server") {
      await assertRejects(() => SeedStore.open(address, DEFAULT_SETTINGS), LockHeld);
    }
    await writer.close();
    await assertRejects(
      () => SeedStore.open(address, DEFAULT_SETTINGS),
      StoreRefusal,
      "api.binance.com",
    );
  },
};

testOnBothDatabases("Simulated history", PROMISES);
