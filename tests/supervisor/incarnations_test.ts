import { assertEquals } from "@std/assert";
import { Incarnations } from "../../actors/supervisor/incarnations.ts";

Deno.test("Incarnations.next() is the wall clock, or one more than the last when that is not behind it", () => {
  const incarnations = new Incarnations(0);
  const lives = [1_000, 1_000, 5_000, 400, 5_001, 6_000].map((utcMs) => incarnations.next(utcMs));
  assertEquals(lives, [1_000, 1_001, 5_000, 5_001, 5_002, 6_000]);
});

Deno.test("Incarnations.next() lies above the floor, which an earlier process may have left in the future", () => {
  const incarnations = new Incarnations(9_000);
  assertEquals([5_000, 5_000, 10_000].map((utcMs) => incarnations.next(utcMs)), [
    9_001,
    9_002,
    10_000,
  ]);
});

Deno.test("Incarnations.next() has each number kept for the next process", () => {
  const kept: number[] = [];
  const incarnations = new Incarnations(0, (incarnation) => kept.push(incarnation));
  for (const utcMs of [1_000, 400]) incarnations.next(utcMs);
  assertEquals(kept, [1_000, 1_001]);
});
