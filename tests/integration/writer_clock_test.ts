/** The real writer while its machine's clock is set, or after the machine has slept: no row of a true time is lost, none of another made. */
import { assertEquals } from "@std/assert";
import { writerPermissions } from "../../actors/writer/permissions.ts";
import type { WriterArgs } from "../../shared/protocol.ts";
import { type ActorUnderTest, startActor } from "../support/actor_worker.ts";
import type { ClockedArgs } from "../support/clocked_writer.ts";
import { eventually } from "../support/eventually.ts";
import { clocksOf, setClocks } from "../support/set_clocks.ts";
import { bucketFrame, delivery, gapRecord } from "../writer/outputs.ts";
import {
  EXCHANGE,
  freshDataDir,
  KEEPS_ALL,
  type Promised,
  SymbolPort,
  type TestDatabase,
  testOnBothDatabases,
} from "./writer_stage.ts";

const DAY_MS = 86_400_000;
/** Rows wait some such steps for the exchange's word. */
const STEP_MS = 5_000;
const CENTURY_MS = 75 * 365 * DAY_MS;

interface Clocked {
  readonly writer: ActorUnderTest;
  readonly clocks: string;
}

function startClocked(
  { address }: TestDatabase,
  before: { readonly checkpoint: unknown; readonly clocks: string } | null = null,
): Clocked {
  const dataDir = freshDataDir();
  const file = before?.clocks ?? `${dataDir}/clocks`;
  if (before === null) setClocks(file);
  const args: WriterArgs = {
    ...{ database: address, redisUrl: null, redisPrefix: "orderbook", dataDir },
    ...{ metricsIntervalMs: 1_000, spoolMaxMb: 0, spoolFsyncMs: 1_000 },
    ...KEEPS_ALL,
  };
  const clocked: ClockedArgs = { writer: args, clocks: file };
  const writer = startActor({
    url: new URL("../support/clocked_writer.ts", import.meta.url),
    permissions: { ...writerPermissions(args), read: true },
    actorId: "writer",
    args: clocked,
    incarnation: before === null ? 1 : 2,
    checkpoint: before?.checkpoint ?? null,
  });
  writer.control({ type: "source", source: EXCHANGE });
  return { writer, clocks: file };
}

/** A row that the exchange's clock confirms. */
const live = (timeMs: number) => bucketFrame(1, { timeMs, eventMs: timeMs - 30 });
const gapAt = (number: number, timeMs: number) => gapRecord({ number, timeMs });

/** Lets time go by faster until this is so. */
const outwaited = (clocks: string, holds: () => boolean) =>
  eventually(() => {
    const { monotonicMs, ...others } = clocksOf(clocks);
    setClocks(clocks, { ...others, monotonicMs: monotonicMs + STEP_MS });
    return holds();
  }, "rows are refused");

const gaps = async ({ sql }: TestDatabase) =>
  (await sql`SELECT number::int FROM gaps ORDER BY number`).map(({ number }) => number as number);
const lost = async ({ sql }: TestDatabase) =>
  (await sql<{ cause: string; rows: number; ms: number }[]>`
    SELECT cause, rows::int, (extract(epoch FROM time) * 1000)::float8 AS ms FROM losses ORDER BY time`)
    .map((row) => ({ ...row }));

const PROMISES: Record<string, Promised> = {
  "stores what comes first after days of sleep, before the exchange has said a word": async (
    database,
  ) => {
    // A server's clock cannot be set by a test.
    if (database.address.kind === "server") return;
    const { writer, clocks } = startClocked(database);
    const symbol = new SymbolPort(writer);
    const nowMs = Date.now();
    symbol.send(delivery(1, [live(nowMs)]));
    await symbol.acked(1);
    setClocks(clocks, { wallMs: 5 * DAY_MS, sleptMs: 5 * DAY_MS });
    symbol.send(delivery(2, [gapAt(1, nowMs + 5 * DAY_MS)]));
    await symbol.acked(2);
    assertEquals(await gaps(database), [1]);
    assertEquals(await lost(database), []);
    symbol.close();
    await writer.drain();
  },

  "keeps rows of another day until the exchange has said the same of them": async (database) => {
    const { writer, clocks } = startClocked(database);
    const symbol = new SymbolPort(writer);
    const nowMs = Date.now();
    symbol.send(delivery(1, [live(nowMs)]));
    await symbol.acked(1);
    const laterMs = nowMs + 5 * DAY_MS;
    setClocks(clocks, { wallMs: 5 * DAY_MS });
    symbol.send(delivery(2, [gapAt(1, laterMs)]));
    // Longer than any row waits for others.
    await writer.untilGauges(({ rows, oldestRowMs }) => rows === 1 && (oldestRowMs ?? 0) > 500);
    symbol.send(delivery(3, [live(laterMs + 1_000)]));
    await symbol.acked(3);
    assertEquals(await gaps(database), [1]);
    assertEquals(await lost(database), []);
    symbol.close();
    await writer.drain();
  },

  "makes nothing of the year 2099 while a clock says so, tells it, and goes on when that is over":
    async (database) => {
      const { writer, clocks } = startClocked(database);
      const symbol = new SymbolPort(writer);
      const nowMs = Date.now();
      symbol.send(delivery(1, [live(nowMs)]));
      await symbol.acked(1);
      setClocks(clocks, { wallMs: CENTURY_MS });
      const farMs = nowMs + CENTURY_MS;
      symbol.send(delivery(2, [gapAt(1, farMs), { ...live(nowMs), timeMs: farMs }]));
      await outwaited(clocks, () => symbol.acks.at(-1) === 2);
      await eventually(async () => (await lost(database)).length === 1, "the loss is stored");
      const [loss] = await lost(database);
      assertEquals([loss?.cause, loss?.rows], ["clock ahead", 2]);
      assertEquals(Math.abs((loss?.ms ?? 0) - nowMs) < DAY_MS, true);
      await eventually(() => writer.checkpoint() !== null, "a checkpoint");
      const checkpoint = writer.checkpoint();
      symbol.close();
      writer.crash();
      // Its next life begins under that clock.
      const next = startClocked(database, { checkpoint, clocks }).writer;
      const again = new SymbolPort(next);
      again.send(delivery(1, [{ ...live(nowMs), timeMs: farMs + 1_000 }]));
      await outwaited(clocks, () => again.acks.at(-1) === 1);
      setClocks(clocks, { monotonicMs: clocksOf(clocks).monotonicMs });
      again.send(delivery(2, [gapAt(2, nowMs + 2_000), live(nowMs + 2_000)]));
      await again.acked(2);
      assertEquals(await gaps(database), [2]);
      const far = await database.sql`
        SELECT relname FROM pg_class
        WHERE relname LIKE ${`metrics_p${new Date(farMs).getUTCFullYear()}%`}`;
      assertEquals(far.length, 0);
      again.close();
      await next.drain();
    },
};

testOnBothDatabases("The writer and a clock that is set", PROMISES);
