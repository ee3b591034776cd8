/** Symbol actors whose loop is really held up. */
import { assertEquals, assertMatch } from "@std/assert";
import { monotonicMs } from "../../shared/clock.ts";
import { LoopWatch } from "../../actors/symbol/loop_watch.ts";
import { Overload } from "../../actors/symbol/overload.ts";
import { eventually } from "../support/eventually.ts";
import { toldLines } from "../support/told_lines.ts";
import { type PortUnderTest, Stage } from "./actor_stage.ts";

/** Longer than a look by as much as enters the first level, and less than the second. */
const BUSY_MS = 850;
const CALM_MS = 1_000;

/** Nothing else runs in this thread meanwhile. */
function beBusy(ms: number): void {
  for (const endMs = monotonicMs() + ms; monotonicMs() < endMs;);
}

/** What the web was told of how the book stands, since it was first live. */
const toldOf = (web: PortUnderTest) =>
  web.feed.filter(({ state }) => state === "live").map((it) => it.reason);

Deno.test("Symbols of a worker whose loop is late leave undone what is least needed, together, and all is done when it keeps up", async () => {
  const loop = new LoopWatch(new Overload(CALM_MS));
  await using one = new Stage({ loop });
  await using other = new Stage({ loop, symbol: "ETHUSDT" });
  const [web] = [one.port("web"), one.port("writer"), other.port("web"), other.port("writer")];
  await one.goLive();
  await other.goLive();
  const levels = () => [one, other].map(({ actor }) => actor.gauges()["overload"]);
  await eventually(() => {
    if (levels().every((level) => level === 0)) beBusy(BUSY_MS);
    return levels().every((level) => level !== 0);
  }, "the loop is late");
  await eventually(() => levels().every((level) => level === 0), "the loop keeps up");
  await eventually(() => toldOf(web).at(-1) === null, "that is told");
  const undone =
    "this machine is overloaded: numbers leave for the page four times a second at most";
  assertEquals(toldOf(web).includes(undone), true, toldOf(web).join("; "));
  for (const { actor } of [one, other]) {
    const { resyncs, gaps, replacements } = actor.gauges();
    assertEquals({ resyncs, gaps, replacements }, { resyncs: 0, gaps: 0, replacements: 0 });
  }
});

Deno.test("A symbol actor that begins while its worker's loop is late leaves undone what the others do", async () => {
  const loop = new LoopWatch(new Overload(CALM_MS));
  const heard: number[] = [];
  const hear = (level: number) => void heard.push(level);
  loop.follow("BTCUSDT", hear);
  await eventually(() => {
    if (loop.level === 0) beBusy(BUSY_MS);
    return loop.level > 0;
  }, "the loop is late");
  const later: number[] = [];
  const hearLater = (level: number) => void later.push(level);
  loop.follow("ETHUSDT", hearLater);
  assertEquals([heard[0], later], [1, [loop.level]]);
  for (const each of [hear, hearLater]) loop.leave(each);
});

Deno.test("LoopWatch tells the log that its loop is late, and for whom, once for all symbols of the worker", async () => {
  const loop = new LoopWatch(new Overload(CALM_MS));
  const hears = [() => {}, () => {}];
  const lines = await toldLines(async () => {
    for (const [i, hear] of hears.entries()) loop.follow(["BTCUSDT", "ETHUSDT"][i] ?? "", hear);
    await eventually(() => {
      if (loop.level === 0) beBusy(BUSY_MS);
      return loop.level > 0;
    }, "the loop is late");
    for (const hear of hears) loop.leave(hear);
  });
  assertEquals(lines.length, loop.level, "a line for each level that was entered");
  assertMatch(
    lines[0] ?? "",
    /^WARN +BTCUSDT and 1 more +this machine is overloaded: .+; the loop is \d+ ms late$/,
  );
});
