/** What the whole engine leaves for the garbage collector, counted in a warm process of its own. */
import { assert } from "@std/assert";
import { runJob } from "../../scripts/bench/child_process.ts";
import { recordingsDir } from "../support/services.ts";

/** Of a frame of any kind, its share of the outputs included. */
const BYTES_MAX = 600;
const EFFORT = { warmMs: 0, measureMs: 0, latencyFrames: 0 };

for (const name of ["btcusdt_20240808", "ethusdt_20240808"]) {
  Deno.test({
    name: `A frame of ${name} costs the whole engine at most ${BYTES_MAX} bytes`,
    ignore: recordingsDir === null,
    fn: async () => {
      const file = `${recordingsDir}/${name}.gz`;
      const job = { kind: "engine_heap", file, effort: EFFORT } as const;
      const { bytesPerFrame } = await runJob(job, "heap");
      assert(bytesPerFrame <= BYTES_MAX, `${bytesPerFrame.toFixed(0)} bytes`);
    },
  });
}
