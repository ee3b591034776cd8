/**
 * A migrated database without a row, again and again: to make one anew takes a second and a half of the embedded Postgres, to empty it
 * a tenth of that.
 */
import type postgres from "postgres";
import { Database } from "../../actors/writer/postgres.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";

/** Everything that migrations make: two databases with the same one differ in rows alone. */
const FINGERPRINT = `
  SELECT md5(string_agg(part, '|' ORDER BY part)) AS fingerprint FROM (
    SELECT concat_ws(' ', relname, relkind, relispartition, reloptions, attname, atttypid, attnotnull, atthasdef)
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
      WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT definition FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
  ) AS parts (part)`;

/** The schema as the program's first start leaves it, and how it comes to be so again. */
export class BlankSchema {
  readonly #address: DatabaseAddress;
  readonly #sql: postgres.Sql;
  #blank: Blank | null = null;

  constructor(address: DatabaseAddress, sql: postgres.Sql) {
    this.#address = address;
    this.#sql = sql;
  }

  /** Nothing is left of what the test before has done, be it to rows or to tables. */
  async restore(): Promise<void> {
    if (this.#blank !== null && await this.#empty(this.#blank)) return;
    await dropAll(this.#sql);
    await migrate(this.#address);
    this.#blank = await this.#look();
  }

  async #look(): Promise<Blank> {
    const rows = new Map<string, string>();
    for (const table of await this.#filled()) {
      const [row] = await this.#sql.unsafe(`SELECT json_agg(t)::text AS rows FROM ${table} AS t`);
      if (typeof row?.["rows"] === "string") rows.set(table, row["rows"]);
    }
    return {
      fingerprint: await this.#fingerprint(),
      tables: new Set(await this.#tables()),
      rows,
      sequences: await this.#sequences(),
    };
  }

  /** False where it cannot be had by taking out rows and tables. */
  async #empty({ fingerprint, tables, rows, sequences }: Blank): Promise<boolean> {
    const others = (await this.#tables()).filter((name) => !tables.has(name));
    if (others.length > 0) await this.#sql.unsafe(`DROP TABLE ${others.join()} CASCADE`);
    if (await this.#fingerprint() !== fingerprint) return false;
    const filled = await this.#filled();
    if (filled.length > 0) await this.#sql.unsafe(`TRUNCATE ${filled.join()} CASCADE`);
    for (const [table, kept] of rows) {
      await this.#sql.unsafe(
        `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::${table}, $1::text::json)`,
        [kept],
      );
    }
    for (const { name, last, called } of sequences) {
      await this.#sql`SELECT setval(${name}, ${last}, ${called})`;
    }
    return true;
  }

  async #fingerprint(): Promise<unknown> {
    return (await this.#sql.unsafe(FINGERPRINT))[0]?.["fingerprint"];
  }

  async #tables(): Promise<string[]> {
    const found = await this.#sql<{ name: string }[]>`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`;
    return found.map(({ name }) => name);
  }

  /** Those that take any room. */
  async #filled(): Promise<string[]> {
    const found = await this.#sql<{ name: string }[]>`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0`;
    return found.map(({ name }) => name);
  }

  async #sequences(): Promise<readonly Sequence[]> {
    return await this.#sql<Sequence[]>`
      SELECT 'public.' || quote_ident(sequencename) AS name, coalesce(last_value, start_value)::float8 AS last,
        last_value IS NOT NULL AS called
      FROM pg_sequences WHERE schemaname = 'public'`;
  }
}

/** Nothing at all. */
export async function dropAll(sql: postgres.Sql): Promise<void> {
  await sql`DROP SCHEMA public CASCADE`;
  await sql`CREATE SCHEMA public`;
}

/** A database as the program's first start leaves it. */
export async function migrate(address: DatabaseAddress): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  await database.close();
}

interface Blank {
  readonly fingerprint: unknown;
  readonly tables: ReadonlySet<string>;
  /** Of the tables that are never empty, as JSON. */
  readonly rows: ReadonlyMap<string, string>;
  readonly sequences: readonly Sequence[];
}

interface Sequence {
  readonly name: string;
  readonly last: number;
  readonly called: boolean;
}
