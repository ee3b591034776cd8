/** Values that another program computed, and what the engine says at the same updates. */
import type { FamilyDeclaration } from "../../../../actors/symbol/engine/metrics/family.ts";
import { METRIC_NAMES, type MetricName } from "../../../../shared/catalogue/metrics.ts";
import type { Level, SymbolId } from "../../../../shared/market.ts";
import type { RecordedLine } from "../../../../scripts/recording.ts";
import { tickLotOf, type ValuesAt, valuesNow } from "../../../../scripts/replay/values.ts";
import { replayLines } from "../../../../scripts/replay_run.ts";
import { decodeSnapshot } from "../../../../actors/venue/binance_spot/json_decode.ts";

/** One recording's values: rows of what `fields` names. A list of numbers is no metric of ours. */
export interface ReferenceValues {
  readonly symbol: SymbolId;
  readonly fields: readonly string[];
  readonly rows: readonly (readonly (number | null | readonly number[])[])[];
  readonly shocks?: readonly ReferenceShock[];
  readonly walls?: readonly ReferenceWall[];
  readonly microPrice?: ReferenceTable;
}

export interface ReferenceShock {
  readonly side: "bid" | "ask";
  readonly updateId: number;
  readonly before: number;
  readonly low: number;
  readonly halfLifeMs: number;
}

export interface ReferenceWall {
  readonly side: "bid" | "ask";
  readonly price: number;
  readonly bornMs: number;
  readonly peak: number;
  readonly endMs: number;
  readonly eatenShare: number;
  readonly distanceBps: number;
  readonly outcome: "eaten" | "pulled";
}

/** By width of the spread, then by queue bucket. */
export interface ReferenceTable {
  readonly visits: readonly (readonly number[])[];
  readonly G1Bps: readonly (readonly number[])[];
  readonly G6Bps: readonly (readonly number[])[];
}

/** A book and what follows from it: a number, or a fraction as text. */
export interface HandWorkedBook {
  readonly name: string;
  readonly bids: readonly (readonly [price: string, qty: string])[];
  readonly asks: readonly (readonly [price: string, qty: string])[];
  readonly tick: string;
  readonly bidEdge: string | null;
  readonly askEdge: string | null;
  /** `null`: nothing does, a side is empty. */
  readonly expected: Readonly<Record<string, number | string | null>> | null;
}

const TOLERANCE = 1e-9;

/** What the reference calls a metric that has another name there. */
const OTHER_NAMES: Readonly<Partial<Record<MetricName, string>>> = {
  velocity: "velocityByEventTime",
};

export function levelsOf(side: HandWorkedBook["bids"]): Level[] {
  return side.map(([price, qty]) => [Number(price), Number(qty)]);
}

/** The metrics that the reference computes too, and where their values stand in its rows. */
export function comparable({ fields }: Pick<ReferenceValues, "fields">): Map<MetricName, number> {
  const places = METRIC_NAMES.map((name) =>
    [name, fields.indexOf(OTHER_NAMES[name] ?? name)] as const
  );
  return new Map(places.filter(([, place]) => place >= 0));
}

export function isReference(value: number | null, expected: number | null): boolean {
  if (value === null || expected === null) return value === expected;
  return Math.abs(value - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
}

/** The reference of a real recording, which lies beside it. */
export async function realReference(recordings: string, name: string): Promise<ReferenceValues> {
  const path = `${recordings}/../reference/metrics_reference.json`;
  const all: { recordings: Record<string, ReferenceValues> } = JSON.parse(
    await Deno.readTextFile(path),
  );
  const reference = all.recordings[`${name}.gz`];
  if (reference === undefined) throw new Error(`${path} has no ${name}`);
  return reference;
}

/** What the engine knows right after these updates. */
export async function valuesAt(
  lines: readonly RecordedLine[],
  ids: ReadonlySet<number>,
  families?: readonly FamilyDeclaration[],
): Promise<Map<number, ValuesAt>> {
  const found = new Map<number, ValuesAt>();
  const source = async function* () {
    yield* lines;
  };
  await replayLines(source(), {
    metricsIntervalMs: 1_000,
    tickLot: tickLotIn(lines),
    ...families === undefined ? {} : { families },
    onApplied: (engine) => {
      const id = engine.bookUpdateId;
      if (id !== null && ids.has(id)) found.set(id, valuesNow(engine, id));
    },
  });
  return found;
}

function tickLotIn(lines: readonly RecordedLine[]) {
  const line = lines.find(({ payload }) => payload.includes("lastUpdateId"));
  const answer = decodeSnapshot(line?.payload ?? "");
  return answer.type === "malformed" ? null : tickLotOf(answer.snapshot);
}

/** How many values were compared, how many of them are known, and the first that differ, in words. */
export interface Comparison {
  readonly updates: number;
  readonly compared: number;
  readonly known: ReadonlySet<MetricName>;
  readonly differences: readonly string[];
}

/** Compares at every update where the book is live. */
export async function compareWithReference(
  reference: ReferenceValues,
  lines: readonly RecordedLine[],
  families?: readonly FamilyDeclaration[],
): Promise<Comparison> {
  const idPlace = reference.fields.indexOf("updateId");
  const idOf = (row: ReferenceValues["rows"][number]) => Number(row[idPlace]);
  const found = await valuesAt(lines, new Set(reference.rows.map(idOf)), families);
  const names = comparable(reference);
  const differences: string[] = [];
  const known = new Set<MetricName>();
  let updates = 0;
  for (const row of reference.rows) {
    const ours = found.get(idOf(row));
    if (ours?.state !== "live") continue;
    updates += 1;
    for (const [name, place] of names) {
      const expected = row[place] ?? null;
      const value = ours.values[name];
      if (value !== null) known.add(name);
      if (typeof expected === "object" && expected !== null || isReference(value, expected)) {
        continue;
      }
      differences.push(`${name} at ${idOf(row)} is ${value}, not ${expected}`);
    }
  }
  return { updates, compared: updates * names.size, known, differences };
}
