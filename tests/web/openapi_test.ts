/** The OpenAPI document, and that the app does what it says. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ALL_ROUTES, ROUTES } from "../../shared/catalogue/routes.ts";
import { DESCRIBED, openApiDocument, openApiPath, parametersOf } from "../../web/openapi.ts";
import { RECORD_KINDS } from "../../web/record_statements.ts";
import {
  alertEvent,
  auditRecord,
  bookSecond,
  depthProfile,
  feedStatus,
  gapRecord,
  lossRecord,
  metricsFrame,
  proofStatus,
  START_MS,
  systemStatus,
  tradesOfSide,
  tradesSecond,
} from "../support/outputs.ts";
import { muteRecord } from "../support/mutes.ts";
import { setUp } from "./app_stage.ts";
import { assertConforms } from "./conforms.ts";

Deno.test("The document is one of OpenAPI 3.1, with every route of the table that is not the page's", async () => {
  const { hub, ask } = setUp({ publicUrl: "https://example.com/books" });
  hub.setSystem(systemStatus());
  const response = await ask("/books/api/openapi.json", { headers: { host: "example.com" } });
  const document = await response.json();
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert(valid, JSON.stringify(errors));
  assertEquals(validator.version, "3.1");
  assertEquals(document.servers, [{ url: "/books" }]);
  const paths = document.paths as Record<string, Record<string, unknown>>;
  const told = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const shown = ALL_ROUTES.filter(({ path, file }) =>
    file === undefined && !/^\/log(in|out)$/.test(path)
  );
  assertEquals(told.sort(), shown.map((one) => `${one.method} ${openApiPath(one)}`).sort());
});

Deno.test("The document has the parameters of the table, in its order, and says what each must be", () => {
  for (const [name, described] of Object.entries(DESCRIBED)) {
    const { query = [] } = ROUTES[name as keyof typeof DESCRIBED] as { query?: readonly string[] };
    const parameters = parametersOf(described);
    assertEquals(parameters.map((one) => one.name), query, name);
    for (const { description, schema } of parameters) {
      assert(description !== "" && (schema["type"] ?? schema["enum"]) !== undefined, name);
    }
  }
});

/** They have to be asked of a symbol. */
const OF_ONE = [ROUTES.metrics, ROUTES.stats, ROUTES.quality];

Deno.test("What every route answers of a monitor with history is as the document says", async () => {
  const { hub, history, ask } = setUp();
  hub.setSystem(systemStatus());
  hub.publish(metricsFrame());
  hub.publish(muteRecord());
  const { forStore: _, ...proof } = proofStatus();
  const { forStore: __, lowPrice: ___, highPrice: ____, ...profile } = depthProfile();
  const { notional: _____, ...buy } = tradesOfSide();
  const life = { incarnation: 7 };
  history.rows = {
    timeMs: [START_MS],
    state: ["live"],
    settings: [1],
    values: { mid: [null], velocity: [1] },
    nulls: [null],
  };
  history.episodes = [alertEvent(), alertEvent({ evidence: null, acknowledged: null })];
  history.states = [feedStatus()];
  history.missed = [gapRecord({ durationMs: null })];
  history.lost = [lossRecord()];
  history.compared = [auditRecord()];
  history.proven = [{ ...proof, ...life }];
  history.profiled = [{ ...profile, ...life }];
  history.books = [{ ...bookSecond({ bids: null }), ...life }];
  history.traded = [{ ...tradesSecond(), ...life, buy, sell: null }];
  const paths = ALL_ROUTES.filter(({ path, method }) =>
    method === "GET" && path.startsWith("/api/")
  )
    .map(({ path }) => path.replace(":id{.+}", "a1"))
    .filter((path) => path !== ROUTES.export.path);
  for (const path of [...paths, "/healthz", "/readyz", "/livez"]) {
    const isOfOne = OF_ONE.some((route) => route.path === path);
    const query = isOfOne ? "?symbol=BTCUSDT" : "";
    // `ask` itself fails where an answer is not as the document says.
    const response = await ask(`${path}${query}`);
    assertEquals(response.status, 200, path);
    await response.body?.cancel();
  }
  await (await ask("/api/metrics?symbols=BTCUSDT,ETHUSDT&columns=mid")).body?.cancel();
  const atMs = START_MS;
  for (const book of [null, { ...bookSecond(), ...life }]) {
    history.moment = { book, feed: null, interval: null };
    await (await ask(`/api/books?symbol=BTCUSDT&at=${atMs - (book === null ? 1 : 0)}`)).body
      ?.cancel();
  }
  for (const kind of RECORD_KINDS) {
    const body = await (await ask(ROUTES[kind].path)).json();
    assertEquals(body[kind].length, 1, kind);
  }
});

Deno.test("An answer that is not as the document says is found", async () => {
  const answer = (body: unknown, status = 200) => Response.json(body, { status });
  const wrong = [
    answer({ gaps: [{}], next: null }),
    answer({ gaps: [] }),
    answer({ gaps: [], next: null, more: 1 }),
    answer({ error: "no code" }, 404),
    answer({ error: "another", code: "another" }, 503),
    answer({}, 201),
    new Response("text"),
  ];
  for (const response of wrong) {
    await assertRejects(() => assertConforms("GET", "/api/gaps", response));
  }
  await assertConforms("GET", "/api/gaps", answer({ gaps: [], next: null }));
});

Deno.test("The document is sent once to who keeps it", async () => {
  const { ask } = setUp();
  const first = await ask("/api/openapi.json");
  assertEquals(await first.json(), openApiDocument({ prefix: "", isOpen: true }));
  const etag = first.headers.get("etag") ?? "";
  const again = await ask("/api/openapi.json", { headers: { "if-none-match": etag } });
  assertEquals(again.status, 304);
});
