/** The peers' versions: a figure of a library is one of a version of it. */
import config from "./deno.json" with { type: "json" };
import { type Implementation, IMPLEMENTATIONS } from "./books/book.ts";

/** Of each implementation that comes from a registry; the others are what lies beside this file. */
export type Versions = Partial<Readonly<Record<Implementation, string>>>;

/** As the benchmark's own configuration pins them, and its lock file holds them to it. */
export const VERSIONS: Versions = versionsOf(config.imports);

/** Reads `npm:NAME@VERSION` by the names under which the code imports them. */
export function versionsOf(imports: Readonly<Record<string, string>>): Versions {
  const pairs = IMPLEMENTATIONS.flatMap((name) => {
    const version = /^npm:(?:@[^/@]+\/)?[^@]+@(\d[^/]*)$/.exec(imports[name] ?? "")?.[1];
    return version === undefined ? [] : [[name, version] as const];
  });
  return Object.fromEntries(pairs);
}
