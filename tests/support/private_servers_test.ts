import { assertEquals } from "@std/assert";
import postgres from "postgres";
import { findPostgresBin, startPostgres } from "./postgres_server.ts";
import { findRedis, startRedis } from "./redis_server.ts";

Deno.test({
  name: "startPostgres() keeps its rows over restart() and frees its port at stop()",
  ignore: findPostgresBin() === null,
  fn: async () => {
    const server = await startPostgres();
    try {
      const sql = postgres(server.url, { max: 1, onnotice: () => {} });
      await sql`CREATE TABLE kept (n int)`;
      await sql`INSERT INTO kept VALUES (42)`;
      await sql.end();
      await server.restart("immediate");
      const again = postgres(server.url, { max: 1, onnotice: () => {} });
      assertEquals([...await again`SELECT n FROM kept`], [{ n: 42 }]);
      await again.end();
    } finally {
      await server.stop();
    }
    Deno.listen({ hostname: "127.0.0.1", port: server.port }).close();
  },
});

Deno.test({
  name: "startRedis() answers at its URL and frees its port at stop()",
  ignore: findRedis() === null,
  fn: async () => {
    const server = await startRedis();
    (await Deno.connect({ hostname: "127.0.0.1", port: server.port })).close();
    await server.stop();
    Deno.listen({ hostname: "127.0.0.1", port: server.port }).close();
  },
});
