/** The actor's sockets and requests in trouble: what it does again, and what it says meanwhile. */
import { assert, assertEquals } from "@std/assert";
import { freePort } from "../support/child_process.ts";
import { ExchangeLink } from "../../actors/symbol/exchange_link.ts";
import type { RateLimiter } from "../../actors/symbol/rate_limiter.ts";
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";
import { combined, depthFrame, linkTarget, SNAPSHOT, TinyExchange } from "./tiny_exchange.ts";

/** Every permit is granted at once. */
const UNLIMITED: RateLimiter = {
  ask: (_request, use) => {
    use(() => {});
    return () => {};
  },
};

Deno.test("SymbolActor reconnects when the exchange closes, says why, and is live again", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  await stage.goLive();
  stage.exchange.hangUp(1001, "maintenance");
  await stage.goLive(2);
  await eventually(() => writer.feed.filter(({ state }) => state === "live").length === 2);
  const reasons = writer.feed.map(({ reason }) => reason ?? "live");
  const lost = reasons.findIndex((reason) => reason.startsWith("reconnecting"));
  assertEquals(reasons[lost], "reconnecting: the connection was closed (code 1001, maintenance)");
  assert(lost > reasons.indexOf("live") && lost < reasons.lastIndexOf("live"));
  assertEquals(stage.actor.gauges().resyncs, 0, "a reconnect is not a resync");
});

Deno.test("SymbolActor opens a second connection before a shutdown, and leaves the first without a hole", async () => {
  await using stage = new Stage();
  await stage.goLive();
  stage.exchange.send(combined({ e: "serverShutdown", E: 1 }));
  await stage.exchange.connected(2);
  // The second connection cuts its updates in another place.
  stage.exchange.send(depthFrame(98, 103));
  await eventually(() => stage.exchange.open === 1, "the old connection is closed");
  const { resyncs, gaps, snapshots, replacements } = stage.actor.gauges();
  assertEquals({ resyncs, gaps, snapshots, replacements }, {
    resyncs: 0,
    gaps: 0,
    snapshots: 1,
    replacements: 1,
  });
});

Deno.test("SymbolActor keeps trying while its handshake is refused", async () => {
  await using stage = new Stage();
  stage.exchange.refusals = 2;
  await stage.goLive(3);
  assertEquals(stage.exchange.streamUrls.length, 3);
});

