/** Makes the filled database, or takes up the one of an earlier run. */
import type postgres from "postgres";
import { type Extent, FILLED_TABLES, type PreparedTable, rowsIn, symbolNames } from "./extent.ts";
import { startFeed } from "./feed.ts";
import { columnsOf, fill, type Filling, piecesOf } from "./fill.ts";
import { type BenchDatabase, openDatabase } from "./databases.ts";
import type { StoreKind } from "./flags.ts";

/** Each raised when a table that was filled before must be filled anew. */
const FILLINGS: Readonly<Record<PreparedTable, number>> = {
  metrics: 1,
  metrics_10s: 1,
  metrics_1m: 1,
  metrics_1h: 2,
  alerts: 1,
};
const PREPARED: readonly PreparedTable[] = [...FILLED_TABLES, "alerts"];
const MINUTE_MS = 60_000;

/** A filled database that runs. */
export interface Prepared {
  readonly database: BenchDatabase;
  /** When what was filled in ends; what is written since is beside it. */
  readonly endMs: number;
}

/** What a file beside the folder says of a database that is whole. */
interface Manifest {
  readonly contents: Contents;
  readonly endMs: number;
}

/** Everything on which the rows of each table depend. */
type Contents = Readonly<Partial<Record<PreparedTable, unknown>>>;

/** Opens the database in `folder`, filled; `say` hears what is done that takes time. */
export async function prepare(
  kind: StoreKind,
  folder: string,
  extent: Extent,
  say: (text: string) => void,
): Promise<Prepared> {
  const manifestFile = `${folder}.json`;
  const known = await readManifest(manifestFile);
  if (known === null) await removeIfThere(folder);
  const endMs = known?.endMs ?? lastMinuteMs();
  const database = await openMigrated(kind, folder, extent);
  try {
    await withClient(database, async (sql) => {
      const contents = await contentsOf(sql, extent);
      const is = (table: PreparedTable, of?: Contents) => JSON.stringify(of?.[table]);
      const missing = PREPARED.filter((table) =>
        is(table, known?.contents) !== is(table, contents)
      );
      if (missing.length === 0) return say(`${kind}: filled before, in ${folder}`);
      const rows = missing.reduce(
        (sum, table) => sum + (table === "alerts" ? extent.episodes : rowsIn(extent, table)),
        0,
      );
      say(`${kind}: ${rows.toLocaleString("en")} rows are written to ${folder}, once`);
      const filling = await fillingOf(sql, extent, endMs);
      const whole = new Map(
        PREPARED.filter((table) => !missing.includes(table)).map((
          table,
        ) => [table, contents[table]]),
      );
      const write = () => {
        const manifest: Manifest = { endMs, contents: Object.fromEntries(whole) };
        return Deno.writeTextFile(manifestFile, JSON.stringify(manifest));
      };
      for (const table of missing) {
        // What is under way is not whole.
        await write();
        await fill(sql, table, filling, (text) => say(`${kind}: ${text}`));
        if (kind === "postgres") await vacuum(sql, table);
        whole.set(table, contents[table]);
      }
      await write();
    });
    return { database, endMs };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** With the tables of now, as the writer makes them, and a row of each symbol, so that symbols and settings have ids. */
async function openMigrated(
  kind: StoreKind,
  folder: string,
  { symbols }: Extent,
): Promise<BenchDatabase> {
  const database = await openDatabase(kind, folder);
  const feed = await startFeed(database, symbols, { rows: 1, endMs: lastMinuteMs() });
  await feed.acked(symbols);
  await feed.stop();
  return database;
}

function lastMinuteMs(): number {
  return Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
}

async function withClient<T>(
  database: BenchDatabase,
  act: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = database.client();
  try {
    return await act(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Of which symbols and settings rows are to be. */
async function fillingOf(sql: postgres.Sql, extent: Extent, endMs: number): Promise<Filling> {
  const names = symbolNames(extent.symbols);
  const symbols = await sql<{ id: number }[]>`
    SELECT symbol_id AS id FROM symbols WHERE symbol IN ${sql(names)} ORDER BY symbol`;
  const [settings] = await sql<{ id: number }[]>`SELECT settings_id AS id FROM metrics LIMIT 1`;
  return { extent, symbolIds: symbols.map(({ id }) => id), settingsId: settings?.id ?? 0, endMs };
}

/** As a server does by itself some time after so many rows; in an embedded store nobody does. */
async function vacuum(sql: postgres.Sql, table: PreparedTable): Promise<void> {
  for (const name of await piecesOf(sql, table)) await sql.unsafe(`VACUUM (ANALYZE) ${name}`);
}

/** How each table is filled: how many rows it has, the columns that they have, and how its pieces are stored. */
async function contentsOf(
  sql: postgres.Sql,
  { symbols, spanMs, episodes }: Extent,
): Promise<Contents> {
  const contents: Partial<Record<PreparedTable, unknown>> = {};
  for (const table of PREPARED) {
    const rows = table === "alerts" ? { episodes } : { spanMs: spanMs[table] };
    const columns = await columnsOf(sql, table);
    contents[table] = { filling: FILLINGS[table], symbols, ...rows, columns };
  }
  return contents;
}

async function readManifest(file: string): Promise<Manifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(file)) as Manifest;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
