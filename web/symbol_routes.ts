/** `POST /api/symbols` and `DELETE /api/symbols/<symbol>`: the list of symbols, changed while running. */
import type { Context, Hono } from "hono";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { SymbolId } from "../shared/market.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import { symbolProblem } from "../shared/symbol_list.ts";
import type { AppEnv } from "./app_env.ts";
import { BadRequest } from "./query.ts";
import { readBody } from "./request_body.ts";

const { bytesMax, example } = ROUTES.addSymbol.body;
const EXAMPLE = `send ${example} with content-type: application/json`;
const STATUS = { unknown: 404, conflict: 409, unavailable: 503 } as const;

/** Adds both routes; `operate` asks the supervisor. */
export function addSymbolRoutes(
  app: Hono<AppEnv>,
  operate: (operation: Operation) => Promise<OperationResult>,
): void {
  app.post(ROUTES.addSymbol.path, async (c) => {
    requireJson(c, false);
    const symbol = checked(symbolIn(await readBody(c.req.raw, bytesMax, EXAMPLE)));
    return answer(c, await operate({ type: "add_symbol", symbol }), 201);
  });
  app.delete(ROUTES.removeSymbol.path, async (c) => {
    // Without a body there is nothing whose type could be wrong.
    requireJson(c, true);
    const symbol = checked(c.req.param("symbol"));
    return answer(c, await operate({ type: "remove_symbol", symbol }), 200);
  });
}

function answer(c: Context, result: OperationResult, done: 200 | 201): Response {
  if (result.kind === "done") {
    const { symbols, unacked } = result;
    return c.json({ symbols, unacked }, done);
  }
  const headers = result.why === "unavailable" ? { "retry-after": "5" } : {};
  return c.json({ error: result.reason }, STATUS[result.why], headers);
}

/** A form of another site's page cannot send this type without asking first. */
function requireJson(c: Context, mayLack: boolean): void {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json" || mayLack && type === undefined) return;
  throw new BadRequest(`The body's type must be JSON: ${EXAMPLE}`);
}

function symbolIn(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest(`The body is no JSON: ${EXAMPLE}`);
  }
  return typeof body === "object" && body !== null && "symbol" in body ? body.symbol : undefined;
}

function checked(symbol: unknown): SymbolId {
  const problem = typeof symbol === "string" ? symbolProblem(symbol) : "must be a text";
  if (problem === null) return symbol as SymbolId;
  throw new BadRequest(`symbol ${problem}; ${EXAMPLE}`);
}
