import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ALL_ROUTES } from "../../shared/catalogue/routes.ts";
import type { PeerReply } from "../../shared/protocol.ts";
import { delivery } from "../writer/outputs.ts";
import { alertEvent, metricsFrame, systemStatus } from "../support/outputs.ts";
import { eventually } from "../support/eventually.ts";
import { readUntil } from "./sse.ts";
import { addressOf, startWorker, webArgs } from "./web_worker.ts";
import { serverAt } from "../support/services.ts";

async function openStream(address: string, signal?: AbortSignal, query = "") {
  const response = await fetch(
    `${address}/events${query}`,
    signal === undefined ? {} : { signal },
  );
  assertEquals(response.status, 200);
  const reader = response.body?.getReader();
  if (reader === undefined) throw new TypeError("Cannot read events: no body");
  return reader;
}

Deno.test("The web actor passes a symbol's delivery on to a browser and acknowledges it", async () => {
  const worker = startWorker(webArgs());
  const address = await addressOf(worker);
  const port = worker.connect("symbol:BTCUSDT");
  const acks: PeerReply[] = [];
  port.onmessage = ({ data }: MessageEvent<PeerReply>) => {
    if (data.type === "ack") acks.push(data);
  };
  worker.control(systemStatus());
  const reader = await openStream(address);
  const items = [alertEvent(), metricsFrame({ mid: 1 })];
  port.postMessage(delivery(1, items));
  const events = await readUntil(reader, (all) => all.some(({ name }) => name === "metrics"));
  const seen = events.map(({ name }) => name).filter((name) =>
    !["hello", "system", "storage", "pulse"].includes(name)
  );
  assertEquals(seen, ["alert", "metrics"]);
  await eventually(() => acks.length > 0, "it is acknowledged");
  assertEquals(acks, [{ type: "ack", seq: 1 }]);
  await reader.cancel();
  await worker.drain();
  port.close();
});

Deno.test("The web actor tells a symbol that it is in focus, each of its ports anew, and when nobody looks any more", async () => {
  const worker = startWorker(webArgs());
  const address = await addressOf(worker);
  worker.control(systemStatus());
  const told: string[] = [];
  const listen = (symbol: string, life = "") => {
    const port = worker.connect(`symbol:${symbol}`);
    port.onmessage = ({ data }: MessageEvent<PeerReply>) => {
      if (data.type === "focus") told.push(`${symbol}${life} ${data.isInFocus}`);
    };
    return port;
  };
  const ports = [listen("BTCUSDT"), listen("ETHUSDT")];
  const hear = async (what: string[]) => {
    await eventually(() => told.length >= what.length, `${what}, and ${told} so far`);
    assertEquals(told.splice(0).sort(), what);
  };
  const first = await openStream(address, undefined, "?focus=ETHUSDT");
  await hear(["ETHUSDT true"]);
  const second = await openStream(address, undefined, "?focus=ETHUSDT");
  await worker.untilGauges(({ browsers }) => browsers === 2);
  // A new life of the symbol's actor.
  ports.push(listen("ETHUSDT", "'"));
  await hear(["ETHUSDT' true"]);
  // A browser without a focus shows every symbol in detail.
  const third = await openStream(address);
  await hear(["BTCUSDT true"]);
  await first.cancel();
  await third.cancel();
  await hear(["BTCUSDT false"]);
  await second.cancel();
  await hear(["ETHUSDT' false"]);
  await worker.drain();
  for (const port of ports) port.close();
});

Deno.test("The web actor frees a browser that closed its connection", async () => {
  const worker = startWorker(webArgs());
  const address = await addressOf(worker);
  const abort = new AbortController();
  const reader = await openStream(address, abort.signal);
  await readUntil(reader, (events) => events.length > 0);
  await worker.untilGauges(({ browsers }) => browsers === 1);
  abort.abort();
  await reader.closed.catch(() => {});
  await worker.untilGauges(({ browsers }) => browsers === 0);
  await worker.drain();
});

