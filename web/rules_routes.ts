/** `GET` and `PUT /api/rules`: the alert rules that are in force, and the file that they come from. */
import type { Schema } from "../shared/catalogue/field_schema.ts";
import { list, map, object, open, orNull, TEXT } from "./schema.ts";
import type { Context, Hono } from "hono";
import type { BookedRule, RulesInForce } from "../shared/alert_rules/rule_book.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import type { AppEnv } from "./app_env.ts";
import { hintOf, refuse, refuseWithoutRules, requireJson } from "./operation_answer.ts";
import { refuseWith } from "./refusals.ts";
import { readBody } from "./request_body.ts";

const { bytesMax, example } = ROUTES.replaceRules.body;
const HINT = hintOf(`a file of rules, as in ${example},`);

/** Adds both routes; `operate` asks the supervisor. */
export function addRulesRoutes(
  app: Hono<AppEnv>,
  inForce: () => RulesInForce | null,
  operate: (operation: Operation) => Promise<OperationResult>,
): void {
  app.get(ROUTES.rules.path, (c) => answer(c, inForce()));
  app.put(ROUTES.replaceRules.path, async (c) => {
    requireJson(c, HINT);
    const ifMatch = c.req.header("if-match");
    if (ifMatch === undefined) {
      const error =
        "If-Match is missing: send the ETag that GET /api/rules has answered with, so " +
        "that nobody's change is lost";
      return refuseWith(c, "if_match_missing", error);
    }
    const text = await readBody(c.req.raw, bytesMax, HINT);
    // What was packed on its way has a weak tag: of the same file.
    const wanted = ifMatch.replaceAll("W/", "");
    const result = await operate({ type: "replace_rules", text, ifMatch: wanted });
    if (result.kind === "refused") return refuse(c, result);
    // The supervisor has told of them before it has answered.
    return answer(c, inForce());
  });
}

/** 503 until the supervisor has told of them. The ETag is of the file, also where there is none. */
function answer(c: Context, inForce: RulesInForce | null): Response {
  if (inForce === null) return refuseWithoutRules(c);
  const { book, file: { etag, ...file } } = inForce;
  const symbols = Object.entries(book.symbols).map(([symbol, rules]) => [symbol, rules.map(view)]);
  const body = { file, rules: book.all.map(view), symbols: Object.fromEntries(symbols) };
  return c.json(body, 200, { etag });
}

function view({ rule, isOn, from }: BookedRule) {
  return { ...rule, isOn, from };
}

const RULE = open("a rule as docs/ALERTS.md has it, with `isOn` and `from`");

/** What both routes answer. */
export const RULES_ANSWER = object({
  file: object({
    path: TEXT,
    content: open("what the file says; null: there is none"),
    problem: orNull(TEXT),
  }),
  rules: list(RULE),
  symbols: map(list(RULE)),
});

/** What is sent to replace them. */
export const RULES_FILE: Schema = {
  type: "object",
  description: "a file of rules, as docs/ALERTS.md has it",
};
