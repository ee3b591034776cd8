/**
 * The store that is seeded, under the writer's own rules: its lock, its partitions, its statements and its keys, so that what
 * is stored twice is there once. Rows of the last day are stored as the writer stores them, and mark the roll-ups that are to
 * be made of them; older ones are folded into roll-ups in the transaction that has them, and are not kept.
 */
import { foldingJob } from "../../actors/writer/folding.ts";
import type { Job } from "../../actors/writer/housekeeping.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { foldSql } from "../../actors/writer/rollups.ts";
import { KnownIds } from "../../actors/writer/row_ids.ts";
import { insertInto, parametersOf, type Row, rowsOf } from "../../actors/writer/rows.ts";
import { outermostSql } from "../../shared/catalogue/outermost_sql.ts";
import { bucketEndMs, type RollupName, rollupOf } from "../../shared/catalogue/rollups.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { tableOf } from "../../shared/catalogue/tables.ts";
import { utcNowMs } from "../../shared/clock.ts";
import type { Source } from "../../shared/market.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import type { Chunk } from "./part_run.ts";
import type { SeedPart } from "./seed_plan.ts";

/** As the look-alike exchange calls itself: no store of a market takes its rows. */
const SOURCE: Source = { kind: "simulation", label: "SIMULATED" };

/** The rows of one transaction that are folded; it is gone after it. */
const SCRATCH = "seed_rows";
/** When the oldest row of each of these tables begins. */
const BEGINNINGS = [
  `(SELECT min(edge.time - edge.bucket_ms * interval '1 millisecond')
    FROM ${outermostSql("metrics", "metrics", "oldest")})`,
  `(SELECT min(edge.time) FROM ${
    outermostSql("metrics_1m", "metrics_1m", "oldest")
  }) - interval '1 minute'`,
  `(SELECT min(edge.time) FROM ${
    outermostSql("metrics_1h", "metrics_1h", "oldest")
  }) - interval '1 hour'`,
];
const INSERT = insertInto(SCRATCH, tableOf("metrics"));
const FOLD_MINUTES = foldSql("metrics_1m", { form: "rows", rows: SCRATCH });
const FOLD_HOURS = foldSql("metrics_1h", { form: "buckets", rows: SCRATCH });

/** An open store; `close` gives it back. */
export class SeedStore {
  readonly #database: Database;
  readonly #settings: MetricSettings;
  readonly #ids = new KnownIds();
  readonly #folding: Job;

  private constructor(database: Database, settings: MetricSettings) {
    this.#database = database;
    this.#settings = settings;
    this.#folding = foldingJob(database.partitions);
  }

  /** @throws {StoreRefusal} when it is a market's; `LockHeld` when a monitor writes to it. */
  static async open(address: DatabaseAddress, settings: MetricSettings): Promise<SeedStore> {
    const database = new Database(address, `seed, process ${Deno.pid}`, crypto.randomUUID());
    await database.open();
    try {
      await database.claim(SOURCE);
      return new SeedStore(database, settings);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** When the oldest interval begins of which there are rows, UTC; `null`: there are none. */
  async beginningMs(): Promise<number | null> {
    return await this.#database.step(async (tx) => {
      const [row] = await tx.unsafe<{ ms: number | null }[]>(
        `SELECT (extract(epoch FROM least(${BEGINNINGS.join(", ")})) * 1000)::float8 AS ms`,
      );
      return row?.ms ?? null;
    });
  }

  /** Stores what a chunk says. */
  async store(part: SeedPart, { items }: Chunk): Promise<void> {
    // The life of an actor, as the rows know it.
    const delivery = { incarnation: part.fromMs, settings: this.#settings, items };
    const rows = rowsOf(delivery);
    const folded = rows.filter(({ table }) => part.isFolded && table === "metrics");
    await this.#database.write(rows.filter((row) => !folded.includes(row)));
    if (folded.length > 0) await this.#fold(folded);
  }

  /** Makes some of the roll-ups that stored rows have marked; false: there are no more to make. */
  async rollUp(): Promise<boolean> {
    return await this.#folding.step(this.#database.step, utcNowMs());
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #fold(rows: readonly Row[]): Promise<void> {
    const { partitions } = this.#database;
    const kept = await this.#database.step(async (tx) => {
      const { ids, keep } = await this.#ids.of(tx, rows);
      const bucketsOf = (name: RollupName) => {
        const { bucketMs } = rollupOf(name);
        const ends = new Map(rows.map(({ item }) => {
          const endMs = bucketEndMs(item.timeMs, bucketMs);
          return [`${item.symbol} ${endMs}`, { id: ids.symbolId(item), endMs }];
        }));
        return [...ends.values()];
      };
      const [minutes, hours] = [bucketsOf("metrics_1m"), bucketsOf("metrics_1h")];
      const made = await partitions.make(tx, [
        ...minutes.map(({ endMs }) => ({ table: "metrics_1m", timeMs: endMs })),
        ...hours.map(({ endMs }) => ({ table: "metrics_1h", timeMs: endMs })),
      ]);
      await tx.unsafe(
        `CREATE TEMPORARY TABLE ${SCRATCH} (LIKE metrics INCLUDING ALL) ON COMMIT DROP`,
      );
      const parameters = parametersOf("metrics", rows, ids);
      await tx.unsafe(INSERT, parameters.map((column) => [...column]));
      const columns = (buckets: typeof minutes) => [
        buckets.map(({ id }) => id),
        buckets.map(({ endMs }) => endMs),
      ];
      await tx.unsafe(FOLD_MINUTES, columns(minutes));
      await tx.unsafe(FOLD_HOURS, [...columns(hours), null]);
      return [{ keep }, made];
    });
    for (const each of kept) each.keep();
  }
}
