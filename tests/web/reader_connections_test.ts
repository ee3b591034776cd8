/** Readers that ask at once for tables that are not there yet, as at a first start. */
import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { codeOf } from "../../shared/error_text.ts";
import { ReaderConnections } from "../../web/reader_connections.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";

Deno.test({
  name:
    "ReaderConnections.query() of many at once is told that there is no table, and nothing else",
  ignore: postgresUrl === null,
  fn: async () => {
    const database = await freshDatabase();
    const { signal } = new AbortController();
    const codes = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const connections = new ReaderConnections(serverAt(database.url), 5_000, 3);
      await connections.open();
      // Some come while the others look for the schema of our tables.
      const asked = [0, 1, 2, 0, 1].map(async (ms) => {
        await delay(ms);
        const statement = { text: "SELECT * FROM metrics", values: [] };
        await connections.query(statement, signal, () => {}).catch((error: unknown) =>
          codes.add(codeOf(error))
        );
      });
      await Promise.all(asked);
      await connections.close();
    }
    assertEquals([...codes], ["42P01"]);
    await database.drop();
  },
});
