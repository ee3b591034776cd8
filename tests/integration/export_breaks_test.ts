/** `GET /api/export` that does not come to its end, or not to all of it: the file says so itself. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { retentionByAge } from "../../actors/writer/retention.ts";
import { storeOutputs } from "../support/every_table.ts";
import { START_MS } from "../writer/outputs.ts";
import { exporter, fillMany, MANY } from "./export_stage.ts";
import { KEEPS_ALL, type Promised, testOnBothDatabases } from "./writer_stage.ts";

const PROMISES: Record<string, Promised> = {
  "says in its last line that it breaks off": async ({ address, sql }) => {
    await storeOutputs(address);
    await fillMany(sql);
    for (const format of ["csv", "ndjson", "parquet"]) {
      const { ask, desk, history } = exporter(address);
      const response = await ask(
        `table=feed_status&symbol=BTCUSDT&columns=reason&format=${format}`,
      );
      desk.end("the web server is stopping");
      if (format === "parquet") {
        await assertRejects(() => response.arrayBuffer());
      } else {
        const last = (await response.text()).split("\n").at(-2) ?? "";
        const reason = "the web server is stopping";
        // One page of each, and nothing of the rest.
        if (format === "csv") assertEquals(last, `# broken off after 100 rows: ${reason}`);
        else assertEquals(JSON.parse(last), { brokenOff: { rows: 100, reason } });
      }
      assertEquals((await ask("table=metrics")).status, 503);
      await history.close();
    }
  },

  "says in its last line that retention has dropped rows of its span meanwhile": async (
    { address, sql },
  ) => {
    await storeOutputs(address);
    await fillMany(sql);
    const store = new Database(address, "test");
    await store.open();
    const { ask, history } = exporter(address);
    const days = (START_MS - Date.UTC(2026, 0, 1)) / 86_400_000;
    const dropUntil = async (ms: number) => {
      const dropping = retentionByAge({ ...KEEPS_ALL, keepFeedDays: days }, store.floors, () => {});
      while (await dropping.step(store.step, ms + days * 86_400_000));
    };
    const firstMs = START_MS + 60_000;
    const asked = "table=feed_status&symbol=BTCUSDT&columns=number";
    for (const format of ["csv", "ndjson", "parquet"]) {
      const response = await ask(`${asked}&format=${format}`);
      // Its first page is read, and has a hundred rows.
      const floorMs = firstMs + 1_000 * (1 + ["csv", "ndjson", "parquet"].indexOf(format));
      await dropUntil(floorMs);
      if (format === "parquet") {
        await assertRejects(() => response.arrayBuffer());
        continue;
      }
      const lines = (await response.text()).split("\n").slice(0, -1);
      const last = lines.pop() ?? "";
      assertMatch(last, format === "csv" ? /^# broken off after \d+ rows: / : /^\{"brokenOff":/);
      assertStringIncludes(last, `before ${new Date(floorMs).toISOString()}`);
      assertStringIncludes(last, `from=${floorMs}`);
      assertStringIncludes(lines.at(-1) ?? "", String(MANY), "all that is left is there");
      const [left] = await sql`SELECT count(*)::int AS count FROM feed_status WHERE number > 1`;
      assert(lines.length > left?.count && lines.length < MANY, `${lines.length}`);
    }
    // What goes before or behind the span, or had gone before, is no break.
    const fromMs = firstMs + 4_000;
    const whole = await ask(`${asked}&from=${fromMs}`);
    await dropUntil(fromMs);
    const text = await whole.text();
    assertEquals(text.includes("#"), false, text.slice(-200));
    await store.close();
    await history.close();
  },
};

testOnBothDatabases("GET /api/export that breaks off", PROMISES);
