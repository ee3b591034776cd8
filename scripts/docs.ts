/**
 * `deno task docs`: writes what documents say of definitions in the code. A definition stands once, in
 * its file; the tables that show it are generated between marks, and the rest is written by hand.
 *
 * With `--check` nothing is written: each stale file is named, and the exit code is 1 when there is one.
 */
// deno-lint-ignore-file no-console
import { binanceSpotDesk } from "../actors/venue/binance_spot/desk.ts";
import { answerTypes, parametersTable } from "./docs/answers.ts";
import { codesTable } from "./docs/codes.ts";
import { eventsTable, eventTypes } from "./docs/events.ts";
import { evidenceTable, metricsTable, reasonsTable } from "./docs/metrics.ts";
import { routesTable } from "./docs/routes.ts";
import { rulesTable } from "./docs/rules.ts";
import { type Section, withSection } from "./docs/section.ts";
import { composeEnvironment, environmentExample, variablesTable } from "./docs/variables.ts";

/** Everything that is generated. A new table is one more entry, and two marks in its document. */
export const SECTIONS: readonly Section[] = [
  {
    file: "README.md",
    section: "variables",
    source: "shared/config.ts",
    render: () => variablesTable(binanceSpotDesk),
  },
  {
    file: ".env.example",
    section: null,
    source: "shared/config.ts",
    render: () => environmentExample(binanceSpotDesk),
  },
  {
    file: "docker-compose.yml",
    section: "variables",
    source: "shared/config.ts",
    render: composeEnvironment,
  },
  {
    file: "docs/API.md",
    section: "routes",
    source: "shared/catalogue/routes.ts",
    render: routesTable,
  },
  {
    file: "docs/API.md",
    section: "parameters",
    source: "web/openapi.ts",
    render: parametersTable,
  },
  {
    file: "docs/API.md",
    section: "answers",
    source: "web/openapi.ts",
    render: answerTypes,
  },
  {
    file: "docs/API.md",
    section: "codes",
    source: "shared/catalogue/error_codes.ts",
    render: codesTable,
  },
  {
    file: "docs/API.md",
    section: "events",
    source: "shared/catalogue/events.ts",
    render: eventsTable,
  },
  {
    file: "docs/API.md",
    section: "schemas",
    source: "shared/catalogue/event_fields.ts",
    render: eventTypes,
  },
  {
    file: "docs/METRICS.md",
    section: "metrics",
    source: "shared/catalogue/metrics.ts",
    render: metricsTable,
  },
  {
    file: "docs/ALERTS.md",
    section: "rules",
    source: "shared/catalogue/built_in_rules.ts",
    render: rulesTable,
  },
  {
    file: "docs/METRICS.md",
    section: "reasons",
    source: "shared/catalogue/null_reasons.ts",
    render: reasonsTable,
  },
  {
    file: "docs/METRICS.md",
    section: "evidence",
    source: "shared/catalogue/evidence.json",
    render: evidenceTable,
  },
];

/** The documents below `root` that are not as they should be: their files, and what they should hold. */
export async function staleDocuments(
  root: string,
  sections: readonly Section[],
): Promise<Map<string, string>> {
  const stale = new Map<string, string>();
  for (const file of new Set(sections.map((section) => section.file))) {
    const present = await Deno.readTextFile(`${root}/${file}`);
    const wanted = sections.filter((section) => section.file === file)
      .reduce(withSection, present);
    if (wanted !== present) stale.set(file, wanted);
  }
  return stale;
}

if (import.meta.main) {
  const root = Deno.args.find((arg) => !arg.startsWith("--")) ??
    decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
  const isCheck = Deno.args.includes("--check");
  const stale = await staleDocuments(root, SECTIONS);
  for (const [file, text] of stale) {
    if (!isCheck) await Deno.writeTextFile(`${root}/${file}`, text);
    console.log(isCheck ? `${file} is stale: run deno task docs` : `${file}: written anew`);
  }
  if (isCheck && stale.size > 0) Deno.exit(1);
}
