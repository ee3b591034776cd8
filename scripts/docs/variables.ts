/** The variables of the environment as README.md, `.env.example` and the compose file have them, from their one table. */
import { variables, type VenueDefaults } from "../../shared/config.ts";
import { plainText, type Variable } from "../../shared/variable.ts";
import { table } from "./section.ts";

/** As long as a line of code. */
const LINE_MAX = 100;

const HEAD =
  'Copy this file to .env and remove the "# " before what you want to change: every line ' +
  "below shows a default, or an example where it says so. Nothing needs to be set, and what the " +
  "environment itself sets goes before this file. A value stands as it is, a $ too; a # begins a " +
  "comment behind a blank, and quotes keep both. What may hold a password can come from a file " +
  "of its own, which DATABASE_URL_FILE names, REDIS_URL_FILE and so on.";
const ORIGIN = "Generated from shared/config.ts: deno task docs.";

/**
 * What is another matter in a container: where it listens and keeps its data, what its neighbours and its secrets
 * are, and paths of files, which are another machine's. The compose file and the image say these by hand.
 */
const OF_CONTAINER = new Set(
  ["HOST", "PORT", "DATA_DIR", "AUTH_TOKEN", "AUTH_DISABLED", "DATABASE_URL", "REDIS_URL"]
    .concat("RULES_FILE", "SYMBOL_WORKER"),
);

/** The table of README.md: name, default and meaning. */
export function variablesTable(venue: VenueDefaults): string {
  const rows = variables().map(([key, variable]) => {
    const values = defaultsOf(key, variable, venue);
    const shown = values.length === 0 ? "none" : values.map((value) => `\`${value}\``).join(", ");
    return [`\`${variable.name}\``, shown, variable.meaning];
  });
  return table(["variable", "default", "meaning"], rows);
}

/** The whole of `.env.example`: every variable with its default, or with an example. */
export function environmentExample(venue: VenueDefaults): string {
  const blocks = variables().map(([key, variable]) => {
    const values = defaultsOf(key, variable, venue);
    const { name, meaning, example } = variable;
    const isUnset = values.length === 0;
    const text = isUnset ? `${meaning} Unset by default; an example:` : meaning;
    const value = isUnset ? example ?? "" : values.join(",");
    return `${commented(plainText(text))}\n# ${name}=${value}`;
  });
  return [`${commented(HEAD)}\n${commented(ORIGIN)}`, ...blocks].join("\n\n");
}

/** The environment of the compose file's monitor: what the operator's own sets goes through, an empty one is unset. */
export function composeEnvironment(): string {
  return variables().map(([, { name }]) => name)
    .filter((name) => !OF_CONTAINER.has(name))
    .map((name) => `${name}: \${${name}:-}`)
    .join("\n");
}

/** The values that are in force when nothing is set; several where the venue has several. */
function defaultsOf(key: string, variable: Variable, venue: VenueDefaults): readonly string[] {
  if (variable.default === null || variable.default === "") return [];
  if (typeof variable.default === "string") return [variable.default];
  return Object.entries(venue).find(([name]) => name === key)?.[1] ?? [];
}

function commented(text: string): string {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > LINE_MAX) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}
