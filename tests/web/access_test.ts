/** Who is let to which route: every route, with nothing, each token, each session, and what is none. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import type { Need, Route } from "../../shared/catalogue/route_definition.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { symbolListing } from "../support/symbol_listing.ts";
import { ALL_ROUTES } from "../../shared/catalogue/routes.ts";
import { Authority, SESSION_MS } from "../../web/authority.ts";
import { json, JSON_TYPE } from "../support/json_request.ts";
import { metricsFrame, START_MS, systemStatus } from "../support/outputs.ts";
import { type AppStage, NO_TOKENS, setUp } from "./app_stage.ts";

const TOKENS = { authToken: "operator-0123456789", authReadToken: "reader-0123456789" };
/** Keys are slow to make, on purpose: the tests share one. */
const AUTHORITY = new Authority(TOKENS);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const cookie = (value: string) => ({ cookie: `${AUTHORITY.cookieName}=${value}` });
/** Its signature is another, by one character in the middle. */
const tampered = (value: string) =>
  value.replace(/(.)(.{20})$/, (_, one, rest) => `${one === "A" ? "B" : "A"}${rest}`);

const VISITORS: readonly (readonly [who: string, headers: Record<string, string>, may: Need])[] = [
  ["nobody", {}, "public"],
  ["a wrong bearer token", bearer("wrong-0123456789abc"), "public"],
  ["the empty bearer token", { authorization: "Bearer " }, "public"],
  ["a proxy's password", { authorization: "Basic dTpw" }, "public"],
  ["the reader's bearer token", bearer(TOKENS.authReadToken), "read"],
  ["the operator's bearer token", bearer(TOKENS.authToken), "operate"],
  ["the reader's session", cookie(AUTHORITY.issue("read", START_MS)), "read"],
  ["the operator's session", cookie(AUTHORITY.issue("operate", START_MS)), "operate"],
  ["a session that is over", cookie(AUTHORITY.issue("operate", START_MS - SESSION_MS)), "public"],
  ["a session that was changed", cookie(tampered(AUTHORITY.issue("operate", START_MS))), "public"],
  [
    "a reader's session that calls itself the operator's",
    cookie(AUTHORITY.issue("read", START_MS).replace("read", "operate")),
    "public",
  ],
  [
    "a session that was made longer",
    cookie(AUTHORITY.issue("operate", START_MS).replace(/\.\d/, ".9")),
    "public",
  ],
  [
    "a session with a wrong bearer token beside it",
    { ...bearer("wrong-0123456789abc"), ...cookie(AUTHORITY.issue("read", START_MS)) },
    "read",
  ],
];

/** Every file of the page, so that each is answered to whom may have it. */
const PAGE = new Map(
  ALL_ROUTES.filter(({ file }) => file !== undefined).map(({ path }) => [path, {
    bytes: new TextEncoder().encode("<p><!-- error --></p>"),
    contentType: "text/html; charset=utf-8",
    packed: new Map(),
    etag: `"${path}"`,
    isForGood: false,
  }]),
);

const RANK: Readonly<Record<Need, number>> = { public: 0, read: 1, operate: 2 };

/** One app that is guarded by both tokens, with all that a route may be asked for. */
function guarded(over: Parameters<typeof setUp>[0] = {}): AppStage {
  const operate = ({ type }: Operation) =>
    Promise.resolve<OperationResult>(
      type === "list_symbols"
        ? { kind: "listed", listing: symbolListing() }
        : { kind: "done", symbols: [], unacked: { kind: "exact", count: 0 } },
    );
  const stage = setUp({ authority: AUTHORITY, operate, page: PAGE, ...over });
  stage.hub.setSystem(systemStatus());
  stage.hub.publish(metricsFrame());
  stage.hub.hasRecalledMutes = true;
  return stage;
}

let asked = 0;

/** Asks a route as its table says that it is asked; from many places, so that no throttle steps in. */
function askRoute(
  { ask }: AppStage,
  route: Route,
  headers: Record<string, string>,
  method: string = route.method,
) {
  const path = route.path.replace(":symbol", "ETHUSDT");
  const peer = `192.0.2.${++asked % 250}`;
  if (route.form !== undefined) {
    return ask(
      path,
      { method, headers, body: new URLSearchParams({ token: TOKENS.authToken }) },
      peer,
    );
  }
  const body = route.body === undefined ? {} : { body: route.body.example };
  const init = { method, headers: { ...JSON_TYPE, ...headers }, ...body };
  return ask(`${path}?symbol=BTCUSDT`, init, peer);
}

