import { assertEquals } from "@std/assert";
import { Countdown } from "../../shared/heard_deadline.ts";

/** How long it takes, of a loop whose timers come as late as this says. */
function passedAfter(ms: number, lateMs: (turn: number) => number): number {
  const countdown = new Countdown(ms);
  let nowMs = 0;
  for (let turn = 0;; turn++) {
    const late = lateMs(turn);
    nowMs += countdown.turnMs + late;
    if (countdown.turn(late)) return nowMs;
  }
}

Deno.test("Countdown passes when so much time has, on a loop that keeps up", () => {
  assertEquals(passedAfter(10_000, () => 0), 10_000);
  assertEquals(passedAfter(1_200, () => 0), 1_200);
  assertEquals(passedAfter(10_000, () => 30), 10_600);
});

Deno.test("Countdown does not count what the loop was held up, so that what waits is read before it passes", () => {
  // In its last turn too: the answer is read in the turn that follows.
  for (const at of [0, 7, 19]) {
    assertEquals(passedAfter(10_000, (turn) => turn === at ? 20_000 : 0), 30_500, `turn ${at}`);
  }
});

Deno.test("Countdown passes on a loop that is always late too", () => {
  assertEquals(passedAfter(10_000, () => 2_000), 40 * 2_500);
});
