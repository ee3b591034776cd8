/** The search over what the exchange lists: what is told of the list, and how often it is asked for. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { OperationResult } from "../../shared/protocol.ts";
import type { SymbolListing } from "../../shared/symbol_listing.ts";
import { START_MS, systemStatus } from "../support/outputs.ts";
import { listedSymbol, symbolListing } from "../support/symbol_listing.ts";
import { setUp } from "./app_stage.ts";

const HOUR_MS = 3_600_000;

/** The app, whose process answers so; `clock` is moved by hand. */
function stage(answer: () => OperationResult | Promise<OperationResult>) {
  const clock = { ms: 0 };
  let asked = 0;
  const { ask, hub } = setUp({
    clocks: { monotonicMs: () => clock.ms, utcNowMs: () => START_MS + clock.ms },
    operate: async ({ type }) => {
      assertEquals(type, "list_symbols");
      asked += 1;
      return await answer();
    },
  });
  hub.setSystem(systemStatus());
  const find = async (query: string, init: RequestInit = {}) => {
    const response = await ask(`/api/exchange/symbols?${query}`, init);
    const body = response.status === 304 ? null : await response.json();
    return { status: response.status, headers: response.headers, body };
  };
  return { clock, find, asked: () => asked };
}

const listed = (over: Partial<SymbolListing> = {}): OperationResult => ({
  kind: "listed",
  listing: symbolListing(over),
});

Deno.test("GET /api/exchange/symbols tells of each whether it is followed, of how many, and how old the list is", async () => {
  const symbols = [listedSymbol("BTC/USDT"), listedSymbol("SOL/USDT", { tickSize: null })];
  const { find } = stage(() => listed({ symbols, ageMs: 5 * HOUR_MS + 7 }));
  const { status, body } = await find("q=usdt&limit=2");
  assertEquals([status, body.matches, body.listed], [200, 2, 2]);
  assertEquals([body.ageMs, body.takenMs, body.problem], [
    5 * HOUR_MS,
    symbolListing().takenMs,
    null,
  ]);
  const told = body.symbols.map((one: Record<string, unknown>) => [
    one["symbol"],
    one["baseAsset"],
    one["quoteAsset"],
    one["status"],
    one["tickSize"],
    one["isFollowed"],
  ]);
  assertEquals(told, [
    ["BTCUSDT", "BTC", "USDT", "TRADING", 0.01, true],
    ["SOLUSDT", "SOL", "USDT", "TRADING", null, false],
  ]);
  const one = await find("q=usdt&limit=1");
  assertEquals([one.body.symbols.length, one.body.matches], [1, 2]);
  assertEquals((await find("q=nothing")).body.symbols, []);
});

Deno.test("GET /api/exchange/symbols asks the process once, whoever types what, and again a minute later", async () => {
  const first = Promise.withResolvers<OperationResult>();
  const { clock, find, asked } = stage(() => first.promise);
  const typed = ["q=b", "q=bt", "q=btc", ""].map((query) => find(query));
  first.resolve(listed({ ageMs: 1_000 }));
  const statuses = (await Promise.all(typed)).map(({ status }) => status);
  assertEquals([statuses, asked()], [[200, 200, 200, 200], 1]);
  const { headers } = await find("q=eth");
  const known = { headers: { "if-none-match": headers.get("etag") ?? "" } };
  clock.ms = 58_999;
  assertEquals((await find("q=eth", known)).status, 304, "of the same minute");
  clock.ms = 59_999;
  assertEquals([(await find("q=eth")).body.ageMs, asked()], [60_000, 1]);
  clock.ms = 60_000;
  assertEquals([(await find("q=et")).body.ageMs, asked()], [0, 2]);
});

Deno.test("GET /api/exchange/symbols is 503 with the reason while there is no list, and never an empty one", async () => {
  let answer: OperationResult = { kind: "refused", why: "unavailable", reason: "This is why" };
  const { clock, find } = stage(() => answer);
  const { status, headers, body } = await find("q=btc");
  assertEquals([status, body], [503, { error: "This is why", code: "exchange_unavailable" }]);
  assertEquals(headers.get("retry-after"), "30");
  answer = listed({ problem: "It has not answered since" });
  clock.ms = 1;
  assertEquals((await find("q=btc")).body.problem, "It has not answered since");
});

for (
  const [query, says] of [
    [`q=${"X".repeat(41)}`, "q must be a part of a symbol or an asset"],
    ["q=A%E2%80%AEB", "[U+202E]"],
    ["limit=0", "limit must be a whole number, 1 to 200"],
  ] as const
) {
  Deno.test(`GET /api/exchange/symbols?${query.slice(0, 12)} is 400 and says why`, async () => {
    const { find, asked } = stage(() => listed());
    const { status, body } = await find(query);
    assertEquals([status, body.code, asked()], [400, "invalid_parameter", 0]);
    assertStringIncludes(body.error, says);
  });
}
