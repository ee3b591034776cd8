/** What the routes have in common that ask the supervisor for something. */
import type { Context } from "hono";
import type { OperationResult } from "../shared/protocol.ts";
import { BadRequest } from "./query.ts";

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
