/** `GET /api/rules`: the alert rules that are in force, each with where it comes from. */
import type { Context } from "hono";
import type { BookedRule, RulesInForce } from "../shared/alert_rules/rule_book.ts";

/** Answers 503 until the supervisor has told of them. The ETag is of the file, also where there is none. */
export function answerRules(c: Context, inForce: RulesInForce | null): Response {
  if (inForce === null) {
    const error = "The alert rules are not known to the web server yet: try again in a second";
    return c.json({ error }, 503, { "retry-after": "1" });
  }
  const { book, file: { etag, ...file } } = inForce;
  const symbols = Object.entries(book.symbols).map(([symbol, rules]) => [symbol, rules.map(view)]);
  const answer = { file, rules: book.all.map(view), symbols: Object.fromEntries(symbols) };
  return c.json(answer, 200, { etag });
}

function view({ rule, isOn, from }: BookedRule) {
  return { ...rule, isOn, from };
}
