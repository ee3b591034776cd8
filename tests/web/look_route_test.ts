import { assertEquals, assertStringIncludes } from "@std/assert";
import { DEFAULT_COLUMNS } from "../../shared/stream_view.ts";
import { setUp } from "./app_stage.ts";
import { readUntil } from "./sse.ts";
import { json } from "../support/json_request.ts";
import { systemStatus } from "../support/outputs.ts";

Deno.test("POST /events/<stream> says what a page looks at, and the stream says so too", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  const stream = await ask("/events?form=changes&focus=BTCUSDT,ETHUSDT");
  const reader = stream.body?.getReader();
  if (reader === undefined) throw new TypeError("Cannot read: no body");
  const [hello, first] = await readUntil(reader, (all) => all.length >= 2);
  assertEquals(first?.payload["focus"], ["BTCUSDT", "ETHUSDT"]);
  const id = String(hello?.payload["stream"]);
  const answer = await ask(`/events/${id}`, json({ focus: ["ETHUSDT", "ETHUSDT"] }));
  const view = {
    focus: ["ETHUSDT"],
    columns: DEFAULT_COLUMNS,
    details: [],
    pace: 10,
    isHidden: false,
  };
  assertEquals([answer.status, await answer.json()], [200, view]);
  hub.flush(100);
  const [told] = (await readUntil(reader, (all) => all.some(({ name }) => name === "view")))
    .filter(({ name }) => name === "view");
  assertEquals(told?.payload, { ...view, timeMs: told?.payload["timeMs"], form: "changes" });
  await reader.cancel();
  const gone = await ask(`/events/${id}`, json({ focus: [] }));
  assertEquals([gone.status, (await gone.json()).code], [404, "not_found"]);
});

for (
  const [body, part] of [
    [{ focus: ["A", "B", "C", "D", "E"] }, "at most 4 symbols"],
    [{ focus: ["NOPE"] }, 'focus names "NOPE"'],
    [{ focus: "BTCUSDT" }, "focus must be a list"],
    [{ columns: ["nope"] }, "columns must name only metrics"],
    [{ details: ["book"] }, "details must name only depth_profile and trade"],
    [{ isHidden: 1 }, "isHidden must be true or false"],
    [{ looks: [] }, "looks"],
  ] as const
) {
  Deno.test(`POST /events/<stream> with ${JSON.stringify(body)} is 400 and says why`, async () => {
    const { hub, ask } = setUp();
    hub.setSystem(systemStatus());
    const answer = await ask("/events/any", json(body));
    assertEquals(answer.status, 400);
    assertStringIncludes((await answer.json()).error, part);
  });
}
