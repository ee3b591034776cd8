/** Twenty kills of the embedded store in the middle of a statement, and twenty of the whole monitor. */
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { startWriter, SymbolPort } from "../integration/writer_stage.ts";
import { endProcess } from "../support/child_process.ts";
import { embeddedClient } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, startMonitor } from "../support/monitor.ts";
import { startStoreProcess } from "../support/power_cuts.ts";
import { randomOf } from "../support/random.ts";
import { storedMetrics } from "../support/stored_rows.ts";
import { bucketFrame, delivery } from "../writer/outputs.ts";

interface Answer {
  readonly columns: { readonly timeMs: number[]; readonly state: (string | null)[] };
}

const KILLS = 20;
const ROWS = 200;
/** Deliveries on their way at a time: more than a statement takes, so that there is always one under way. */
const WINDOW = 16;

function chance(): () => number {
  const seed = Deno.env.get("SEED") ?? String(crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`SEED=${seed}`);
  return randomOf(Number(seed));
}

Deno.test("store: twenty kills in the middle of a statement lose and double no row that the writer acknowledges", async () => {
  const random = chance();
  const dataDir = await Deno.makeTempDir({ prefix: "obm-kills-" });
  const socketDir = await Deno.makeTempDir({ prefix: "obm-kills-socket-" });
  let store = await startStoreProcess(dataDir, socketDir);
  // Without a spool an acknowledgement is a commit.
  const writer = startWriter({ spoolMaxMb: 0, database: { kind: "embedded", socketDir } });
  const symbol = new SymbolPort(writer);
  let [sent, goesOn] = [0, true];
  const load = (async () => {
    while (goesOn) {
      const seq = ++sent;
      symbol.send(
        delivery(seq, Array.from({ length: ROWS }, (_, n) => bucketFrame(ROWS * seq + n))),
      );
      if (seq > WINDOW) await symbol.acked(seq - WINDOW);
    }
  })();
  for (let kill = 0; kill < KILLS; kill++) {
    const wanted = sent + 1 + Math.floor(random() * 60);
    await eventually(() => sent >= wanted, "the load goes on", 60_000);
    const acknowledged = symbol.acks.at(-1) ?? 0;
    await endProcess(store, "SIGKILL");
    store = await startStoreProcess(dataDir, socketDir);
    const sql = embeddedClient(socketDir, { max: 1 });
    const [row] = await sql`SELECT count(*)::int AS count FROM metrics`;
    await sql.end();
    console.log(
      `kill ${kill}: ${ROWS * acknowledged} rows were acknowledged, ${row?.count} are there`,
    );
    assert((row?.count ?? 0) >= ROWS * acknowledged);
  }
  goesOn = false;
  await load;
  await symbol.acked(sent);
  const sql = embeddedClient(socketDir, { max: 1 });
  const [row] =
    await sql`SELECT count(*)::int AS count, count(DISTINCT (symbol_id, time))::int AS times
    FROM metrics`;
  assertEquals({ ...row }, { count: ROWS * sent, times: ROWS * sent });
  await sql.end();
  symbol.close();
  await writer.drain();
  await endProcess(store, "SIGTERM");
  await Deno.remove(dataDir, { recursive: true });
  await Deno.remove(socketDir, { recursive: true });
});

Deno.test("monitor: twenty kills of the process take no row that was there to be read, and double none", async () => {
  const random = chance();
  const dataDir = await Deno.makeTempDir({ prefix: "obm-kills-" });
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 7 },
  });
  const environment = {
    DATA_DIR: dataDir,
    SYMBOLS: "BTCUSDT,ETHUSDT",
    METRICS_INTERVAL_MS: "100",
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
  };
  const seen = new Set<string>();
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const monitor = startMonitor(environment);
      try {
        const url = await monitor.url();
        const wanted = seen.size + 20 + Math.floor(random() * 80);
        await eventually(
          async () => {
            for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
              for (const timeMs of await newest(url, symbol)) seen.add(`${symbol} ${timeMs}`);
            }
            return seen.size >= wanted;
          },
          "rows are stored",
          120_000,
        );
      } finally {
        await monitor.end("SIGKILL");
      }
    }
    const stored = (await storedMetrics(dataDir)).map(({ symbol, timeMs }) =>
      `${symbol} ${timeMs}`
    );
    const there = new Set(stored);
    console.log(`${seen.size} rows were read before a kill, ${stored.length} are stored`);
    assertEquals(stored.length, there.size);
    assertEquals([...seen].filter((row) => !there.has(row)), []);
  } finally {
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});

/** Times of the last rows of a symbol as history has them, not those of its holes; none before it can be asked. */
async function newest(url: string, symbol: string): Promise<number[]> {
  const from = Date.now() - 20_000;
  const path = `/api/metrics?symbol=${symbol}&from=${from}&columns=mid&limit=500`;
  const answer = await getJson<Answer>(url + path).catch(() => null);
  if (answer === null) return [];
  const { timeMs, state } = answer.columns;
  return timeMs.filter((_, i) => state[i] !== null);
}
