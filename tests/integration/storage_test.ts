import { assert, assertEquals } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { bucketFrame, delivery, gapRecord } from "../writer/outputs.ts";
import { answersTo } from "./old_database.ts";
import { testOnBothDatabases } from "./writer_stage.ts";

interface Storage {
  readonly maxBytes: number;
  readonly bytes: number;
  readonly tables: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly oldestMs: number | null;
    readonly newestMs: number | null;
    readonly keepDays: number | null;
    readonly roomDays: number | null;
  }[];
  readonly drops: readonly object[];
}

testOnBothDatabases("GET /api/storage", {
  "says how large each table is, from when to when, how long it is kept, and what was dropped":
    async ({ address, sql }) => {
      const database = new Database(address, "test");
      await database.open();
      const timeMs = Date.UTC(2026, 7, 1);
      const items = [0, 5_000, 86_400_000].flatMap((ms, i) => [
        bucketFrame(1, { timeMs: timeMs + ms }),
        gapRecord({ number: i + 1, timeMs: timeMs + ms }),
      ]);
      await database.write(rowsOf(delivery(1, items)));
      await database.close();
      await sql`INSERT INTO metrics_before (symbol, time, bucket_ms, state)
        SELECT 'BTCUSDT', to_timestamp(n), 1000, 'live' FROM generate_series(1, 1000) n`;
      await sql`INSERT INTO history_drops (table_name, piece, from_time, to_time, rows, bytes, cause)
        VALUES ('metrics', 'metrics_p20260701', to_timestamp(1), to_timestamp(2), 3, 4, 'size')`;
      const path = "/api/storage";
      const storage = (await answersTo(address, [path]))[path] as Storage;
      const of = (name: string) => {
        const table = storage.tables.find((each) => each.name === name);
        assert(table !== undefined, name);
        return table;
      };
      assertEquals(storage.maxBytes, 20e9);
      assertEquals(storage.bytes, storage.tables.reduce((sum, { bytes }) => sum + bytes, 0));
      const span = { oldestMs: timeMs, newestMs: timeMs + 86_400_000 };
      const { bytes, oldestMs, newestMs, keepDays, roomDays } = of("metrics");
      assertEquals({ oldestMs, newestMs }, span);
      assertEquals([keepDays, roomDays], [3, 3]);
      // Those of before are a part of it.
      assert(bytes > 100_000, `${bytes}`);
      const gaps = of("gaps");
      assertEquals({ oldestMs: gaps.oldestMs, newestMs: gaps.newestMs }, span);
      assertEquals([of("metrics_1h").keepDays, of("books").oldestMs], [null, null]);
      assertEquals(storage.drops.length, 1);
      const { droppedMs, ...drop } = storage.drops[0] as { readonly droppedMs: number };
      assert(droppedMs > timeMs);
      assertEquals(drop as object, {
        ...{ table: "metrics", piece: "metrics_p20260701", fromMs: 1_000, toMs: 2_000 },
        ...{ rows: 3, bytes: 4, cause: "size" },
      });
    },
});