for (const [who, headers, may] of VISITORS) {
  Deno.test(`${who} gets of every route what the table says`, async () => {
    const stage = guarded();
    for (const route of ALL_ROUTES) {
      for (const method of route.method === "GET" ? ["GET", "HEAD"] : [route.method]) {
        const what = `${method} ${route.path}`;
        const response = await askRoute(stage, route, headers, method);
        const { status } = response;
        if (RANK[route.need] <= RANK[may]) {
          assert(status !== 401 && status !== 403 && status < 500, `${what} ${status}`);
          if (route.file !== undefined) {
            // Who is in needs no page to log in.
            const isLogin = route.path === "/login" && may !== "public";
            assertEquals(status, isLogin ? 303 : 200, what);
          }
        } else if (may === "public" && route.path === "/") {
          assertEquals([status, response.headers.get("location")], [303, "login"]);
        } else assertEquals(status, may === "public" ? 401 : 403, what);
        await response.body?.cancel();
      }
    }
    assertEquals(stage.hub.gauges["browsers"], 0);
  });
}

Deno.test("Without tokens everybody gets everything, and the login leads to the page", async () => {
  const stage = guarded({ authority: NO_TOKENS });
  for (const route of ALL_ROUTES) {
    const response = await askRoute(stage, route, {});
    assert(response.status !== 401 && response.status !== 403, route.path);
    if (route.path === "/login") {
      assertEquals([response.status, response.headers.get("location")], [303, "./"]);
    }
    await response.body?.cancel();
  }
});

Deno.test("A refusal says what is needed: 401 with the scheme, 403 whose token", async () => {
  const { ask } = guarded();
  const nobody = await ask("/api/symbols");
  assertEquals(nobody.headers.get("www-authenticate"), 'Bearer realm="order book monitor"');
  assertEquals(
    (await nobody.json()).error,
    'Nobody is let in without a token: send "authorization: Bearer …" with AUTH_READ_TOKEN or ' +
      "AUTH_TOKEN, or log in at login",
  );
  const wrong = await ask("/api/symbols", { headers: bearer("wrong-0123456789abc") });
  const { error } = await wrong.json();
  assertStringIncludes(error, "The bearer token is neither AUTH_TOKEN nor AUTH_READ_TOKEN");
  assert(!error.includes("wrong-"));
  const headers = { ...bearer(TOKENS.authReadToken), ...JSON_TYPE };
  const reader = await ask("/api/symbols", { method: "POST", headers, body: "{}" });
  assertEquals(
    (await reader.json()).error,
    "This needs the operator's token (AUTH_TOKEN): you may only read",
  );
});

// -- Sessions --

const logIn = (stage: AppStage, token: string, peer?: string) =>
  stage.ask("/login", { method: "POST", body: new URLSearchParams({ token }) }, peer);

for (
  const [publicUrl, path, secure] of [
    [null, "/", ""],
    ["http://desk.example.org", "/", ""],
    ["https://desk.example.org/books", "/books", "; Secure"],
    ["https://desk.example.org/b%C3%BCcher", "/b%C3%BCcher", "; Secure"],
  ] as const
) {
  Deno.test(`A session under ${publicUrl} is a cookie for ${path}${secure}, which logs out again`, async () => {
    const stage = guarded({ publicUrl });
    const response = await logIn(stage, ` ${TOKENS.authToken} `);
    assertEquals([response.status, response.headers.get("location")], [303, "./"]);
    const set = response.headers.get("set-cookie") ?? "";
    const [pair = "", ...attributes] = set.split("; ");
    assertEquals(
      attributes.sort().join("; "),
      `HttpOnly; Max-Age=604800; Path=${path}; SameSite=Lax${secure}`,
    );
    const inside = await stage.ask("/api/symbols", { headers: { cookie: pair } });
    assertEquals(inside.status, 200);
    await inside.body?.cancel();
    const out = await stage.ask("/logout", { method: "POST", headers: { cookie: pair } });
    assertEquals([out.status, out.headers.get("location")], [303, "login"]);
    assertMatch(out.headers.get("set-cookie") ?? "", new RegExp(`=; Max-Age=0; Path=${path}`));
  });
}

