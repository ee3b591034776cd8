/** Faults of single frames, as they reach a client: beside a second one that nothing happens to. */
import { assert, assertEquals } from "@std/assert";
import { FAULT_KINDS, type FaultKind } from "../../../scripts/exchange/faults.ts";
import { HTML_PAGE } from "../../../scripts/exchange/tampered_frame.ts";
import { depthUpdateSchema } from "../../../actors/venue/binance_spot/market_schema.ts";
import { eventually } from "../../support/eventually.ts";
import { StreamClient, withExchange } from "./stream_client.ts";
import { HURTABLE, sentFrames, WireClient } from "./wire_client.ts";

const FIXTURE = decodeURIComponent(
  new URL("../../fixtures/simulated_btcusdt.gz", import.meta.url).pathname,
);
const STREAM = "btcusdt@bookTicker";

type Change = (texts: readonly string[]) => string[];

/** The sixth frame, and what comes of it. */
const sixth = (change: (text: string) => string[]): Change => (texts) =>
  texts.flatMap((text, i) => i === 5 ? change(text) : [text]);

const CASES: readonly [FaultKind | null, string, Change][] = [
  [null, "", (texts) => [...texts]],
  ["gap", "", sixth(() => [])],
  ["duplicate", "", sixth((text) => [text, text])],
  ["reorder", "by=2", (texts) =>
    [0, 1, 2, 3, 4, 6, 7, 5].map((i) => texts[i] ?? "")
      .concat(texts.slice(8))],
  ["truncated", "", sixth((text) => [text.slice(0, Math.floor(text.length / 2))])],
  ["oversized", "bytes=3000000", sixth((text) => [text.padEnd(3_000_000)])],
  ["non_json", "", sixth(() => [HTML_PAGE])],
  [
    "wrong_symbol",
    "name=ETHUSDT",
    sixth((text) => [
      text.replace('"s":"BTCUSDT"', '"s":"ETHUSDT"'),
    ]),
  ],
  ["silence", "", (texts) => texts.slice(0, 5)],
];

for (const [kind, options, change] of CASES) {
  for (const path of [`/ws/${STREAM}`, `/stream?streams=${STREAM}`]) {
    Deno.test(`Exchange sends ${kind ?? "every frame as it is without a fault"} on ${path}`, () =>
      withExchange(HURTABLE, async (exchange) => {
        exchange.freeze();
        const hit = new WireClient(exchange, path);
        await eventually(() => hit.wasOpen);
        const spared = new WireClient(exchange, path);
        await eventually(() => exchange.ledger("BTCUSDT").sent.length === 2);
        if (kind !== null) {
          exchange.faults.inject(`${kind} connection=1 stream=bookTicker after=5 ${options}`);
        }
        exchange.resume();
        await spared.more(20);
        exchange.freeze();
        await eventually(() => spared.texts.length === sentFrames(exchange, 2, STREAM));
        const expected = change(spared.texts);
        await eventually(() => hit.texts.length >= expected.length);
        assertEquals(hit.texts, expected);
        assert(hit.isOpen);
        for (const each of FAULT_KINDS) {
          assertEquals(exchange.faults.counts[each], each === kind ? 1 : 0, each);
        }
        // The truth: the ledger knows nothing of what happened on the way.
        assertEquals(sentFrames(exchange, 1, STREAM), spared.texts.length);
        await hit.close();
        await spared.close();
      }));
  }
}

Deno.test("Exchange crosses a diff by a bid that its own book never had", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("crossed symbol=BTCUSDT after=3");
    const client = new WireClient(exchange, "/ws/btcusdt@depth@100ms");
    await client.more(8);
    exchange.freeze();
    const frames = client.texts.map((text) => depthUpdateSchema.parse(JSON.parse(text)));
    const [price, qty] = frames[3]?.b[0] ?? ["", ""];
    const { bids, asks } = exchange.referenceBook("BTCUSDT");
    assert(Number(price) > Number(asks[0]?.[0]) && Number(qty) > 0, `${price} ${qty}`);
    assert(bids.every(([bid]) => bid !== price));
    const others = frames.flatMap(({ b }) => b.map(([bid]) => bid)).filter((bid) => bid !== price);
    assert(others.every((bid) => Number(bid) < Number(price)));
    assertEquals(frames[3]?.U, (frames[2]?.u ?? 0) + 1);
    assertEquals(exchange.faults.counts.crossed, 1);
    await client.close();
  }));

Deno.test("Exchange ends a silence in time, and silences no other stream", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("silence stream=trade for=3s");
    const client = new WireClient(exchange, "/ws/btcusdt@trade/btcusdt@bookTicker");
    const trades = () => client.texts.filter((text) => text.includes('"e":"trade"'));
    await eventually(() => trades().length >= 5);
    exchange.freeze();
    const { sent } = exchange.ledger("BTCUSDT");
    const [trade, ticker] = ["trade", "bookTicker"].map((kind) =>
      sent.find(({ stream }) => stream === `btcusdt@${kind}`)
    );
    await eventually(() => JSON.parse(trades().at(-1) ?? "{}").t === trade?.lastId);
    // What was silenced came before all that is heard.
    const ids = trades().map((text): number => JSON.parse(text).t);
    assert((trade?.firstId ?? Infinity) < (ids[0] ?? 0));
    assertEquals(ids, ids.map((_, i) => (ids[0] ?? 0) + i));
    await eventually(() => client.texts.length - trades().length === ticker?.frames);
    assertEquals(exchange.faults.counts.silence, 1);
    await client.close();
  }));

Deno.test("Exchange with a wire but no fault is the same exchange: a client joins and stays equal", () =>
  withExchange(HURTABLE, async (exchange) => {
    const client = new StreamClient(exchange, "BTCUSDT");
    await eventually(() => client.tops.size >= 30);
    exchange.freeze();
    const book = exchange.referenceBook("BTCUSDT");
    await eventually(() => client.lastUpdateId === book.lastUpdateId);
    assertEquals(client.book(), book);
    assertEquals([client.gaps, client.oracle().mismatched], [0, 0]);
    await client.close();
  }));

/** The ids of every diff and trade of a replay with faults, as they came. */
async function replayed(seed: number): Promise<{ ids: string; log: unknown }> {
  let result = { ids: "", log: [] as unknown };
  const script = "gap rate=0.05; duplicate rate=0.05; reorder rate=0.02 stream=trade";
  await withExchange(
    {
      source: { kind: "replay", files: [FIXTURE] },
      holdUntilSubscribed: true,
      speed: Infinity,
      startMs: Date.UTC(2025, 0, 1),
      faults: { script, seed },
    },
    async (exchange) => {
      const client = new StreamClient(exchange, "BTCUSDT");
      await exchange.over;
      exchange.freeze();
      const { gap, duplicate, reorder } = exchange.faults.counts;
      assert(gap > 20 && duplicate > 20 && reorder > 5, `${gap} ${duplicate} ${reorder}`);
      const sent = exchange.ledger("BTCUSDT").sent.reduce((sum, { frames }) => sum + frames, 0);
      const received = () =>
        client.depths.length + client.tickers.length + client.trades.length +
        client.aggTrades.length;
      await eventually(() => received() === sent - gap + duplicate);
      result = {
        ids: `${client.depths.map(({ U, u }) => [U, u])} ${client.trades.map(({ t }) => t)}`,
        log: exchange.faults.log,
      };
      await client.close();
    },
  );
  return result;
}

Deno.test("Exchange with the same seed has the same faults at the same frames", async () => {
  const first = await replayed(5);
  assertEquals(await replayed(5), first);
  assert((await replayed(6)).ids !== first.ids);
});
