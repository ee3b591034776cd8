/** What is asked and answered, as docs/API.md shows it, from the OpenAPI document's own schemas. */
import type { Route } from "../../shared/catalogue/route_definition.ts";
import { ROUTES } from "../../shared/catalogue/routes.ts";
import { DESCRIBED, openApiPath, parametersOf } from "../../web/openapi.ts";
import { typeLines } from "./schema_type.ts";
import { table } from "./section.ts";

const ENTRIES = Object.entries(DESCRIBED).map(([name, described]) => {
  const route: Route = ROUTES[name as keyof typeof DESCRIBED];
  return { request: `${route.method} ${openApiPath(route)}`, described };
});

/** One row for each parameter and meaning, with the requests that take it. */
export function parametersTable(): string {
  const rows = new Map<string, { name: string; words: string; requests: string[] }>();
  for (const { request, described } of ENTRIES) {
    for (const { name, description, schema } of parametersOf(described)) {
      const { default: fallback } = schema;
      const words = fallback === undefined ? description : `${description}; else ${fallback}`;
      const key = `${name} ${words}`;
      const row = rows.get(key) ?? { name, words, requests: [] };
      row.requests.push(request.replace(/^GET /, ""));
      rows.set(key, row);
    }
  }
  const shown = [...rows.values()].toSorted((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0
  );
  return table(
    ["parameter", "must be", "of"],
    shown.map(({ name, words, requests }) => [
      `\`${name}\``,
      words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX)}…` : words,
      requests.map((request) => `\`${request}\``).join(" "),
    ]),
  );
}

/** Of a list of names its beginning will do: a wrong one is told the nearest. */
const WORDS_MAX = 200;

/** Each answer that is JSON, as TypeScript. */
export function answerTypes(): string {
  const lines = ENTRIES.flatMap(({ request, described: { answer } }) =>
    answer === undefined ? [] : [`  "${request}": ${typeLines(answer, "  ")};`]
  );
  return ["```ts", "interface Answers {", ...lines, "}", "```"].join("\n");
}
