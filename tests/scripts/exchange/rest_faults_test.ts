/** Faults of REST answers, as a client gets them. */
import { assert, assertEquals } from "@std/assert";
import type { Exchange } from "../../../scripts/exchange/exchange.ts";
import type { FaultKind } from "../../../scripts/exchange/faults.ts";
import { HTML_PAGE } from "../../../scripts/exchange/tampered_frame.ts";
import { depthSnapshotSchema } from "../../../actors/venue/binance_spot/market_schema.ts";
import { eventually } from "../../support/eventually.ts";
import { StreamClient, withExchange } from "./stream_client.ts";
import { afterMarketMs, HURTABLE, marketMs } from "./wire_client.ts";

const DEPTH = "/api/v3/depth?symbol=BTCUSDT&limit=5";

interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function get(exchange: Exchange, path: string): Promise<Got> {
  const response = await fetch(`${exchange.restUrl}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** What one rule does to the first answer; the second is as if nothing had been. */
const CASES: readonly [FaultKind, string, string, (got: Got) => void][] = [
  ["server_error", "", DEPTH, ({ status, text }) => assertEquals([status, text], [502, HTML_PAGE])],
  ["server_error", "http=503", DEPTH, ({ status }) => assertEquals(status, 503)],
  ["truncated", "path=depth", DEPTH, ({ status, text }) => {
    assertEquals([status, text.startsWith('{"lastUpdateId":')], [200, true]);
    assert(!text.endsWith("}"));
  }],
  ["oversized", "path=depth bytes=5000000", DEPTH, ({ text }) => {
    assertEquals(text.length, 5_000_000);
    depthSnapshotSchema.parse(JSON.parse(text));
  }],
  [
    "non_json",
    "path=exchangeInfo",
    "/api/v3/exchangeInfo",
    ({ status, text }) => assertEquals([status, text], [200, HTML_PAGE]),
  ],
  ["refused", "path=depth http=403", DEPTH, ({ status }) => assertEquals(status, 403)],
  ["too_many_requests", "seconds=0", "/api/v3/time", ({ status, text, headers }) => {
    assertEquals([status, JSON.parse(text).code, headers.get("retry-after")], [429, -1003, null]);
  }],
];

for (const [kind, options, path, check] of CASES) {
  Deno.test(`Exchange answers ${path} once with ${kind} ${options}`, () =>
    withExchange(HURTABLE, async (exchange) => {
      exchange.faults.inject(`${kind} ${options}`);
      const got = await get(exchange, path);
      check(got);
      assertEquals(exchange.faults.counts[kind], 1);
      const used = Number(got.headers.get("x-mbx-used-weight-1m"));
      const next = await get(exchange, path);
      assertEquals(next.status, 200);
      JSON.parse(next.text);
      // Unless a minute has just begun, the second request comes on top of the first.
      assert(used > 0 && Number(next.headers.get("x-mbx-used-weight-1m")) > 0);
    }));
}

for (
  const [kind, status, seconds] of [["too_many_requests", 429, 30], ["banned", 418, 120]] as const
) {
  Deno.test(`Exchange answers every request with ${status} and Retry-After until it ends: ${kind}`, () =>
    withExchange(HURTABLE, async (exchange) => {
      const client = new StreamClient(exchange, "ETHUSDT");
      await eventually(() => client.lastUpdateId !== null);
      exchange.faults.inject(`${kind} path=depth seconds=${seconds}`);
      assertEquals((await get(exchange, "/api/v3/time")).status, 200);
      for (const [asked, path] of [DEPTH, "/api/v3/time", DEPTH].entries()) {
        const got = await get(exchange, path);
        assertEquals(got.status, status);
        assertEquals(JSON.parse(got.text).code, -1003);
        const retryAfter = Number(got.headers.get("retry-after"));
        assert(retryAfter > 0 && retryAfter <= seconds, String(retryAfter));
        assert(Number(got.headers.get("x-mbx-used-weight-1m")) > 0);
        if (status === 418) assert(/banned until \d{13}\./.test(got.text), got.text);
        assertEquals([exchange.faults.counts[kind], exchange.faults.askedWhileBanned], [1, asked]);
      }
      // The streams know nothing of it.
      const tops = client.tops.size;
      await eventually(() => client.tops.size > tops + 5);
      exchange.faults.clear();
      assertEquals((await get(exchange, DEPTH)).status, 200);
      assertEquals(client.gaps, 0);
      await client.close();
    }));
}

Deno.test("Exchange answers late with the book of the question: late_snapshot", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("late_snapshot symbol=BTCUSDT ms=3000");
    const askedMs = await marketMs(exchange);
    const answer = depthSnapshotSchema.parse(JSON.parse((await get(exchange, DEPTH)).text));
    assert(await marketMs(exchange) - askedMs >= 3_000);
    const now = exchange.referenceBook("BTCUSDT").lastUpdateId;
    assert(answer.lastUpdateId < now - 20, `${answer.lastUpdateId} ${now}`);
    assertEquals(exchange.faults.counts.late_snapshot, 1);
  }));

Deno.test("Exchange lets a late answer go when market time stands still", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("late_snapshot ms=1000000000 times=2");
    const waiting = get(exchange, DEPTH);
    await eventually(() => exchange.faults.counts.late_snapshot === 1);
    exchange.freeze();
    assertEquals((await waiting).status, 200);
    assertEquals((await get(exchange, DEPTH)).status, 200);
  }));

Deno.test("Exchange answers with the book of some time ago: stale_snapshot", () =>
  withExchange(HURTABLE, async (exchange) => {
    // At ten times the pace two seconds, within which the question comes on a busy machine too.
    exchange.faults.inject("stale_snapshot symbol=BTCUSDT age=20s");
    await afterMarketMs(exchange, 1_000);
    const book = exchange.referenceBook("BTCUSDT");
    await afterMarketMs(exchange, 30_000);
    const recent = exchange.referenceBook("BTCUSDT").lastUpdateId;
    // Frozen only as a measure: what is asked now is of 20 seconds ago.
    const answer = depthSnapshotSchema.parse(JSON.parse((await get(exchange, DEPTH)).text));
    assert(answer.lastUpdateId < recent, "older than the book before the question");
    assert(answer.lastUpdateId > book.lastUpdateId, "no older than it was told");
    assertEquals(answer.bids.length, 5);
    const next = depthSnapshotSchema.parse(JSON.parse((await get(exchange, DEPTH)).text));
    assert(next.lastUpdateId >= recent);
    assertEquals(exchange.faults.counts.stale_snapshot, 1);
  }));

Deno.test("Exchange answers with a book that joins no open stream, and a client still joins: old_snapshot", () =>
  withExchange(HURTABLE, async (exchange) => {
    const first = new StreamClient(exchange, "BTCUSDT");
    await eventually(() => first.lastUpdateId !== null);
    exchange.faults.inject("old_snapshot times=3");
    const firstId = first.depths[0]?.U ?? 0;
    const answer = depthSnapshotSchema.parse(JSON.parse((await get(exchange, DEPTH)).text));
    assert(answer.lastUpdateId < firstId - 1, `${answer.lastUpdateId} ${firstId}`);
    const second = new StreamClient(exchange, "BTCUSDT");
    await eventually(() => second.lastUpdateId !== null);
    assertEquals(exchange.faults.counts.old_snapshot, 3);
    exchange.freeze();
    const book = exchange.referenceBook("BTCUSDT");
    await eventually(() => second.lastUpdateId === book.lastUpdateId);
    assertEquals(second.book(), book);
    assertEquals(second.gaps, 0);
    await first.close();
    await second.close();
  }));
