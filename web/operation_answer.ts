/** What the routes have in common that take JSON, or ask the supervisor for something. */
import type { Context } from "hono";
import type { OperationResult } from "../shared/protocol.ts";
import { BadRequest } from "./query.ts";
import { readBody } from "./request_body.ts";

const STATUS = {
  invalid: 400,
  unknown: 404,
  conflict: 409,
  outdated: 412,
  unavailable: 503,
} as const;

/** The answer to what was refused, with its reason. */
export function refuse(
  c: Context,
  { why, reason }: Extract<OperationResult, { kind: "refused" }>,
): Response {
  const headers = why === "unavailable" ? { "retry-after": "5" } : {};
  return c.json({ error: reason }, STATUS[why], headers);
}

/** A form of another site's page cannot send this type without asking first. @throws {BadRequest} with the hint. */
export function requireJson(c: Context, hint: string): void {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new BadRequest(`The body's type must be JSON: ${hint}`);
}

/** For what may come without a body: then there is nothing whose type could be wrong. @throws {BadRequest} */
export function requireJsonIfAny(c: Context, hint: string): void {
  if (c.req.header("content-type") !== undefined) requireJson(c, hint);
}

/** The text of a body of JSON. @throws {BadRequest} with the hint. */
export async function readJsonText(c: Context, bytesMax: number, hint: string): Promise<string> {
  requireJson(c, hint);
  return await readBody(c.req.raw, bytesMax, hint);
}

/** What the text of a body says. @throws {BadRequest} with the hint. */
export function parseJson(text: string, hint: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(`The body is no JSON: ${hint}`);
  }
}

/** What would be right, e.g. of a route's example. */
export function hintOf(body: string): string {
  return `send ${body} with content-type: application/json`;
}

/** The answer until the supervisor has told of the alert rules. */
export function refuseWithoutRules(c: Context): Response {
  const error = "The alert rules are not known to the web server yet: try again in a second";
  return c.json({ error }, 503, { "retry-after": "1" });
}
