/**
 * Questions of alerts and of records, a page at a time, and the statements that ask them. Pure. A page goes on where the
 * one before has ended, by the keys of its last row: an index leads there, so that the last page costs what the first did,
 * and no row is left out or told twice because others have come.
 */
import { tablesRead } from "../shared/catalogue/old_tables.ts";
import type { Column } from "../shared/catalogue/table_definition.ts";
import { type Stored, tableOf } from "../shared/catalogue/tables.ts";
import { marketOf, type MarketText, marketText } from "../shared/market.ts";
import type { AlertEvent, AlertPhase } from "../shared/output.ts";
import type { Severity } from "../shared/severity.ts";
import { storedColumns } from "../shared/stored_outputs.ts";
import { microsOf, type Place, readPlace, timeOfMicros } from "./place.ts";
import { isoTime, type Statement, symbolId, type Value } from "./statements.ts";

/** What pages have in common; `null` leaves a condition out. */
interface PageQuery {
  readonly symbols: readonly MarketText[] | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
  /** After which row it begins, as `alertPlace` or `recordPlace` has it. */
  readonly after: Place | null;
}

/** What is asked of `History.alerts`: episodes that had not ended at `fromMs` and had begun to fire before `toMs`. */
export interface AlertsQuery extends PageQuery {
  readonly rules: readonly string[] | null;
  readonly phase: AlertPhase | null;
  readonly severity: Severity | null;
}

/** What is asked of `History.records`: `fromMs <= time < toMs`. */
export type RecordsQuery = PageQuery;

/**
 * Records that are asked for and answered alike: how far data could be trusted, and what there was by the second. Each
 * by the name of its table, of its route and of the list in the answer.
 */
export const RECORD_KINDS = [
  "feed_status",
  "gaps",
  "losses",
  "audits",
  "proofs",
  "books",
  "depth_profiles",
  "trades_1s",
] as const;

/** One of these. */
export type RecordKind = typeof RECORD_KINDS[number];

/** What is answered, by kind: what was sent, and the life of the actor that its numbers count in. */
export type Records = { readonly [Kind in RecordKind]: Stored<Kind> };

// -- Alerts --

/** Where an alert stands among them: firing ones first, by when they began to fire, then the others by when they ended. */
export function alertPlace({ phase, firedMs, timeMs, alertId }: AlertEvent): Place {
  return phase === "firing" ? [0, microsOf(firedMs), alertId] : [1, microsOf(timeMs), alertId];
}

/** What `cursor` says. @throws {BadRequest} */
export function readAlertPlace(cursor: string | undefined): Place | null {
  return readPlace("alerts", ["number", "time", "text"], cursor);
}

/**
 * The newest revision of each episode. Each phase is read by its own index; what is sorted is what the two gave. By when
 * it began to fire an episode keeps its place while it fires; one that ends meanwhile goes to the front of those that
 * have, which come later: it may be told twice, and is not left out.
 */
export function alertsStatement(query: AlertsQuery): Statement {
  const { fromMs, phase, limit, after } = query;
  const sql = new Conditions(limit);
  const all = [
    ...sql.ofMarkets(query.symbols),
    ...query.rules === null ? [] : [`rule IN (${query.rules.map((one) => sql.text(one))})`],
    ...query.severity === null ? [] : [`severity = ${sql.text(query.severity)}`],
    ...query.toMs === null ? [] : [`fired_at < ${sql.time(query.toMs)}`],
  ];
  const [group = 0, us = 0, id = ""] = after ?? [];
  const from = (key: string) => {
    const time = sql.moment(Number(us));
    return [`${key} <= ${time}`, `(${key}, alert_id) < (${time}, ${sql.text(String(id))})`];
  };
  const part = (key: string, conditions: readonly string[]) =>
    `(SELECT * FROM alerts WHERE ${conditions.join(" AND ")}
      ORDER BY ${key} DESC, alert_id DESC LIMIT $1::integer)`;
  const parts: string[] = [];
  if (phase !== "resolved" && group === 0) {
    const since = after === null ? [] : from("fired_at");
    parts.push(part("fired_at", ["phase = 'firing'", ...all, ...since]));
  }
  if (phase !== "firing") {
    const ended = fromMs === null ? [] : [`time >= ${sql.time(fromMs)}`];
    const since = group === 0 ? [] : from("time");
    parts.push(part("time", ["phase <> 'firing'", ...all, ...ended, ...since]));
  }
  // A cursor of those that have ended, and only firing ones wanted.
  if (parts.length === 0) parts.push(part("time", ["false"]));
  const text = `SELECT ${storedColumns("alerts")} FROM (${parts.join(" UNION ALL ")}) AS page
      JOIN symbols USING (symbol_id)
    ORDER BY (phase = 'firing') DESC, CASE WHEN phase = 'firing' THEN fired_at ELSE time END DESC,
      alert_id DESC LIMIT $1::integer`;
  return { text, values: sql.values };
}

