/** What a program that asks can go by: the code of each refusal, which is of the table and stands for one status. */
import { assert, assertEquals } from "@std/assert";
import {
  ERROR_CODE_NAMES,
  ERROR_CODES,
  type ErrorCodeName,
} from "../../shared/catalogue/error_codes.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { Authority } from "../../web/authority.ts";
import { alertEvent, START_MS, systemStatus } from "../support/outputs.ts";
import { type AppStage, setUp } from "./app_stage.ts";
import { join } from "./fake_browser.ts";

const JSON_TYPE = { "content-type": "application/json" };
const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  ({ method: "POST", headers, body }) as const;
const put = (body: string) => ({ method: "PUT", headers: { ...JSON_TYPE, "if-match": "*" }, body });
const refuse = (why: "invalid" | "outdated" | "unavailable") => ({
  operate: (_: Operation): Promise<OperationResult> =>
    Promise.resolve({ kind: "refused", why, reason: "this is why" }),
});

/** What is asked of which app, and the code that it is refused with. */
interface Case {
  readonly code: ErrorCodeName;
  readonly path: string;
  readonly init?: RequestInit;
  readonly over?: Parameters<typeof setUp>[0];
  readonly prepare?: (stage: AppStage) => void;
}

const TOKENS = new Authority({ authToken: "a".repeat(32), authReadToken: "b".repeat(32) });
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const NEXT_OF_GAPS = btoa(JSON.stringify(["gaps", 1, 2, 3, "BTCUSDT"])).replaceAll("=", "");

const CASES: readonly Case[] = [
  { code: "invalid_parameter", path: "/api/gaps?from=yesterday" },
  { code: "invalid_parameter", path: "/api/metrics" },
  { code: "invalid_parameter", path: "/api/gaps?symbol=A&symbols=B" },
  { code: "invalid_parameter", path: "/events?focus=%00" },
  { code: "unknown_name", path: "/api/metrics?symbol=BTCUSDT&columns=nope" },
  { code: "unknown_name", path: "/api/alerts?phase=pending" },
  { code: "unknown_name", path: "/events?symbols=NOPE" },
  { code: "unknown_name", path: "/api/export?table=nope" },
  { code: "unknown_name", path: "/api/export?table=metrics&columns=nope" },
  { code: "invalid_cursor", path: "/api/gaps?cursor=nope" },
  { code: "invalid_cursor", path: `/api/audits?cursor=${NEXT_OF_GAPS}` },
  { code: "too_many_rows", path: "/api/metrics?symbols=A,B&limit=10000" },
  { code: "invalid_body", path: "/api/symbols", init: post("{") },
  { code: "invalid_body", path: "/api/symbols", init: post("{}", {}) },
  { code: "invalid_body", path: "/api/mutes", init: post('{"until":1}') },
  { code: "unknown_name", path: "/api/mutes", init: post(`{"rule":"x","until":${START_MS + 1}}`) },
  { code: "invalid_rules", path: "/api/rules/preview", init: post("[]") },
  {
    code: "not_possible",
    path: "/api/symbols",
    init: post('{"symbol":"SOLUSDT"}'),
    over: refuse("invalid"),
  },
  { code: "token_needed", path: "/api/gaps", over: { authority: TOKENS } },
  { code: "foreign_host", path: "/api/gaps", init: { headers: { host: "evil.example" } } },
  { code: "foreign_origin", path: "/api/gaps", init: { headers: { origin: "null" } } },
  {
    code: "foreign_origin",
    path: "/api/gaps",
    init: { headers: { "sec-fetch-site": "cross-site" } },
  },
  {
    code: "read_only",
    path: "/api/symbols/A",
    init: { method: "DELETE", ...bearer("b".repeat(32)) },
    over: { authority: TOKENS },
  },
  { code: "no_such_path", path: "/api/nothing" },
  { code: "unknown_symbol", path: "/api/metrics?symbol=NOPE" },
  { code: "not_found", path: "/api/alerts/none/ack", init: post("{}") },
  { code: "method_not_allowed", path: "/api/gaps", init: { method: "DELETE" } },
  {
    code: "conflict",
    path: "/api/alerts/a1/ack",
    init: post("{}"),
    prepare: ({ history }) =>
      history.episodes = [alertEvent({ phase: "resolved", resolvedMs: START_MS })],
  },
  { code: "outdated", path: "/api/rules", init: put("{}"), over: refuse("outdated") },
  {
    code: "if_match_missing",
    path: "/api/rules",
    init: { method: "PUT", headers: JSON_TYPE, body: "{}" },
  },
  {
    code: "too_many_tries",
    path: "/api/gaps",
    init: bearer("wrong"),
    over: { authority: TOKENS },
    prepare: async ({ ask }) => {
      for (let tries = 0; tries < 100; tries++) await ask("/api/gaps", bearer("wrong"));
    },
  },
  {
    code: "failed",
    path: "/api/gaps",
    prepare: ({ history }) => history.records = () => Promise.reject(new TypeError("a mistake")),
  },
  {
    code: "history_unavailable",
    path: "/api/gaps",
    prepare: ({ history }) => history.outage = "the database refuses connections",
  },
  {
    code: "exchange_unavailable",
    path: "/api/exchange/symbols",
    over: refuse("unavailable"),
  },
  {
    code: "too_many_streams",
    path: "/events",
    prepare: ({ hub }) => {
      for (let n = 0; n < 500; n++) join(hub);
    },
  },
  { code: "not_ready", path: "/api/rules", over: { rulesInForce: () => null } },
];

Deno.test("Every refusal says why, and has a code of the table with the status of that code", async () => {
  const seen = new Set<ErrorCodeName>();
  for (const { code, path, init, over, prepare } of CASES) {
    const stage = setUp(over);
    stage.hub.setSystem(systemStatus());
    await prepare?.(stage);
    const response = await stage.ask(path, init);
    const { error, code: given, ...rest } = await response.json();
    assertEquals([given, response.status], [code, ERROR_CODES[code].status], path);
    assert(typeof error === "string" && error.length > 10, path);
    assertEquals(rest, code === "invalid_rules" ? { path: [] } : {}, path);
    const mayTryAgain = response.status === 503 || response.status === 429;
    assertEquals(response.headers.has("retry-after"), mayTryAgain, path);
    seen.add(code);
  }
  // What is busy is seen in tests/web/rule_preview_test.ts and tests/integration/export_test.ts.
  const unseen = ERROR_CODE_NAMES.filter((name) => !seen.has(name));
  assertEquals(unseen, ["preview_busy", "export_busy"]);
});
