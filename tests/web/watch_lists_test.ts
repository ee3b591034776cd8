import { assertEquals } from "@std/assert";
import { listedOf, overviewParameters, readOverviewQuery } from "../../web/page/overview_query.ts";
import {
  inOrder,
  moved,
  nameProblem,
  readOrder,
  readWatchLists,
  WATCH_LISTS_MAX,
  withoutWatchList,
  withSymbol,
  withWatchList,
} from "../../web/page/watch_lists.ts";

const MAJORS = { name: "majors", symbols: ["BTCUSDT", "ETHUSDT"] };

Deno.test("readWatchLists() passes over what is no list, and takes each name and symbol once", () => {
  for (const text of [null, "", "{", "7", '{"name":"a"}', "[null,1,[]]"]) {
    assertEquals(readWatchLists(text), [], String(text));
  }
  const kept = [
    MAJORS,
    { name: "", symbols: ["A"] },
    { name: "odd", symbols: ["A", 1, "A", null, "B"] },
    { name: "none" },
    { name: "majors", symbols: ["LAST"] },
  ];
  assertEquals(readWatchLists(JSON.stringify(kept)), [
    { name: "majors", symbols: ["LAST"] },
    { name: "odd", symbols: ["A", "B"] },
  ]);
});

Deno.test("A name of a watch list must be there, short, and of no other", () => {
  assertEquals(nameProblem(" minors ", [MAJORS]), null);
  assertEquals(nameProblem("  ", []), "A list needs a name.");
  assertEquals(nameProblem(" majors ", [MAJORS]), "There is a list “majors” already.");
  assertEquals(nameProblem("x".repeat(41), []), "A name has at most 40 characters.");
  const many = Array.from({ length: WATCH_LISTS_MAX }, (_, i) => ({ ...MAJORS, name: `${i}` }));
  assertEquals(nameProblem("more", many), `There are ${WATCH_LISTS_MAX} lists already.`);
});

Deno.test("Watch lists are changed in their place, and others stay as they are", () => {
  const minors = { name: "minors", symbols: ["SOLUSDT"] };
  const both = withWatchList([MAJORS], minors);
  assertEquals(both, [MAJORS, minors]);
  const changed = withWatchList(both, { name: "majors", symbols: [] });
  assertEquals(changed, [{ name: "majors", symbols: [] }, minors]);
  assertEquals(withoutWatchList(changed, "majors"), [minors]);
  assertEquals(withSymbol(["A"], "B"), ["A", "B"]);
  assertEquals(withSymbol(["A"], "A"), ["A"]);
  assertEquals(withSymbol(Array.from({ length: 200 }, String), "B").length, 200);
});

Deno.test("moved() moves by one place, and not beyond an end", () => {
  const symbols = ["A", "B", "C"];
  assertEquals(moved(symbols, "B", -1), ["B", "A", "C"]);
  assertEquals(moved(symbols, "B", 1), ["A", "C", "B"]);
  for (const [one, by] of [["A", -1], ["C", 1], ["D", 1]] as const) {
    assertEquals(moved(symbols, one, by), symbols);
  }
});

Deno.test("inOrder() puts first what a person has put in order, and leaves nothing out", () => {
  assertEquals(inOrder(["A", "B", "C"], []), ["A", "B", "C"]);
  assertEquals(inOrder(["A", "B", "C"], ["C", "GONE", "A"]), ["C", "A", "B"]);
  assertEquals(readOrder('["C",1,"A"]'), ["C", "A"]);
  assertEquals(readOrder("{"), []);
});

Deno.test("The symbols of a watch list stand in the address of the overview, in their order", () => {
  const query = readOverviewQuery({ symbols: "ETHUSDT,,BTCUSDT,ETHUSDT" });
  assertEquals(query.symbols, ["ETHUSDT", "BTCUSDT"]);
  assertEquals(overviewParameters(query), { symbols: "ETHUSDT,BTCUSDT" });
  assertEquals(readOverviewQuery({ symbols: "," }).symbols, null);
  assertEquals(listedOf(query, ["BTCUSDT", "SOLUSDT"]), ["BTCUSDT"]);
  assertEquals(listedOf({ symbols: null }, ["BTCUSDT", "SOLUSDT"]), ["BTCUSDT", "SOLUSDT"]);
});
