/**
 * Plan: everything that a seed decides beforehand: markets, latencies, and the list of faults with
 * their moments. The same seed and length give the same plan. So any fault can be left out and the
 * rest stays what it was. Each seed has its own choice of kinds, and some have none.
 */
import { Random } from "../../shared/random.ts";
import { type Climate, climateOf } from "./climate.ts";
import {
  FAULT_KINDS,
  type FaultKind,
  isMonitorFault,
  isRequestFault,
  type MonitorFault,
  type PlannedFault,
} from "./fault.ts";

/** No fault begins in the last part of a run: what is broken then must heal. */
export const CALM_END_MS = 180_000;
/** A share of the seeds knows no fault at all: nothing may be lost there. */
const FAULTLESS_SHARE = 0.08;
/** Each seed has its own choice of kinds: some faults show only where others are missing. */
const KIND_SHARE = 0.45;
/** A dead connection is given up after 60 s; where little happens, after some times the usual pause. */
const PATIENCE_MS = 75_000;
const PATIENCE_CHANGES = 40;
/** Some bans are so long that what waits for a snapshot reaches its bound. */
const LONG_BAN_SHARE = 0.1;
const LONG_BAN_MS = 600_000;
const GAP_MIN_MS = 8_000;
const GAP_MAX_MS = 90_000;
/** A machine holds a monitor up for no longer than about this, and is too slow for it. */
const SLOW_MAX_MS = 20_000;
const OVERLOAD_MAX_MS = 60_000;
/** What the exchange and the network do. */
const WORLD_FAULTS = FAULT_KINDS.filter((kind) => !isMonitorFault(kind));
const NAMES = ["BTCUSDT", "ETHBTC", "币安人生USDT"];

type Unnumbered = Omit<PlannedFault, "index">;

/** What one symbol is like. */
export interface Character extends Climate {
  readonly name: string;
  /** A whole unit is 10^−decimals of the asset. */
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  /** Prices stand on multiples of so many units, to begin with. */
  readonly tick: number;
  readonly startPrice: number;
  /** Levels a side, about. */
  readonly levels: number;
  readonly changesPerSecond: number;
  /** How long a monitor may take to notice that it hears nothing. */
  readonly patienceMs: number;
  /** Standard deviation of the fair price in ticks per square root of a second. */
  readonly walk: number;
  /** Share of the frames that come as text, through the decoder. */
  readonly textShare: number;
  /** Levels a side that the monitor asks for. */
  readonly depthLevels: number;
  readonly auditIntervalMs: number | null;
  /** Whether the monitor is told the tick size, or has to learn it. */
  readonly knowsSteps: boolean;
  readonly latencyMs: number;
  /** Whether frames on their way still arrive after their connection was left. */
  readonly hasLateFrames: boolean;
}

/** One run of the world. */
export interface Plan {
  readonly seed: number;
  readonly durationMs: number;
  readonly symbols: readonly Character[];
  readonly faults: readonly PlannedFault[];
}

/** Draws the plan of one seed. */
export function planOf(seed: number, durationMs: number): Plan {
  const random = new Random(seed, "plan");
  // Mostly one symbol: more share one budget, and cost as much again.
  const count = random.chance(0.6) ? 1 : random.chance(0.7) ? 2 : 3;
  const symbols = NAMES.slice(0, count).map((name, i) => ({
    ...characterOf(name, random),
    ...climateOf(seed, i),
  }));
  const faults = faultsOf(random, count, durationMs);
  const slow = [
    ...ofMachine(seed, "slowness", "slow_loop", SLOW_MAX_MS, count, durationMs),
    ...ofMachine(seed, "overload", "overload", OVERLOAD_MAX_MS, count, durationMs),
  ];
  return {
    seed,
    durationMs,
    symbols,
    faults: [...faults, ...slow].map((fault, index) => ({ index, ...fault })),
  };
}

