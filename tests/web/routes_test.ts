/** The table of routes and the app: neither has what the other has not, and the limits hold. */
import { assertEquals, assertNotEquals } from "@std/assert";
import type { Bound, Route } from "../../shared/catalogue/route_definition.ts";
import { ALL_ROUTES } from "../../shared/catalogue/routes.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { JSON_TYPE } from "../support/json_request.ts";
import { alertEvent, metricsFrame, START_MS, systemStatus } from "../support/outputs.ts";
import { setUp } from "./app_stage.ts";
import { symbolListing } from "../support/symbol_listing.ts";
import { NONE } from "../../shared/unacked.ts";

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path}`;

/** What is asked with these parameters is answered with. */
async function statusOf(
  { method, path, body }: Route,
  query: Record<string, string>,
): Promise<number> {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  const sent = body === undefined ? {} : { headers: JSON_TYPE, body: body.example };
  const response = await ask(`${path}?${new URLSearchParams(query)}`, { method, ...sent });
  await response.body?.cancel();
  return response.status;
}

Deno.test("The app has every route of the table, once, and no other", () => {
  const { app } = setUp();
  // The guard stands before all of them, as a route of every method, and what packs answers before those of the API.
  const guards = app.routes.filter(({ method }) => method === "ALL");
  assertEquals(guards.map(nameOf), ["ALL /*", "ALL /api/*"]);
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  assertEquals(routes.map(nameOf).sort(), ALL_ROUTES.map(nameOf).sort());
  assertEquals(new Set(ALL_ROUTES.map(nameOf)).size, ALL_ROUTES.length);
});

/** No number can be read, and nothing be changed, with them. */
const PUBLIC = [
  "GET /favicon.svg",
  "GET /livez",
  "GET /login",
  "GET /page.css",
  "GET /readyz",
  "POST /login",
  "POST /logout",
];

/** They change nothing but the asker's own streams. */
const READING = ["POST /events/:id", "POST /events/:id/viewers", "DELETE /events/:id"];
/** Whoever may only look needs no paths and addresses of the machine. */
const OPERATING = ["GET /api/configuration"];

Deno.test("Only what is listed here is public, and what else is not GET, or is listed, needs operate", () => {
  const open = ALL_ROUTES.filter(({ need }) => need === "public").map(nameOf).sort();
  assertEquals(open, PUBLIC);
  for (const route of ALL_ROUTES.filter(({ need }) => need !== "public")) {
    const name = nameOf(route);
    const isReading = !OPERATING.includes(name) &&
      (route.method === "GET" || READING.includes(name));
    assertEquals(route.need, isReading ? "read" : "operate", name);
  }
});

Deno.test("HEAD is answered as GET without its body, and holds no stream", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  for (const { method, path } of ALL_ROUTES) {
    if (method !== "GET") continue;
    const query = "?symbol=BTCUSDT";
    const [get, head] = [await ask(path + query), await ask(path + query, { method: "HEAD" })];
    assertEquals(head.status, get.status, path);
    assertEquals(head.headers.get("content-type"), get.headers.get("content-type"), path);
    assertEquals(await head.text(), "", path);
    await get.body?.cancel();
  }
  assertEquals(hub.gauges["browsers"], 0);
});

Deno.test("/readyz is 503 while the monitor is down, /livez is 200, and neither tells why", async () => {
  const { hub, ask } = setUp();
  const answerOf = async (path: string) => {
    const response = await ask(path);
    return [response.status, await response.json()];
  };
  assertEquals(await answerOf("/readyz"), [503, { status: "not ready" }]);
  assertEquals(await answerOf("/livez"), [200, { status: "alive" }]);
  hub.setSystem(systemStatus());
  hub.publish(metricsFrame());
  assertEquals(await answerOf("/readyz"), [200, { status: "ready" }]);
});

/** The routes that have such a limit, and the limit. */
function limited<Limit>(
  limitOf: (route: Route) => Limit | undefined,
): (readonly [Route, Limit])[] {
  return ALL_ROUTES.flatMap((route) => {
    const limit = limitOf(route);
    return limit === undefined ? [] : [[route, limit] as const];
  });
}

Deno.test("The limit of each route is taken, and one more is refused", async () => {
  const routes = limited<Bound>(({ limit }) => limit);
  assertNotEquals(routes, []);
  for (const [route, { max }] of routes) {
    const ask = (limit: number) => statusOf(route, { symbol: "BTCUSDT", limit: String(limit) });
    assertEquals([await ask(max), await ask(max + 1)], [200, 400], nameOf(route));
  }
});

Deno.test("As many symbols may be named as each route says", async () => {
  const routes = limited<number>(({ symbolsMax }) => symbolsMax);
  assertNotEquals(routes, []);
  for (const [route, max] of routes) {
    const ask = (count: number) =>
      statusOf(route, { symbols: Array.from({ length: count }, () => "BTCUSDT").join() });
    assertEquals([await ask(max), await ask(max + 1)], [200, 400], nameOf(route));
  }
});

const DONE: OperationResult = { kind: "done", symbols: [], unacked: NONE };
const RESULTS: Readonly<Record<Operation["type"], OperationResult>> = {
  ...{ add_symbol: DONE, remove_symbol: DONE, replace_rules: { kind: "replaced" } },
  list_symbols: { kind: "listed", listing: symbolListing() },
  ...{ mute: { kind: "muted" }, acknowledge: { kind: "acknowledged", alert: alertEvent() } },
};

Deno.test("A body is taken as long as each route says, and refused when it is longer", async () => {
  const routes = limited(({ body }) => body);
  assertNotEquals(routes, []);
  for (const [{ method, path }, { example, bytesMax }] of routes) {
    const operate = ({ type }: Operation) => Promise.resolve<OperationResult>(RESULTS[type]);
    const { ask, hub } = setUp({ operate });
    hub.setSystem(systemStatus());
    hub.publish(alertEvent());
    const stream = await ask("/events?viewer=1");
    const status = async (bytes: number) => {
      const headers = { ...JSON_TYPE, "if-match": "*" };
      const to = path.replace(":id{.+}", "a1").replace("/events/:id", "/events/id-1");
      const now = new Date(START_MS + 1).toISOString();
      const body = example.replace(/20[^"]*Z/, now).padEnd(bytes);
      const response = await ask(to, { method, headers, body });
      await response.body?.cancel();
      return response.status;
    };
    const isMade = ["/api/symbols", "/api/mutes", "/events/:id/viewers"].includes(path);
    const done = isMade ? 201 : 200;
    assertEquals([await status(bytesMax), await status(bytesMax + 1)], [done, 400], path);
    await stream.body?.cancel();
  }
});
