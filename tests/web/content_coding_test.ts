import { assert, assertEquals, assertMatch } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { codingFor, CODINGS } from "../../web/content_coding.ts";
import { eventually } from "../support/eventually.ts";
import { setUp } from "./app_stage.ts";
import { readUntil } from "./sse.ts";
import { readPage } from "../browser/stage.ts";
import type { MetricsFrame } from "../../shared/output.ts";
import { alertEvent, metricsFrame, systemStatus } from "../support/outputs.ts";

for (
  const [accepted, coding] of [
    [undefined, null],
    ["", null],
    ["identity", null],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["GZIP;q=0.5", "gzip"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["gzip;q=0", null],
    ["br;q=0, *", "gzip"],
    ["*;q=0", null],
    ["gzip;q=nonsense", null],
  ] as const
) {
  Deno.test(`codingFor() of ${accepted} is ${coding}`, () => {
    assertEquals(codingFor(accepted, CODINGS), coding);
  });
}

Deno.test("GET of the page's files answers them packed, each form under an ETag of its own", async () => {
  const page = await readPage();
  const { ask } = setUp({ page });
  const [main] = [...page.keys()].filter((path) => path.startsWith("/parts/main-"));
  assert(main !== undefined);
  const seen = new Set<string>();
  for (
    const [accepted, unpack] of [["", null], ["gzip", gunzipSync], [
      "br",
      brotliDecompressSync,
    ]] as const
  ) {
    const answer = await ask(main, { headers: { "accept-encoding": accepted } });
    const etag = answer.headers.get("etag") ?? "";
    assertEquals(answer.headers.get("vary"), "accept-encoding");
    assertMatch(answer.headers.get("cache-control") ?? "", /immutable/);
    assertEquals(answer.headers.get("content-encoding") ?? "", accepted);
    const bytes = await answer.bytes();
    const text = new TextDecoder().decode(unpack === null ? bytes : unpack(bytes));
    seen.add(text);
    if (unpack !== null) assert(bytes.length < text.length / 2, `${bytes.length} bytes`);
    const again = await ask(main, {
      headers: { "accept-encoding": accepted, "if-none-match": etag },
    });
    assertEquals(again.status, 304);
    assert(!seen.has(etag));
    seen.add(etag);
  }
  assertEquals(seen.size, 4, "one text under three tags");
  assertEquals((await ask("/")).headers.get("cache-control"), "no-cache");
  assertEquals((await ask("/parts/main-0.js")).status, 404);
});

Deno.test("GET /events packs for who unpacks gzip, and holds nothing back", async () => {
  const { hub, ask } = setUp();
  const response = await ask("/events", { headers: { "accept-encoding": "gzip" } });
  assertEquals(response.headers.get("content-encoding"), "gzip");
  const unpacked = response.body?.pipeThrough(new DecompressionStream("gzip"));
  const reader = unpacked?.getReader();
  assert(reader !== undefined);
  await readUntil(reader, (events) => events.some(({ name }) => name === "hello"));
  for (const [i, alertId] of ["a1", "a2", "a3"].entries()) {
    hub.publish(alertEvent({ alertId }));
    hub.flush(100 + i * 100);
    // Nothing else is written: it comes, or this waits for ever.
    const events = await readUntil(reader, (all) => all.some(({ name }) => name === "alert"));
    assertEquals(events.at(-1)?.payload.alertId, alertId);
  }
  hub.end();
  assertEquals((await reader.read()).done, true, "the end is whole");
});

Deno.test("GET /events holds one write at most for a browser that reads nothing packed, and frees it", async () => {
  const { hub, ask } = setUp();
  const response = await ask("/events", { headers: { "accept-encoding": "gzip" } });
  for (let n = 1; n <= 50; n++) {
    hub.publish(metricsFrame({ mid: n }));
    hub.flush(n * 100);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const reader = response.body?.pipeThrough(new DecompressionStream("gzip")).getReader();
  assert(reader !== undefined);
  await readUntil(reader, (events) => events.some(({ name }) => name === "hello"));
  hub.publish(metricsFrame({ mid: 51 }));
  // It takes its turns until what was packed has left.
  let nowMs = 6_000;
  const flushing = setInterval(() => hub.flush(nowMs += 100), 10);
  const events = await readUntil(reader, (all) => all.some(({ name }) => name === "metrics"));
  clearInterval(flushing);
  const mids = events.map(({ payload }) => (payload as Partial<MetricsFrame>).values?.mid);
  assertEquals(mids, [51]);
  await reader.cancel();
  await eventually(() => hub.gauges.browsers === 0, "it is freed");
});

Deno.test("Answers of the API are packed for who unpacks them, under a weak ETag, and what is small is not", async () => {
  const { app, hub } = setUp();
  hub.setSystem(systemStatus());
  const ask = (path: string, headers: Record<string, string>, method = "GET") =>
    app.request(`http://127.0.0.1:8000${path}`, { method, headers }, { peer: "127.0.0.1" });
  const plain = await ask("/api/openapi.json", {});
  const [text, etag] = [await plain.text(), plain.headers.get("etag") ?? ""];
  assertEquals(plain.headers.get("content-encoding"), null);
  for (const [coding, unpack] of [["br", brotliDecompressSync], ["gzip", gunzipSync]] as const) {
    const answer = await ask("/api/openapi.json", { "accept-encoding": coding });
    assertEquals(answer.headers.get("content-encoding"), coding);
    assertEquals(answer.headers.get("vary"), "accept-encoding");
    assertEquals(answer.headers.get("etag"), `W/${etag}`);
    assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
    const bytes = await answer.bytes();
    assertEquals(new TextDecoder().decode(unpack(bytes)), text);
    assert(bytes.length < text.length / 5, `${bytes.length} of ${text.length} bytes`);
    const known = { "accept-encoding": coding, "if-none-match": `W/${etag}` };
    assertEquals((await ask("/api/openapi.json", known)).status, 304);
  }
  const small = await ask("/api/mutes", { "accept-encoding": "br" });
  assertEquals([small.status, small.headers.get("content-encoding")], [200, null]);
  assertEquals(await small.json(), { mutes: [], isComplete: false });
  const head = await ask("/api/openapi.json", { "accept-encoding": "br" }, "HEAD");
  assertEquals([head.status, await head.text()], [200, ""]);
});
