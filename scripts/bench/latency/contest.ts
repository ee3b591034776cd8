/** The monitor and its peers beside each other, on the same look-alike exchange. Pure. */
import type { Percentiles } from "../../../shared/latency.ts";
import { aligned } from "../../aligned.ts";
import { LOSSES } from "./losses.ts";

/** What one of them does with so many symbols; the percentiles are from the exchange's own time of an update to `place`. */
export interface Contestant extends Percentiles {
  readonly symbols: number;
  /** With its version. */
  readonly name: string;
  /** Where an update has arrived when it has: the end of the latency. */
  readonly place: string;
  readonly updates: number;
  readonly cpuSecondsPerSymbolMinute: number;
  /** Resident memory at the end of what was measured, bytes. */
  readonly rss: number;
  /** How many of ten scripted losses it has noticed: told its user of, or mended. */
  readonly noticed: number;
  /** The last that it said of one; `null`: nothing. */
  readonly said: string | null;
  /** Rows in its database; `null`: it has none, or nobody counted. */
  readonly stored: number | null;
}

/** One that could not be measured, and why. It is in no figure. */
export interface Unmeasured {
  readonly symbols: number;
  readonly name: string;
  readonly why: string;
}

/** A line for each, those that were not measured last. */
export function contestTable(
  contestants: readonly Contestant[],
  unmeasured: readonly Unmeasured[],
): string {
  const head = ["symbols", "who", "exchange → …", "p50 / p99, ms", "updates", "s a symbol-minute"];
  const rows = contestants.map((one) => [
    String(one.symbols),
    one.name,
    one.place,
    told(one),
    String(one.updates),
    one.cpuSecondsPerSymbolMinute.toFixed(2),
    (one.rss / 1e6).toFixed(0),
    `${one.noticed} of ${LOSSES}`,
  ]);
  const table = aligned([[...head, "RSS, MB", "losses noticed"], ...rows], 3);
  const others = unmeasured.map(({ symbols, name, why }) =>
    `not measured: ${name} with ${symbols} symbols: ${why}`
  );
  return [table, ...others].join("\n");
}

/** As in `62.1 / 190`; a dash: it is not known. */
export function told(known: Percentiles | null): string {
  const text = (ms: number) =>
    Number.isNaN(ms) ? "–" : ms.toLocaleString("en", { maximumSignificantDigits: 3 });
  return known === null ? "–" : `${text(known.p50Ms)} / ${text(known.p99Ms)}`;
}
