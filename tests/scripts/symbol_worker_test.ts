import { assert, assertEquals } from "@std/assert";
import { bundleSymbolWorker } from "../../scripts/symbol_worker.ts";

Deno.test("bundleSymbolWorker() makes one file once, small, without the schemas and source maps", async () => {
  const dir = await Deno.makeTempDir({ prefix: "obm worker " });
  const file = new URL(`file://${dir}/dist/worker.js`);
  const { isFresh, bytes } = await bundleSymbolWorker(file);
  assert(isFresh);
  // It grows with metrics and rules, and is held in each worker; what must not be in it is asked below.
  assert(bytes < 230_000, `${bytes} bytes`);
  const code = await Deno.readTextFile(file);
  assertEquals(/^import |ZodError|sourceMappingURL/m.exec(code), null);
  assertEquals(await bundleSymbolWorker(file), { isFresh: false, bytes });
  assert((await bundleSymbolWorker(file, true)).isFresh);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("bundleSymbolWorker() makes a bundle anew that is older than a source", async () => {
  const dir = await Deno.makeTempDir({ prefix: "obm worker " });
  const file = new URL(`file://${dir}/worker.js`);
  await bundleSymbolWorker(file);
  // A file of the venue, deep below.
  const source = new URL("../../actors/venue/binance_spot/market_data.ts", import.meta.url);
  const { mtime } = await Deno.stat(source);
  assert(mtime !== null);
  await Deno.utime(file, mtime, mtime);
  assert((await bundleSymbolWorker(file)).isFresh);
  await Deno.remove(dir, { recursive: true });
});
