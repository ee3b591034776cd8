/** `GET /api/export` over real databases: what is in a file is what is in the table, however it is written and paged. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parquetReadObjects } from "hyparquet";
import type postgres from "postgres";
import { SKETCH_COLUMNS } from "../../shared/catalogue/sketches.ts";
import { EXPORTED_TABLES } from "../../web/export/exported_table.ts";
import { PAGE_ROWS_MAX } from "../../web/export/export_pages.ts";
import { openServer } from "../../web/server.ts";
import { AWKWARD, storeOutputs } from "../support/every_table.ts";
import { eventually } from "../support/eventually.ts";
import { addressOf, startWorker, webArgs } from "../web/web_worker.ts";
import { START_MS } from "../writer/outputs.ts";
import { exporter, fillMany, MANY } from "./export_stage.ts";
import { type Promised, testOnBothDatabases } from "./writer_stage.ts";

type Row = Record<string, unknown>;

async function objectsOf(response: Response): Promise<Row[]> {
  assertEquals(response.status, 200);
  const text = await response.text();
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** A reader of CSV as RFC 4180 has it; `null` is nothing, and `""` a text. */
function cellsOf(text: string): (string | null)[][] {
  const lines: (string | null)[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^,"\n]*))(,|\n)/gy;
  for (const [, quoted, bare, end] of text.matchAll(cell)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? (bare === "" ? null : bare ?? null));
    if (end === "\n") lines.push([]);
  }
  assertEquals(lines.pop(), [], "the end of the last line");
  return lines;
}

const asText = (value: unknown) =>
  value === null || value === undefined
    ? null
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);

/** What the database itself says is in a view, in words that two writers have in common. */
async function naively(sql: postgres.Sql, view: string): Promise<string[]> {
  const rows = await sql.unsafe(`SELECT row_to_json(v)::text AS row FROM ${view} AS v`);
  return rows.map(({ row }) => comparable(JSON.parse(row))).sort();
}

function comparable({ symbol_id: _, ...row }: Row): string {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    /^\d{4}-\d\d-\d\dT/.test(String(value)) ? new Date(String(value)).getTime() : value,
  ]);
  return JSON.stringify(entries.sort(([a], [b]) => String(a) < String(b) ? -1 : 1));
}

/** Times as parquet has them, and 64-bit numbers. */
function plainRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === undefined
        ? null
        : value instanceof Date
        ? value.toISOString()
        : typeof value === "bigint"
        ? Number(value)
        : value,
    ]),
  );
}

/** A number with the precision of a `real`, as parquet keeps it. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === "number" ? Math.fround(value) : value;
}

/** Tables that have every type of column among them. */
const OF_EACH_TYPE: readonly string[] = [
  "metrics",
  "alerts",
  "audits",
  "depth_profiles",
  "metrics_1h",
];