Deno.test("The web actor opens as many streams as it is told, and says why not one more", async () => {
  const worker = startWorker(webArgs({ sseMax: 1 }));
  const address = await addressOf(worker);
  const reader = await openStream(address);
  const refused = await fetch(`${address}/events`);
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "5"]);
  assertStringIncludes(
    (await refused.json()).error,
    "As many pages are open as SSE_MAX allows (1)",
  );
  // A heartbeat of before says 0 as well.
  await worker.untilGauges(({ browsers }) => browsers === 1);
  await reader.cancel();
  await worker.untilGauges(({ browsers }) => browsers === 0);
  await (await openStream(address)).cancel();
  await worker.drain();
});

Deno.test("The web actor lets in who brings what each route of its table needs", async () => {
  const tokens = { authToken: "operator-0123456789", authReadToken: "reader-0123456789" };
  const worker = startWorker(webArgs(tokens));
  const address = await addressOf(worker);
  worker.control(systemStatus());
  const visitors = [
    ["nobody", null, 0],
    ["a reader", tokens.authReadToken, 1],
    ["the operator", tokens.authToken, 2],
  ] as const;
  const needs = ["public", "read", "operate"];
  for (const [who, token, may] of visitors) {
    const headers = { ...token === null ? {} : { authorization: `Bearer ${token}` } };
    for (const { method, path, need } of ALL_ROUTES) {
      const init = { method, headers, redirect: "manual" } as const;
      // What nobody can answer is not waited for: no database is asked.
      const url = `${address}${path.replace(":symbol", "a,b")}?limit=none`;
      const response = await fetch(url, init);
      await response.body?.cancel();
      const isIn = path === "/" && may === 0
        ? response.headers.get("location") !== "login"
        : response.status !== 401 && response.status !== 403;
      assertEquals(isIn, needs.indexOf(need) <= may, `${who}: ${method} ${path}`);
    }
  }
  await worker.untilGauges(({ browsers }) => browsers === 0);
  await worker.drain();
});

Deno.test("The web actor drains while a stream is open: the stream ends, then the server", async () => {
  const worker = startWorker(webArgs());
  const address = await addressOf(worker);
  const reader = await openStream(address);
  await readUntil(reader, (events) => events.length > 0);
  const drained = worker.drain();
  while (!(await reader.read()).done);
  await drained;
});

Deno.test("The web actor names a port in use and what to do, and does not crash", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const worker = startWorker(webArgs({ port }));
  assertEquals(
    (await worker.report("fatal")).reason,
    `PORT ${port} on 127.0.0.1 is in use by another program: stop it or set PORT to a free one`,
  );
  worker.crash();
  taken.close();
});

Deno.test("The web actor names a HOST that is not this machine's", async () => {
  const worker = startWorker(webArgs({ host: "203.0.113.7" }));
  const { reason } = await worker.report("fatal");
  assertStringIncludes(reason, "HOST 203.0.113.7 is not an address of this machine");
  worker.crash();
});

Deno.test("The web actor serves live data with its permissions while no database answers", async () => {
  for (
    const database of [
      { kind: "embedded", socketDir: "/nonexistent" },
      serverAt("postgres://nobody:secret@127.0.0.1:9/none"),
    ] as const
  ) {
    const worker = startWorker(webArgs({ database }));
    const address = await addressOf(worker);
    worker.control(systemStatus());
    const response = await fetch(`${address}/api/metrics?symbol=BTCUSDT`);
    const { error } = await response.json();
    assertEquals(response.status, 503);
    assertStringIncludes(error, "History is not available");
    assert(!error.includes("secret"));
    const symbols = await fetch(`${address}/api/symbols`);
    assertEquals(symbols.status, 200);
    await symbols.body?.cancel();
    await worker.drain();
  }
});
