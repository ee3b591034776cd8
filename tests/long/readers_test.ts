/**
 * 24 readers of the longest range that is read from rows for a minute, on both kinds of store: rows are stored in time, every answer is
 * right or a 503 that says when to come again, and when they have left all is as before.
 */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import postgres from "postgres";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { embeddedClient, startEmbeddedStore } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { fillHistory } from "../support/long_history.ts";
import { startMonitor } from "../support/monitor.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";

const READERS = 24;
const RUN_MS = Number(Deno.env.get("READERS_MS") ?? 60_000);
const DAY_ROWS = 86_400;
/** So many that bins are shorter than any that are rolled up. */
const POINTS = 10_000;
/** A row may be late by as much, and all is well again within as much. */
const LATE_MAX_MS = 2_000;
const PAUSE_MS = 200;
const LOOK_MS = 50;
/** Of the monitor's log, when something went wrong. */
const SHOWN_CHARS = 5_000;

interface Place {
  readonly environment: Readonly<Record<string, string>>;
  /** Of whoever looks when a row has come. */
  readonly onlooker: () => Promise<postgres.Sql>;
  readonly remove: () => Promise<void>;
}

async function embedded(endMs: number): Promise<Place> {
  const store = await startEmbeddedStore();
  const sql = store.client({ max: 1 });
  await fillHistory({ kind: "embedded", socketDir: store.socketDir }, sql, DAY_ROWS, endMs);
  await sql.end();
  await store.stop();
  const temporary = await Deno.makeTempDir();
  return {
    environment: { DATA_DIR: store.dataDir, TMPDIR: temporary },
    onlooker: async () => {
      for await (const { name } of Deno.readDir(temporary)) {
        if (name.startsWith("order-book-monitor-")) {
          return embeddedClient(`${temporary}/${name}`, { max: 1 });
        }
      }
      throw new Error(`No socket of the store in ${temporary}`);
    },
    remove: async () => {
      await store.remove();
      await Deno.remove(temporary, { recursive: true });
    },
  };
}

