/** Answers that refuse: `error`, what is wrong and what to do, and beside it the `code` that programs go by. */
import type { Context } from "hono";
import { ERROR_CODES, type ErrorCodeName } from "../shared/catalogue/error_codes.ts";

/** A request that cannot be answered as it stands; the message is fit for a person. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly code: ErrorCodeName;
  /** Where in a file that was sent the mistake is, by its keys; `undefined`: it was none, or it is no matter of one place. */
  readonly path: readonly string[] | undefined;

  constructor(
    message: string,
    code: ErrorCodeName = "invalid_parameter",
    { path, ...options }: ErrorOptions & { readonly path?: readonly string[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/** The answer; its status is that of its code. */
export function refuseWith(
  c: Context,
  code: ErrorCodeName,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return c.json({ error, code }, ERROR_CODES[code].status, headers);
}

/** … to a file with a mistake: `path` says where that is. */
export function refuseAt(
  c: Context,
  code: ErrorCodeName,
  error: string,
  path: readonly string[] | undefined,
): Response {
  return c.json({ error, code, path }, ERROR_CODES[code].status);
}

/** … to what may be asked again, not before so many seconds. */
export function refuseForNow(
  c: Context,
  code: ErrorCodeName,
  error: string,
  retryS: number,
): Response {
  return refuseWith(c, code, error, { "retry-after": String(retryS) });
}
