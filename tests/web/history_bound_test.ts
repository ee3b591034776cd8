/** What history asks of a database that does not answer, and what becomes of it. */
import { assert, assertEquals } from "@std/assert";
import postgres from "postgres";
import { Database } from "../../actors/writer/postgres.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { createApp } from "../../web/app.ts";
import {
  CONNECTIONS_MAX,
  LONG_READS_MAX,
  PostgresHistory,
  QUERIES_MAX,
  RUNNING_MAX,
} from "../../web/history.ts";
import { appOptions } from "./app_stage.ts";
import { createHub } from "./hub_stage.ts";
import { pointsOf } from "./point_columns.ts";
import { alertsQuery } from "./questions.ts";
import { onStage } from "../store/gateway_stage.ts";
import { query } from "../store/wire_client.ts";
import { eventually } from "../support/eventually.ts";
import { openServer } from "../../web/server.ts";
import { START_MS } from "../support/outputs.ts";
import { makePartitions } from "../support/partitions.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";
import { patientHistory } from "../support/patient_history.ts";

/** A server never ends a query by itself here: who wants it to end must cancel it. */
const NEVER_MS = 600_000;
const HASTY = { readerMs: 100, statementMs: NEVER_MS };

const LATE = "the database did not answer within 0.1 s";
const FULL = `${QUERIES_MAX} queries wait already: try again in a moment`;

const ask = (history: PostgresHistory) => history.alerts(alertsQuery());

/** Asks so many times at once; how often each refusal came, `answered` for none. */
async function askMany(history: PostgresHistory, count: number): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  const asked = Array.from(
    { length: count },
    () => ask(history).then(() => "answered", (error: Error) => error.message),
  );
  for (const outcome of await Promise.all(asked)) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

async function migrate(address: DatabaseAddress): Promise<void> {
  const writer = new Database(address, "test");
  await writer.open();
  await writer.close();
}

/** A server whose tables are locked. */
interface LockedServer {
  readonly url: string;
  unlock(): Promise<void>;
  lock(): Promise<void>;
  /** Of history, at the server. */
  connections(): Promise<number>;
  /** Statements of history that run there, the lock that they wait for included. */
  statements(): Promise<number>;
}

function onLockedServer(name: string, test: (server: LockedServer) => Promise<void>): void {
  Deno.test({
    name,
    ignore: postgresUrl === null,
    fn: async () => {
      const { url, drop } = await freshDatabase();
      await migrate(serverAt(url));
      const locker = postgres(url, { max: 1, onnotice: () => {} });
      const onlooker = postgres(url, { max: 1, onnotice: () => {} });
      const count = async (condition: string) => {
        const [row] = await onlooker.unsafe(`SELECT count(*)::int AS count FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'order-book-monitor-web'
            AND ${condition}`);
        return Number(row?.count);
      };
      const lock = async () => {
        await locker.unsafe("BEGIN; LOCK TABLE alerts IN ACCESS EXCLUSIVE MODE").simple();
      };
      await lock();
      try {
        await test({
          url,
          lock,
          unlock: async () => {
            await locker.unsafe("COMMIT");
          },
          connections: () => count("true"),
          statements: () => count("state = 'active'"),
        });
      } finally {
        await locker.end({ timeout: 1 });
        await onlooker.end({ timeout: 1 });
        await drop();
      }
    },
  });
}

onLockedServer(
  "PostgresHistory cancels at the server what took too long, wave after wave, over two connections",
  async ({ url, unlock, connections, statements }) => {
    const history = new PostgresHistory(serverAt(url), HASTY);
    // With those of the wave before that are not over yet, no more than may be under way.
    const wave = QUERIES_MAX - RUNNING_MAX;
    for (let waves = 0; waves < 3; waves++) {
      assertEquals(await askMany(history, wave), { [LATE]: wave });
      assert(await connections() <= CONNECTIONS_MAX);
      await eventually(async () => await statements() === 0, "no statement runs at the server");
    }
    await unlock();
    await eventually(async () => (await askMany(history, 1)).answered === 1);
    await history.close();
  },
);

onLockedServer(
  "PostgresHistory keeps the place of a query that it could not cancel until that is over",
  async ({ url, lock, unlock, connections, statements }) => {
    // Through the relay come the connections of history, and then nobody: no request to cancel.
    const relay = startRelay(url);
    await unlock();
    const history = new PostgresHistory(serverAt(relay.url), HASTY);
    await eventually(async () => {
      // One that was late may hold its place still.
      const { answered } = await askMany(history, RUNNING_MAX);
      return answered === RUNNING_MAX && await connections() === RUNNING_MAX;
    });
    relay.stopListening();
    await lock();
    assertEquals(await askMany(history, QUERIES_MAX), { [LATE]: QUERIES_MAX });
    for (let waves = 0; waves < 2; waves++) {
      assertEquals(await askMany(history, QUERIES_MAX), {
        [LATE]: QUERIES_MAX - RUNNING_MAX,
        [FULL]: RUNNING_MAX,
      });
    }
    assertEquals(await connections(), RUNNING_MAX);
    await eventually(async () => await statements() === RUNNING_MAX, "all wait at the server");
    await unlock();
    await eventually(async () => (await askMany(history, QUERIES_MAX)).answered === QUERIES_MAX);
    await history.close();
    await relay.end();
  },
);

