/**
 * Climate: what some symbols are like from beginning to end. No fault: a monitor has no excuse. It is drawn
 * apart from the rest of a plan, so that all other seeds are what they would be without it.
 */
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import type { VenueRules } from "../../actors/symbol/engine/event.ts";
import { Random } from "../../shared/random.ts";

/** Snapshots that hold few levels, of a price that is soon elsewhere. */
const NARROW_SHARE = 0.12;
/** Of these, with leaps beyond what a snapshot holds. */
const LEAPING_SHARE = 0.6;
/** Levels lie about so many ticks apart. */
const TICKS_A_LEVEL = 2;
/** Connections that are replaced by age more than once in a run. */
const SHORT_LIVED_SHARE = 0.3;
const SHORT_AGE_MIN_MS = 120_000;
const SHORT_AGE_MAX_MS = 300_000;

/** REST that answers out of a copy of the book, which is always so far behind. */
const LAGGING_SHARE = 0.15;
const LAG_MIN_MS = 50;
const LAG_MAX_MS = 3_000;

/** Sudden changes of the price. */
export interface Leap {
  /** Between two of them, on average. */
  readonly pauseMs: number;
  /** How far, about. */
  readonly ticks: number;
}

/** Of one symbol. */
export interface Climate {
  /** `null`: the price does not leap. */
  readonly leap: Leap | null;
  /** Snapshots are of the book as it was so long ago, always. */
  readonly restLagMs: number;
  /** When the monitor replaces a connection. */
  readonly connectionAge: VenueRules["connectionAge"];
  /** See `Character`; left out: as the rest of the plan says. */
  readonly depthLevels?: number;
  readonly walk?: number;
}

/** Draws the climate of one symbol of a seed. */
export function climateOf(seed: number, symbol: number): Climate {
  const random = new Random(seed, `climate ${symbol}`);
  return {
    ...narrowness(random),
    connectionAge: connectionAge(random),
    restLagMs: restLagMs(random),
  };
}

function narrowness(random: Random): Pick<Climate, "depthLevels" | "walk" | "leap"> {
  const between = (low: number, high: number) => low * (high / low) ** random.uniform();
  const depthLevels = Math.round(between(20, 50));
  const walk = between(5, 40);
  const leap = {
    pauseMs: between(20_000, 200_000),
    ticks: Math.round(depthLevels * TICKS_A_LEVEL * between(0.8, 2)),
  };
  const isLeaping = random.chance(LEAPING_SHARE);
  if (!random.chance(NARROW_SHARE)) return { leap: null };
  return { depthLevels, walk, leap: isLeaping ? leap : null };
}

function connectionAge(random: Random): Climate["connectionAge"] {
  const ages = [0, 1].map(() =>
    SHORT_AGE_MIN_MS + (SHORT_AGE_MAX_MS - SHORT_AGE_MIN_MS) * random.uniform()
  );
  if (!random.chance(SHORT_LIVED_SHARE)) return binanceSpotMarketData.rules.connectionAge;
  return { minMs: Math.min(...ages), maxMs: Math.max(...ages) };
}

function restLagMs(random: Random): number {
  const lagMs = LAG_MIN_MS * (LAG_MAX_MS / LAG_MIN_MS) ** random.uniform();
  return random.chance(LAGGING_SHARE) ? lagMs : 0;
}
