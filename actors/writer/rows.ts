/** Outputs to rows: what is stored of a delivery, and the statements that store it. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import type {
  AlertEvent,
  AuditRecord,
  FeedStatus,
  GapRecord,
  MetricsFrame,
  ProofStatus,
} from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import type { StoredType } from "../../shared/catalogue/metric_definition.ts";
import { definitionOf, METRIC_NAMES } from "../../shared/catalogue/metrics.ts";

/** What is stored, by table. */
interface Items {
  readonly metrics: MetricsFrame & { readonly bucketMs: number };
  readonly alerts: AlertEvent;
  readonly feed_status: FeedStatus & OfLife;
  readonly gaps: GapRecord & OfLife;
  readonly audits: AuditRecord & OfLife;
  readonly proofs: ProofStatus & OfLife;
}

type Table = keyof Items;

/** One row of one table. */
export type Row = {
  readonly [Each in Table]: { readonly table: Each; readonly item: Items[Each] };
}[Table];

/** The life of the actor in which a number counts. */
interface OfLife {
  readonly incarnation: number;
}

/** One statement with its parameters, each an array with one element a row. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly (readonly Value[])[];
}

type Value = string | number | null;

/** `time` is UTC milliseconds here and `timestamptz` there, `texts` a list in JSON here and `text[]` there. */
type ColumnType = StoredType | "text" | "texts" | "time";
type Column<Item> = readonly [name: string, type: ColumnType, of: (item: Item) => Value];

/** A column for every metric that is stored. */
const METRIC_COLUMNS = METRIC_NAMES.flatMap((name): Column<MetricsFrame>[] => {
  const { column, stored } = definitionOf(name);
  return stored === null ? [] : [[column, stored, ({ values }) => values[name]]];
});

const metricsStatement = statementOf<Items["metrics"]>(
  "metrics",
  [
    ["symbol", "text", (frame) => frame.symbol],
    ["time", "time", (frame) => frame.timeMs],
    ["bucket_ms", "int4", (frame) => frame.bucketMs],
    ["state", "text", (frame) => frame.state],
    ["book_update_id", "int8", (frame) => frame.bookUpdateId],
    ["event_time", "time", (frame) => frame.eventMs],
    ...METRIC_COLUMNS,
  ],
  // The same frame again; a row is never changed.
  "(symbol, time) DO NOTHING",
);

const alertColumns: Column<AlertEvent>[] = [
  ["alert_id", "text", (alert) => alert.alertId],
  ["revision", "int4", (alert) => alert.revision],
  ["symbol", "text", (alert) => alert.symbol],
  ["rule", "text", (alert) => alert.rule],
  ["phase", "text", (alert) => alert.phase],
  ["severity", "text", (alert) => alert.severity],
  ["summary", "text", (alert) => alert.summary],
  ["started_at", "time", (alert) => alert.startedMs],
  ["fired_at", "time", (alert) => alert.firedMs],
  ["resolved_at", "time", (alert) => alert.resolvedMs],
  ["time", "time", (alert) => alert.timeMs],
  ["value", "float8", (alert) => alert.value],
  ["threshold", "float8", (alert) => alert.threshold],
  ["book_update_id", "int8", (alert) => alert.bookUpdateId],
  ["mid", "float8", (alert) => alert.mid],
];

const alertsStatement = statementOf<AlertEvent>(
  "alerts",
  alertColumns,
  `(alert_id) DO UPDATE SET ${
    alertColumns.slice(1).map(([name]) => `${name} = excluded.${name}`).join(", ")
  } WHERE excluded.revision > alerts.revision`,
);

/** What is numbered within one life of the actor; the key that makes a second delivery harmless. */
const LIFE_COLUMNS: readonly Column<OfLife & Pick<GapRecord, "symbol" | "number" | "timeMs">>[] = [
  ["symbol", "text", ({ symbol }) => symbol],
  ["incarnation", "int8", ({ incarnation }) => incarnation],
  ["number", "int4", ({ number }) => number],
  ["time", "time", ({ timeMs }) => timeMs],
];
const ONCE_IN_A_LIFE = "(symbol, incarnation, number) DO NOTHING";

const feedStatement = statementOf<Items["feed_status"]>(
  "feed_status",
  [
    ...LIFE_COLUMNS,
    ["state", "text", (status) => status.state],
    ["reason", "text", (status) => status.reason],
    ["book_update_id", "int8", (status) => status.bookUpdateId],
    ["resyncs", "int4", (status) => status.resyncs],
    ["gaps", "int4", (status) => status.gaps],
  ],
  ONCE_IN_A_LIFE,
);

const gapsStatement = statementOf<Items["gaps"]>(
  "gaps",
  [
    ...LIFE_COLUMNS,
    ["from_id", "int8", (gap) => gap.fromId],
    ["to_id", "int8", (gap) => gap.toId],
    ["duration_ms", "float8", (gap) => gap.durationMs],
  ],
  // What was still open when it was told is completed, once.
  `(symbol, incarnation, number) DO UPDATE SET from_id = excluded.from_id, to_id = excluded.to_id,
    duration_ms = excluded.duration_ms
  WHERE gaps.duration_ms IS NULL AND excluded.duration_ms IS NOT NULL`,
);

const auditsStatement = statementOf<Items["audits"]>(
  "audits",
  [
    ...LIFE_COLUMNS,
    ["book_update_id", "int8", (audit) => audit.bookUpdateId],
    ["levels", "int4", (audit) => audit.levels],
    ["mismatched", "int4", (audit) => audit.mismatched],
    ["differences", "texts", (audit) => JSON.stringify(audit.differences)],
  ],
  ONCE_IN_A_LIFE,
);