onLockedServer(
  "GET /api/alerts: a reader that leaves takes its query with it",
  async ({ url, statements }) => {
    const history = patientHistory(serverAt(url));
    const app = createApp(createHub({ silentAfterMs: 10_000 }), history, appOptions());
    const limits = { max: 10, maxPerAddress: 10, isProxy: () => false };
    const answer = (request: Request, peer: string) => app.fetch(request, { peer });
    const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, limits, () => {});
    const leaver = new AbortController();
    const address = `http://127.0.0.1:${server.port}`;
    const reading = ["alerts", "alerts?symbol=BTCUSDT"].map((path) =>
      fetch(`${address}/api/${path}`, leaver).catch(() => "left")
    );
    await eventually(async () => await statements() === reading.length);
    leaver.abort();
    assertEquals(await Promise.all(reading), ["left", "left"]);
    await eventually(async () => await statements() === 0, "no statement runs at the server");
    await server.close(1_000);
    await history.close();
  },
);

onLockedServer(
  "PostgresHistory.close() leaves nothing running at the server",
  async ({ url, connections, statements }) => {
    const history = patientHistory(serverAt(url));
    const outcomes = askMany(history, QUERIES_MAX);
    await eventually(async () => await statements() === RUNNING_MAX);
    await history.close();
    assertEquals(await outcomes, { "the web server is stopping": QUERIES_MAX });
    await eventually(async () => await connections() === 0, "no connection is left at the server");
  },
);

Deno.test("PostgresHistory takes back from an embedded store what waits there and nobody waits for", () =>
  onStage({ heldIdleMaxMs: NEVER_MS }, async ({ gateway, path, client }) => {
    const address = { kind: "embedded", socketDir: path.slice(0, path.lastIndexOf("/")) } as const;
    await migrate(address);
    const patient = patientHistory(address);
    const groupsBefore = gateway.gauges().groups;
    await ask(patient);
    const groupsOfOne = gateway.gauges().groups - groupsBefore;
    const history = new PostgresHistory(address, HASTY);
    const holder = await client();
    await holder.send(query("BEGIN"));
    await holder.types();
    const groups = gateway.gauges().groups;
    for (let waves = 0; waves < 3; waves++) {
      // Those of the wave before may not have left their places yet.
      const { [LATE]: late = 0, [FULL]: full = 0, ...others } = await askMany(history, QUERIES_MAX);
      assertEquals([late + full, others], [QUERIES_MAX, {}]);
      assert(full <= RUNNING_MAX, `${full} refused`);
      await eventually(() => gateway.gauges().waiting === 0);
    }
    await holder.send(query("COMMIT"));
    await holder.types();
    await ask(patient);
    // The end of the transaction, and what was asked now: of all the others nothing was run.
    assertEquals(gateway.gauges().groups - groups, 1 + groupsOfOne);
    // The places are free again.
    await eventually(async () => (await askMany(history, 1)).answered === 1);
    await history.close();
    await patient.close();
  }));

/** A long range: rows, and the points that they are folded to, shorter than any roll-up has them. */
const LONG = { rows: 50_000, binMs: 5_000 };

async function fillLong(sql: postgres.Sql): Promise<void> {
  await sql`INSERT INTO symbols VALUES (1, 'binance_spot', 'BTCUSDT')`;
  await makePartitions(sql, "metrics", START_MS, START_MS + LONG.rows * 1_000);
  await sql.unsafe(`INSERT INTO metrics (symbol_id, settings_id, time, bucket_ms, state, mid)
    SELECT 1, 1, to_timestamp(${START_MS / 1_000} + n), 1000, 'live', n % 1000
    FROM generate_series(1, ${LONG.rows}) n`);
}

const askLong = (
  history: PostgresHistory,
  reader?: AbortSignal,
  column: MetricName = "mid",
) =>
  pointsOf(history, {
    symbol: "BTCUSDT",
    fromMs: START_MS,
    toMs: START_MS + LONG.rows * 1_000,
    limit: LONG.rows * 1_000 / LONG.binMs,
    columns: [column],
  }, reader);

