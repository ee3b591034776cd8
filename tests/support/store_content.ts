/** Stores that no monitor has open: one with rows in every table, and everything that is in one. */
import { TABLES_TEXT } from "../../scripts/stores/copied_table.ts";
import { readStorePlace, type StorePlace } from "../../scripts/stores/store_place.ts";
import { openSide } from "../../scripts/stores/store_side.ts";
import { startEmbeddedStore } from "./embedded_store.ts";
import { storeOutputs } from "./every_table.ts";

/** Where the tests' sockets are. */
export const TEMP = Deno.env.get("TMPDIR") ?? "/tmp";

/** A store by its URL or folder. */
export const placeOf = (text: string): StorePlace => readStorePlace(text, { databaseUrl: null });

/** A DATA_DIR with rows in every table, and nobody who runs on it. */
export async function restingStore(): Promise<string> {
  const store = await startEmbeddedStore();
  await storeOutputs({ kind: "embedded", socketDir: store.socketDir });
  // What housekeeping leaves there.
  const sql = store.client({ max: 1 });
  await sql.unsafe(`
    INSERT INTO retention_floor (table_name, floor) VALUES ('metrics', '2019-01-01Z');
    CREATE TABLE metrics_10s_p20250101 PARTITION OF metrics_10s FOR VALUES FROM ('2025-01-01Z') TO ('2025-01-02Z');
    INSERT INTO metrics_10s (symbol_id, settings_id, samples, time, mid)
      VALUES (1, 1, 10, '2025-01-01T00:00:10Z', 0.1)`).simple();
  await sql.end();
  await store.stop();
  return store.dataDir;
}

/** Every row of every table as the database writes it, or a digest of that, and whose they are. */
export async function contentOf(
  text: string,
  as: "text" | "digest" = "text",
): Promise<Record<string, string[]>> {
  const side = await openSide(placeOf(text), { isTarget: false, tempDir: TEMP });
  try {
    return await side.transact(async (tx) => {
      const content: Record<string, string[]> = { source: [JSON.stringify(side.source)] };
      for (const { name } of await tx.unsafe<{ name: string }[]>(TABLES_TEXT)) {
        const rows = await tx.unsafe<{ row: string }[]>(
          `SELECT ${as === "text" ? "" : "md5"}(to_jsonb(each)::text) AS row FROM ${name} AS each`,
        );
        content[name] = rows.map(({ row }) => row).sort();
      }
      return content;
    });
  } finally {
    await side.close();
  }
}
