/** Who is waited for at the start. */
import { assertEquals } from "@std/assert";
import { ColdStart, type SymbolStanding } from "../../actors/exchange_desk/cold_start.ts";
import { lastGrantMs } from "../../actors/exchange_desk/grant_forecast.ts";

const standing = (symbol: string, over: Partial<SymbolStanding> = {}): SymbolStanding => ({
  symbol,
  stands: "running",
  hasBook: false,
  ...over,
});
const NOBODY = () => false;

Deno.test("ColdStart waits for each symbol's first book, and a later loss is no start", () => {
  const start = new ColdStart();
  start.look([standing("A"), standing("B", { stands: "coming" })], NOBODY, 0);
  assertEquals([start.isOver, start.booked, start.awaited], [false, 0, ["A", "B"]]);
  start.look([standing("A", { hasBook: true }), standing("B")], NOBODY, 1_000);
  assertEquals([start.isOver, start.booked, start.awaited], [false, 1, ["B"]]);
  // A has crashed meanwhile: its new life has had none.
  start.look([standing("A"), standing("B", { hasBook: true })], NOBODY, 2_000);
  assertEquals([start.isOver, start.booked, start.awaited], [true, 2, []]);
  start.look([standing("C")], NOBODY, 3_000);
  assertEquals([start.isOver, start.awaited], [true, []]);
});

Deno.test("ColdStart: an empty list has not started", () => {
  const start = new ColdStart();
  start.look([], NOBODY, 0);
  assertEquals(start.isOver, false);
});

Deno.test("ColdStart leaves out who is out, and waits again for who comes back", () => {
  const start = new ColdStart();
  start.look([standing("A"), standing("B", { stands: "out" })], NOBODY, 0);
  assertEquals([start.awaited, start.leftOut], [["A"], ["B"]]);
  start.look([standing("A"), standing("B", { stands: "coming" })], NOBODY, 1_000);
  assertEquals([start.awaited, start.leftOut], [["A", "B"], []]);
  start.look([standing("A"), standing("B", { stands: "out" })], NOBODY, 2_000);
  start.look([standing("A", { hasBook: true }), standing("B", { stands: "out" })], NOBODY, 3_000);
  assertEquals([start.isOver, start.leftOut], [true, ["B"]]);
});

Deno.test("ColdStart is patient for a minute with who could go on, and with nobody whom the budget holds up", () => {
  const start = new ColdStart();
  const symbols = [standing("dead"), standing("held"), standing("late", { stands: "coming" })];
  for (let nowMs = 0; nowMs < 59_000; nowMs += 1_000) {
    start.look(symbols, (symbol) => symbol === "held", nowMs);
  }
  assertEquals(start.leftOut, []);
  // The process stood still for an hour: so did its symbols.
  start.look(symbols, (symbol) => symbol === "held", 3_600_000);
  assertEquals([start.leftOut, start.awaited], [["dead"], ["held", "late"]]);
  // One that was given up and comes all the same is one more.
  start.look([standing("dead", { hasBook: true })], NOBODY, 3_601_000);
  assertEquals([start.booked, start.leftOut, start.isOver], [1, [], true]);
});

Deno.test("lastGrantMs() follows the ends of what counts, a pace, and what may not begin yet", () => {
  const outlook = { used: 0, releases: [], room: 100, lengthMs: 60_000, gapMs: 10, fromMs: 0 };
  assertEquals(lastGrantMs([], outlook), 0);
  assertEquals(lastGrantMs([50], outlook), 0);
  assertEquals(lastGrantMs([50, 50], outlook), 10);
  assertEquals(lastGrantMs([50, 50, 50], outlook), 60_000);
  assertEquals(lastGrantMs([50, 50, 50, 50], outlook), 60_010);
  assertEquals(lastGrantMs([50], { ...outlook, fromMs: 9_000 }), 9_000);
  assertEquals(lastGrantMs([250], outlook), 0, "what is larger than the room goes alone");
  assertEquals(lastGrantMs([250, 250], outlook), 60_000);
  const releases = [{ atMs: 7_000, weight: 40 }, { atMs: 3_000, weight: 30 }];
  assertEquals(lastGrantMs([60], { ...outlook, used: 70, releases }), 3_000);
  assertEquals(lastGrantMs([80], { ...outlook, used: 70, releases }), 7_000);
});