Deno.test("PostgresHistory reads long ranges one at a time, before nobody, and none for who has left", () =>
  onStage({}, async ({ gateway, path, sql }) => {
    const address = { kind: "embedded", socketDir: path.slice(0, path.lastIndexOf("/")) } as const;
    await migrate(address);
    const writer = sql({ max: 1 });
    await fillLong(writer);
    const history = patientHistory(address);
    const groups = () => gateway.gauges().groups ?? NaN;
    const groupsOf = async (act: () => Promise<unknown>) => {
      const before = groups();
      await act();
      return groups() - before;
    };
    // Its connections are made.
    await askMany(history, QUERIES_MAX);
    await askLong(history);
    const groupsOfOne = await groupsOf(() => ask(history));
    const groupsOfLong = await groupsOf(() => askLong(history));
    assert(groupsOfLong >= 2 * groupsOfOne, `it was read by ${groupsOfLong} groups`);

    const leaver = new AbortController();
    const readers = Array.from(
      { length: 24 },
      () => askLong(history, leaver.signal).then(() => "answered", (error: Error) => error.message),
    );
    const outcomes: string[] = [];
    const oneIsAnswered = Promise.withResolvers<void>();
    for (const reader of readers) {
      void reader.then((outcome) => {
        outcomes.push(outcome);
        if (outcome === "answered") oneIsAnswered.resolve();
      });
    }
    const busyFrom = groups();
    await oneIsAnswered.promise;
    // A page that opens meanwhile does not wait for the others, nor does the writer.
    assertEquals((await askMany(history, 1)).answered, 1);
    await writer`SELECT 1`;
    assert(outcomes.filter((outcome) => outcome === "answered").length < LONG_READS_MAX);
    assert(groups() - busyFrom < 24 * groupsOfLong);

    const afterLeaving = await groupsOf(async () => {
      leaver.abort();
      await Promise.all(readers);
      await eventually(() => gateway.gauges().waiting === 0);
      assertEquals((await askMany(history, 1)).answered, 1);
    });
    // What is asked now, and at most one statement that was under way in each place.
    assert(afterLeaving <= (1 + CONNECTIONS_MAX) * groupsOfOne, `${afterLeaving} groups were run`);
    const left = outcomes.filter((outcome) => outcome === "its reader has left").length;
    const refused = outcomes.filter((outcome) =>
      /^(3 long ranges|16 queries)/.test(outcome)
    ).length;
    assert(left > 0 && refused > 0, outcomes.join("; "));
    await history.close();
  }));

Deno.test("PostgresHistory asks no further slice for a reader who leaves while one is read", async () => {
  const leaver = new AbortController();
  let slices = 0;
  let leaves = false;
  const onGroup = (group: Uint8Array) => {
    const text = new TextDecoder().decode(group);
    // The reader that leaves is the one that asks for mid.
    if (!text.includes("FROM metrics") || !/\bmid\b/.test(text)) return;
    slices += 1;
    if (leaves) leaver.abort();
  };
  await onStage({ onGroup }, async ({ path, sql }) => {
    const address = { kind: "embedded", socketDir: path.slice(0, path.lastIndexOf("/")) } as const;
    await migrate(address);
    await fillLong(sql({ max: 1 }));
    const history = patientHistory(address);
    await askLong(history);
    assert(slices >= 2, `a whole answer is read in ${slices} slices`);
    [slices, leaves] = [0, true];
    const outcome = await askLong(history, leaver.signal).catch((error: Error) => error.message);
    assertEquals(outcome, "its reader has left");
    // Its place is free when all that is asked for it is over: then a reader after it is answered.
    await askLong(history, undefined, "spread");
    assertEquals(slices, 1);
    await history.close();
  });
});

Deno.test("PostgresHistory answers a long range as one statement would", () =>
  onStage({}, async ({ path, sql }) => {
    const address = { kind: "embedded", socketDir: path.slice(0, path.lastIndexOf("/")) } as const;
    await migrate(address);
    await fillLong(sql({ max: 1 }));
    const history = patientHistory(address);
    const { timeMs, values } = await askLong(history);
    const bins = LONG.rows * 1_000 / LONG.binMs;
    const rowsEach = LONG.binMs / 1_000;
    assertEquals(timeMs, Array.from({ length: bins }, (_, i) => START_MS + (i + 1) * LONG.binMs));
    const mean = (i: number) =>
      Array.from({ length: rowsEach }, (_, n) => (i * rowsEach + n + 1) % 1_000)
        .reduce((sum, n) => sum + n) / rowsEach;
    assertEquals(values.mid, timeMs.map((_, i) => mean(i)));
    await history.close();
  }));

/** A way to the server that can be closed for those who are not on it yet. */
function startRelay(serverUrl: string) {
  const server = new URL(serverUrl);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pipes: Promise<unknown>[] = [];
  const accepting = (async () => {
    for await (const client of listener) {
      const onward = await Deno.connect({ hostname: server.hostname, port: Number(server.port) });
      pipes.push(
        Promise.allSettled([
          client.readable.pipeTo(onward.writable),
          onward.readable.pipeTo(client.writable),
        ]),
      );
    }
  })();
  const url = new URL(serverUrl);
  url.port = String(listener.addr.port);
  return {
    url: url.href,
    stopListening: () => listener.close(),
    end: async () => {
      await accepting;
      await Promise.all(pipes);
    },
  };
}
