/** A dozen of the configurations that the long runs have a hundred of. */
import { runConfigurations } from "../support/configuration_runs.ts";
import { findRedis } from "../support/redis_server.ts";
import { postgresUrl } from "../support/services.ts";

Deno.test({
  name:
    "Each of a dozen configurations starts as it was told, or ends with its lines and exit code 1",
  ignore: postgresUrl === null || findRedis() === null,
  fn: async () => {
    const seed = Number(Deno.env.get("TEST_SEED") ?? 1);
    await runConfigurations({ seed, starts: 2, ends: 10 });
  },
});
