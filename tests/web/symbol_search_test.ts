import { assertEquals } from "@std/assert";
import type { ListedSymbol } from "../../shared/symbol_listing.ts";
import { findSymbols } from "../../web/symbol_search.ts";
import { listedSymbol } from "../support/symbol_listing.ts";

const LISTED: readonly ListedSymbol[] = [
  listedSymbol("WBTC/USDT"),
  listedSymbol("BTCST/USDT"),
  listedSymbol("BTC/FDUSD"),
  listedSymbol("ETH/BTC"),
  listedSymbol("BTC/TUSD", { status: "BREAK" }),
  listedSymbol("BTC/EUR"),
  listedSymbol("BTC/USDC"),
  listedSymbol("BTC/USDT"),
  listedSymbol("币安人生/USDT", { tickSize: null }),
  // Its name is not made of its assets.
  listedSymbol("SOLX/USDT", { symbol: "XUSDT" }),
];
const BITCOINS = ["BTCUSDT", "BTCUSDC", "BTCFDUSD", "BTCEUR", "BTCTUSD"];

for (
  const [text, found] of [
    ["btc", [...BITCOINS, "BTCSTUSDT", "WBTCUSDT", "ETHBTC"]],
    ["btcusd", ["BTCUSDT", "BTCUSDC", "WBTCUSDT"]],
    ["BTCUSDT", ["BTCUSDT", "WBTCUSDT"]],
    ["btc/usdt", ["BTCUSDT", "WBTCUSDT"]],
    [" Btc - EUR ", ["BTCEUR"]],
    ["人生", ["币安人生USDT"]],
    ["sol", ["XUSDT"]],
    ["doge", []],
    ["bt", ["BTCUSDT", "BTCSTUSDT", ...BITCOINS.slice(1), "WBTCUSDT", "ETHBTC"]],
  ] as const
) {
  Deno.test(`findSymbols() finds of "${text}" ${found.length === 0 ? "nothing" : found[0]} first`, () => {
    assertEquals(findSymbols(LISTED, text).map(({ symbol }) => symbol), [...found]);
  });
}

Deno.test("findSymbols() finds all of them of an empty text, and leaves the list as it is", () => {
  const before = LISTED.map(({ symbol }) => symbol);
  const found = findSymbols(LISTED, "");
  assertEquals(found.map(({ symbol }) => symbol).toSorted(), before.toSorted());
  assertEquals(LISTED.map(({ symbol }) => symbol), before);
});
