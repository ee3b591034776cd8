/** All faults at once: the exchange itself must live through them. */
import { assertEquals } from "@std/assert";
import type { Exchange } from "../../../scripts/exchange/exchange.ts";
import { FAULT_KINDS } from "../../../scripts/exchange/faults.ts";
import { eventually } from "../../support/eventually.ts";
import { StreamClient, withExchange } from "./stream_client.ts";
import { HURTABLE, WireClient } from "./wire_client.ts";

const STREAMS = "/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/ethusdt@trade";
/** A ban lasts so long on the wall clock. */
const KINDS = FAULT_KINDS.filter((kind) => kind !== "banned" && kind !== "too_many_requests");
/** Chance takes its time, the more so on a busy machine. */
const CHANCE_MAX_MS = 180_000;
/** A client that hears nothing for so long comes anew. */
const PATIENCE_MS = 200;

/** Something to hit: connects, asks, and does it again when it is sent away. */
async function visit(exchange: Exchange): Promise<void> {
  const client = new WireClient(exchange, STREAMS);
  const answer = await fetch(`${exchange.restUrl}/api/v3/depth?symbol=BTCUSDT&limit=5`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => null);
  await answer?.text().catch(() => null);
  const count = client.texts.length;
  await eventually(
    () => client.closeCode !== null || client.texts.length > count + 50,
    "a visit ends",
    PATIENCE_MS,
  ).catch(() => null);
  client.socket.close();
}

Deno.test("Exchange injects every kind by chance, and is itself again after clear()", () =>
  withExchange({ ...HURTABLE, speed: 50 }, async (exchange) => {
    exchange.faults.chaos(120, KINDS);
    await eventually(
      async () => {
        await visit(exchange);
        return KINDS.every((kind) => exchange.faults.counts[kind] > 0);
      },
      "every kind has happened",
      CHANCE_MAX_MS,
    );
    exchange.faults.clear();
    const { counts } = exchange.faults;
    const client = new StreamClient(exchange, "BTCUSDT");
    await eventually(() => client.tops.size >= 20);
    exchange.freeze();
    const book = exchange.referenceBook("BTCUSDT");
    await eventually(() => client.lastUpdateId === book.lastUpdateId);
    assertEquals(client.book(), book);
    assertEquals([client.gaps, client.oracle().mismatched], [0, 0]);
    assertEquals(exchange.faults.counts, counts);
    await client.close();
  }));
