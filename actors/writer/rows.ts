/** Outputs to rows: what is stored of a delivery, and the statements that store it. Pure. */
import type { AlertEvent, BookMetrics, FeedStatus, MetricsFrame } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";

/** One row of one table. */
export type Row =
  | { readonly table: "metrics"; readonly item: MetricsFrame & { readonly bucketMs: number } }
  | { readonly table: "alerts"; readonly item: AlertEvent }
  | { readonly table: "feed_status"; readonly item: FeedStatus & { readonly incarnation: number } };

/** One statement with its parameters, each an array with one element a row. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly (readonly Value[])[];
}

type Value = string | number | null;

/** `time` is UTC milliseconds here and `timestamptz` there. */
type ColumnType = "text" | "int4" | "int8" | "float8" | "time";
type Column<Item> = readonly [name: string, type: ColumnType, of: (item: Item) => Value];

/** A column for every number of the book; the type makes a forgotten one a mistake. */
const BOOK_COLUMNS: Readonly<Record<keyof BookMetrics, string>> = {
  bestBidPrice: "best_bid_price",
  bestBidQty: "best_bid_qty",
  bestAskPrice: "best_ask_price",
  bestAskQty: "best_ask_qty",
  mid: "mid",
  weightedMid: "weighted_mid",
  spread: "spread",
  spreadBps: "spread_bps",
  imbalance: "imbalance",
  weightedImbalance: "weighted_imbalance",
  topQty: "top_qty",
  topShare: "top_share",
  bidDepth10Bps: "bid_depth_10_bps",
  askDepth10Bps: "ask_depth_10_bps",
  bidDepth50Bps: "bid_depth_50_bps",
  askDepth50Bps: "ask_depth_50_bps",
  bidDepth100Bps: "bid_depth_100_bps",
  askDepth100Bps: "ask_depth_100_bps",
  bidCoveredBps: "bid_covered_bps",
  askCoveredBps: "ask_covered_bps",
};

const metricsStatement = statementOf<Extract<Row, { table: "metrics" }>["item"]>(
  "metrics",
  [
    ["symbol", "text", (frame) => frame.symbol],
    ["time", "time", (frame) => frame.timeMs],
    ["bucket_ms", "int4", (frame) => frame.bucketMs],
    ["state", "text", (frame) => frame.state],
    ["book_update_id", "int8", (frame) => frame.bookUpdateId],
    ["event_time", "time", (frame) => frame.eventMs],
    ...Object.entries(BOOK_COLUMNS).map(([field, name]): Column<MetricsFrame> => [
      name,
      "float8",
      (frame) => frame[field as keyof BookMetrics],
    ]),
    ["velocity", "float8", (frame) => frame.velocity],
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

const feedStatement = statementOf<Extract<Row, { table: "feed_status" }>["item"]>(
  "feed_status",
  [
    ["symbol", "text", (status) => status.symbol],
    ["incarnation", "int8", (status) => status.incarnation],
    ["number", "int4", (status) => status.number],
    ["time", "time", (status) => status.timeMs],
    ["state", "text", (status) => status.state],
    ["reason", "text", (status) => status.reason],
    ["book_update_id", "int8", (status) => status.bookUpdateId],
    ["resyncs", "int4", (status) => status.resyncs],
    ["gaps", "int4", (status) => status.gaps],
  ],
  "(symbol, incarnation, number) DO NOTHING",
);

/** What is stored of a delivery: interval metrics, alerts and feed states. */
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
      case "book":
      case "trades":
      case "proof":
      case "gap":
      case "audit":
        return [];
    }
  });
}

/** At most one idempotent statement a table; their order does not matter. */
export function statementsFor(rows: readonly Row[]): Statement[] {
  const metrics = rows.flatMap((row) => row.table === "metrics" ? [row.item] : []);
  const feeds = rows.flatMap((row) => row.table === "feed_status" ? [row.item] : []);
  // One statement may touch a row once only, so of several revisions the highest goes.
  const alerts = new Map<string, AlertEvent>();
  for (const row of rows) {
    if (row.table !== "alerts") continue;
    const known = alerts.get(row.item.alertId);
    if (known === undefined || row.item.revision > known.revision) {
      alerts.set(row.item.alertId, row.item);
    }
  }
  return [
    ...(metrics.length === 0 ? [] : [metricsStatement(metrics)]),
    ...(alerts.size === 0 ? [] : [alertsStatement([...alerts.values()])]),
    ...(feeds.length === 0 ? [] : [feedStatement(feeds)]),
  ];
}

/** Builds a multi-row insert by `unnest`: its text is the same for any number of rows. */
function statementOf<Item>(
  table: string,
  columns: readonly Column<Item>[],
  onConflict: string,
): (items: readonly Item[]) => Statement {
  const names = columns.map(([name]) => name).join(", ");
  const arrays = columns.map(([, type], index) =>
    `$${index + 1}::${type === "time" ? "float8" : type}[]`
  ).join(", ");
  const values = columns.map(([name, type]) =>
    type === "time" ? `to_timestamp(${name} / 1000)` : name
  ).join(", ");
  const text = `INSERT INTO ${table} (${names}) SELECT ${values} ` +
    `FROM unnest(${arrays}) AS row (${names}) ON CONFLICT ${onConflict}`;
  return (items) => ({ text, parameters: columns.map(([, , of]) => items.map(of)) });
}
