/** Clients on real sockets: their books must be the exchange's. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { ExchangeOptions } from "../../../scripts/exchange/exchange.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingsDir } from "../../support/services.ts";
import { diff, snapshot, withRecordings } from "./recordings.ts";
import { StreamClient, withExchange } from "./stream_client.ts";

const FIXTURE = decodeURIComponent(
  new URL("../../fixtures/simulated_btcusdt.gz", import.meta.url).pathname,
);
const SIMULATION: ExchangeOptions = {
  source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 4 },
  speed: 10,
};

Deno.test("Exchange gives two connections other batches of one book, and both join and stay equal", () =>
  withExchange(SIMULATION, async (exchange) => {
    const clients = [new StreamClient(exchange, "BTCUSDT"), new StreamClient(exchange, "BTCUSDT")];
    try {
      await eventually(() => clients.every((client) => client.tops.size >= 60));
      exchange.freeze();
      const book = exchange.referenceBook("BTCUSDT");
      await eventually(() => clients.every((c) => c.lastUpdateId === book.lastUpdateId));
      for (const client of clients) {
        assertEquals(client.book(), book);
        assertEquals(client.gaps, 0);
        const { exact, carried, mismatched } = client.oracle();
        assert(exact + carried > 20, `${exact} + ${carried}`);
        assertEquals(mismatched, 0);
      }
      const [a, b] = clients.map((client) => client.depths.map((depth) => depth.u));
      assertNotEquals(a?.slice(-20), b?.slice(-20));
    } finally {
      for (const client of clients) await client.close();
    }
  }));

Deno.test("Exchange.ledger() says exactly what a client received", () =>
  withExchange(SIMULATION, async (exchange) => {
    const client = new StreamClient(exchange, "ETHUSDT");
    try {
      await eventually(() => client.depths.length >= 20 && client.aggTrades.length > 0);
      exchange.freeze();
      await eventually(() => client.lastUpdateId === exchange.ledger("ETHUSDT").bookUpdateId);
      const of = (stream: string) => {
        const entry = exchange.ledger("ETHUSDT").sent.find((e) => e.stream === `ethusdt@${stream}`);
        return [entry?.frames, entry?.firstId, entry?.lastId];
      };
      const { depths, tickers, trades, aggTrades } = client;
      assertEquals(of("depth@100ms"), [depths.length, depths[0]?.U, depths.at(-1)?.u]);
      assertEquals(of("bookTicker"), [tickers.length, tickers[0]?.u, tickers.at(-1)?.u]);
      assertEquals(of("trade"), [trades.length, trades[0]?.t, trades.at(-1)?.t]);
      assertEquals(of("aggTrade"), [aggTrades.length, aggTrades[0]?.a, aggTrades.at(-1)?.a]);
      const outside = await (await fetch(`${exchange.restUrl}/ledger`)).json();
      assertEquals(outside.symbols[1], JSON.parse(JSON.stringify(exchange.ledger("ETHUSDT"))));
    } finally {
      await client.close();
    }
    await eventually(() => exchange.ledger("ETHUSDT").sent.every((entry) => !entry.isOpen));
  }));

Deno.test("Exchange freezes and resumes without a gap for its clients", () =>
  withExchange(SIMULATION, async (exchange) => {
    const client = new StreamClient(exchange, "BTCUSDT");
    try {
      for (let round = 1; round <= 3; round += 1) {
        await eventually(() => client.tops.size >= round * 5);
        exchange.freeze();
        const book = exchange.referenceBook("BTCUSDT");
        await eventually(() => client.lastUpdateId === book.lastUpdateId);
        assertEquals(client.book(), book);
        exchange.resume();
      }
      assertEquals(client.gaps, 0);
    } finally {
      await client.close();
    }
  }));

Deno.test("Exchange replays a held recording the same way every time, from its first moment", async () => {
  const runs: unknown[] = [];
  for (let run = 0; run < 2; run += 1) {
    await withExchange(
      { source: { kind: "replay", files: [FIXTURE] }, holdUntilSubscribed: true, speed: Infinity },
      async (exchange) => {
        assertEquals(exchange.label, "REPLAY");
        const client = new StreamClient(exchange, "BTCUSDT");
        try {
          await exchange.over;
          const book = exchange.referenceBook("BTCUSDT");
          await eventually(() => client.lastUpdateId === book.lastUpdateId);
          assertEquals(client.book(), book);
          assertEquals(client.gaps, 0);
          const oracle = client.oracle();
          assert(oracle.exact > 50 && oracle.carried > 300, JSON.stringify(oracle));
          assertEquals(oracle.mismatched, 0);
          const { published } = exchange.ledger("BTCUSDT");
          assertEquals(client.tickers.length, published.tickers);
          assertEquals(client.trades.length, published.trades);
          runs.push([published, client.trades.length, client.aggTrades.length]);
        } finally {
          await client.close();
        }
      },
    );
  }
  assertEquals(runs[0], runs[1]);
});

Deno.test({
  name: "Exchange replays the real recordings: every client's book and best prices agree",
  ignore: recordingsDir === null,
  fn: () =>
    withExchange(
      {
        source: {
          kind: "replay",
          files: [
            `${recordingsDir}/btcusdt_20240808.gz`,
            `${recordingsDir}/ethusdt_20240808.gz`,
          ],
        },
        holdUntilSubscribed: true,
        speed: Infinity,
      },
      async (exchange) => {
        const clients = exchange.symbols.map((symbol) => new StreamClient(exchange, symbol));
        try {
          await exchange.over;
          for (const [index, client] of clients.entries()) {
            const book = exchange.referenceBook(exchange.symbols[index] ?? "");
            await eventually(() => client.lastUpdateId === book.lastUpdateId);
            assertEquals(client.book(), book);
            assertEquals(client.gaps, 0);
            const { exact, carried, mismatched } = client.oracle();
            assert(exact > 400 && carried > 2_500, `${exact} exact, ${carried} carried`);
            assertEquals(mismatched, 0);
          }
        } finally {
          for (const client of clients) await client.close();
        }
      },
    ),
});

Deno.test("Exchange loops a recording and a client's book survives the joins", () =>
  withExchange(
    { source: { kind: "replay", files: [FIXTURE], loop: true }, speed: 200 },
    async (exchange) => {
      const client = new StreamClient(exchange, "BTCUSDT");
      try {
        const first = exchange.referenceBook("BTCUSDT").lastUpdateId;
        // The fixture covers about 41,000 ids: three rounds.
        await eventually(() => (client.lastUpdateId ?? 0) > first + 100_000);
        exchange.freeze();
        const book = exchange.referenceBook("BTCUSDT");
        await eventually(() => client.lastUpdateId === book.lastUpdateId);
        assertEquals(client.book(), book);
        assertEquals(client.gaps, 0);
        assertEquals(client.oracle().mismatched, 0);
        const ids = client.trades.map((trade) => trade.t);
        assert(ids.every((id, i) => i === 0 || id === (ids[i - 1] ?? 0) + 1));
        const times = client.depths.map((depth) => depth.E);
        assert(times.every((ms, i) => ms >= (times[i - 1] ?? 0)));
      } finally {
        await client.close();
      }
    },
  ));

Deno.test("Exchange holds a recording: the opening diff first, then the snapshot as it was recorded", () =>
  withRecordings(
    [[
      diff(1_700_000_000_000, 90, 104, [["9", "2"]]),
      snapshot(1_700_000_000_010, 100, [["9", "3"]], [["11", "1"]]),
      diff(1_700_000_000_100, 105, 110, [["8", "5"]]),
    ]],
    (files) =>
      withExchange(
        { source: { kind: "replay", files }, holdUntilSubscribed: true },
        async (exchange) => {
          const client = new StreamClient(exchange, "TESTUSDT");
          try {
            await eventually(() => client.lastUpdateId === 110);
            assertEquals(client.depths.map(({ U, u }) => [U, u]), [[90, 104], [105, 110]]);
            assertEquals(client.book(), {
              lastUpdateId: 110,
              bids: [["9", "2"], ["8", "5"]],
              asks: [["11", "1"]],
            });
            assertEquals(exchange.referenceBook("TESTUSDT"), client.book());
          } finally {
            await client.close();
          }
        },
      ),
  ));
