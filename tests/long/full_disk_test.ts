/** A disk that is full: when a database is to be made on it, while it is written to, and under a whole monitor. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { Health } from "../../web/health.ts";
import { startEmbeddedStore, startStoreActor } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { LoopDisk } from "../support/loop_disk.ts";
import { startMonitor } from "../support/monitor.ts";
import { loopDevice } from "../support/services.ts";
import { storedMetrics } from "../support/stored_rows.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const INTERVAL_MS = 100;
/** Rows of each symbol that wait while nothing can be written, spool included. */
const WAITING_MIN = 100;
const DEADLINE_MS = 120_000;

async function onDisk(megabytes: number, test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "obm-full-" });
  const disk = await LoopDisk.create(folder, megabytes);
  try {
    await test(disk.path);
  } finally {
    await disk.remove();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes until nothing fits any more. */
async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, append: true });
  for (const bytes of [new Uint8Array(1024 * 1024), new Uint8Array(4096)]) {
    try {
      while (true) await file.write(bytes);
    } catch (error) {
      // Full, in steps of this size.
      if (!(error instanceof Error && /space/i.test(error.message))) throw error;
    }
  }
  await file.sync().catch(() => {});
}

if (loopDevice !== null) {
  Deno.test("store: a disk too small for a database ends the start with one line, and leaves nothing there", () =>
    onDisk(28, async (path) => {
      const actor = startStoreActor(path, path);
      const { reason } = await actor.report("fatal");
      assertMatch(
        reason,
        /^DATA_DIR: no database can be made in .*\/pgdata \(.*[Nn]o space left.*\): make room there/,
      );
      assertEquals(reason.includes("\n"), false);
      actor.crash();
      assertEquals(Array.from(Deno.readDirSync(path), ({ name }) => name), ["lost+found"]);
    }));

  Deno.test("store: a disk that becomes full takes no acknowledged row, and the database goes on when there is room", () =>
    onDisk(200, async (path) => {
      const store = await startEmbeddedStore(path);
      const writer = store.client({ max: 1 });
      const reader = store.client({
        max: 1,
        fetch_types: false,
        connection: { default_transaction_read_only: true },
      });
      await writer`CREATE TABLE t (n int, text text)`;
      await Deno.writeFile(`${path}/ballast`, new Uint8Array(40 * 1024 * 1024));
      let written = 0;
      const read = () =>
        reader`SELECT count(*)::int AS count FROM t`
          .then(([row]) => String(row?.count), (error: { code: string }) => error.code);
      const write = () =>
        writer`INSERT INTO t SELECT n, repeat('x', 300) FROM generate_series(1, 200) n`
          .then(() => written += 200).then(() => "", (error: { code: string }) => error.code);
      // As it is written to, and not only by others, it fills to the bound.
      await eventually(async () => await write() === "53100", "the disk is full", 120_000);
      await fill(`${path}/filler`);
      for (let n = 0; n < 50; n++) assertEquals(await write(), "53100");
      assertEquals(await read(), "53100");
      await Deno.remove(`${path}/filler`);
      // What the table took is still taken: a little room, as an operator would make it.
      await Deno.remove(`${path}/ballast`);
      assertEquals(await read(), `${written}`);
      assertEquals(await write(), "");
      await store.stop();
      await fill(`${path}/filler`);
      const waiting = await startEmbeddedStore(path);
      await waiting.actor.untilGauges(({ isOpen }) => isOpen === 0);
      await Deno.remove(`${path}/filler`);
      await waiting.actor.untilGauges(({ isOpen }) => isOpen === 1);
      const again = waiting.client({ max: 1 });
      assertEquals((await again`SELECT count(*)::int AS count FROM t`)[0]?.count, written);
      await Promise.all([writer, reader, again].map((sql) => sql.end()));
      await waiting.stop();
    }));

  Deno.test("monitor: a disk that becomes full is told everywhere, and once there is room nothing is missing", () =>
    onDisk(200, async (path) => {
      const exchange = await startExchange({
        source: { kind: "simulate", symbols: SYMBOLS, seed: 7 },
      });
      const monitor = startMonitor({
        DATA_DIR: `${path}/data`,
        SYMBOLS: SYMBOLS.join(","),
        METRICS_INTERVAL_MS: String(INTERVAL_MS),
        EXCHANGE_REST_URL: exchange.restUrl,
        EXCHANGE_WS_URL: exchange.wsUrl,
      });
      try {
        const url = await monitor.url();
        let health: Health | null = null;
        const until = (what: string, holds: (health: Health) => boolean) =>
          eventually(
            async () => {
              // 503 tells as well.
              const answer = await fetch(`${url}/healthz`);
              health = await answer.json() as Health;
              return holds(health);
            },
            what,
            DEADLINE_MS,
          ).catch((cause) => {
            throw new Error(`${JSON.stringify(health)}\n${monitor.log()}`, { cause });
          });
        const waiting = ({ symbols, children }: Health) =>
          children.filter(({ actorId }) => actorId.startsWith("symbol:"))
            .every(({ gauges }) => (gauges["writerUnacked"] ?? 0) >= WAITING_MIN) &&
          symbols.length === SYMBOLS.length;
        await until(
          "rows are stored",
          ({ storage, writer }) =>
            storage.word === "stored" && (writer?.["rowsWritten"] ?? 0) > 100,
        );
        await fill(`${path}/filler`);
        await until(
          "it is told",
          ({ status, storage }) =>
            status !== "ok" && storage.word === "not stored" &&
            storage.reasons.some((reason) => reason.includes("its disk is full")),
        );
        await until("rows wait in memory", waiting);
        await Deno.remove(`${path}/filler`);
        await until("all is well again", ({ storage }) => storage.word === "stored");
        await until(
          "what waited is stored",
          ({ children }) => children.every(({ gauges }) => (gauges["writerUnacked"] ?? 0) < 20),
        );
        assertEquals(await monitor.end("SIGTERM"), 0);
      } finally {
        await monitor.end("SIGKILL");
        await exchange.stop();
      }
      const begins = monitor.log().split("\n").filter((line) =>
        /ERROR .*nothing is stored or read/.test(line)
      );
      assertEquals(begins.length, 1, monitor.log());
      assert(!/put out|at file:/.test(monitor.log()), monitor.log());
      const rows = await storedMetrics(`${path}/data`);
      for (const symbol of SYMBOLS) {
        const times = rows.filter((row) => row.symbol === symbol).map(({ timeMs }) => timeMs);
        const first = times[0] ?? 0;
        assert(times.length > WAITING_MIN, symbol);
        assertEquals(times, times.map((_, n) => first + n * INTERVAL_MS), symbol);
      }
    }));
}
