/** The columns that the table of all symbols may have beside the names: what each is called, and how wide it is. Pure. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_COLUMNS } from "../../shared/stream_view.ts";
import { unitText } from "./metric_text.ts";

/** A metric, or what is known of a symbol beside its metrics. */
export type ColumnId = "state" | "alerts" | "latency" | "hour" | MetricName;

/** Every column, in the order in which they are offered. */
export const COLUMN_IDS: readonly ColumnId[] = [
  "state",
  "alerts",
  "latency",
  "hour",
  ...METRIC_NAMES,
];

/** What is shown where nobody has chosen. */
export const DEFAULT_COLUMN_IDS: readonly ColumnId[] = [
  "state",
  ...DEFAULT_COLUMNS,
  "hour",
  "latency",
  "alerts",
];

/** What stands above a column. */
export interface ColumnHeading {
  readonly label: string;
  /** Empty: it needs none. */
  readonly unit: string;
  /** What a pointer that rests there is told; a metric has a note instead (`noted.ts`). */
  readonly title?: string;
}

const OWN: Readonly<Record<Exclude<ColumnId, MetricName>, ColumnHeading>> = {
  state: { label: "State", unit: "", title: "How far the numbers of the symbol can be trusted" },
  alerts: { label: "Alerts", unit: "", title: "How many of the symbol's alerts fire now" },
  latency: {
    label: "Latency",
    unit: "ms",
    title:
      "For how long numbers are on their way from the exchange to this page's server: the medians of all legs together",
  },
  hour: {
    label: "1 h",
    unit: "mid",
    title: "Mid over the last hour, and by how much it has changed",
  },
};

/** Whether a column shows a metric. */
export function isMetric(id: ColumnId): id is MetricName {
  return !(id in OWN);
}

/** Whether rows can be sorted by it: of rows that nobody sees nobody knows their last hour. */
export function isSortable(id: ColumnId): boolean {
  return id !== "hour";
}

/** In the words of the catalogue, for metrics. */
export function columnHeading(id: ColumnId): ColumnHeading {
  return isMetric(id) ? { label: definitionOf(id).label, unit: unitText(id) } : OWN[id];
}

/** Whether a metric leans to one of two sides, from −1 to +1: it is drawn as a bar too. */
export function isBalance(name: MetricName): boolean {
  const { range: [min, max] } = definitionOf(name);
  return min === -1 && max === 1;
}

/** What the names and the pins take of the width, CSS pixels. */
const NAME_WIDTH = 120;

/** How wide a column is at least, CSS pixels: as what it may have to say. */
function columnWidth(id: ColumnId): number {
  if (id === "state") return 88;
  if (id === "alerts" || id === "latency") return 64;
  if (id === "hour") return 150;
  if (isBalance(id)) return 124;
  const { unit, label } = definitionOf(id);
  if (unit === "quote") return 96;
  return label.length > 10 ? 88 : 64;
}

/** How wide the table is at least, CSS pixels. */
export function tableWidth(ids: readonly ColumnId[]): number {
  return ids.reduce((sum, id) => sum + columnWidth(id), NAME_WIDTH);
}

/** Those of the columns that fit into a width, CSS pixels, from the first on; one at least. */
export function fittingColumns(ids: readonly ColumnId[], width: number): readonly ColumnId[] {
  let left = width - NAME_WIDTH;
  const count = ids.findIndex((id) => (left -= columnWidth(id)) < 0);
  return count < 0 ? ids : ids.slice(0, Math.max(1, count));
}

/** The tracks of the table's grid: the same in each row, so that a longer number moves no other column. */
export function columnTracks(ids: readonly ColumnId[]): string {
  const tracks = ids.map((id) => `minmax(${columnWidth(id)}px, ${columnWidth(id)}fr)`);
  return [`minmax(${NAME_WIDTH}px, ${NAME_WIDTH}fr)`, ...tracks].join(" ");
}
