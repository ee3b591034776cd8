/** Outputs of two markets that leave rows in every table of the catalogue, with what a careless copy would break at. */
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { MONITOR, type Source } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import {
  alertEvent,
  auditRecord,
  bucketFrame,
  delivery,
  feedStatus,
  gapRecord,
  proofStatus,
  START_MS,
  tradesSecond,
} from "../writer/outputs.ts";
import { metricState, microPriceTable } from "./memory_outputs.ts";
import { muteRecord } from "./mutes.ts";
import { bookSecond, depthProfile, lossRecord, ruleState } from "./outputs.ts";

/** Characters that some form of text does not take as they are. */
export const AWKWARD = 'line one\nline "two",\r\n# three\t\\ \u2028 ü 币安';

/** Rows of each table, some values of them NULL and some texts empty; of two markets and the monitor. */
export function outputsOfEveryTable(): Output[] {
  const eth = { symbol: "ETHUSDT" } as const;
  return [
    ...Array.from({ length: 7 }, (_, n) => bucketFrame(n)),
    bucketFrame(8, { mid: null, bookUpdateId: null, eventMs: null, state: "stale", nulls: "" }),
    bucketFrame(1, eth),
    depthProfile({ forStore: true, bids: [0.1, 1e-8, 12_345_678], asks: [] }),
    depthProfile({ number: 2, forStore: true, timeMs: START_MS + 1_000, bidCoveredBps: null }),
    bookSecond({ asks: { tick: 2 ** 40, steps: [0, 2_147_483_647], qtys: [1e-8, 12_345_678] } }),
    bookSecond({ number: 2, bids: null, ...eth }),
    tradesSecond(),
    tradesSecond({ number: 2, timeMs: START_MS + 1_000, buy: null }),
    alertEvent(),
    alertEvent({
      alertId: "a/b",
      summary: AWKWARD,
      value: null,
      evidence: null,
      mid: null,
      ...eth,
    }),
    alertEvent({
      alertId: "seen",
      reason: "",
      acknowledged: { timeMs: START_MS, by: "", comment: AWKWARD, severity: "warning" },
    }),
    ruleState(),
    ruleState({ rule: "price_burst", memory: "" }),
    metricState({ metric: "microPrice", memory: AWKWARD }),
    muteRecord({ by: null, reason: "" }),
    muteRecord({ muteId: "of all", ...MONITOR, rule: null, reason: AWKWARD }),
    microPriceTable({ timeMs: START_MS }),
    feedStatus({ state: "stale", reason: AWKWARD }),
    feedStatus({ number: 2, bookUpdateId: null, ...eth }),
    gapRecord(),
    gapRecord({ number: 2, durationMs: null }),
    lossRecord({ detail: AWKWARD }),
    lossRecord({ number: 2, ...MONITOR, fromMs: null, toMs: null, lostBy: "writer" }),
    auditRecord(),
    proofStatus(),
    proofStatus({ number: 2, lastExactMs: null }),
  ];
}

/** Migrates the database, makes it the source's own and writes these outputs, of one life. */
export async function storeOutputs(
  address: DatabaseAddress,
  items: readonly Output[] = outputsOfEveryTable(),
  source: Source = { kind: "simulation", label: "SIMULATED" },
): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  await database.claim(source);
  await database.write(rowsOf(delivery(1, items)));
  await database.close();
}
