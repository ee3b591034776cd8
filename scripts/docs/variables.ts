/** The variables of the environment as README.md and `.env.example` show them, from their one table. */
import { type Variable, variables, type VenueDefaults } from "../../shared/config.ts";
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
    return `${commented(plain(text))}\n# ${name}=${value}`;
  });
  return [`${commented(HEAD)}\n${commented(ORIGIN)}`, ...blocks].join("\n\n");
}

/** The values that are in force when nothing is set; several where the venue has several. */
function defaultsOf(key: string, variable: Variable, venue: VenueDefaults): readonly string[] {
  if (variable.default === null || variable.default === "") return [];
  if (typeof variable.default === "string") return [variable.default];
  return Object.entries(venue).find(([name]) => name === key)?.[1] ?? [];
}

/** Markdown as a text file shows it: links by their words, code without its marks. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1").replaceAll("`", "");
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