Deno.test("SymbolActor keeps trying an exchange that is not there yet, and says so", async () => {
  const port = freePort();
  const address = { restUrl: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` };
  const idle = new TinyExchange();
  await using stage = new Stage({ exchange: idle, ...address });
  const writer = stage.port("writer");
  await eventually(() => writer.feed.some(({ reason }) => reason?.startsWith("reconnecting: ")));
  const exchange = new TinyExchange(port);
  await exchange.connected();
  exchange.send(depthFrame(95, 100));
  await eventually(() => stage.actor.gauges().snapshots === 1);
  await stage.drain();
  await exchange.stop();
});

Deno.test("SymbolActor asks again after every kind of bad answer, and says what was wrong", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  stage.exchange.answers = [
    () =>
      new Response('{"code":-1003,"msg":"Too much request weight used"}', {
        status: 429,
        headers: { "retry-after": "0.3" },
      }),
    () => new Response("<html>", { status: 503 }),
    () => new Response("<html>"),
    () => new Response('{"lastUpdateId":1}'),
    () => new Response(endless()),
    () => new Response(SNAPSHOT),
  ];
  await stage.exchange.connected();
  stage.exchange.send(depthFrame(95, 100));
  await eventually(() => writer.feed.some(({ state }) => state === "live"));
  assertEquals(stage.exchange.restUrls.length, 6);
  assertEquals(
    writer.feed.flatMap(({ reason }) => reason?.startsWith("no snapshot: ") ? [reason] : []),
    [
      'no snapshot: HTTP 429 {"code":-1003,"msg":"Too much request weight used"}',
      "no snapshot: HTTP 503 <html>",
      "no snapshot: the answer is not a JSON object",
      "no snapshot: the answer lacks the list bids",
      "no snapshot: its answer is longer than 32 MB",
    ],
  );
});

/** A body without an end. */
function endless(): ReadableStream<Uint8Array> {
  const piece = new TextEncoder().encode(" ".repeat(1_000_000));
  return new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
}

Deno.test("SymbolActor says why its request failed when nobody answers it", async () => {
  const nobody = freePort();
  await using stage = new Stage({ restUrl: `http://127.0.0.1:${nobody}` });
  const writer = stage.port("writer");
  await stage.exchange.connected();
  stage.exchange.send(depthFrame(95, 100));
  await eventually(() => writer.feed.some(({ reason }) => reason?.startsWith("no snapshot: ")));
  const { reason } = writer.feed.find(({ reason }) => reason?.startsWith("no snapshot: ")) ?? {};
  assert(reason?.includes("refused"), `it says nothing of the cause: ${reason}`);
});

Deno.test("SymbolActor drops the answer to a request of a connection that was lost", async () => {
  await using stage = new Stage();
  const late = Promise.withResolvers<void>();
  stage.exchange.answers = [
    () => late.promise.then(() => new Response(SNAPSHOT)),
    () => new Response(SNAPSHOT),
  ];
  await stage.exchange.connected();
  stage.exchange.send(depthFrame(95, 100));
  await eventually(() => stage.exchange.restUrls.length === 1);
  stage.exchange.hangUp();
  await stage.goLive(2);
  late.resolve();
  assertEquals([stage.exchange.restUrls.length, stage.actor.gauges().snapshots], [2, 1]);
});

Deno.test("SymbolActor recovers from a gap with one more snapshot on the same connection", async () => {
  await using stage = new Stage();
  await stage.goLive();
  stage.exchange.answers = [() => new Response(SNAPSHOT.replace("100", "200"))];
  stage.exchange.send(depthFrame(150, 200));
  await eventually(() => stage.actor.gauges().snapshots === 2);
  const { gaps, resyncs } = stage.actor.gauges();
  assertEquals({ gaps, resyncs }, { gaps: 1, resyncs: 1 });
  assertEquals([stage.exchange.restUrls.length, stage.exchange.streamUrls.length], [2, 1]);
});

Deno.test("ExchangeLink gives up a handshake and a request that nobody answers, and says so", async () => {
  // It accepts connections and never says a word.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for (let i = 0; i < 2; i++) accepted.push(await listener.accept());
  })();
  const address = `127.0.0.1:${listener.addr.port}`;
  const events: EngineEvent[] = [];
  const callbacks = { onEvent: (event: EngineEvent) => events.push(event), onFrame: () => {} };
  const target = linkTarget({ restUrl: `http://${address}`, wsUrl: `ws://${address}` });
  const link = new ExchangeLink(target, UNLIMITED, callbacks, 50);
  link.run({ type: "open_connection", connection: 3, priority: "sync", delayMs: 0 });
  link.run({ type: "fetch_snapshot", generation: 4, limit: 5, purpose: "sync", delayMs: 0 });
  await eventually(() => events.length === 3);
  const reason = "no answer within 0.05 s";
  assertEquals(events.toSorted((a, b) => a.type < b.type ? -1 : 1), [
    { type: "closed", connection: 3, reason },
    { type: "snapshot_asked", generation: 4 },
    { type: "snapshot_failed", generation: 4, reason, retryAfterMs: null },
  ]);
  link.close();
  await accepting;
  for (const connection of accepted) connection.close();
});

Deno.test("ExchangeLink is silent after close(), whatever was under way", async () => {
  const exchange = new TinyExchange();
  const told: unknown[] = [];
  const link = new ExchangeLink(linkTarget(exchange), UNLIMITED, {
    onEvent: (event) => told.push(event),
    onFrame: (_, text) => told.push(text),
  });
  const answer = Promise.withResolvers<Response>();
  exchange.answers = [() => answer.promise];
  link.run({ type: "open_connection", connection: 1, priority: "sync", delayMs: 0 });
  link.run({ type: "fetch_snapshot", generation: 1, limit: 5, purpose: "sync", delayMs: 0 });
  await exchange.connected();
  await eventually(() => exchange.restUrls.length === 1 && told.length === 2);
  link.close();
  exchange.send("late");
  answer.resolve(new Response(SNAPSHOT));
  await exchange.stop();
  assertEquals(told.length, 2, "it was opened, and it asked");
});
