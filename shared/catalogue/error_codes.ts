/**
 * Every code of an answer that refuses, once: programs go by `code`, which stays as it is, people read `error`, which may
 * be put in other words with any release. `web/refusals.ts` answers with them; docs/API.md shows them.
 */

/** What a code says. */
export interface ErrorCode {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 428 | 429 | 500 | 503;
  /** For a person who writes a program. */
  readonly meaning: string;
}

/** By the status, then as a request meets them. */
export const ERROR_CODES = {
  invalid_parameter: {
    status: 400,
    meaning: "a parameter of the query is missing, or not what it must be",
  },
  unknown_name: {
    status: 400,
    meaning: "a parameter or a field names a symbol, metric, rule or field that is not there",
  },
  invalid_cursor: {
    status: 400,
    meaning: "`cursor` is not the `next` of an answer of this route",
  },
  too_many_rows: {
    status: 400,
    meaning:
      "the answer would be made of too many rows, or have too many values: ask for less of it",
  },
  invalid_body: {
    status: 400,
    meaning: "the body, its type or a field of it is not what it must be",
  },
  invalid_rules: { status: 400, meaning: "the body is no file of alert rules that can be used" },
  not_possible: {
    status: 400,
    meaning: "the exchange, or the monitor, cannot do what was asked for",
  },
  token_needed: {
    status: 401,
    meaning: "no token or session came with the request, or a wrong one",
  },
  foreign_host: { status: 403, meaning: "the request came under a name that is not served here" },
  foreign_origin: { status: 403, meaning: "the request came from a page of another site" },
  read_only: { status: 403, meaning: "the token or session may only read" },
  no_such_path: { status: 404, meaning: "nothing is answered at this path" },
  unknown_symbol: { status: 404, meaning: "nothing is known or stored of the symbol" },
  not_found: { status: 404, meaning: "there is no symbol, alert or mute of this name here" },
  method_not_allowed: { status: 405, meaning: "the path has other methods, told in `Allow`" },
  conflict: { status: 409, meaning: "what is there does not allow the change" },
  outdated: {
    status: 412,
    meaning: "what is to be replaced is not what `If-Match` names any more",
  },
  if_match_missing: { status: 428, meaning: "`If-Match` must say what is to be replaced" },
  too_many_tries: {
    status: 429,
    meaning: "too many wrong tokens came from this address: not before `Retry-After`",
  },
  failed: { status: 500, meaning: "the web server failed at this request, and its log says why" },
  history_unavailable: {
    status: 503,
    meaning: "the database does not answer, or answers too many already: `Retry-After`",
  },
  exchange_unavailable: {
    status: 503,
    meaning: "the exchange has not answered, or takes no call just now: `Retry-After`",
  },
  too_many_streams: { status: 503, meaning: "as many streams are open as may be: `Retry-After`" },
  preview_busy: { status: 503, meaning: "another preview of rules is being made: `Retry-After`" },
  export_busy: {
    status: 503,
    meaning: "another export of this address is under way, or as many as may be: `Retry-After`",
  },
  not_ready: {
    status: 503,
    meaning: "what is asked for is not known yet, or cannot be done just now: `Retry-After`",
  },
} as const satisfies Readonly<Record<string, ErrorCode>>;

/** As in `code` of an answer. */
export type ErrorCodeName = keyof typeof ERROR_CODES;

/** In the order of the table. */
export const ERROR_CODE_NAMES = Object.keys(ERROR_CODES) as readonly ErrorCodeName[];
