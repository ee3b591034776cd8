/** What a variable of the environment is. */
import type { z } from "zod";

/** The kinds of actors; each has arguments of its own. */
export type ActorKind = "symbol" | "writer" | "web" | "store";

/** The venue knows the value where the operator names none. */
export const OF_VENUE = { isOfVenue: true } as const;

/** One variable of the environment. An empty or blank one counts as unset. */
export interface Variable {
  readonly name: string;
  /** Takes the trimmed text; its messages follow the name, as in `must be a port number`. */
  readonly schema: z.ZodType;
  /** As an operator would write it; `null`: none, and the value is `null`. */
  readonly default: string | null | typeof OF_VENUE;
  /** What a value may look like where there is no default. */
  readonly example?: string;
  /** For a person, in the Markdown of README.md. */
  readonly meaning: string;
  /** It may hold a password or key: never said, and `<name>_FILE` may name a file that holds it. */
  readonly isSecret?: true;
  /** Whose arguments it is, as it stands. The process itself reads every variable. */
  readonly actors: readonly ActorKind[];
}

/** Markdown as a text shows it: links by their words, code without its marks. */
export function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1").replaceAll("`", "");
}
