import { assertEquals, assertMatch } from "@std/assert";
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { readRulesFile } from "../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { MONITOR } from "../../shared/market.ts";
import { MUTE_MS_MAX, MUTES_MAX } from "../../shared/mutes.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import type { AppOptions } from "../../web/app.ts";
import { json } from "../support/json_request.ts";
import { muteRecord } from "../support/mutes.ts";
import { alertEvent, START_MS, systemStatus } from "../support/outputs.ts";
import { setUp } from "./app_stage.ts";
import type { MuteRecord } from "../../shared/said.ts";

const HOUR_MS = 3_600_000;
const ID = "binance_spot/BTCUSDT/price_burst/1785585600000";

/** The app, and a supervisor that tells it of mutes as the real one does. */
function stage(over: Partial<AppOptions> = {}) {
  const asked: Operation[] = [];
  const app = setUp({
    operate: (operation): Promise<OperationResult> => {
      asked.push(operation);
      if (operation.type === "acknowledge") {
        return Promise.resolve({ kind: "acknowledged", alert: alertEvent({ revision: 2 }) });
      }
      if (operation.type === "mute") app.hub.publish(operation.mute);
      return Promise.resolve({ kind: "muted" });
    },
    ...over,
  });
  app.hub.setSystem(systemStatus());
  app.hub.hasRecalledMutes = true;
  const answerOf = async (path: string, init?: RequestInit) => {
    const response = await app.ask(path, init);
    return [response.status, await response.json()] as const;
  };
  return { ...app, asked, answerOf };
}

Deno.test("POST /api/alerts/{id}/ack asks the symbol's actor, however the slashes of the id are written", async () => {
  const { hub, history, asked, answerOf } = stage();
  hub.publish(alertEvent({ alertId: ID }));
  const said = { by: "Anna", comment: null };
  for (const id of [ID, encodeURIComponent(ID)]) {
    const [status, { alert }] = await answerOf(`/api/alerts/${id}/ack`, json({ by: " Anna " }));
    assertEquals([status, alert.revision], [200, 2]);
    assertEquals(asked.pop(), { type: "acknowledge", symbol: "BTCUSDT", alertId: ID, said });
  }
  // One of which only the database knows: the web server has begun a moment ago.
  history.episodes = [alertEvent({ alertId: "stored", symbol: "ETHUSDT" })];
  assertEquals((await answerOf("/api/alerts/stored/ack", json({})))[0], 200);
  assertEquals(asked.pop(), {
    ...{ type: "acknowledge", symbol: "ETHUSDT", alertId: "stored" },
    said: { by: null, comment: null },
  });
});

Deno.test("GET /api/alerts/{id} answers one episode, as it fires now or as it is stored, and 404 where there is none", async () => {
  const { hub, history, answerOf, ask } = stage();
  history.episodes = [
    alertEvent({ alertId: ID, revision: 1 }),
    alertEvent({ alertId: "over", phase: "resolved", resolvedMs: START_MS }),
  ];
  hub.publish(alertEvent({ alertId: ID, revision: 3 }));
  for (const id of [ID, encodeURIComponent(ID)]) {
    const [status, { alert }] = await answerOf(`/api/alerts/${id}`);
    assertEquals(
      [status, alert.alertId, alert.revision],
      [200, ID, 3],
      "newer than what is stored",
    );
  }
  assertEquals((await answerOf("/api/alerts/over"))[1].alert.phase, "resolved");
  const [status, { code, error }] = await answerOf("/api/alerts/no/such");
  assertEquals([status, code], [404, "not_found"]);
  assertMatch(error, /^No alert has the id no\/such: GET \/api\/alerts lists them/);
  assertEquals((await answerOf("/api/alerts/%00"))[0], 404, "what a database refuses");
  assertEquals((await ask(`/api/alerts/${ID}`)).headers.get("cache-control"), "private, no-cache");
  history.outage = "it is away";
  assertEquals((await answerOf("/api/alerts/over"))[0], 503);
  assertEquals((await answerOf(`/api/alerts/${ID}`))[0], 200, "what fires needs no database");
});

