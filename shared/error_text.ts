/** What reads of an error that is not known: its code, the first line of what it says, its trace. Pure. */

/** The `code` that drivers and the system give their errors; empty: it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Where it was thrown, for whoever mends this program. */
export function traceOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}

/** The first line of what an error says. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0] ?? message;
}
