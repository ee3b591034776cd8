/**
 * Campaign: many seeds, one summary. It cannot pass by doing nothing: it tells how often each fault
 * happened (from 1,000 seeds on each at least 100 times), what was compared, how many audits came
 * to a result, and for which share of the fault-free time books were live, at least 80 %.
 */
import { FAULT_KINDS } from "./fault.ts";
import { type FaultCounts, noFaults } from "./trouble.ts";
import type { Outcome } from "./world.ts";

/** Books must be live for this share of the time in which no fault was in effect. */
const LIVE_SHARE_MIN = 0.8;
/** From so many seeds on each kind of fault must have happened … */
const FULL_SEEDS = 1_000;
/** … so often. */
const FAULTS_MIN = 100;
/** … and the price left the levels that were known. */
const OUT_OF_BAND_MIN = 100;
/** … and so much was compared or told of. */
const FRAMES_MIN = 100_000;
const BOUNDS_MIN = 10_000;
const GAPS_MIN = 1_000;
const TRADES_MIN = 100_000;
const TRADE_WINDOWS_MIN = 1_000_000;
const ALERTS_MIN = 10_000;
/** … and audits came to a result though snapshots lag behind the stream. */
const LAGGING_AUDITS_MIN = 1_000;

/** The sum of many runs. */
export class Campaign {
  readonly #faults: FaultCounts = noFaults();
  #seeds = 0;
  #steps = 0;
  #fullComparisons = 0;
  #levelsCompared = 0;
  #framesCompared = 0;
  #bounds = 0;
  #gaps = 0;
  #trades = 0;
  #tradeWindows = 0;
  #alerts = 0;
  #freeTicks = 0;
  #liveTicks = 0;
  #recoveries = 0;
  #slowestRecoveryMs = 0;
  #outOfBand = 0;
  #replacements = 0;
  #audits = 0;
  #laggingAudits = 0;
  #peakWeight = 0;

  /** Adds one seed. */
  add({ faults, tallies, peakWeight }: Outcome): void {
    this.#seeds += 1;
    for (const [kind, count] of faults) {
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + count);
    }
    for (const tally of tallies) {
      this.#steps += tally.steps;
      this.#fullComparisons += tally.fullComparisons;
      this.#levelsCompared += tally.levelsCompared;
      this.#framesCompared += tally.framesCompared;
      this.#bounds += tally.bounds;
      this.#gaps += tally.gaps;
      this.#trades += tally.trades;
      this.#tradeWindows += tally.tradeWindows;
      this.#alerts += tally.alerts;
      this.#freeTicks += tally.freeTicks;
      this.#liveTicks += tally.liveTicks;
      this.#recoveries += tally.recoveries;
      this.#outOfBand += tally.outOfBand;
      this.#replacements += tally.replacements;
      this.#audits += tally.audits;
      this.#laggingAudits += tally.laggingAudits;
      this.#slowestRecoveryMs = Math.max(this.#slowestRecoveryMs, tally.slowestRecoveryMs);
    }
    this.#peakWeight = Math.max(this.#peakWeight, peakWeight);
  }

  /** Share of the fault-free time in which books were live. */
  get liveShare(): number {
    return this.#liveTicks / Math.max(1, this.#freeTicks);
  }

  /** Why this is no proof, one line each. */
  shortfalls(): string[] {
    const found: string[] = [];
    if (this.liveShare < LIVE_SHARE_MIN) {
      found.push(`books were live for ${percent(this.liveShare)} only of the fault-free time`);
    }
    if (this.#seeds < FULL_SEEDS) return found;
    if (this.#outOfBand < OUT_OF_BAND_MIN) {
      found.push(`the price left the known levels ${this.#outOfBand} times only`);
    }
    if (this.#laggingAudits < LAGGING_AUDITS_MIN) {
      found.push(`${this.#laggingAudits} audits with snapshots that lag came to a result only`);
    }
    for (
      const [count, least, what] of [
        [this.#framesCompared, FRAMES_MIN, "metrics frames were compared"],
        [this.#bounds, BOUNDS_MIN, "depths were lower bounds"],
        [this.#gaps, GAPS_MIN, "gaps were told of"],
        [this.#trades, TRADES_MIN, "trades were told of"],
        [this.#tradeWindows, TRADE_WINDOWS_MIN, "windows of trades were compared"],
        [this.#alerts, ALERTS_MIN, "revisions of alerts were told of"],
      ] as const
    ) if (count < least) found.push(`${count} ${what} only`);
    for (const kind of FAULT_KINDS) {
      const count = this.#faults.get(kind) ?? 0;
      if (count < FAULTS_MIN) found.push(`${kind} happened ${count} times only`);
    }
    return found;
  }

  /** For a person. */
  describe(): string[] {
    const number = (value: number) => Math.round(value).toLocaleString("en-US");
    const faults = FAULT_KINDS.map((kind) => `${kind} ${number(this.#faults.get(kind) ?? 0)}`);
    return [
      `faults: ${faults.join(", ")}`,
      `checked: ${number(this.#steps)} steps, ${number(this.#levelsCompared)} levels, ` +
      `${number(this.#fullComparisons)} whole books, ${
        number(this.#framesCompared)
      } frames of metrics ` +
      `and ${number(this.#tradeWindows)} windows of trades, with ${
        number(this.#bounds)
      } lower bounds; told of: ${number(this.#gaps)} gaps, ` +
      `${number(this.#trades)} trades, ${number(this.#alerts)} revisions of alerts`,
      `live for ${percent(this.liveShare)} of the fault-free time; a book came back ` +
      `${number(this.#recoveries)} times, at the latest ` +
      `${(this.#slowestRecoveryMs / 1_000).toFixed(1)} s after the last fault`,
      `the price left the known levels ${number(this.#outOfBand)} times; ` +
      `${number(this.#replacements)} connections took over from another`,
      `${number(this.#audits)} audits came to a result, ${
        number(this.#laggingAudits)
      } of them with ` +
      `snapshots that lag behind the stream`,
      `weight: at most ${number(this.#peakWeight)} in one minute`,
    ];
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