async function server(endMs: number): Promise<Place> {
  const { url, drop } = await freshDatabase();
  const connect = () => postgres(url, { max: 1, onnotice: () => {} });
  const sql = connect();
  await fillHistory(serverAt(url), sql, DAY_ROWS, endMs);
  await sql`ANALYZE`;
  await sql.end();
  const dataDir = await Deno.makeTempDir();
  return {
    environment: { DATABASE_URL: url, DATA_DIR: dataDir },
    onlooker: () => Promise.resolve(connect()),
    remove: async () => {
      await drop();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Looks again and again which row is the newest, until it is told to stop; how late each was seen. */
function watchRows(sql: postgres.Sql, fromMs: number) {
  const late: number[] = [];
  let isOver = false;
  const watching = (async () => {
    let seenMs = fromMs;
    while (!isOver) {
      const [row] = await sql`SELECT (extract(epoch FROM max(time)) * 1000)::float8 AS ms
        FROM metrics WHERE symbol_id = 1`;
      const nowMs = Date.now();
      for (; seenMs + 1_000 <= Number(row?.ms); seenMs += 1_000) late.push(nowMs - seenMs - 1_000);
      await delay(LOOK_MS);
    }
  })();
  // Whoever stops it is told what went wrong.
  watching.catch(() => {});
  return {
    late,
    stop: async () => {
      isOver = true;
      await watching;
    },
  };
}

const quantile = (sorted: readonly number[], q: number) =>
  Math.round(sorted[Math.floor(q * (sorted.length - 1))] ?? NaN);

const PLACES = [
  { name: "the embedded store", ignore: false, open: embedded },
  { name: "PostgreSQL", ignore: postgresUrl === null, open: server },
];
for (const { name, ignore, open } of PLACES) {
  Deno.test({
    name: `${READERS} readers of a day hold up neither ${name} nor each other's right answers`,
    ignore,
    fn: async () => {
      const endMs = Math.floor(Date.now() / 1_000) * 1_000 - 120_000;
      const place = await open(endMs);
      const source = { kind: "simulate", symbols: ["BTCUSDT"], seed: 2 } as const;
      const exchange = await startExchange({ source, faults: {} });
      const monitor = startMonitor({
        SYMBOLS: "BTCUSDT",
        EXCHANGE_REST_URL: exchange.restUrl,
        EXCHANGE_WS_URL: exchange.wsUrl,
        ...place.environment,
      });
      try {
        const url = await monitor.url();
        const range = `from=${endMs - DAY_ROWS * 1_000}&to=${endMs}&limit=${POINTS}`;
        const day = `${url}/api/metrics?symbol=BTCUSDT&columns=mid,imbalance&${range}`;
        const page = () => fetch(`${url}/api/metrics?symbol=BTCUSDT`);
        const newest = async () => {
          const response = await page();
          const { columns } = await response.json();
          return response.ok ? Number(columns.timeMs.at(-1)) : 0;
        };
        await eventually(async () => await newest() > endMs + 10_000, "rows are stored", 120_000);
        let [aloneMs, right] = [0, ""];
        // A machine that others keep busy may need more than one try.
        await eventually(
          async () => {
            const askedMs = performance.now();
            const alone = await fetch(day);
            right = await alone.text();
            aloneMs = performance.now() - askedMs;
            return alone.status === 200;
          },
          "a day is read",
          180_000,
        );
        const { timeMs, mid } = JSON.parse(right).columns;
        // Of nine seconds; the first bin may begin before the range.
        assert(timeMs.length === 9_600 || timeMs.length === 9_601, `${timeMs.length} points`);
        assertEquals(timeMs.at(-1), endMs);
        console.log(`${name}: a day, alone: ${Math.round(aloneMs)} ms`);
        assert(mid.every((value: number) => value >= 0 && value < 1_000));

        const sql = await place.onlooker();
        const rows = watchRows(sql, await newest());
        const leaver = new AbortController();
        const outcomes = new Map<string, number>();
        const read = async () => {
          while (!leaver.signal.aborted) {
            const response = await fetch(day, { signal: leaver.signal });
            const body = await response.text();
            const isRight = response.status === 200
              ? body === right
              : response.status === 503 && response.headers.has("retry-after");
            const what = isRight ? String(response.status) : `${response.status} ${body}`;
            outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
            await delay(PAUSE_MS);
          }
        };
        const readers = Array.from({ length: READERS }, () => read().catch(() => {}));
        await delay(RUN_MS);
        leaver.abort();
        const leftMs = performance.now();
        // When the one was asked that is answered as before.
        let normalMs = Infinity;
        await eventually(async () => {
          const askedMs = performance.now() - leftMs;
          const [short, long] = await Promise.all([page(), fetch(day)]);
          await short.body?.cancel();
          const text = await long.text();
          if (short.ok && long.ok) normalMs = askedMs;
          return normalMs < Infinity && text === right;
        }, "answers as before");
        await Promise.all(readers);
        await rows.stop();
        await sql.end();
        const late = rows.late.toSorted((a, b) => a - b);
        console.log(
          `${name}: ${
            JSON.stringify(Object.fromEntries(outcomes))
          }; ${late.length} rows, late by ` +
            `p50 ${quantile(late, 0.5)}, p99 ${quantile(late, 0.99)}, max ${
              quantile(late, 1)
            } ms; ` +
            `as before ${Math.round(normalMs)} ms after they had left`,
        );
        assert([...outcomes.keys()].every((what) => what === "200" || what === "503"));
        assert((outcomes.get("200") ?? 0) > 0, "some were answered");
        assert(late.length >= RUN_MS / 1_000 - 2, `${late.length} rows`);
        assert(normalMs <= LATE_MAX_MS, `as before only ${normalMs} ms after they had left`);
        assert((late.at(-1) ?? 0) <= LATE_MAX_MS, `a row was late by ${late.at(-1)} ms`);
        assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
        const errors = monitor.log().split("\n").filter((line) => line.includes(" ERROR "));
        assertEquals(errors, [], "who leaves is nobody's error");
      } catch (cause) {
        throw new Error(`The monitor said: ${monitor.log().slice(-SHOWN_CHARS)}`, { cause });
      } finally {
        await monitor.end("SIGKILL");
        await exchange.stop();
        await place.remove();
      }
    },
  });
}