const proofsStatement = statementOf<Items["proofs"]>(
  "proofs",
  [
    ...LIFE_COLUMNS,
    ["exact_checked", "int8", (proof) => proof.exactChecked],
    ["exact_mismatched", "int8", (proof) => proof.exactMismatched],
    ["carried_checked", "int8", (proof) => proof.carriedChecked],
    ["carried_mismatched", "int8", (proof) => proof.carriedMismatched],
    ["carried_healed", "int8", (proof) => proof.carriedHealed],
    ["last_exact_at", "time", (proof) => proof.lastExactMs],
  ],
  ONCE_IN_A_LIFE,
);

/** What is stored of a delivery: interval metrics, alerts, feed states, gaps, audits and some proofs. */
export function rowsOf({ incarnation, items }: Delivery): Row[] {
  return items.flatMap((item): Row[] => {
    switch (item.type) {
      case "metrics": {
        const { bucketMs } = item;
        return bucketMs === null ? [] : [{ table: "metrics", item: { ...item, bucketMs } }];
      }
      case "alert":
        return [{ table: "alerts", item }];
      case "feed":
        return [{ table: "feed_status", item: { ...item, incarnation } }];
      case "gap":
        return [{ table: "gaps", item: { ...item, incarnation } }];
      case "audit":
        return [{ table: "audits", item: { ...item, incarnation } }];
      case "proof":
        return item.forStore ? [{ table: "proofs", item: { ...item, incarnation } }] : [];
      case "book":
      case "trades":
        return [];
      default:
        return assertNever(item, "store an output");
    }
  });
}

/** At most one idempotent statement a table; their order does not matter. */
export function statementsFor(rows: readonly Row[]): Statement[] {
  return [
    ...statementFor(rows, "metrics", metricsStatement),
    ...statementFor(rows, "alerts", (alerts) => alertsStatement(highestRevisions(alerts))),
    ...statementFor(rows, "feed_status", feedStatement),
    ...statementFor(rows, "gaps", (gaps) => gapsStatement(completest(gaps))),
    ...statementFor(rows, "audits", auditsStatement),
    ...statementFor(rows, "proofs", proofsStatement),
  ];
}

function statementFor<Of extends Table>(
  rows: readonly Row[],
  table: Of,
  insert: (items: readonly Items[Of][]) => Statement,
): Statement[] {
  const isOfTable = (row: Row): row is Row & { item: Items[Of] } => row.table === table;
  const items = rows.filter(isOfTable).map(({ item }) => item);
  return items.length === 0 ? [] : [insert(items)];
}

/** One statement may touch a row once only, so of several revisions the highest goes. */
function highestRevisions(alerts: readonly AlertEvent[]): AlertEvent[] {
  return lastWord(
    alerts,
    ({ alertId }) => alertId,
    (alert, known) => alert.revision > known.revision,
  );
}

/** Likewise of a gap that was told open and then complete. */
function completest(gaps: readonly Items["gaps"][]): Items["gaps"][] {
  return lastWord(
    gaps,
    ({ symbol, incarnation, number }) => `${symbol} ${incarnation} ${number}`,
    ({ durationMs }) => durationMs !== null,
  );
}

/** One item of each key: the first, or what overrules it. */
function lastWord<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  overrules: (item: Item, known: Item) => boolean,
): Item[] {
  const words = new Map<string, Item>();
  for (const item of items) {
    const known = words.get(keyOf(item));
    if (known === undefined || overrules(item, known)) words.set(keyOf(item), item);
  }
  return [...words.values()];
}

/** Builds a multi-row insert by `unnest`: its text is the same for any number of rows. */
function statementOf<Item>(
  table: string,
  columns: readonly Column<Item>[],
  onConflict: string,
): (items: readonly Item[]) => Statement {
  const names = columns.map(([name]) => name).join(", ");
  const arrays = columns.map(([, type], index) => `$${index + 1}::${sentAs(type)}[]`).join(", ");
  const values = columns.map(([name, type]) => storedAs(name, type)).join(", ");
  const text = `INSERT INTO ${table} (${names}) SELECT ${values} ` +
    `FROM unnest(${arrays}) AS row (${names}) ON CONFLICT ${onConflict}`;
  return (items) => ({ text, parameters: columns.map(([, , of]) => items.map(of)) });
}

/** The type of a parameter's elements. */
function sentAs(type: ColumnType): string {
  switch (type) {
    case "time":
      return "float8";
    case "texts":
      return "text";
    case "text":
    case "int2":
    case "int4":
    case "int8":
    case "float4":
    case "float8":
      return type;
    default:
      return assertNever(type, "send a column");
  }
}

/** The expression that makes the stored value of a column. */
function storedAs(name: string, type: ColumnType): string {
  switch (type) {
    case "time":
      return `to_timestamp(${name} / 1000)`;
    case "texts":
      // An array of arrays would be flattened by unnest, so each list travels as JSON.
      return `ARRAY(SELECT text FROM json_array_elements_text(${name}::json) ` +
        "WITH ORDINALITY AS list (text, place) ORDER BY place)";
    case "text":
    case "int2":
    case "int4":
    case "int8":
    case "float4":
    case "float8":
      return name;
    default:
      return assertNever(type, "store a column");
  }
}