const PROMISES: Record<string, Promised> = {
  "gives every row of every table, alike in each format": async ({ address, sql }) => {
    await storeOutputs(address);
    // What programs of before have stored is exported too.
    await sql.unsafe(`
      INSERT INTO metrics_before (symbol, bucket_ms, time, state, mid, best_bid_qty, book_update_id)
        VALUES ('BTCUSDT', 1000, '2024-01-01Z', 'live', 1.5, 0.1, 9000000000000),
          ('BTCUSDT', 1000, '2024-01-02Z', 'stale', NULL, NULL, NULL);
      INSERT INTO metrics_unpartitioned (symbol_id, settings_id, bucket_ms, time, state, mid, imbalance)
        VALUES (1, 1, 1000, '2025-01-01Z', 'live', 2.5, 0.25);
      CREATE TABLE metrics_10s_p20250101 PARTITION OF metrics_10s FOR VALUES FROM ('2025-01-01Z') TO ('2025-01-02Z');
      CREATE TABLE metrics_1m_p202501 PARTITION OF metrics_1m FOR VALUES FROM ('2025-01-01Z') TO ('2025-02-01Z');
      CREATE TABLE metrics_1h_p2025 PARTITION OF metrics_1h FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
      INSERT INTO metrics_10s (symbol_id, settings_id, samples, time, live_ms, mid, counts)
        SELECT 1, settings, 10, '2025-01-01Z'::timestamptz + n * interval '10 s', 9000, n + 0.1, ''
        FROM generate_series(0, 1) settings, generate_series(0, 299) n;
      INSERT INTO metrics_1m (symbol_id, settings_id, samples, time) VALUES (1, 1, 60, '2025-01-01Z');
      INSERT INTO metrics_1h (symbol_id, settings_id, samples, time, ${
      SKETCH_COLUMNS[0]?.name
    }) VALUES (1, 1, 3600, '2025-01-01Z', 'v5)(+,');
      INSERT INTO trades_1s_unpartitioned (symbol_id, incarnation, number, time, state)
        VALUES (1, 1, 1, '2025-01-01Z', 'live');
      INSERT INTO depth_profiles_unpartitioned
          (symbol_id, incarnation, number, time, book_update_id, mid, bucket_bps, bids, asks)
        VALUES (1, 1, 9, '2025-01-01Z', 1, 1.5, 2, '{100,0,1e-8}', '{}')`).simple();
    const { ask, history } = exporter(address);
    for (const { name, columns } of EXPORTED_TABLES) {
      const objects = await objectsOf(await ask(`table=${name}&format=ndjson`));
      assert(objects.length > 0, name);
      const stored = await naively(sql, `${name}_with_market`);
      assertEquals(objects.map(comparable).sort(), stored, name);

      const [head, ...lines] = cellsOf(await (await ask(`table=${name}`)).text());
      assertEquals(head, columns.map((column) => column.name));
      const cells = objects.map((row) => columns.map((column) => asText(row[column.name])));
      assertEquals(lines, cells, name);

      // Each file is made in a thread of its own, which takes its time.
      if (!OF_EACH_TYPE.includes(name)) continue;
      const file = await (await ask(`table=${name}&format=parquet`)).arrayBuffer();
      const packed = await parquetReadObjects({ file }) as Row[];
      const single = new Set(
        columns.filter(({ type }) => ["float4", "float4s", "qtys"].includes(type)).map((column) =>
          column.name
        ),
      );
      const expected = objects.map((row) =>
        Object.fromEntries(
          Object.entries(row).map((
            [key, value],
          ) => [key, single.has(key) ? rounded(value) : value]),
        )
      );
      assertEquals(packed.map(plainRow), expected, name);
    }
    await history.close();
  },

  "reads page by page, in order, each row once": async ({ address, sql }) => {
    await storeOutputs(address);
    await fillMany(sql);
    const { ask, asked, history } = exporter(address);
    const rows = await objectsOf(
      await ask("table=feed_status&symbol=BTCUSDT&format=ndjson&columns=number,time,incarnation"),
    );
    assertEquals(rows.length, MANY + 1);
    assertEquals(
      rows.slice(1).map((row) => row.number),
      Array.from({ length: MANY }, (_, n) => n + 1),
    );
    assert(asked.rowsMax <= PAGE_ROWS_MAX && asked.pages > MANY / PAGE_ROWS_MAX, "pages");
    // Rows that change go by their key.
    const copies = `INSERT INTO alerts SELECT (jsonb_populate_record(alerts,
      jsonb_build_object('alert_id', n))).* FROM alerts, generate_series(1, 1500) n
      WHERE alert_id = 'a/b'`;
    await sql.unsafe(copies);
    const alerts = await objectsOf(await ask("table=alerts&format=ndjson&columns=alert_id,symbol"));
    const kept = await sql`SELECT count(*)::int AS count FROM alerts`;
    assertEquals(alerts.length, kept[0]?.count);
    assertEquals(new Set(alerts.map((row) => row.alert_id)).size, alerts.length);
    const ofOne = await objectsOf(await ask("table=alerts&format=ndjson&symbol=ETHUSDT"));
    assertEquals(ofOne.length, alerts.filter(({ symbol }) => symbol === "ETHUSDT").length);
    await history.close();
  },

  "gives the span, the symbol and the columns that were asked for": async ({ address }) => {
    await storeOutputs(address);
    const { ask, history } = exporter(address);
    const span = `from=${START_MS + 1_000}&to=${START_MS + 3_000}`;
    const response = await ask(`table=metrics&${span}&columns=mid,symbol,time`);
    assertEquals(response.headers.get("content-type"), "text/csv; charset=utf-8");
    assertEquals(response.headers.get("cache-control"), "no-store");
    assertEquals(
      response.headers.get("content-disposition"),
      'attachment; filename="metrics_all_20260801T120001Z_20260801T120003Z.csv"',
    );
    assertEquals(cellsOf(await response.text()), [
      ["mid", "symbol", "time"],
      ["65001.15", "BTCUSDT", "2026-08-01T12:00:01.123Z"],
      ["65002.15", "BTCUSDT", "2026-08-01T12:00:02.123Z"],
      ["65001.15", "ETHUSDT", "2026-08-01T12:00:01.123Z"],
    ]);
    const awkward = await ask("table=feed_status&columns=reason,book_update_id&symbol=BTCUSDT");
    assertStringIncludes(
      await awkward.text(),
      `"${AWKWARD.replaceAll('"', '""')}",9000000000000\n`,
    );
    const empties = await (await ask("table=mutes&columns=reason,created_by&symbol=BTCUSDT"))
      .text();
    assertEquals(empties, 'reason,created_by\n"",\n');

    const head = await ask("table=metrics&format=parquet", { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
    const packed = await ask("table=metrics", { headers: { "accept-encoding": "br, gzip" } });
    assertEquals(packed.headers.get("content-encoding"), "gzip");
    const stream = packed.body?.pipeThrough(new DecompressionStream("gzip"));
    const unpacked = await new Response(stream).text();
    const plain = await (await ask("table=metrics", { headers: { "accept-encoding": "gzip;q=0" } }))
      .text();
    assertEquals(unpacked, plain);
    await history.close();
  },

  "refuses what it cannot give, and says what there is": async ({ address }) => {
    await storeOutputs(address);
    const { ask, desk, history } = exporter(address);
    const refusals: [string, number, string][] = [
      ["", 400, "table is missing"],
      ["table=metric", 400, "is metrics meant?"],
      ["table=metrics&columns=mib", 400, "is mid meant?"],
      ["table=metrics&columns=symbol_id", 400, "column"],
      ["table=metrics&format=xml", 400, "format"],
      ["table=metrics&from=2&to=1", 400, "from must be before to"],
      ["table=metrics&symbol=NOSUCH", 404, "NOSUCH"],
    ];
    for (const [query, status, words] of refusals) {
      const response = await ask(query);
      assertStringIncludes((await response.json()).error, words, query);
      assertEquals(response.status, status, query);
    }
    assertEquals(desk.open, 0);
    await history.close();
  },

  "lets one of each address and four in all, and puts out who takes nothing": async (
    { address, sql },
  ) => {
    await storeOutputs(address);
    await fillMany(sql);
    const { ask, clock, desk, history } = exporter(address);
    const open = (peer: string) => ask("table=feed_status&symbol=BTCUSDT", {}, peer);
    const held = [await open("10.0.0.1"), await open("10.0.0.2"), await open("10.0.0.3")];
    const again = await open("10.0.0.3");
    assertEquals(again.status, 503);
    const { error, code } = await again.json();
    assertStringIncludes(error, "one at a time");
    assertEquals(code, "export_busy");
    held.push(await open("2001:db8::1"));
    assertEquals((await open("10.0.0.5")).status, 503);
    assertEquals(desk.open, 4);
    clock.nowMs += 60_000;
    const late = await open("10.0.0.5");
    assertEquals(late.status, 200);
    assertStringIncludes(await late.text(), "\n");
    assertStringIncludes(
      await held[0]?.text() ?? "",
      "\n# broken off after 100 rows: nothing was taken of it for 60 s, and another one waited\n",
    );
    for (const other of held.slice(1)) await other.body?.cancel();
    assertEquals(desk.open, 0);
    await history.close();
  },

  "is made by the web server's own worker, with its permissions": async ({ address }) => {
    await storeOutputs(address);
    const worker = startWorker(webArgs({ database: address }));
    const url = await addressOf(worker);
    const response = await fetch(`${url}/api/export?table=alerts&format=parquet`);
    const rows = await parquetReadObjects({ file: await response.arrayBuffer() });
    assertEquals(rows.length, 3);
    await worker.drain();
  },

  "holds nothing for a reader who takes nothing": async ({ address, sql }) => {
    await storeOutputs(address);
    await sql.unsafe(
      `INSERT INTO metric_state (symbol_id, incarnation, number, time, metric, memory)
       SELECT 1, 7, n, now(), n, repeat('x', 100000) FROM generate_series(1, 400) n`,
    );
    const { app, asked, desk, history } = exporter(address);
    const limits = { max: 10, maxPerAddress: 10, isProxy: () => false };
    const server = await openServer(
      (request, peer) => app.fetch(request, { peer }),
      { host: "127.0.0.1", port: 0 },
      limits,
      () => {},
    );
    // 40 MB; what the sockets of both sides and one page take is far less.
    const url = `http://127.0.0.1:${server.port}/api/export?table=metric_state&columns=memory`;
    const socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await socket.write(new TextEncoder().encode(`GET ${url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`));
    let before = -1;
    await eventually(() => {
      const isStill = asked.pages === before;
      before = asked.pages;
      return asked.pages > 2 && isStill;
    });
    assertEquals(desk.open, 1);
    // A page has ten of these rows at least, once their size is known, and the first a hundred.
    assert(asked.pages < 20, `${asked.pages} pages were read for nobody`);
    const again = await fetch(url.replace("metric_state", "alerts").replace("memory", "rule"));
    assertEquals(again.status, 503);
    await again.body?.cancel();
    if (address.kind === "server") {
      // The last page may have been asked for a moment ago.
      await eventually(async () => {
        const [held] = await sql`SELECT count(*)::int AS count FROM pg_stat_activity
          WHERE application_name = 'order-book-monitor-web' AND datname = current_database()
            AND (xact_start IS NOT NULL OR state <> 'idle')`;
        return held?.count === 0;
      }, "nothing is held at the server");
    }
    socket.close();
    await eventually(() => desk.open === 0);
    const whole = await (await fetch(url)).text();
    assertEquals(whole.length > 40_000_000, true);
    await server.close(1_000);
    await history.close();
  },
};

testOnBothDatabases("GET /api/export", PROMISES);