/** One episode. */
export function alertStatement(alertId: string): Statement {
  const text = `SELECT ${storedColumns("alerts")} FROM alerts JOIN symbols USING (symbol_id)
    WHERE alert_id = $1::text`;
  return { text, values: [alertId] };
}

// -- Records --

/** The columns by which rows of one moment are in order: with the time no two rows have the same. */
function tiesOf(kind: RecordKind): readonly Column[] {
  const { key, columns } = tableOf(kind);
  const ranks = ["incarnation", "number"];
  const names = [
    ...ranks.filter((name) => key.includes(name)),
    ...key.filter((name) => name !== "time" && !ranks.includes(name)),
  ];
  return names.flatMap((name) => columns.filter((column) => column.name === name));
}

/** Where a record stands among those of its kind. */
export function recordPlace<Kind extends RecordKind>(kind: Kind, record: Records[Kind]): Place {
  // The compiler cannot see of any kind at once that its key is made of words and numbers.
  const fields = record as unknown as Readonly<Record<string, string | number>>;
  const ties = tiesOf(kind).map(({ source }) =>
    source.from === "field" ? fields[source.field] ?? "" : marketText(record)
  );
  return [microsOf(Number(fields["timeMs"])), ...ties];
}

/** What `cursor` says. @throws {BadRequest} */
export function readRecordPlace(kind: RecordKind, cursor: string | undefined): Place | null {
  const ties = tiesOf(kind).map(({ source, type }) =>
    source.from === "market" ? "market" : type === "text" ? "text" : "number"
  );
  return readPlace(kind, ["time", ...ties], cursor);
}

/** Records of one kind, the newest first. */
export function recordsStatement(kind: RecordKind, query: RecordsQuery): Statement {
  const { symbols, fromMs, toMs, limit, after } = query;
  const sql = new Conditions(limit);
  const ties = tiesOf(kind);
  const conditions = [
    ...sql.ofMarkets(symbols),
    ...fromMs === null ? [] : [`time >= ${sql.time(fromMs)}`],
    ...toMs === null ? [] : [`time < ${sql.time(toMs)}`],
  ];
  if (after !== null) {
    const [us, ...rest] = after;
    const time = sql.moment(Number(us));
    const keys = ties.map(({ source, type }, i) => {
      const value = rest[i] ?? "";
      if (source.from === "market") return sql.market(String(value));
      return type === "text" ? sql.text(String(value)) : sql.number(Number(value));
    });
    const names = ["time", ...ties.map(({ name }) => name)].join(", ");
    conditions.push(`time <= ${time}`, `(${names}) < (${[time, ...keys].join(", ")})`);
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  // Which of the last moment's rows belong to it is decided among all of them.
  const newest = tablesRead(kind).map(({ table, columns }) =>
    `(SELECT ${columns} FROM ${table} ${where}
      ORDER BY time DESC FETCH FIRST ($1::integer) ROWS WITH TIES)`
  );
  const text = `SELECT ${storedColumns(kind)} FROM (${
    newest.join(" UNION ALL ")
  }) AS page JOIN symbols USING (symbol_id)
    ORDER BY ${["time", ...ties.map(({ name }) => name)].map((name) => `${name} DESC`).join(", ")}
    LIMIT $1::integer`;
  return { text, values: sql.values };
}

/** The parameters of a statement, in the order in which its conditions name them; `$1` is the limit. */
class Conditions {
  readonly values: Value[];

  constructor(limit: number) {
    this.values = [limit];
  }

  text(value: string): string {
    return `${this.#add(value)}::text`;
  }

  number(value: number): string {
    return `${this.#add(value)}::int8`;
  }

  time(ms: number): string {
    return `${this.#add(isoTime(ms))}::timestamptz`;
  }

  moment(us: number): string {
    return `${this.#add(timeOfMicros(us))}::timestamptz`;
  }

  /** Its id. */
  market(text: MarketText): string {
    const { venue, symbol } = marketOf(text);
    return symbolId(this.values.push(venue), this.values.push(symbol));
  }

  /** None for all of them. */
  ofMarkets(texts: readonly MarketText[] | null): readonly string[] {
    if (texts === null) return [];
    const [only] = texts;
    if (texts.length === 1 && only !== undefined) return [`symbol_id = ${this.market(only)}`];
    const markets = texts.map((text) => {
      const { venue, symbol } = marketOf(text);
      return `(${this.text(venue)}, ${this.text(symbol)})`;
    });
    const ids = `SELECT symbol_id FROM symbols WHERE (venue, symbol) IN (${markets.join(", ")})`;
    return [`symbol_id = ANY (ARRAY(${ids}))`];
  }

  #add(value: Value): string {
    return `$${this.values.push(value)}`;
  }
}
