/** `GET /api/export` as a test asks for it, and a table with many rows. */
import type postgres from "postgres";
import { createApp } from "../../web/app.ts";
import { ExportDesk } from "../../web/export/export_desk.ts";
import type { PostgresHistory } from "../../web/history.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { appOptions } from "../web/app_stage.ts";
import { createHub } from "../web/hub_stage.ts";
import { START_MS } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";

/** What a test asks, and sees of what came of it. */
export interface Exporter {
  readonly app: ReturnType<typeof createApp>;
  readonly ask: (query: string, init?: RequestInit, peer?: string) => Promise<Response>;
  readonly asked: { pages: number; rowsMax: number };
  readonly clock: { nowMs: number };
  readonly desk: ExportDesk;
  readonly history: PostgresHistory;
}

/** The app over this database; `pages` counts what it has asked for. */
export function exporter(address: DatabaseAddress): Exporter {
  const history = patientHistory(address);
  const desk = new ExportDesk();
  const clock = { nowMs: 0 };
  const asked = { pages: 0, rowsMax: 0 };
  const page = history.page.bind(history);
  history.page = async (...rest) => {
    asked.pages += 1;
    const rows = await page(...rest);
    asked.rowsMax = Math.max(asked.rowsMax, rows.length);
    return rows as never[];
  };
  const app = createApp(
    createHub({ silentAfterMs: 10_000 }),
    history,
    appOptions({
      exports: desk,
      clocks: { monotonicMs: () => clock.nowMs, utcNowMs: () => START_MS },
    }),
  );
  const ask = async (query: string, init: RequestInit = {}, peer = "127.0.0.1") =>
    await app.request(`http://127.0.0.1:8000/api/export?${query}`, init, { peer });
  return { app, ask, asked, clock, desk, history };
}

/** Rows of `fillMany`: more than a page has. */
export const MANY = 7_000;

/** Rows of one second, so that only their numbers tell them apart, and some of other seconds. */
export async function fillMany(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(
    `INSERT INTO feed_status (symbol_id, incarnation, number, time, state, resyncs, gaps)
     SELECT 1, 7, n, to_timestamp($1::float8 / 1000 + n / 1000), 'live', 0, 0
     FROM generate_series(1, ${MANY}) n`,
    [START_MS + 60_000],
  );
}
