/** A worker with 16 symbols is ended, in a monitor of 32: counted against the look-alike's ledger. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { killWorker } from "../support/worker_kill.ts";

const BACK_MS_MAX = 10_000;

Deno.test("A worker with 16 symbols that dies has them back within 10 s, and the other 16 miss no row", async () => {
  const { hits, code } = await killWorker(32, 16);
  const killed = hits.filter(({ wasKilled }) => wasKilled);
  const others = hits.filter(({ wasKilled }) => !wasKilled);
  assertEquals([killed.length, others.length], [16, 16]);
  for (const { symbol, restarts, snapshots, connections, holes } of others) {
    assertEquals([restarts, snapshots, connections, holes], [0, 0, 0, 0], symbol);
  }
  for (const { symbol, restarts, snapshots, connections } of killed) {
    assertEquals([restarts, snapshots, connections], [1, 1, 1], symbol);
  }
  const back = killed.map(({ backMs }) => backMs ?? Infinity).toSorted((a, b) => a - b);
  const holes = killed.map((hit) => hit.holes);
  console.log(
    `back after ${back[0]} to ${back.at(-1)} ms; ${Math.max(...holes)} rows at most are not live`,
  );
  assert((back.at(-1) ?? Infinity) <= BACK_MS_MAX, back.join());
  assertEquals(code, 0);
});
