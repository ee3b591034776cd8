/** Between which times of a span anything at all was measured of a symbol, and the statement that asks for it. Pure. */
import { OLD_METRICS, ownerSql } from "../shared/catalogue/old_tables.ts";
import { ROLLUP_NAMES } from "../shared/catalogue/rollups.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import type { Span } from "./bins.ts";
import { epochMs, spansSql, type Statement, type Value } from "./statements.ts";

/** What is asked of `History.seen`. */
export interface SeenQuery {
  readonly symbol: MarketText;
  readonly spans: readonly Span[];
}

/** The first and the last time within a span of which there is a row of metrics, or of a roll-up; `null`: of none. */
export interface Seen {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** Of each span one row (`Seen`), in their order: of each table two rows by its key, however long the span is. */
export function seenStatement({ symbol, spans }: SeenQuery): Statement {
  const { venue, symbol: name } = marketOf(symbol);
  const values: Value[] = [venue, name];
  const edges = (["ASC", "DESC"] as const).flatMap((order) => {
    const row = (table: string, owner: string) =>
      `(SELECT time FROM ${table} AS old WHERE ${owner} AND time > begins AND time <= ends
        ORDER BY time ${order} LIMIT 1)`;
    return [
      ...["metrics", ...OLD_METRICS].map((table) => row(table, ownerSql(table))),
      ...ROLLUP_NAMES.map((table) => {
        const owner = `${ownerSql(table)} AND old.settings_id = settings.settings_id`;
        return `(SELECT time FROM settings CROSS JOIN LATERAL ${row(table, owner)} AS of_settings)`;
      }),
    ];
  });
  const text = `SELECT ${epochMs("min(time)")} AS "firstMs", ${epochMs("max(time)")} AS "lastMs"
    FROM ${spansSql(spans, values)}
    LEFT JOIN symbols ON venue = $1::text AND symbols.symbol = $2::text
    LEFT JOIN LATERAL (${edges.join(" UNION ALL ")}) AS edges ON true
    GROUP BY place ORDER BY place`;
  return { text, values };
}
