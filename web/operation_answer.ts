/** What the routes have in common that take JSON, or ask the supervisor for something. */
import type { Context } from "hono";
import type { ErrorCodeName } from "../shared/catalogue/error_codes.ts";
import type { OperationResult } from "../shared/protocol.ts";
import type { z } from "zod";
import { unknown } from "./query.ts";
import { BadRequest, refuseAt, refuseForNow, refuseWith } from "./refusals.ts";
import { readBody } from "./request_body.ts";

const CODES = {
  invalid: "not_possible",
  unknown: "not_found",
  conflict: "conflict",
  outdated: "outdated",
  unavailable: "not_ready",
} as const satisfies Readonly<Record<string, ErrorCodeName>>;

/** The answer to what was refused, with its reason. */
export function refuse(
  c: Context,
  { why, reason, path }: Extract<OperationResult, { kind: "refused" }>,
): Response {
  if (path !== undefined) return refuseAt(c, "invalid_rules", reason, path);
  const code = CODES[why];
  if (why === "unavailable") return refuseForNow(c, code, reason, 5);
  return refuseWith(c, code, reason);
}

/** A form of another site's page cannot send this type without asking first. @throws {BadRequest} with the hint. */
export function requireJson(c: Context, hint: string): void {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new BadRequest(`The body's type must be JSON: ${hint}`, "invalid_body");
  }
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
    throw new BadRequest(`The body is no JSON: ${hint}`, "invalid_body");
  }
}

/** What the text of a body says by this schema. @throws {BadRequest} for the first field that is wrong, with the hint. */
export function readFields<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  text: string,
  hint: string,
): z.infer<z.ZodObject<Shape>> {
  const body = parseJson(text, hint);
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const { issues } = read.error;
  const stray = issues.find(({ code }) => code === "unrecognized_keys");
  if (stray?.code === "unrecognized_keys") {
    throw unknown("field", stray.keys[0] ?? "", Object.keys(schema.shape));
  }
  const [issue] = issues;
  const field = issue?.path[0];
  if (issue === undefined || field === undefined) {
    throw new BadRequest(`The body must be an object: ${hint}`, "invalid_body");
  }
  const isMissing = !Object.hasOwn(Object(body), field);
  const where = `${String(field)} ${isMissing ? "is missing, and " : ""}`;
  throw new BadRequest(`${where}${issue.message}: ${hint}`, "invalid_body");
}

/** What would be right, e.g. of a route's example. */
export function hintOf(body: string): string {
  return `send ${body} with content-type: application/json`;
}

/** The answer until the supervisor has told of the alert rules. */
export function refuseWithoutRules(c: Context): Response {
  const error = "The alert rules are not known to the web server yet: try again in a second";
  return refuseForNow(c, "not_ready", error, 1);
}
