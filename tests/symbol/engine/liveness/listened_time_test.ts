import { assertEquals } from "@std/assert";
import { ListenedTime } from "../../../../actors/symbol/engine/liveness/listened_time.ts";
import { HELD_UP_COUNTED_MS, HELD_UP_MIN_MS } from "../../../../actors/symbol/engine/event.ts";

Deno.test("ListenedTime goes as time does, but for what the engine was held up", () => {
  const listened = new ListenedTime(1_000);
  const passed: [atMs: number, heldUpMs: number, heardMs: number][] = [
    [1_100, 0, 1_100],
    [1_100 + HELD_UP_MIN_MS - 1, 0, 2_099],
    [2_099 + HELD_UP_MIN_MS, HELD_UP_MIN_MS - HELD_UP_COUNTED_MS, 2_099 + HELD_UP_COUNTED_MS],
    [3_199, 0, 2_699],
    [23_199, 20_000 - HELD_UP_COUNTED_MS, 3_199],
  ];
  for (const [atMs, heldUpMs, heardMs] of passed) {
    assertEquals([listened.pass(atMs), listened.at(atMs)], [heldUpMs, heardMs], `${atMs}`);
  }
});
