/** Faults of whole connections and handshakes, as a client feels them. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Exchange } from "../../../scripts/exchange/exchange.ts";
import { eventually } from "../../support/eventually.ts";
import { withExchange } from "./stream_client.ts";
import { afterMarketMs, HURTABLE, marketMs, sentFrames, WireClient } from "./wire_client.ts";

const STREAM = "btcusdt@bookTicker";

/** A first client, to be hit, and a second one, each with the same stream. */
async function twoClients(exchange: Exchange): Promise<[WireClient, WireClient]> {
  const hit = new WireClient(exchange, `/ws/${STREAM}`);
  await hit.more(1);
  const spared = new WireClient(exchange, `/ws/${STREAM}`);
  await spared.more(1);
  return [hit, spared];
}

Deno.test("Exchange ends a socket without a close frame: abrupt_close", () =>
  withExchange(HURTABLE, async (exchange) => {
    const [hit, spared] = await twoClients(exchange);
    exchange.faults.inject("abrupt_close connection=1 stream=bookTicker after=3");
    await hit.closed();
    assertEquals(hit.wasClean, false);
    await spared.more(5);
    await eventually(() => exchange.ledger("BTCUSDT").sent.some(({ isOpen }) => !isOpen));
    assertEquals(exchange.faults.counts.abrupt_close, 1);
    await spared.close();
  }));

Deno.test("Exchange leaves a socket open behind which nobody is: half_open", () =>
  withExchange(HURTABLE, async (exchange) => {
    const [hit, spared] = await twoClients(exchange);
    exchange.faults.inject("half_open connection=1");
    await eventually(() => exchange.faults.counts.half_open === 1);
    await spared.more(5);
    const heard = hit.texts.length;
    const sent = sentFrames(exchange, 1, STREAM);
    hit.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":1}');
    await eventually(() => sentFrames(exchange, 1, STREAM) > sent + 20);
    assertEquals([hit.texts.length, hit.isOpen], [heard, true]);
    // A new connection is as good as ever.
    const next = new WireClient(exchange, `/ws/${STREAM}`);
    await next.more(5);
    await next.close();
    await spared.close();
  }));

Deno.test("Exchange lets bytes drip: frames come late, and all of them when it is over: slow_drip", () =>
  withExchange(HURTABLE, async (exchange) => {
    const [hit, spared] = await twoClients(exchange);
    exchange.faults.inject("slow_drip connection=1 bytes=2000");
    await eventually(() => exchange.faults.counts.slow_drip === 1);
    await hit.more(2);
    await eventually(() => sentFrames(exchange, 1, STREAM) - hit.texts.length > 50);
    assert(hit.isOpen);
    exchange.freeze();
    exchange.faults.clear();
    await eventually(() => sentFrames(exchange, 1, STREAM) === hit.texts.length);
    for (const text of hit.texts) JSON.parse(text);
    await hit.close();
    await spared.close();
  }));

Deno.test("Exchange closes every connection, and new ones for a while: close_storm", () =>
  withExchange(HURTABLE, async (exchange) => {
    const clients = await twoClients(exchange);
    exchange.faults.inject("close_storm for=30s code=1012");
    for (const client of clients) {
      await client.closed();
      assertEquals([client.closeCode, client.wasClean], [1012, true]);
    }
    const codes: (number | null)[] = [];
    for (let isOver = false; !isOver;) {
      const next = new WireClient(exchange, `/ws/${STREAM}`);
      await eventually(() => next.closeCode !== null || next.texts.length > 0);
      isOver = next.closeCode === null;
      codes.push(next.closeCode);
      if (isOver) await next.close();
    }
    assert(codes.length > 1, "nobody was sent away");
    assertEquals(codes.slice(0, -1), codes.slice(0, -1).fill(1012));
    assertEquals(exchange.faults.counts.close_storm, 1);
  }));

