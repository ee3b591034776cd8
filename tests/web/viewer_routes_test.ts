import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { json } from "../support/json_request.ts";
import { systemStatus } from "../support/outputs.ts";
import { VIEWERS_MAX } from "../../web/shared_stream.ts";
import { type AppStage, setUp } from "./app_stage.ts";
import { type ParsedEvent, readUntil } from "./sse.ts";

/** A stage, and a reader of what a connection brings that carries viewers. */
async function opened(path = "/events?form=changes&viewer=1&focus=BTCUSDT", stage = setUp()) {
  const { hub, ask } = stage;
  hub.setSystem(systemStatus());
  const reader = (await ask(path)).body?.getReader();
  if (reader === undefined) throw new TypeError("Cannot read: no body");
  const [, hello] = await readUntil(reader, (all) => all.length >= 2);
  return { ...stage, reader, first: String(hello?.payload["stream"]) };
}

const refusalOf = async (answer: Response) => [answer.status, (await answer.json()).code];
const viewers = (events: readonly ParsedEvent[]) =>
  events.filter(({ name }) => name === "viewer").map(({ payload }) => payload["viewer"]);

Deno.test("POST /events/<stream>/viewers adds a viewer to a connection, DELETE /events/<stream> ends one", async () => {
  const { hub, ask, reader, first } = await opened();
  const answer = await ask(`/events/${first}/viewers`, json({ viewer: 2, focus: ["ETHUSDT"] }));
  const { stream, ...rest } = await answer.json();
  assertEquals([answer.status, rest], [201, { viewer: 2 }]);
  const told = await readUntil(reader, (all) => all.some(({ name }) => name === "view"));
  assertEquals(viewers(told).slice(0, 1), [2]);
  const [hello, view] = ["hello", "view"].map((name) => told.find((one) => one.name === name));
  assertEquals(hello?.payload["stream"], stream);
  assertEquals([view?.payload["focus"], view?.payload["form"]], [["ETHUSDT"], "changes"]);
  assertEquals(hub.gauges.browsers, 2);
  // Beside any of its streams; and each of them is looked with by its own name.
  assertEquals((await ask(`/events/${stream}/viewers`, json({ viewer: 3 }))).status, 201);
  assertEquals((await ask(`/events/${stream}`, json({ focus: ["BTCUSDT"] }))).status, 200);
  const ended = await ask(`/events/${first}`, { method: "DELETE" });
  assertEquals([ended.status, await ended.json()], [200, { stream: first }]);
  assertEquals(await refusalOf(await ask(`/events/${first}`, { method: "DELETE" })), [
    404,
    "not_found",
  ]);
  assertEquals([hub.gauges.browsers, hub.gauges.streamConnections], [2, 1]);
  await reader.cancel();
  assertEquals(hub.gauges.browsers, 0);
  const gone = await ask(`/events/${stream}/viewers`, json({ viewer: 4 }));
  assertEquals(await refusalOf(gone), [404, "not_found"]);
});

Deno.test("POST /events/<stream>/viewers refuses what there is no room for, and says so", async () => {
  const crowd = { sseMax: 500, sseMaxPerAddress: 500 };
  const { hub, ask, reader, first } = await opened(undefined, setUp({}, crowd));
  const add = (viewer: number) => ask(`/events/${first}/viewers`, json({ viewer }));
  assertEquals(await refusalOf(await add(1)), [409, "conflict"]);
  for (let viewer = 2; viewer <= VIEWERS_MAX; viewer++) {
    assertEquals((await add(viewer)).status, 201);
  }
  const full = await add(VIEWERS_MAX + 1);
  assertEquals([full.status, full.headers.get("retry-after")], [503, "5"]);
  assertStringIncludes((await full.json()).error, `has ${VIEWERS_MAX} viewers`);
  assertEquals(hub.gauges.browsers, VIEWERS_MAX);
  await reader.cancel();
});

Deno.test("POST /events/<stream>/viewers counts as another page does against SSE_MAX_PER_ADDRESS", async () => {
  const stage: AppStage = setUp({}, { sseMax: 500, sseMaxPerAddress: 2 });
  const { ask, reader, first } = await opened(undefined, stage);
  const add = (viewer: number) => ask(`/events/${first}/viewers`, json({ viewer }));
  assertEquals((await add(2)).status, 201);
  const refused = await add(3);
  assertEquals(refused.status, 503);
  assertStringIncludes((await refused.json()).error, "SSE_MAX_PER_ADDRESS allows (2)");
  await reader.cancel();
});

Deno.test("POST /events/<stream>/viewers is 404 beside a stream that is alone on its connection", async () => {
  const { ask, hub } = setUp();
  hub.setSystem(systemStatus());
  const reader = (await ask("/events?form=changes")).body?.getReader();
  assert(reader);
  const [hello] = await readUntil(reader, (all) => all.length >= 1);
  const id = String(hello?.payload["stream"]);
  const refused = await ask(`/events/${id}/viewers`, json({ viewer: 2 }));
  assertEquals(await refusalOf(refused), [404, "not_found"]);
  // It ends like any other.
  assertEquals((await ask(`/events/${id}`, { method: "DELETE" })).status, 200);
  assertEquals(hub.gauges.browsers, 0);
  while (!(await reader.read()).done);
});

Deno.test("GET /events with `since` is told what was missed, as with Last-Event-ID", async () => {
  const { ask } = setUp();
  const reader = (await ask("/events?viewer=1&since=1-5")).body?.getReader();
  assert(reader);
  // It is the id of another life.
  await readUntil(reader, (all) => all.some(({ name }) => name === "refetch"));
  await reader.cancel();
});

for (
  const [body, part] of [
    [{}, "viewer is missing"],
    [{ viewer: 0 }, "viewer must be a whole number from 1 on"],
    [{ viewer: 1.5 }, "viewer must be a whole number from 1 on"],
    [{ viewer: 2, focus: ["A", "B", "C", "D", "E"] }, "at most 4 symbols"],
    [{ viewer: 2, since: 7 }, "since must be the id of an event, or null"],
    [{ viewer: 2, columns: [] }, "columns"],
  ] as const
) {
  Deno.test(`POST /events/<stream>/viewers with ${JSON.stringify(body)} is 400 and says why`, async () => {
    const { ask } = setUp();
    const answer = await ask("/events/any/viewers", json(body));
    assertEquals(answer.status, 400);
    assertStringIncludes((await answer.json()).error, part);
  });
}

Deno.test("GET /events with a viewer that is no number is 400 and says why", async () => {
  const { ask } = setUp();
  const answer = await ask("/events?viewer=me");
  assertEquals(answer.status, 400);
  assertStringIncludes((await answer.json()).error, "viewer");
});
