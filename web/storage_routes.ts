/** `GET /api/storage`: how large history is, from when to when, for how many days it is kept, and what was dropped. */
import type { Hono } from "hono";
import { HISTORY_TABLES, type HistoryTableName } from "../shared/catalogue/history_tables.ts";
import { OLD_TABLES } from "../shared/catalogue/old_tables.ts";
import { outermostSql } from "../shared/catalogue/outermost_sql.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { TableName } from "../shared/catalogue/tables.ts";
import { type HistorySettings, keptDays } from "../shared/history_days.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { History } from "./history.ts";
import { COUNT, list, MS, NUMBER, object, orNull, TEXT, words } from "./schema.ts";
import type { Statement } from "./statements.ts";

/** Fewer tell nothing of how large a row is. */
const ROWS_MEASURED_MIN = 10_000;
/** Of what was dropped, the newest. */
const DROPS_MAX = 100;

/** What is answered. */
export const STORAGE_ANSWER = object({
  maxBytes: NUMBER,
  bytes: NUMBER,
  symbols: COUNT,
  tables: list(object({
    name: words(...HISTORY_TABLES.map(({ name }) => name)),
    bytes: NUMBER,
    rows: orNull(NUMBER),
    oldestMs: orNull(MS),
    newestMs: orNull(MS),
    keepDays: orNull(NUMBER),
    roomDays: orNull(NUMBER),
  })),
  drops: list(object({
    droppedMs: MS,
    table: TEXT,
    piece: TEXT,
    fromMs: orNull(MS),
    toMs: orNull(MS),
    rows: COUNT,
    bytes: COUNT,
    cause: words("age", "size"),
  })),
});

interface Size {
  readonly name: HistoryTableName;
  readonly bytes: number;
  /** As the database estimates them; `null`: it has not counted yet. */
  readonly rows: number | null;
}

interface Span {
  readonly name: HistoryTableName;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

/** Adds the route; `symbols`: how many are followed now. */
export function addStorageRoute(
  app: Hono<AppEnv>,
  history: Pick<History, "page">,
  answers: Answers,
  settings: HistorySettings,
  symbols: () => number,
): void {
  app.get(ROUTES.storage.path, (c) =>
    answers.respond(c, {
      key: `storage ${symbols()}`,
      endMs: null,
      make: async (signal) => {
        const sizes = await history.page<Size>(SIZES, signal);
        const spans = await history.page<Span>(SPANS, signal);
        const drops = await history.page<unknown>(DROPS, signal);
        const measured = Object.fromEntries(
          sizes.filter(({ rows }) => (rows ?? 0) >= ROWS_MEASURED_MIN)
            .map(({ name, rows, bytes }) => [name, bytes / (rows ?? 1)]),
        );
        const days = keptDays(settings, symbols(), measured);
        const tables = HISTORY_TABLES.map(({ name, age }) => {
          const { bytes = 0, rows = null } = sizes.find((size) => size.name === name) ?? {};
          const { oldestMs = null, newestMs = null } = spans.find((span) => span.name === name) ??
            {};
          const keepDays = age === null ? null : settings[age];
          return { name, bytes, rows, oldestMs, newestMs, keepDays, roomDays: days[name] ?? null };
        });
        const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
        const maxBytes = settings.historyMaxGb * 1e9;
        return { maxBytes, bytes, symbols: symbols(), tables, drops };
      },
    }));
}

/** Of each table and of those of before, with indexes. */
const SIZES: Statement = {
  text: `SELECT known.name, sum(pg_total_relation_size(found.oid))::float8 AS bytes,
      CASE WHEN bool_or(found.reltuples >= 0) THEN sum(greatest(found.reltuples, 0))::float8 END AS rows
    FROM (VALUES ${
    HISTORY_TABLES.flatMap(({ name }) =>
      [name, ...OLD_TABLES[name as TableName] ?? []].map((table) => `('${table}', '${name}')`)
    ).join(", ")
  }) AS known (relname, name)
      JOIN pg_class AS whole ON whole.oid = to_regclass(known.relname)
      CROSS JOIN LATERAL (
        SELECT whole.oid, whole.reltuples WHERE whole.relkind = 'r'
        UNION ALL
        SELECT part.oid, part.reltuples FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
        WHERE inhparent = whole.oid) AS found
    GROUP BY known.name`,
  values: [],
};

/** From when to when: of those that are cut by time by the outermost rows of each key, of the others by their indexes of time. */
export const SPANS: Statement = {
  text: HISTORY_TABLES.filter(({ age }) => age !== null).map(({ name, partition }) => {
    const edge = (end: "min" | "max") =>
      partition === null
        ? edgeOfWhole(name, end)
        : `(SELECT ${end}(edge.time) FROM ${
          outermostSql(name, name, end === "min" ? "oldest" : "newest")
        })`;
    return `SELECT '${name}' AS name, (extract(epoch FROM ${
      edge("min")
    }) * 1000)::float8 AS "oldestMs",
      (extract(epoch FROM ${edge("max")}) * 1000)::float8 AS "newestMs"`;
  }).join(" UNION ALL "),
  values: [],
};

/** Alerts have an index of time of those that are over, and of those that fire, which are few, one of their own. */
function edgeOfWhole(name: HistoryTableName, edge: "min" | "max"): string {
  const of = (where: string) => `(SELECT ${edge}(time) FROM ${name}${where})`;
  if (name !== "alerts") return of("");
  const either = [of(" WHERE phase <> 'firing'"), of(" WHERE phase = 'firing'")].join(", ");
  return `${edge === "min" ? "least" : "greatest"}(${either})`;
}

const DROPS: Statement = {
  text:
    `SELECT (extract(epoch FROM dropped_at) * 1000)::float8 AS "droppedMs", table_name AS "table", piece,
      (extract(epoch FROM from_time) * 1000)::float8 AS "fromMs",
      (extract(epoch FROM to_time) * 1000)::float8 AS "toMs", rows::float8, bytes::float8, cause
    FROM history_drops ORDER BY number DESC LIMIT ${DROPS_MAX}`,
  values: [],
};