Deno.test("Exchange announces its shutdown in both forms, goes on for a while and closes: server_shutdown", () =>
  withExchange(HURTABLE, async (exchange) => {
    const raw = new WireClient(exchange, `/ws/${STREAM}`);
    await raw.more(1);
    const combined = new WireClient(exchange, `/stream?streams=${STREAM}`);
    await combined.more(1);
    exchange.faults.inject("server_shutdown ms=10000 connection=1");
    exchange.faults.inject("server_shutdown ms=10000 connection=2");
    for (const client of [raw, combined]) {
      await client.closed();
      assertEquals([client.closeCode, client.wasClean], [1001, true]);
      const at = client.texts.findIndex((text) => text.includes("serverShutdown"));
      const json = JSON.parse(client.texts[at] ?? "{}");
      const event = client === raw ? json : json.data;
      if (client === combined) assertEquals(json.stream, "!serverShutdown");
      assertEquals(event.e, "serverShutdown");
      assert(Number.isInteger(event.E));
      assert(client.texts.length > at + 3, "data goes on after the announcement");
    }
    assertEquals(exchange.faults.counts.server_shutdown, 2);
  }));

Deno.test("Exchange closes a connection at its age, and the next one at its own: day_cut", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("day_cut age=4s");
    for (let round = 1; round <= 2; round += 1) {
      const bornMs = await marketMs(exchange);
      const client = new WireClient(exchange, `/ws/${STREAM}`);
      await client.closed();
      assertEquals([client.closeCode, client.wasClean], [1008, true]);
      assert(await marketMs(exchange) - bornMs >= 4_000);
      assert(client.texts.length > 5);
      assertEquals(exchange.faults.counts.day_cut, round);
    }
  }));

Deno.test("Exchange refuses a handshake, by cutting it or by a status: refused", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("refused symbol=BTCUSDT times=2; refused symbol=BTCUSDT http=503");
    for (let i = 0; i < 3; i += 1) {
      const client = new WireClient(exchange, `/stream?streams=${STREAM}`);
      await client.closed();
      assertEquals([client.wasOpen, client.wasClean, client.texts], [false, false, []]);
    }
    const client = new WireClient(exchange, `/stream?streams=${STREAM}`);
    await client.more(3);
    assertEquals(exchange.faults.counts.refused, 3);
    await client.close();
  }));

Deno.test("Exchange refuses every handshake for as long as the rule says", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("refused for=30s");
    const first = new WireClient(exchange, `/ws/${STREAM}`);
    await first.closed();
    await afterMarketMs(exchange, 30_000);
    const second = new WireClient(exchange, `/ws/${STREAM}`);
    await second.more(1);
    assertEquals(first.wasOpen, false);
    await second.close();
  }));

Deno.test("Exchange.faults is scripted from outside as well: /sim/faults", () =>
  withExchange(HURTABLE, async (exchange) => {
    const url = `${exchange.restUrl}/sim/faults`;
    const post = (body: string) => fetch(url, { method: "POST", body });
    const refused = await post("gap nonsense");
    assertEquals([refused.status, (await refused.text()).includes("nonsense")], [400, true]);
    const added = await (await post("refused path=time; gap symbol=BTCUSDT after=1000000")).json();
    assertEquals(added.rules.length, 2);
    const time = await fetch(`${exchange.restUrl}/api/v3/time`);
    await assertRejects(() => time.text(), TypeError);
    const account = await (await fetch(url)).json();
    assertEquals([account.simulation, account.counts.refused, account.counts.gap], [
      "SIMULATED",
      1,
      0,
    ]);
    assertEquals(account.log[0].place, "/api/v3/time");
    const ended = await (await fetch(url, { method: "DELETE" })).json();
    assertEquals([ended.rules, ended.counts.refused], [[], 1]);
    assertThrows(() => exchange.faults.inject("gap symbol=NOPE"), RangeError);
  }));

Deno.test("Exchange without faults at its start has no wire to hurt, and says so", async () => {
  const { faults: _, ...plain } = HURTABLE;
  await withExchange(plain, (exchange) => {
    for (const kind of ["abrupt_close", "half_open", "slow_drip", "refused"]) {
      assertThrows(() => exchange.faults.inject(kind), RangeError, "started without faults");
    }
    exchange.faults.inject("gap");
    return Promise.resolve();
  });
});
