/**
 * What the whole engine leaves for the garbage collector, counted in warm processes of their own. V8 does not make the same
 * calls part of their callers each time, and makes objects of the numbers of those that it leaves: the best of three
 * counts.
 */
import { assert } from "@std/assert";
import { runJob } from "../../scripts/bench/child_process.ts";
import { recordingsDir } from "../support/services.ts";

/** Of a frame of any kind, its share of the outputs included. */
const BYTES_MAX = 600;
const PROCESSES = 3;
const EFFORT = { warmMs: 0, measureMs: 0, latencyFrames: 0 };

for (const name of ["btcusdt_20240808", "ethusdt_20240808"]) {
  Deno.test({
    name: `A frame of ${name} costs the whole engine at most ${BYTES_MAX} bytes`,
    ignore: recordingsDir === null,
    fn: async () => {
      const file = `${recordingsDir}/${name}.gz`;
      const job = { kind: "engine_heap", file, effort: EFFORT } as const;
      const counted: number[] = [];
      while (counted.length < PROCESSES && !counted.some((bytes) => bytes <= BYTES_MAX)) {
        counted.push((await runJob(job, "heap")).bytesPerFrame);
      }
      const told = counted.map((bytes) => bytes.toFixed(0)).join(", ");
      console.log(`${name}: ${told} bytes a frame`);
      assert(Math.min(...counted) <= BYTES_MAX, `${told} bytes`);
    },
  });
}
