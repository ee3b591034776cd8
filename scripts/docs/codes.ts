/** The codes of refusals as docs/API.md shows them, from their one table. */
import { ERROR_CODE_NAMES, ERROR_CODES } from "../../shared/catalogue/error_codes.ts";
import { table } from "./section.ts";

/** One row a code. */
export function codesTable(): string {
  const rows = ERROR_CODE_NAMES.map((name) => {
    const { status, meaning } = ERROR_CODES[name];
    return [`\`${name}\``, String(status), meaning];
  });
  return table(["code", "status", "says"], rows);
}
