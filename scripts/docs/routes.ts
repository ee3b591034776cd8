/** The routes as docs/API.md shows them, from their one table. */
import type { Route } from "../../shared/catalogue/route_definition.ts";
import { ALL_ROUTES } from "../../shared/catalogue/routes.ts";
import { table } from "./section.ts";

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const;

/** How each is asked, what that needs, its limits and its answer. */
export function routesTable(): string {
  const rows = ALL_ROUTES.map((route) => [
    `\`${route.method} ${addressOf(route)}\``,
    route.need,
    limitsOf(route).join("; "),
    route.answers,
  ]);
  return table(["request", "needs", "limits", "answers"], rows);
}

function addressOf({ path: pattern, query = [] }: Route): string {
  const path = pattern.replace("{.+}", "");
  return query.length === 0 ? path : `${path}?${query.map((name) => `${name}=`).join("&")}`;
}

function limitsOf(route: Route): string[] {
  const { limit, days, pointsMax, rangeMs, rowsMax, symbolsMax, body, form } = route;
  return [
    ...limit === undefined ? [] : [`\`limit\` ${limit.default}, at most ${limit.max}`],
    ...days === undefined ? [] : [`\`days\` ${days.default}, at most ${days.max}`],
    ...pointsMax === undefined ? [] : [`at most ${pointsMax} \`points\` in all`],
    ...rangeMs === undefined ? [] : [`\`from\` to \`to\` ${timeOf(rangeMs)}`],
    ...rowsMax === undefined ? [] : [`made of at most ${rowsMax} rows`],
    ...symbolsMax === undefined ? [] : [`at most ${symbolsMax} \`symbols\``],
    ...body === undefined
      ? []
      : [`JSON of at most ${body.bytesMax} bytes, as in \`${body.example}\``],
    ...form === undefined
      ? []
      : [`a form of at most ${form.bytesMax} bytes with \`${form.fields.join("`, `")}\``],
  ];
}

/** In the longest unit of which it is a whole number. */
function timeOf(ms: number): string {
  const [unit, length] = UNITS.find(([, unitMs]) => ms % unitMs === 0) ?? ["millisecond", 1];
  const count = ms / length;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
