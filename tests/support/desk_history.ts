/** Ten minutes of one symbol as they are stored, with a quiet time, an outage and a time when nobody watched in them. */
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import type { DataState, Output } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { delivery } from "../writer/outputs.ts";
import { bucketFrame, depthProfile, feedStatus, START_MS } from "./outputs.ts";

/** Of each second there are rows, but for those below. */
export const DESK_SECONDS = 600;
/** The book did not change in these seconds, counted from 0. */
export const QUIET = { from: 100, to: 130 } as const;
/** Nothing was heard of the exchange in these. */
export const STALE = { from: 200, to: 260 } as const;
/** The process was down in these, and nothing tells of them. */
export const DOWN = { from: 300, to: 330 } as const;
/** When in its second a profile was. */
export const PROFILE_AT_MS = 30;

/** Whether a second is in one of these times. */
export function isIn(second: number, ...times: readonly { from: number; to: number }[]): boolean {
  return times.some(({ from, to }) => second >= from && second < to);
}

/** The mid of a second: each has another. */
export function midOf(second: number): number {
  return 65_000 + second;
}

function outputsOf(second: number): Output[] {
  const beginMs = START_MS + second * 1_000;
  const state: DataState = isIn(second, STALE) ? "stale" : "live";
  const outputs: Output[] = [];
  if (second === STALE.from) {
    const lost = { timeMs: beginMs, number: 2, state, reason: "silence" } as const;
    outputs.push(feedStatus(lost));
  }
  if (second === STALE.to) outputs.push(feedStatus({ timeMs: beginMs, number: 3, resyncs: 1 }));
  if (!isIn(second, QUIET, STALE)) {
    outputs.push(depthProfile({
      timeMs: beginMs + PROFILE_AT_MS,
      number: second + 1,
      forStore: true,
      mid: midOf(second),
    }));
  }
  const timeMs = beginMs + 1_000;
  outputs.push(bucketFrame({ timeMs, state, mid: state === "live" ? midOf(second) : null }));
  return outputs;
}

/** Stores it, in an empty database; the caller closes what is returned. */
export async function storeDeskHistory(address: DatabaseAddress): Promise<Database> {
  const database = new Database(address, "test");
  await database.open();
  // Of another symbol nothing came of its first book.
  const other = { symbol: "ETHUSDT", timeMs: START_MS - 1 } as const;
  const items: Output[] = [feedStatus({ ...other, state: "syncing", reason: "first book" })];
  items.push(feedStatus());
  for (let second = 0; second < DESK_SECONDS; second++) {
    if (!isIn(second, DOWN)) items.push(...outputsOf(second));
  }
  await database.write(rowsOf(delivery(1, items)));
  return database;
}
