/** What a peer of the monitor does with the same exchange: how long an update takes to its callback, what it costs, what it notices. */
import { findPostgresBin, startPostgres } from "../../../tests/support/postgres_server.ts";
import { benchSymbols } from "../bench_symbols.ts";
import { ChildError, startExchangeProcess } from "../child_process.ts";
import { endsWithBench } from "../ending.ts";
import { pause, until } from "../pause.ts";
import { percentilesOf } from "../statistics.ts";
import { cpuDuring, memoryOf, secondsPerSymbolMinute } from "../watched_process.ts";
import { countNoticed } from "./losses.ts";
import { type Peer, versionOf } from "./peer_packages.ts";
import { type PeerProcess, startPeer } from "./peer_process.ts";
import type { Contestant } from "./contest.ts";

/** A peer has a book of each symbol within this, and each more. */
const BOOKS_MS = 60_000;
const BOOKS_MS_EACH = 1_000;
/** As a monitor has it: everything is compiled by then. */
const WARM_MS = 10_000;
const POLL_MS = 250;
/** As cryptofeed's examples have it. */
const BOOK_TABLE = `CREATE TABLE book (id serial PRIMARY KEY, timestamp TIMESTAMP,
  receipt_timestamp TIMESTAMP, exchange VARCHAR(32), symbol VARCHAR(32), data JSONB)`;

/** One run, with an exchange of its own. @throws {ChildError} where the peer cannot be had or has no books in time. */
export async function measurePeer(
  peer: Peer,
  count: number,
  seconds: number,
): Promise<Contestant> {
  const symbols = benchSymbols(count);
  const exchange = await startExchangeProcess(["--simulate", symbols.join(",")]);
  try {
    const store = peer === "cryptofeed" ? await startStore() : null;
    try {
      const { restUrl, wsUrl } = exchange;
      const task = { restUrl, wsUrl, symbols, database: store?.database ?? null };
      const running = await startPeer(peer, task);
      try {
        await hasBooks(running, count);
        await pause(WARM_MS);
        running.takeLatencies();
        const { result: latencies, ms, cpuMs } = await cpuDuring(
          running.pid,
          () => pause(seconds * 1_000).then(running.takeLatencies),
        );
        const { rss } = await memoryOf(running.pid);
        // Its lines come once a second.
        const notices = () => Promise.resolve(running.notices());
        return {
          symbols: count,
          name: `${peer} ${versionOf(peer)}`,
          place: "its callback",
          ...percentilesOf(latencies),
          updates: latencies.length,
          cpuSecondsPerSymbolMinute: secondsPerSymbolMinute(cpuMs, ms, count),
          rss,
          noticed: await countNoticed(exchange, symbols[0] ?? "", notices),
          said: running.said(),
          stored: await store?.rows() ?? null,
        };
      } finally {
        await running.stop();
      }
    } finally {
      await store?.stop();
    }
  } finally {
    await exchange.stop();
  }
}

async function hasBooks(peer: PeerProcess, count: number): Promise<void> {
  const hasAll = () => peer.books() >= count;
  if (await until(hasAll, BOOKS_MS + count * BOOKS_MS_EACH, POLL_MS)) return;
  const said = peer.said() ?? peer.errors();
  throw new ChildError(`it has ${peer.books()} of ${count} books, and said: ${said}`);
}

/** A PostgreSQL of its own for what a peer stores; `null`: there is none here. */
async function startStore() {
  if (findPostgresBin() === null) return null;
  const server = await startPostgres();
  const stop = endsWithBench(() => server.stop());
  const { default: postgres } = await import("postgres");
  const sql = postgres(server.url, { onnotice: () => {} });
  await sql.unsafe(BOOK_TABLE);
  return {
    database: { port: server.port, user: "postgres", name: "postgres" },
    rows: async () => Number((await sql`SELECT count(*) FROM book`)[0]?.["count"] ?? NaN),
    stop: async () => {
      await sql.end();
      await stop();
    },
  };
}
