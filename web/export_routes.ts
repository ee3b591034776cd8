/** `GET /api/export`: the rows of one table as a file, as many as there are. */
import type { Context, Hono } from "hono";
import { EXPORT_FORMATS, type ExportFormat, ROUTES } from "../shared/catalogue/routes.ts";
import { type MarketText, marketText, type VenueId } from "../shared/market.ts";
import type { AppEnv } from "./app_env.ts";
import { codingFor } from "./content_coding.ts";
import type { ExportDesk } from "./export/export_desk.ts";
import { ExportPages } from "./export/export_pages.ts";
import { EXPORTED_TABLES, type ExportedColumn, exportedTable } from "./export/exported_table.ts";
import { openExport } from "./export/export_stream.ts";
import { ParquetThread } from "./export/parquet_thread.ts";
import { CsvWriter, type ExportWriter, NdjsonWriter } from "./export/text_formats.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import {
  MARKET,
  NAMES,
  oneOf,
  queryOf,
  readQuery,
  requireOrder,
  TIME,
  unknown,
  UnknownSymbol,
} from "./query.ts";
import { BadRequest, refuseForNow } from "./refusals.ts";

const TABLE_NAMES = EXPORTED_TABLES.map(({ name }) => name);

/** What an export is asked with. */
export const EXPORT_QUERY = queryOf(ROUTES.export, {
  table: oneOf(TABLE_NAMES),
  symbol: MARKET,
  from: TIME,
  to: TIME,
  columns: NAMES,
  format: oneOf(EXPORT_FORMATS),
});

/** What the route is told. */
export interface ExportOptions {
  readonly desk: ExportDesk;
  readonly monotonicMs: () => number;
  /** Of the worker that makes Parquet. */
  readonly parquetUrl: string;
}

/** How each format is written, and as what it is sent. */
const WRITERS: Readonly<
  Record<ExportFormat, {
    readonly type: string;
    readonly write: (columns: readonly ExportedColumn[], parquetUrl: string) => ExportWriter;
  }>
> = {
  csv: { type: "text/csv; charset=utf-8", write: (columns) => new CsvWriter(columns) },
  ndjson: { type: "application/x-ndjson", write: (columns) => new NdjsonWriter(columns) },
  parquet: {
    type: "application/vnd.apache.parquet",
    write: (columns, parquetUrl) => new ParquetThread(parquetUrl, columns),
  },
};

/** Adds the route. What cannot be had is refused before the first byte; later the file's last line says so. */
export function addExportRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  options: ExportOptions,
): void {
  app.get(ROUTES.export.path, (c) => answerExport(c, hub, history, options));
}

async function answerExport(
  c: Context<AppEnv>,
  hub: Hub,
  history: History,
  { desk, monotonicMs, parquetUrl }: ExportOptions,
): Promise<Response> {
  const asked = readExport(c);
  const { table, columns, symbol, fromMs, toMs, format } = asked;
  const { type, write } = WRITERS[format];
  const coding = codingFor(c.req.header("accept-encoding"), ["gzip"]);
  const isPacked = format !== "parquet" && coding !== null;
  const headers = {
    "content-type": type,
    "content-disposition": disposition(asked),
    "cache-control": "no-store",
    vary: "accept-encoding",
    ...isPacked ? { "content-encoding": "gzip" } : {},
  };
  const place = desk.admit(c.var.visitor.address, monotonicMs());
  if (typeof place === "string") return refuseForNow(c, "export_busy", place, 5);
  try {
    const markets = await marketsOf(history, symbol, c.req.raw.signal);
    const settings = await history.settings(c.req.raw.signal);
    if (markets.length === 0 && symbol !== null && !hub.has(symbol)) {
      throw new UnknownSymbol(symbol, hub.symbols);
    }
    // Nobody would read it.
    if (c.req.method === "HEAD") {
      place.leave();
      return c.body(null, 200, headers);
    }
    const body = await openExport({
      pages: new ExportPages({
        table,
        columns,
        markets,
        settings: settings.map(({ id }) => id),
        fromMs,
        toMs,
      }),
      writer: write(columns, parquetUrl),
      place,
      monotonicMs,
      ask: (statement, signal) => history.page(statement, signal),
    });
    return c.body(isPacked ? body.pipeThrough(gzip()) : body, 200, headers);
  } catch (error) {
    place.leave();
    throw error;
  }
}

/** The ids of the market, or of all of them. */
async function marketsOf(
  history: History,
  symbol: MarketText | null,
  reader: AbortSignal,
): Promise<readonly number[]> {
  const text = "SELECT symbol_id AS id, venue, symbol FROM symbols ORDER BY symbol_id";
  const rows = await history.page<{ id: number; venue: VenueId; symbol: string }>(
    { text, values: [] },
    reader,
  );
  return rows.filter((market) => symbol === null || marketText(market) === symbol)
    .map(({ id }) => id);
}

function readExport(c: Context) {
  const asked = readQuery(c, EXPORT_QUERY);
  if (asked.table === undefined) {
    throw new BadRequest(
      `table is missing: e.g. /api/export?table=metrics; there is ${TABLE_NAMES.join(", ")}`,
    );
  }
  const table = exportedTable(asked.table);
  if (table === null) throw unknown("table", asked.table, TABLE_NAMES);
  const columns = asked.columns?.map((wanted) => {
    const column = table.columns.find((each) => each.name === wanted);
    if (column !== undefined) return column;
    throw unknown("column", wanted, table.columns.map((each) => each.name));
  }) ?? table.columns;
  const { symbol = null, from: fromMs = null, to: toMs = null, format = "csv" } = asked;
  if (fromMs !== null && toMs !== null) requireOrder(fromMs, toMs);
  return { table, columns, symbol, fromMs, toMs, format };
}

type ExportRequest = ReturnType<typeof readExport>;

/** `metrics_BTCUSDT_20261129T120000Z_20261130T120000Z.csv`; a name beyond ASCII as RFC 6266 has it. */
function disposition({ table, symbol, fromMs, toMs, format }: ExportRequest): string {
  const compact = (ms: number) => `${new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  const span = fromMs === null && toMs === null
    ? []
    : [fromMs === null ? "begin" : compact(fromMs), toMs === null ? "now" : compact(toMs)];
  const name = `${[table.name, symbol ?? "all", ...span].join("_")}.${format}`;
  const plain = name.replace(/[^\w.-]/g, "-");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"` +
    (plain === name ? "" : `; filename*=UTF-8''${encoded}`);
}

/** The types of the platform disagree on which bytes these are. */
function gzip(): ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array> {
  return new CompressionStream("gzip") as ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array>;
}
