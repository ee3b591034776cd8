/** The kinds of faults of the stores, through the whole monitor; tests/long has every one, with a page. */
import { assertEquals } from "@std/assert";
import { runFaults } from "../support/fault_run.ts";
import { findPostgresBin } from "../support/postgres_server.ts";
import { findRedis } from "../support/redis_server.ts";

/** Of the database, and of Redis, in the order in which they are run. */
const CHOSEN = [
  "PostgreSQL is read-only, as an old primary after a fail-over",
  "PostgreSQL hangs",
  "a permission is missing",
  "something that hangs up stands in the place of PostgreSQL",
  "Redis has no memory left (OOM)",
  "Redis is a cluster that is down (CLUSTERDOWN)",
];

Deno.test({
  name: "Gauges, /healthz and log agree on faults of the stores, at their begin and at their end",
  ignore: findPostgresBin() === null || findRedis() === null,
  fn: async () => {
    const seen = await runFaults(
      (faults) => faults.filter(({ name }) => CHOSEN.includes(name)),
      null,
    );
    assertEquals(seen.map(({ name }) => name), CHOSEN);
  },
});
