/** The web worker behind a real nginx, as docs/PROXY.md shows it and as nginx comes. */
import { assert, assertEquals } from "@std/assert";
import { readPublicUrl } from "../../shared/public_url.ts";
import type { ActorUnderTest } from "../support/actor_worker.ts";
import { bundlePage } from "../../scripts/page.ts";
import { startNginx } from "../support/nginx.ts";
import { systemStatus } from "../support/outputs.ts";
import { nginxPath } from "../support/services.ts";
import { readUntil } from "./sse.ts";
import { addressOf, startWorker, webArgs } from "./web_worker.ts";

const PAGE_DIR = decodeURIComponent(new URL("../../web/page/dist", import.meta.url).pathname);
const NAME = "desk.example.org";
const DOCUMENT = new URL("../../docs/PROXY.md", import.meta.url);

/** The `location` block of the document that begins so, leading to this port. */
async function documented(path: string, port: string): Promise<string> {
  const blocks = (await Deno.readTextFile(DOCUMENT)).split("```");
  const block = blocks.find((text) =>
    text.startsWith("nginx") && text.includes(`location ${path}`)
  );
  assert(block !== undefined, `docs/PROXY.md shows no location ${path}`);
  const [location] = block.match(/location [^}]*}/) ?? [];
  assert(location !== undefined);
  return location.replace("127.0.0.1:8000", `127.0.0.1:${port}`);
}

/** What a browser that opened `base` does: the page's files, the stream, a change of the list. */
async function visit(base: string, worker: ActorUnderTest): Promise<void> {
  const headers = { host: NAME };
  const get = (path: string) => fetch(new URL(path, base), { headers });
  const page = await get("");
  assertEquals(page.status, 200);
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="([^"#]+\.(?:js|css|svg))"/g)].map(([, at]) =>
    at ?? ""
  );
  const kinds = new Set(files.map((file) => file.replace(/-[0-9a-z]{8}\./, ".")));
  assertEquals([...kinds], ["favicon.svg", "page.css", "parts/main.js"]);
  for (const file of files) {
    const response = await get(file);
    assertEquals(response.status, 200, file);
    await response.body?.cancel();
  }
  const catalogue = await get("api/catalogue");
  assertEquals(catalogue.headers.get("content-encoding"), "br");
  assert("mid" in (await catalogue.json()).metrics);
  const stream = await get("events?form=changes");
  // Packed, and flushed with each write: what is told is told at once, and so is what the page looks at.
  assertEquals(stream.headers.get("content-encoding"), "gzip");
  const reader = stream.body?.getReader();
  assert(reader !== undefined);
  const look = (id: unknown) =>
    fetch(new URL(`events/${id}`, base), {
      method: "POST",
      headers: { host: NAME, origin: `http://${NAME}`, "content-type": "application/json" },
      body: JSON.stringify({ focus: ["BTCUSDT"] }),
    });
  const told: Promise<Response>[] = [];
  await readUntil(reader, (events) => {
    const hello = events.find(({ name }) => name === "hello");
    if (hello !== undefined && told.length === 0) told.push(look(hello.payload.stream));
    const views = events.filter(({ name }) => name === "view");
    return events.some(({ name }) => name === "system") &&
      views.some(({ payload }) => String(payload.focus) === "BTCUSDT");
  });
  const [answer] = await Promise.all(told);
  assertEquals(answer?.status, 200);
  await answer?.body?.cancel();
  await reader.cancel();
  const change = fetch(new URL("api/symbols/ETHUSDT", base), {
    method: "DELETE",
    headers: { host: NAME, origin: `http://${NAME}` },
  });
  const { id, operation } = await worker.report("operate");
  assertEquals(operation, { type: "remove_symbol", symbol: "ETHUSDT" });
  const result = {
    kind: "done",
    symbols: ["BTCUSDT"],
    unacked: { kind: "exact", count: 0 },
  } as const;
  worker.control({ type: "operated", id, result });
  assertEquals((await change).status, 200);
  await (await change).body?.cancel();
}

Deno.test({
  name: "The monitor behind nginx: as it comes, with the Host kept, and under a path",
  ignore: nginxPath === null,
  fn: async () => {
    if (nginxPath === null) return;
    await bundlePage();
    for (const path of ["", "/books", "/bücher & co"]) {
      const publicUrl = readPublicUrl(`http://${NAME}${path}`);
      const worker = startWorker(webArgs({ pageDir: PAGE_DIR, publicUrl }));
      const { port } = new URL(await addressOf(worker));
      worker.control(systemStatus());
      const plain = `location "${path}/" { proxy_pass http://127.0.0.1:${port}; }`;
      // Without the path, which nginx decodes and escapes anew.
      const cut = `location "${path}/" { proxy_pass http://127.0.0.1:${port}/; }`;
      const shown = path.includes(" ") ? cut : await documented(`${path}/`, port);
      for (const location of [shown, plain]) {
        const nginx = await startNginx(nginxPath, location);
        try {
          await visit(`${nginx.url}${path}/`, worker);
        } finally {
          await nginx.stop();
        }
      }
      await worker.drain();
    }
  },
});
