import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  beginView,
  spanOf,
  type ViewAction,
  viewAfter,
  type ViewHistory,
} from "../../../web/page/chart/time_view.ts";

const NOW = 1_000_000;
const live = (lengthMs: number) => ({ kind: "live", lengthMs }) as const;
const fixed = (fromMs: number, toMs: number) => ({ kind: "fixed", fromMs, toMs }) as const;
const look = (fromMs: number, toMs: number, gesture: number | null = null): ViewAction => ({
  type: "look",
  span: { fromMs, toMs },
  gesture,
});
const after = (state: ViewHistory, ...actions: ViewAction[]) => actions.reduce(viewAfter, state);
const BEGIN = beginView(live(60_000), 60_000);

Deno.test("spanOf() follows the newest, and stays where it was fixed", () => {
  assertEquals(spanOf(live(60_000), NOW), { fromMs: NOW - 60_000, toMs: NOW });
  assertEquals(spanOf(fixed(5, 9_000), NOW), { fromMs: 5, toMs: 9_000 });
});

Deno.test("viewAfter() leads back step by step, and forward again", () => {
  const far = after(BEGIN, look(0, 9_000), look(1_000, 5_000), { type: "back" });
  assertEquals(far.shown, fixed(0, 9_000));
  assertEquals(after(far, { type: "forward" }).shown, fixed(1_000, 5_000));
  assertEquals(after(far, { type: "back" }).shown, live(60_000));
  const home = after(far, { type: "back" });
  assertStrictEquals(after(home, { type: "back" }), home, "there is nothing before");
});

Deno.test("viewAfter() has nothing to go forward to once something else is chosen", () => {
  const state = after(BEGIN, look(0, 9_000), { type: "back" }, look(0, 4_000));
  assertEquals(state.after, []);
  assertStrictEquals(after(state, { type: "forward" }), state);
});

Deno.test("viewAfter() takes the steps of one gesture for one on the way back", () => {
  const state = after(BEGIN, look(0, 9_000, 1), look(0, 8_000, 1), look(0, 7_000, 1));
  assertEquals([state.shown, state.before.length], [fixed(0, 7_000), 1]);
  const two = after(state, look(0, 6_000, 2), look(0, 5_000, 2), { type: "back" });
  assertEquals(two.shown, fixed(0, 7_000));
});

Deno.test("viewAfter() returns to as much of the newest as was chosen last", () => {
  const state = after(BEGIN, { type: "range", lengthMs: 300_000 }, look(0, 9_000));
  assertEquals(after(state, { type: "live" }).shown, live(300_000));
  const before = after(state, { type: "back" }, { type: "back" });
  assertEquals([before.shown, before.liveMs], [live(60_000), 60_000]);
});

Deno.test("viewAfter() shows whole milliseconds, and takes what shows the same for no step", () => {
  const state = after(BEGIN, look(0.4, 8_999.6));
  assertEquals(state.shown, fixed(0, 9_000));
  assertStrictEquals(after(state, look(0, 9_000)), state);
  assertStrictEquals(after(BEGIN, { type: "live" }), BEGIN);
});

Deno.test("viewAfter() remembers no more steps than anybody goes back", () => {
  const actions = Array.from({ length: 200 }, (_, i) => look(0, 9_000 + i));
  assertEquals(after(BEGIN, ...actions).before.length, 50);
});
