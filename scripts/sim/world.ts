/**
 * World: one seed's exchange and monitors, in one thread, under virtual time: no sockets, no
 * timers, no clock, no chance but the seed's. One to three symbols under one budget run the engine
 * as it is.
 *
 * Made in the manner of TigerBeetle's simulator. Its parts: what a seed decides beforehand
 * (`plan.ts`, `climate.ts`, `fault.ts`), the exchange (`exchange.ts`, `market.ts`, `connection.ts`,
 * `rest_server.ts`) with every change it made (`truth.ts`), what its faults do (`trouble.ts`), the
 * shell around each engine (`monitor.ts`), what must hold after every step (`inspector.ts`), and
 * the sum of many runs (`campaign.ts`).
 */
import { Random } from "../../shared/random.ts";
import { Agenda } from "./agenda.ts";
import { BboProber } from "./bbo_prober.ts";
import { Exchange } from "./exchange.ts";
import type { MonitorTally, Violation } from "./tally.ts";
import { Monitor } from "./monitor.ts";
import { SharedRateLimiter } from "./rate_limiter.ts";
import type { Plan } from "./plan.ts";
import { Trace } from "./trace.ts";
import { type FaultCounts, Trouble } from "./trouble.ts";

/** What came of one run. */
export interface Outcome {
  readonly violation: Violation | null;
  readonly faults: FaultCounts;
  readonly tallies: readonly MonitorTally[];
  readonly peakWeight: number;
  /** The same for two runs that went alike. */
  readonly digest: number;
  /** The last steps of the monitor that broke a promise, when asked for. */
  readonly trace: readonly string[];
}

/** Runs a plan to its end, or to the first promise that is broken. */
export function runWorld(plan: Plan, isTraced = false): Outcome {
  const agenda = new Agenda();
  const trouble = new Trouble();
  const monitors: Monitor[] = [];
  const exchange = new Exchange(plan, agenda, trouble, (market, afterMs) => {
    monitors[market.index]?.statusChanged(afterMs);
  }, {
    holdUp: (market, forMs) => monitors[market.index]?.holdUp(forMs),
    overload: (market, level, forMs) => monitors[market.index]?.overload(level, forMs),
  });
  const random = new Random(plan.seed, "budget");
  const limiter = new SharedRateLimiter(agenda, () => random.uniform(), (bannedForMs, reason) => {
    for (const monitor of monitors) monitor.budget(bannedForMs, reason);
  }, () => exchange.markets.map(({ index }) => monitors[index]?.hasHadBook ?? false));
  const prober = new BboProber(exchange, limiter);
  for (const market of exchange.markets) {
    monitors.push(new Monitor(exchange, market, limiter, prober, plan.seed));
  }
  if (isTraced) { for (const { inspector } of monitors) inspector.trace = new Trace(); }
  const broken = () => monitors.find(({ inspector }) => inspector.violation !== null) ?? null;
  agenda.run(plan.durationMs, () => broken() !== null || exchange.rest.offence !== null);
  const { offence, peakWeight } = exchange.rest;
  const violation = broken()?.inspector.violation ??
    (offence === null ? null : {
      promise: "the budget is kept",
      what: offence,
      atMs: agenda.nowMs,
      symbol: "all",
    });
  return {
    violation,
    faults: trouble.counts,
    tallies: monitors.map(({ inspector }) => inspector.tally),
    peakWeight,
    digest: monitors.reduce((sum, { inspector }) => (sum ^ inspector.digest) >>> 0, 0),
    trace: (broken() ?? monitors[0])?.inspector.trace?.lines ?? [],
  };
}