function characterOf(
  name: string,
  random: Random,
): Omit<Character, "leap" | "connectionAge" | "restLagMs"> {
  const between = (low: number, high: number) => low * (high / low) ** random.uniform();
  const tick = [1, 10, 100][random.below(3)] ?? 1;
  // A snapshot that does not hold the whole side: the price may leave what it covers.
  const isNarrow = random.chance(0.25);
  const walk = between(0.05, 10);
  const pace = between(3, 40);
  const quietPace = between(0.05, 1);
  const changesPerSecond = random.chance(0.15) ? quietPace : pace;
  return {
    name,
    priceDecimals: random.below(5),
    qtyDecimals: random.below(5),
    tick,
    startPrice: Math.round(between(1_500, 40_000)) * tick,
    levels: Math.round(between(60, 220)),
    changesPerSecond,
    patienceMs: Math.max(PATIENCE_MS, PATIENCE_CHANGES / changesPerSecond * 1_000),
    walk,
    textShare: random.chance(0.2) ? 1 : random.uniform() * 0.2,
    depthLevels: isNarrow ? 50 : random.chance(0.5) ? 1_000 : 5_000,
    auditIntervalMs: random.chance(0.7) ? between(5_000, 300_000) : null,
    knowsSteps: random.chance(0.7),
    latencyMs: between(2, 120),
    hasLateFrames: random.chance(0.7),
  };
}

function faultsOf(random: Random, symbols: number, durationMs: number): Unnumbered[] {
  if (random.chance(FAULTLESS_SHARE)) return [];
  const kinds = WORLD_FAULTS.filter(() => random.chance(KIND_SHARE));
  const gapMs = GAP_MIN_MS * (GAP_MAX_MS / GAP_MIN_MS) ** random.uniform();
  const faults: Unnumbered[] = [];
  const add = (kind: FaultKind, atMs: number, symbol: number) =>
    faults.push({
      kind,
      atMs: Math.round(atMs),
      symbol,
      forMs: Math.round(lengthOf(kind, random) * (0.2 + 1.8 * random.uniform() ** 2)),
      amount: random.uniform(),
    });
  const endMs = durationMs - CALM_END_MS;
  // Some begin before the first snapshot has come.
  for (let atMs = 100; atMs < endMs; atMs += random.exponential(gapMs)) {
    const kind = kinds[random.below(kinds.length)];
    if (kind === undefined) break;
    const symbol = random.below(symbols);
    add(kind, atMs, symbol);
    // Requests are rare: a lost update makes one; a second, while its answer is on the way.
    if (isRequestFault(kind) && random.chance(0.8)) add(causeOf(random), atMs, symbol);
    if (isRequestFault(kind) && random.chance(0.3)) {
      add("gap", atMs + random.exponential(1_500), symbol);
    }
    if (kind === "refused") add("abrupt_close", atMs, symbol);
  }
  return faults.filter(({ atMs }) => atMs < endMs);
}

/** How often machines are slow; by chances of its own, so that a seed's other faults stay what they were. */
function ofMachine(
  seed: number,
  chance: string,
  kind: MonitorFault,
  maxMs: number,
  symbols: number,
  durationMs: number,
): Unnumbered[] {
  const random = new Random(seed, chance);
  if (!random.chance(KIND_SHARE)) return [];
  const faults: Unnumbered[] = [];
  const gapMs = GAP_MAX_MS * (0.5 + random.uniform());
  for (let atMs = 100; atMs < durationMs - CALM_END_MS; atMs += random.exponential(gapMs)) {
    faults.push({
      kind,
      atMs: Math.round(atMs),
      symbol: random.below(symbols),
      forMs: Math.round(1_000 + maxMs * random.uniform() ** 2),
      // How slow: by the same chances, which a plan had before it had degrees.
      amount: kind === "overload" ? random.uniform() : 0,
    });
  }
  return faults;
}

function causeOf(random: Random): FaultKind {
  return random.chance(0.7) ? "gap" : random.chance(0.5) ? "crossed" : "abrupt_close";
}

/** Typical length of what lasts; a ban has one of its own. */
const LENGTHS_MS: Readonly<Partial<Record<FaultKind, number>>> = {
  silence: 30_000,
  status: 30_000,
  delisting: 30_000,
  slow_drip: 15_000,
  close_storm: 15_000,
  refused: 15_000,
  clock_skew: 15_000,
  too_many_requests: 8_000,
  late_snapshot: 8_000,
  server_shutdown: 8_000,
};

function lengthOf(kind: FaultKind, random: Random): number {
  if (kind === "banned") return random.chance(LONG_BAN_SHARE) ? LONG_BAN_MS : 60_000;
  return LENGTHS_MS[kind] ?? 2_000;
}
