import { assertEquals } from "@std/assert";
import {
  focusedOn,
  readRoute,
  type Route,
  routeText,
  shownSymbols,
  strangersOf,
} from "../../web/page/route.ts";

const route = (over: Partial<Route>): Route => ({
  view: "desk",
  symbols: [],
  parameters: {},
  ...over,
});

Deno.test("readRoute() and routeText() say the same of every view, its symbols and its parameters", () => {
  const cases: [string, Route][] = [
    ["#", route({})],
    ["#BTCUSDT", route({ symbols: ["BTCUSDT"] })],
    ["#BTCUSDT,ETHUSDT?range=1h", {
      ...route({ symbols: ["BTCUSDT", "ETHUSDT"] }),
      parameters: { range: "1h" },
    }],
    ["#%E5%B8%81USDT", route({ symbols: ["币USDT"] })],
    ["#/alerts?symbol=BTCUSDT", route({ view: "alerts", parameters: { symbol: "BTCUSDT" } })],
    ["#/overview", route({ view: "overview" })],
    ["#/quality", route({ view: "quality" })],
    ["#/quality/BTCUSDT,ETHUSDT", route({ view: "quality", symbols: ["BTCUSDT", "ETHUSDT"] })],
    ["#/statistics/%E5%B8%81USDT?span=7d", {
      ...route({ view: "statistics", symbols: ["币USDT"] }),
      parameters: { span: "7d" },
    }],
  ];
  for (const [hash, named] of cases) {
    assertEquals(readRoute(hash), named, hash);
    assertEquals(routeText(named), hash);
  }
});

Deno.test("readRoute() takes what it cannot read for the desk, and no symbol twice nor a fifth", () => {
  for (const hash of ["", "#%E5%", "#/nowhere", "#/overview/A", "#,,"]) {
    assertEquals(readRoute(hash), route({}));
  }
  assertEquals(readRoute("#A,B,A,C,D,E").symbols, ["A", "B", "C", "D"]);
});

Deno.test("shownSymbols() are those that are wanted and followed, and of one that was removed those of before, or the first", () => {
  const followed = ["A", "B", "C"];
  const known = new Set([...followed, "X"]);
  assertEquals(shownSymbols(["C", "X", "B"], followed, ["A"], known), ["C", "B"]);
  assertEquals(shownSymbols(["X"], followed, ["B"], known), ["B"]);
  assertEquals(shownSymbols(["X"], followed, ["Y"], known), ["A"]);
  assertEquals(shownSymbols([], followed, [], known), ["A"]);
  assertEquals(shownSymbols(["A"], [], [], new Set()), []);
});

Deno.test("shownSymbols() shows no other symbol in the place of one that nobody followed, and strangersOf() names it", () => {
  const followed = ["A", "B"];
  const known = new Set([...followed, "REMOVED"]);
  assertEquals(shownSymbols(["X"], followed, ["B"], known), []);
  assertEquals(shownSymbols(["X", "B"], followed, [], known), ["B"]);
  assertEquals(strangersOf(["X", "B", "REMOVED"], followed, known), ["X"]);
  assertEquals(strangersOf(["X"], null, new Set()), [], "it is not known who is followed");
});

Deno.test("focusedOn() leaves the other symbols of a desk where they are", () => {
  assertEquals(focusedOn("A", []), ["A"]);
  assertEquals(focusedOn("B", ["A"]), ["B"]);
  assertEquals(focusedOn("D", ["A", "B", "C"]), ["D", "B", "C"]);
  assertEquals(focusedOn("C", ["A", "B", "C"]), ["C", "B", "A"]);
  assertEquals(focusedOn("A", ["A", "B"]), ["A", "B"]);
});
