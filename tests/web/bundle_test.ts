import { assert, assertEquals, assertMatch } from "@std/assert";
import { bundlePage, pageStyle } from "../../scripts/page.ts";
import { proseOf } from "../../shared/catalogue/metric_prose.ts";

const namesIn = async (dir: URL) =>
  (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();

/** What may come before the first number, packed as a browser gets it, and what each part may that comes later. */
const FIRST_BYTES_MAX = 54_000;
const LATER_BYTES_MAX = 30_000;
/** The worker that windows share, which comes beside the first part. */
const WORKER_BYTES_MAX = 1_100;
/** What the desk of who has arranged nothing comes to: what comes first, and the parts of its panels. */
const DESK_BYTES_MAX = 87_000;
const DESK_PARTS = /^chart(?:_canvas)?-/;

Deno.test("bundlePage() makes the page's files once, small, without the server's packages", async () => {
  const dir = await Deno.makeTempDir({ prefix: "obm page " });
  const dist = new URL(`file://${dir}/dist/`);
  assert((await bundlePage(dist)).isFresh);
  const packs = ["", ".br", ".gzip"];
  const files = ["favicon.svg", "index.html", "login.html", "page.css"];
  assertEquals(await namesIn(dist), [
    ...files.flatMap((name) => packs.map((pack) => name + pack)),
    "parts",
  ]);
  const parts = new URL("parts/", dist);
  const scripts = (await namesIn(parts)).filter((name) => name.endsWith(".js"));
  for (const name of scripts) assertMatch(name, /^\w+-[0-9a-z]{8}\.js$/, "it may be kept for good");
  const html = await Deno.readTextFile(new URL("index.html", dist));
  const [, main = ""] = /src="parts\/(main-\w+\.js)"/.exec(html) ?? [];
  assert(scripts.includes(main), html);
  const entry = await Deno.readTextFile(new URL(main, parts));
  assert(entry.includes("Cannot mount the page"), "whichever file the bundler gives first");
  const waitsFor = [...entry.matchAll(/(?:from|import)\s*"[^"]*"/g)].map(([text]) => text);
  assertEquals(waitsFor, [], "before the first number comes one script");
  let first = 0;
  let desk = 0;
  const [worker = "", ...workers] = scripts.filter((name) => name.startsWith("stream_worker-"));
  assertEquals(workers, []);
  assert(entry.includes(`"parts/${worker}"`), "the first part starts it by its name");
  assert((await Deno.stat(new URL(`${worker}.br`, parts))).size <= WORKER_BYTES_MAX);
  for (const name of scripts) {
    const code = await Deno.readTextFile(new URL(name, parts));
    assert(!code.includes("ZodError"));
    // What metrics are in words is the server's, for who asks.
    assert(!code.includes(proseOf("mid").meaning), name);
    // Nothing but the chart waits for uPlot, whose own event this is.
    assertEquals(code.includes("dppxchange"), name.startsWith("chart_canvas-"), name);
    const { size } = await Deno.stat(new URL(`${name}.br`, parts));
    if (html.includes(name) || DESK_PARTS.test(name)) desk += size;
    if (html.includes(name)) first += size;
    else assert(size <= LATER_BYTES_MAX, `${name}: ${size} bytes`);
  }
  assert(first <= FIRST_BYTES_MAX, `${first} bytes`);
  assert(desk <= DESK_BYTES_MAX, `${desk} bytes`);
  assertEquals((await bundlePage(dist)).isFresh, false);
  await Deno.writeTextFile(new URL("old-0000000.js", parts), "");
  for (const lost of ["page.css", "index.html.br", `parts/${main}.gzip`]) {
    await Deno.remove(new URL(lost, dist));
    assert((await bundlePage(dist)).isFresh, lost);
  }
  assertEquals((await namesIn(parts)).length, scripts.length * packs.length, "old parts are gone");
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

Deno.test("pageStyle() is made of every file of styles", async () => {
  const style = await pageStyle();
  const dir = new URL("../../web/page/styles/", import.meta.url);
  for (const name of await namesIn(dir)) {
    assert(style.includes(await Deno.readTextFile(new URL(name, dir))), name);
  }
});
