/**
 * A database as the program of before left it, and what that program answered about it: how the fixture is read,
 * made into a database again, and asked.
 */
import type postgres from "postgres";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { readPackedJson } from "../support/packed_json.ts";
import { addressOf, startWorker, webArgs } from "../web/web_worker.ts";

export const OLD_DATABASE = new URL("../fixtures/before/database.json.gz", import.meta.url);
const MIGRATIONS = new URL("../../actors/writer/migrations/", import.meta.url);

export interface OldDatabase {
  /** Every table by its name, as PostgreSQL itself wrote the rows in JSON: not a digit is lost. */
  readonly tables: Readonly<Record<string, string>>;
  /** What the writer gave a symbol of its firing alerts, by symbol. */
  readonly firing: Readonly<Record<string, readonly AlertEvent[]>>;
  /** What the web server answered, by path. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** As that program made it, before its first migration. */
const MIGRATIONS_TABLE = `CREATE TABLE schema_migrations (
  version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now())`;

export function readOldDatabase(): Promise<OldDatabase> {
  return readPackedJson<OldDatabase>(OLD_DATABASE);
}

/** The migrations that the database has had. */
export function migrationsOf({ tables }: OldDatabase): AppliedMigration[] {
  return JSON.parse(tables.schema_migrations ?? "[]");
}

/**
 * Makes an empty database what it was, by the migrations that it has had.
 *
 * @throws {Error} when one of them is not the file that it was.
 */
export async function recreate(sql: postgres.Sql, old: OldDatabase): Promise<void> {
  await sql.unsafe(MIGRATIONS_TABLE);
  for (const { name, checksum } of migrationsOf(old)) {
    const text = await Deno.readTextFile(new URL(name, MIGRATIONS));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    if (new Uint8Array(digest).toHex() !== checksum) {
      throw new Error(`${name} was changed: every database that has had it refuses this program`);
    }
    await sql.unsafe(text).simple();
  }
  for (const [table, rows] of Object.entries(old.tables)) {
    await sql`INSERT INTO ${sql(table)}
              SELECT * FROM json_populate_recordset(NULL::${sql(table)}, ${rows}::text::json)`;
  }
}

/** Asks the web server, in its worker and over HTTP. */
export async function answersTo(
  database: DatabaseAddress,
  paths: readonly string[],
): Promise<Record<string, unknown>> {
  const web = startWorker(webArgs({ database }));
  const address = await addressOf(web);
  const answers: Record<string, unknown> = {};
  for (const path of paths) {
    const response = await fetch(address + path);
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
    answers[path] = body;
  }
  await web.drain();
  return answers;
}

/** Averages may be summed in any order, so a few of their last bits are not promised. */
const AVERAGE_APART_MAX = 1e-14;
/** … of which less is left in columns of four bytes. */
const SHORT_APART_MAX = 2 ** -23;
/** Metrics whose columns have four bytes by now: what was answered with eight is as exact as these are. */
const SHORT = new Set(METRIC_NAMES.filter((name) => definitionOf(name).stored === "float4"));

/**
 * The first value that is not as it was, as `path: was, is`; `null`: none. An object may have gained fields;
 * a list has the same elements in the same order. Numbers are the same to the bit, but for averages and for metrics that
 * are stored in four bytes.
 */
export function firstLoss(before: unknown, now: unknown): string | null {
  return lossAt("", before, now, false);
}

function lossAt(path: string, before: unknown, now: unknown, isInAverage: boolean): string | null {
  const differ = () => `${path}: ${JSON.stringify(before)} before, ${JSON.stringify(now)} now`;
  if (typeof before === "number" && typeof now === "number") {
    const isShort = SHORT.has(/\/columns\/(\w+)/.exec(path)?.[1] as MetricName);
    const areSame = isInAverage
      ? areSameAverage(before, now, isShort ? SHORT_APART_MAX : AVERAGE_APART_MAX)
      : Object.is(before, now) || isShort && Math.fround(before) === Math.fround(now);
    return areSame ? null : differ();
  }
  if (typeof before !== "object" || before === null) {
    return Object.is(before, now) ? null : differ();
  }
  if (typeof now !== "object" || now === null) return differ();
  const [was, is] = [Object.entries(before), new Map(Object.entries(now))];
  if (Array.isArray(before) && (!Array.isArray(now) || is.size !== was.length)) return differ();
  const isAverage = isInAverage || ("isAveraged" in before && before.isAveraged === true);
  for (const [key, value] of was) {
    if (!is.has(key)) return `${path}/${key}: ${JSON.stringify(value)} before, missing now`;
    const loss = lossAt(`${path}/${key}`, value, is.get(key), isAverage);
    if (loss !== null) return loss;
  }
  return null;
}

function areSameAverage(before: number, now: number, apartMax: number): boolean {
  // Times and limits are whole, and no averages.
  if (Number.isInteger(before) && Number.isInteger(now)) return before === now;
  return Math.abs(before - now) <= apartMax * Math.max(1, Math.abs(before));
}
