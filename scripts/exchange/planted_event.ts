/**
 * Events that are planted in a simulated market, so that it is known what a monitor should have seen: one a
 * line or between semicolons, `KIND at=TIME side=bid|ask for=TIME bps=N ticks=N usd=N symbol=S`.
 */
import type { Random } from "../../shared/random.ts";

/** What can be planted, and what its options mean. */
export const PLANTED_KINDS = {
  pressure: "nearly all that rests near the best prices is on one side, for so long",
  flip: "pressure from one side for so long, then as long from the other",
  sweep: "one taker moves the price by so many bps at once: side is the one that is eaten",
  burst: "the price runs by so many bps within so long: side is the one that is eaten",
  widen: "the spread is so many ticks wide, for so long: side is the one that draws back",
  wall: "somebody shows so many US dollars so many bps behind the best price, and pulls them",
} as const;

/** One of them. */
export type PlantedKind = keyof typeof PLANTED_KINDS;

/** One event as it is asked for. */
export interface PlantedEvent {
  readonly kind: PlantedKind;
  /** Milliseconds since the market began. */
  readonly atMs: number;
  readonly side: "bid" | "ask";
  readonly forMs: number;
  readonly bps: number;
  readonly ticks: number;
  /** In units of the quote asset where that is no dollar. */
  readonly usd: number;
  /** Absent: every symbol. */
  readonly symbol?: string;
}

/** One event as it happened, in market time. */
export interface PlantedTruth {
  readonly event: PlantedEvent;
  readonly fromMs: number;
  /** `null`: it goes on. */
  readonly toMs: number | null;
}

const DEFAULTS = { side: "bid", forMs: 8_000, bps: 12, ticks: 5, usd: 1_000_000 } as const;
const OF_KIND: Readonly<Record<PlantedKind, Partial<PlantedEvent>>> = {
  pressure: {},
  flip: { forMs: 5_000 },
  sweep: {},
  burst: {},
  widen: { forMs: 3_000 },
  wall: { bps: 2, forMs: 9_000 },
};
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const OPTIONS = {
  at: ["atMs", "time"],
  side: ["side", "side"],
  for: ["forMs", "time"],
  bps: ["bps", "number"],
  ticks: ["ticks", "number"],
  usd: ["usd", "number"],
  symbol: ["symbol", "text"],
} as const;

/** The first one comes early: who looks at a demo wants to see something. */
const FIRST_MS = 12_000;
const PAUSE_MIN_MS = 15_000;
const PAUSE_MEAN_MS = 60_000;

/**
 * Reads a script.
 *
 * @throws {RangeError} with one line that names the event and what is wrong with it.
 */
export function parsePlanted(script: string): PlantedEvent[] {
  return script.split(/[;\n]/).map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "").map(parseLine).toSorted((a, b) => a.atMs - b.atMs);
}

/** Events without end, of every kind, at random moments; each is asked for when the one before has begun. */
export function* randomPlanted(random: Random): Generator<PlantedEvent> {
  const kinds = Object.keys(PLANTED_KINDS) as PlantedKind[];
  let kind: PlantedKind = "pressure";
  for (let atMs = FIRST_MS;; atMs += PAUSE_MIN_MS + random.exponential(PAUSE_MEAN_MS)) {
    const side = random.chance(0.5) ? "bid" : "ask";
    yield { ...DEFAULTS, ...OF_KIND[kind], kind, atMs, side };
    kind = kinds[random.below(kinds.length)] ?? "pressure";
  }
}

function parseLine(line: string): PlantedEvent {
  const [kind = "", ...words] = line.split(/\s+/);
  if (!isKind(kind)) {
    const known = Object.keys(PLANTED_KINDS).join(", ");
    throw new RangeError(`"${line}": ${kind} must be one of ${known}`);
  }
  const fields: Record<string, unknown> = {};
  for (const word of words) {
    const [name = "", value = ""] = word.split("=");
    if (!Object.hasOwn(OPTIONS, name) || value === "") {
      const known = Object.keys(OPTIONS).join(", ");
      throw new RangeError(`"${line}": "${word}" must be one of ${known}, each with =value`);
    }
    const [field, type] = OPTIONS[name as keyof typeof OPTIONS];
    const read = READERS[type](value);
    if (read === null) throw new RangeError(`"${line}": ${name} cannot be ${value}`);
    fields[field] = read;
  }
  if (fields["atMs"] === undefined) throw new RangeError(`"${line}": when? Add at=TIME`);
  return { ...DEFAULTS, ...OF_KIND[kind], ...fields, kind } as PlantedEvent;
}

const READERS = {
  time: (text: string): number | null => {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
    return digits === undefined || unit === undefined
      ? null
      : Number(digits) * (UNITS_MS[unit] ?? 1);
  },
  number: (text: string): number | null => Number(text) > 0 ? Number(text) : null,
  side: (text: string): string | null => text === "bid" || text === "ask" ? text : null,
  text: (text: string): string | null => text,
};

function isKind(kind: string): kind is PlantedKind {
  return Object.hasOwn(PLANTED_KINDS, kind);
}
