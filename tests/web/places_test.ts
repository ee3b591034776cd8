import { assertEquals } from "@std/assert";
import { CLAIM_MAX_MS, hasPlace, STREAMS_MAX } from "../../web/page/places.ts";

const NOW_MS = 1_000_000;
const claim = (id: string, sinceMs: number, renewedMs = NOW_MS) => ({ id, sinceMs, renewedMs });
const places = (claims: readonly ReturnType<typeof claim>[]) =>
  claims.filter(({ id }) => hasPlace(id, claims, NOW_MS)).map(({ id }) => id);

Deno.test("hasPlace() gives places to those that asked first, one fewer than a browser has connections", () => {
  assertEquals(STREAMS_MAX, 5);
  const claims = ["a", "b", "c", "d", "e", "f", "g"].map((id, i) => claim(id, NOW_MS - i));
  assertEquals(places(claims), ["c", "d", "e", "f", "g"]);
  assertEquals(places(claims.slice(0, 5)), ["a", "b", "c", "d", "e"]);
});

Deno.test("hasPlace() decides between windows that asked at once, each by itself and all alike", () => {
  const claims = ["f", "c", "a", "e", "b", "d"].map((id) => claim(id, 5));
  assertEquals(places(claims).sort(), ["a", "b", "c", "d", "e"]);
  assertEquals(places(claims.toReversed()).sort(), ["a", "b", "c", "d", "e"]);
});

Deno.test("hasPlace() does not count a window that has not renewed its claim, nor one of a clock set back", () => {
  const others = ["a", "b", "c", "d"].map((id) => claim(id, 5));
  const own = claim("z", 9);
  for (
    const [renewedMs, isThere] of [
      [NOW_MS - CLAIM_MAX_MS, true],
      [NOW_MS - CLAIM_MAX_MS - 1, false],
      [NOW_MS + 3_600_000, false],
    ] as const
  ) {
    assertEquals(hasPlace("z", [...others, claim("e", 5, renewedMs), own], NOW_MS), !isThere);
  }
});