Deno.test("POST /api/alerts/{id}/ack refuses with the reason: no such episode, one that is over, and what cannot be read", async () => {
  const { history, asked, answerOf } = stage();
  const [missing, { error }] = await answerOf("/api/alerts/none/ack", json({}));
  assertEquals(missing, 404);
  assertMatch(error, /No alert has the id none: GET \/api\/alerts lists them/);
  history.outage = "the database answered with 22021";
  const [unseen, { error: shown }] = await answerOf("/api/alerts/a%00b/ack", json({}));
  assertEquals(unseen, 404, "no database is asked for what it would refuse");
  assertMatch(shown, /^No alert has the id a\[U\+0000\]b: /);
  history.outage = null;
  history.episodes = [alertEvent({ alertId: "over", phase: "resolved", resolvedMs: START_MS })];
  const [over, { error: why }] = await answerOf("/api/alerts/over/ack", json({}));
  assertEquals([over, why], [
    409,
    `It has resolved at ${new Date(START_MS).toISOString()}: there is nothing to see`,
  ]);
  for (
    const [body, problem] of [
      [{ comments: "x" }, /^The field comments is not known here: is comment meant\?$/],
      [{ by: 7 }, /^by must be a text: send/],
      [{ by: "" }, /^by must not be empty/],
      [{ comment: "x".repeat(501) }, /^comment must have at most 500 characters/],
      [{ by: "\u202eanna" }, /^by must not have characters that are not seen/],
      [[], /^The body must be an object: send/],
    ] as const
  ) {
    const [status, { error }] = await answerOf("/api/alerts/over/ack", json(body));
    assertEquals(status, 400);
    assertMatch(error, problem);
  }
  const plain = { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" };
  assertEquals((await answerOf("/api/alerts/over/ack", plain))[0], 400);
  assertEquals((await answerOf("/api/alerts/over/ack", { ...json(1), body: "{" }))[0], 400);
  history.outage = "it is away";
  assertEquals((await answerOf("/api/alerts/none/ack", json({})))[0], 503);
  assertEquals(asked, []);
});

Deno.test("What the supervisor refuses of an acknowledgement is answered with its reason", async () => {
  const refusals = [["conflict", 409, "conflict"], ["unavailable", 503, "not_ready"]] as const;
  for (const [why, status, code] of refusals) {
    const { hub, answerOf } = stage({
      operate: () => Promise.resolve({ kind: "refused", why, reason: "this is why" }),
    });
    hub.publish(alertEvent());
    assertEquals(await answerOf("/api/alerts/a1/ack", json({})), [status, {
      error: "this is why",
      code,
    }]);
  }
});

Deno.test("POST /api/mutes mutes a rule, a symbol, or both; GET lists it at once, and DELETE removes it", async () => {
  const { asked, answerOf } = stage();
  const untilMs = START_MS + HOUR_MS;
  const until = new Date(untilMs).toISOString();
  const made: readonly (readonly [body: object, part: Partial<MuteRecord>])[] = [
    [{ rule: "price_burst", symbol: "BTCUSDT", until, by: "Anna", reason: "news" }, {
      ...{ rule: "price_burst", venue: "binance_spot", symbol: "BTCUSDT" },
      ...{ by: "Anna", reason: "news" },
    }],
    [{ rule: "extreme_imbalance_bid", until: untilMs }, {
      rule: "extreme_imbalance_bid",
      ...MONITOR,
    }],
    [{ symbol: "ETHUSDT", until }, { rule: null, symbol: "ETHUSDT" }],
  ];
  const mutes = [];
  for (const [i, [body, part]] of made.entries()) {
    const [status, { mute }] = await answerOf("/api/mutes", json(body));
    const own = { muteId: `id-${i + 1}`, timeMs: START_MS, createdMs: START_MS, untilMs };
    const expected = muteRecord({ by: null, ...own, ...part });
    assertEquals([status, mute], [201, expected]);
    assertEquals(asked.at(-1), { type: "mute", mute: expected });
    mutes.push(expected);
  }
  assertEquals(await answerOf("/api/mutes"), [200, { mutes, isComplete: true }]);
  const [status, { mute }] = await answerOf("/api/mutes/id-2", { method: "DELETE" });
  assertEquals([status, mute.revision, mute.removedMs], [200, 2, START_MS]);
  assertEquals((await answerOf("/api/mutes"))[1].mutes, [mutes[0], mutes[2]]);
  const [gone, { error }] = await answerOf("/api/mutes/id-2", { method: "DELETE" });
  assertEquals([gone, error], [
    404,
    "No mute id-2 is in force: GET /api/mutes lists those that are",
  ]);
});

Deno.test("POST /api/mutes refuses what it cannot honour, with what is probably meant", async () => {
  const book = readRulesFile(
    JSON.stringify({ symbols: { ETHUSDT: { price_burst: { scales: 9 } } } }),
    DEFAULT_SETTINGS,
  );
  const file = { path: "alerts.json", content: null, etag: '"none"', problem: null };
  let inForce: RulesInForce | null = null;
  const { hub, asked, answerOf } = stage({ rulesInForce: () => inForce });
  const until = START_MS + HOUR_MS;
  const refused = async (body: unknown) => {
    const [status, { error }] = await answerOf("/api/mutes", json(body));
    return [status, error] as const;
  };
  assertEquals((await refused({ symbol: "BTCUSDT", until }))[0], 503, "rules are not known yet");
  inForce = { book: book ?? builtInBook(DEFAULT_SETTINGS), file };
  for (
    const [body, problem] of [
      [{ until }, /^Say which rule, which symbol, or both are to be muted: send/],
      [{ symbol: "BTCUSD", until }, /^The symbol BTCUSD is not known here: is BTCUSDT meant\?$/],
      [{ symbol: "monitor", until }, /^The symbol monitor is not known here: there is BTCUSDT/],
      [
        { rule: "price_bursts", until },
        /^The rule price_bursts is not known here: is price_burst meant\?$/,
      ],
      [
        { rule: "price_burst", until: START_MS },
        /^until is in the past: it is 2026-08-01T12:00:00.000Z now$/,
      ],
      [
        { rule: "price_burst", until: START_MS + MUTE_MS_MAX + 1 },
        /^until must be at most 366 days away/,
      ],
      [
        { rule: "price_burst", until: "tomorrow" },
        /^until must be UTC milliseconds, or a time as in/,
      ],
      [
        { rule: "price_burst", until: until + 0.5 },
        /^until must be UTC milliseconds, or a time as in/,
      ],
      [{ rule: "price_burst" }, /^until is missing, and must be UTC milliseconds/],
      [
        { rule: "price_burst", untill: until },
        /^The field untill is not known here: is until meant\?$/,
      ],
      [{ rule: "price_burst", until, reason: 5 }, /^reason must be a text/],
    ] as const
  ) {
    const [status, error] = await refused(body);
    assertEquals(status, 400, error);
    assertMatch(error, problem);
  }
  assertEquals(asked, []);
  for (let i = 0; i < MUTES_MAX; i++) hub.publish(muteRecord({ muteId: String(i) }));
  const [status, error] = await refused({ rule: "price_burst", until });
  assertEquals(status, 409);
  assertMatch(error, /^200 mutes are in force already/);
});

Deno.test("While the database has not told of earlier mutes the list says so, and an unknown one may be one of them", async () => {
  const { hub, answerOf } = stage();
  hub.hasRecalledMutes = false;
  assertEquals(await answerOf("/api/mutes"), [200, { mutes: [], isComplete: false }]);
  const [status, { error }] = await answerOf("/api/mutes/m1", { method: "DELETE" });
  assertEquals(status, 503);
  assertMatch(error, /not known yet: try again soon/);
});

Deno.test("POST /api/mutes counts those that are under way: many at once do not pass the bound", async () => {
  const told = Promise.withResolvers<void>();
  const { hub, answerOf } = stage({
    operate: async (operation) => {
      await told.promise;
      if (operation.type === "mute") hub.publish(operation.mute);
      return { kind: "muted" };
    },
  });
  for (let i = 2; i < MUTES_MAX; i++) hub.publish(muteRecord({ muteId: String(i) }));
  const body = json({ rule: "price_burst", until: START_MS + HOUR_MS });
  const answers = Array.from({ length: 5 }, () => answerOf("/api/mutes", body));
  assertEquals((await answers[4])?.[0], 409, "while the first ones are not heard of yet");
  told.resolve();
  const statuses = (await Promise.all(answers)).map(([status]) => status);
  assertEquals(statuses.filter((status) => status === 201).length, 2);
  const { mutes } = (await answerOf("/api/mutes"))[1];
  assertEquals(mutes.length, MUTES_MAX);
});