Deno.test("A session ends by a change of the token that it was given for, and outlives a restart", () => {
  const { authToken, authReadToken } = TOKENS;
  const operator = AUTHORITY.issue("operate", START_MS);
  const reader = AUTHORITY.issue("read", START_MS);
  const holds = (other: Authority) =>
    [operator, reader].map((value) => other.sessionOf(value, START_MS)?.right ?? null);
  assertEquals(holds(new Authority(TOKENS)), ["operate", "read"]);
  assertEquals(
    holds(new Authority({ authToken, authReadToken: "another-0123456789" })),
    ["operate", null],
  );
  assertEquals(holds(new Authority({ authToken, authReadToken: null })), ["operate", null]);
  assertEquals(
    holds(new Authority({ authToken: "another-0123456789", authReadToken })),
    [null, null],
  );
  assertEquals(AUTHORITY.sessionOf(operator, START_MS + SESSION_MS), null);
  assertEquals(AUTHORITY.sessionOf(operator, START_MS + SESSION_MS - 1)?.right, "operate");
});

Deno.test("Monitors with other tokens have cookies of other names: they may share a host", () => {
  const other = new Authority({ authToken: "another-0123456789", authReadToken: null });
  assertNotEquals(other.cookieName, AUTHORITY.cookieName);
});

Deno.test("A stream ends when its session does", async () => {
  const { hub, ask } = guarded();
  const half = START_MS - SESSION_MS + 5_000;
  const headers = cookie(AUTHORITY.issue("read", half));
  const stream = await ask("/events", { headers });
  hub.flush(4_999);
  assertEquals(hub.gauges["browsers"], 1);
  hub.flush(5_000);
  assertEquals(hub.gauges["browsers"], 0);
  assertStringIncludes(await stream.text(), '"access":{"mayOperate":false,"hasSession":true}');
});

Deno.test("A log out ends the streams of its session, and no other's", async () => {
  const stage = guarded();
  const mine = cookie(AUTHORITY.issue("operate", START_MS));
  const others = cookie(AUTHORITY.issue("operate", START_MS - 1));
  const streams = [
    await stage.ask("/events", { headers: mine }),
    await stage.ask("/events", { headers: mine }),
    await stage.ask("/events", { headers: others }),
    await stage.ask("/events", { headers: bearer(TOKENS.authToken) }),
  ];
  await stage.ask("/logout", { method: "POST", headers: mine });
  assertEquals(stage.hub.gauges["browsers"], 2);
  for (const stream of streams.slice(2)) await stream.body?.cancel();
  for (const stream of streams.slice(0, 2)) await stream.text();
});

// -- Wrong tokens --

Deno.test("A wrong token is told on the login page; too many of one address are not looked at", async () => {
  let nowMs = 0;
  const clocks = { monotonicMs: () => nowMs, utcNowMs: () => START_MS };
  const warnings: string[] = [];
  const stage = guarded({ clocks, warn: (line) => void warnings.push(line) });
  const guess = (token = "wrong-0123456789abc", peer = "192.0.2.1") => logIn(stage, token, peer);
  const statuses = new Set<number>();
  for (let n = 0; n < 10; n++) {
    const response = await guess();
    statuses.add(response.status);
    assertEquals(await response.text(), "<p>This is no token of this monitor.</p>");
  }
  assertEquals([...statuses], [401]);
  const late = await guess(TOKENS.authToken);
  assertEquals([late.status, late.headers.get("retry-after")], [429, "6"]);
  assertEquals(await late.text(), "<p>Too many wrong tokens: try again in 6 s.</p>");
  const api = await stage.ask("/api/symbols", { headers: bearer(TOKENS.authToken) }, "192.0.2.1");
  assertEquals([api.status, api.headers.get("retry-after")], [429, "6"]);
  const inside = await stage.ask(
    "/api/symbols",
    { headers: cookie(AUTHORITY.issue("read", START_MS)) },
    "192.0.2.1",
  );
  assertEquals(inside.status, 200, "a session needs no token");
  assertEquals((await guess(TOKENS.authToken, "192.0.2.2")).status, 303, "another address");
  nowMs += 6_000;
  assertEquals((await guess()).status, 401, "one more try");
  assertEquals((await guess(TOKENS.authToken)).status, 429);
  nowMs += 6_000;
  assertEquals((await guess(TOKENS.authToken)).status, 303);
  assertEquals(warnings, [
    "A wrong token came from 192.0.2.1; 1 wrong ones so far",
  ]);
});

Deno.test("POST /login takes a form only, and a short one", async () => {
  const { ask } = guarded();
  const posted = await ask("/login", json({ token: "x" }));
  assertEquals(posted.status, 400);
  const long = await ask("/login", {
    method: "POST",
    body: new URLSearchParams({ token: "x".repeat(2_000) }),
  });
  assertEquals(long.status, 400);
});
