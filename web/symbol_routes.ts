/** `POST /api/symbols` and `DELETE /api/symbols/<symbol>`: the list of symbols, changed while running. */
import { COUNT, list, object, TEXT, words } from "./schema.ts";
import type { Context, Hono } from "hono";
import { assertNever } from "../shared/assert_never.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { SymbolId } from "../shared/market.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import { symbolProblem } from "../shared/symbol_list.ts";
import type { AppEnv } from "./app_env.ts";
import { hintOf, parseJson, readJsonText, refuse, requireJsonIfAny } from "./operation_answer.ts";
import { BadRequest } from "./refusals.ts";

const { bytesMax, example } = ROUTES.addSymbol.body;
const HINT = hintOf(example);

/** Adds both routes; `operate` asks the supervisor. */
export function addSymbolRoutes(
  app: Hono<AppEnv>,
  operate: (operation: Operation) => Promise<OperationResult>,
): void {
  app.post(ROUTES.addSymbol.path, async (c) => {
    const symbol = checked(symbolIn(await readJsonText(c, bytesMax, HINT)));
    return answer(c, await operate({ type: "add_symbol", symbol }), 201);
  });
  app.delete(ROUTES.removeSymbol.path, async (c) => {
    requireJsonIfAny(c, HINT);
    const symbol = checked(c.req.param("symbol"));
    return answer(c, await operate({ type: "remove_symbol", symbol }), 200);
  });
}

function answer(c: Context, result: OperationResult, done: 200 | 201): Response {
  switch (result.kind) {
    case "done":
      return c.json({ symbols: result.symbols, unacked: result.unacked }, done);
    case "refused":
      return refuse(c, result);
    case "replaced":
    case "listed":
    case "muted":
    case "acknowledged":
      throw new TypeError(`Cannot answer for a symbol: received ${result.kind}`);
    default:
      return assertNever(result, "answer an operation");
  }
}

function symbolIn(text: string): unknown {
  const body = parseJson(text, HINT);
  return typeof body === "object" && body !== null && "symbol" in body ? body.symbol : undefined;
}

function checked(symbol: unknown): SymbolId {
  const problem = typeof symbol === "string" ? symbolProblem(symbol) : "must be a text";
  if (problem === null) return symbol as SymbolId;
  throw new BadRequest(`symbol ${problem}; ${HINT}`, "invalid_body");
}

/** What both routes answer. */
export const SYMBOL_LIST_ANSWER = object({
  symbols: list(TEXT),
  unacked: object({ kind: words("exact", "at_least", "unknown"), count: COUNT }, ["count"]),
});

/** What is sent to add one. */
export const NEW_SYMBOL = object({ symbol: TEXT });
