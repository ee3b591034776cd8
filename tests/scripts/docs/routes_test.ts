import { assertEquals, assertStringIncludes } from "@std/assert";
import { routesTable } from "../../../scripts/docs/routes.ts";
import { ALL_ROUTES } from "../../../shared/catalogue/routes.ts";

const [, , ...ROWS] = routesTable().split("\n");

Deno.test("routesTable() has a row for each route, in the order of the table", () => {
  assertEquals(
    ROWS.map((row) => /^\| `(\w+ [^?`]+)/.exec(row)?.[1]),
    // How many parts a placeholder takes is the router's business.
    ALL_ROUTES.map(({ method, path }) => `${method} ${path.replace("{.+}", "")}`),
  );
});

Deno.test("routesTable() says what a route needs, and within which limits", () => {
  const rowOf = (request: string) => ROWS.find((row) => row.includes(`\`${request}`)) ?? "";
  assertStringIncludes(
    rowOf("GET /api/metrics?symbol=&symbols=&from=&to=&limit=&columns="),
    "| read | `limit` 3600, at most 10000; `from` to `to` 30 minutes; made of at most 1000000 rows; at most 200 `symbols` |",
  );
  assertStringIncludes(
    rowOf("POST /api/symbols"),
    '| operate | JSON of at most 1000 bytes, as in `{"symbol":"SOLUSDT"}` |',
  );
  assertStringIncludes(rowOf("GET /events?symbols=&focus="), "| read | at most 200 `symbols` |");
  assertStringIncludes(rowOf("GET /healthz"), "| read |  |");
});
