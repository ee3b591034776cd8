/**
 * A hundred configurations as whole processes, drawn from what works and what does not: each starts as it was told, or
 * ends with one line for each variable that is wrong and exit code 1. `TEST_SEED` repeats a run.
 */
import { assertEquals } from "@std/assert";
import { variables } from "../../shared/config.ts";
import { runConfigurations } from "../support/configuration_runs.ts";
import { findRedis } from "../support/redis_server.ts";
import { postgresUrl } from "../support/services.ts";

const STARTS = 35;
const ENDS = 65;

Deno.test({
  name: `Each of ${
    STARTS + ENDS
  } configurations starts as it was told, or ends with its lines and exit code 1`,
  ignore: postgresUrl === null || findRedis() === null,
  fn: async () => {
    const seed = Number(Deno.env.get("TEST_SEED") ?? 1);
    const kinds = await runConfigurations({ seed, starts: STARTS, ends: ENDS });
    const names = variables().map(([, { name }]) => name);
    const isDrawn = (name: string, ...of: string[]) =>
      of.some((kind) => kinds.has(`${name} ${kind}`));
    assertEquals(names.filter((name) => !isDrawn(name, "good", "edge")), [], "none is left out");
    assertEquals(names.filter((name) => !isDrawn(name, "bad", "useless")), [], "nor its mistakes");
    assertEquals(
      names.filter((name) => !isDrawn(name, "envFile")),
      [],
      "nor the file of variables",
    );
  },
});
