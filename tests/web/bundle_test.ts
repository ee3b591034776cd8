import { assert, assertEquals } from "@std/assert";
import { bundlePage } from "../../scripts/page.ts";

/** What a first visit may cost; uPlot alone is 51 kB, and what the catalogue says of each of its metrics is 45 kB. */
const BUNDLE_BYTES_MAX = 140_000;

Deno.test("bundlePage() makes the page's files once, small, without the server's packages", async () => {
  const dir = await Deno.makeTempDir({ prefix: "obm page " });
  const dist = new URL(`file://${dir}/dist/`);
  const first = await bundlePage(dist);
  assert(first.isFresh);
  assert(first.bytes < BUNDLE_BYTES_MAX, `${first.bytes} bytes`);
  const names = (await Array.fromAsync(Deno.readDir(dist))).map(({ name }) => name).sort();
  assertEquals(names, ["favicon.svg", "index.html", "login.html", "main.js", "page.css"]);
  const code = await Deno.readTextFile(new URL("main.js", dist));
  assert(!code.includes("ZodError"));
  assertEquals((await bundlePage(dist)).isFresh, false);
  await Deno.remove(new URL("page.css", dist));
  assert((await bundlePage(dist)).isFresh);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("The pages keep to their own Content-Security-Policy: no script or style inside", async () => {
  for (const name of ["index.html", "login.html"]) {
    const html = await Deno.readTextFile(new URL(`../../web/page/${name}`, import.meta.url));
    assert(!/\sstyle=|\son\w+=|<style/.test(html), name);
    assertEquals([...html.matchAll(/<script[^>]*>(?!<\/script>)/g)], [], name);
    // Under a path before them these would lead elsewhere.
    assertEquals([...html.matchAll(/(?:src|href|action)="\//g)], [], name);
  }
});
