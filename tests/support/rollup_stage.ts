/** A database and the job that makes its roll-ups, with the rows of a seed. */
import { foldingJob } from "../../actors/writer/folding.ts";
import type { Job } from "../../actors/writer/housekeeping.ts";
import { Database } from "../../actors/writer/postgres.ts";
import type { Row } from "../../actors/writer/rows.ts";
import { ROLLUP_NAMES } from "../../shared/catalogue/rollups.ts";
import type { Promised, TestDatabase } from "../integration/writer_stage.ts";
import { differencesOf, rowsIn } from "./naive_rollups.ts";
import { randomOf } from "./random.ts";

/** What a test of roll-ups has at hand. */
export interface RollupStage {
  readonly database: Database;
  readonly sql: TestDatabase["sql"];
  readonly random: () => number;
  readonly job: Job;
}

/** Runs a test on a migrated database; the seed of its chance is `SEED`, or said. */
export function onRollupStage(act: (stage: RollupStage) => Promise<void>): Promised {
  return async ({ address, sql }) => {
    const seed = Number(Deno.env.get("SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
    console.log(`SEED=${seed}`);
    const database = new Database(address, "test");
    const job = foldingJob(database.partitions);
    try {
      await database.open();
      await act({ database, sql, job, random: randomOf(seed) });
    } finally {
      await database.close();
    }
  };
}

/** Steps until there is nothing to do at this time: to the end of the round that was begun, and a whole one. */
export async function foldAll(
  { job, database }: Pick<RollupStage, "job" | "database">,
  nowMs: number,
): Promise<void> {
  for (let round = 0; round < 2; round++) {
    while (await job.step(database.step, nowMs));
  }
}

/** Stores rows about in their order, many of them late, some twice, with folds between, and folds what is left. */
export async function feedInDisorder(
  stage: RollupStage,
  rows: readonly Row[],
  nowMs: number,
): Promise<void> {
  const { database, job, random } = stage;
  const moved = rows.map((row) => ({ row, atMs: row.item.timeMs + (random() - 0.5) * 120_000 }));
  const sent = moved.sort((a, b) => a.atMs - b.atMs).map(({ row }) => row);
  while (sent.length > 0) {
    const batch = sent.splice(0, 1 + Math.floor(random() * 200));
    await database.write(batch);
    if (random() < 0.3) await database.write(batch.slice(0, 5));
    if (random() < 0.5) await job.step(database.step, nowMs);
  }
  await foldAll(stage, nowMs);
}

/** How all tables differ from what the rows of `metrics` say, and how many buckets there are. */
export async function differencesIn(
  sql: TestDatabase["sql"],
): Promise<{ readonly differences: readonly string[]; readonly buckets: number }> {
  const rows = await rowsIn(sql, "metrics");
  const differences: string[] = [];
  let count = 0;
  for (const name of ROLLUP_NAMES) {
    const buckets = await rowsIn(sql, name);
    count += buckets.length;
    differences.push(...differencesOf(name, buckets, rows));
  }
  return { differences: differences.slice(0, 10), buckets: count };
}
