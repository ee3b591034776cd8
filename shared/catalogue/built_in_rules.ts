/** The rules of a monitor that was told no others. Their numbers were found on recorded data. */
import type { AlertRule, AlertRuleOf, Learning, RuleSource } from "./rules.ts";
import type { MetricName } from "./metrics.ts";
import { DEFAULT_SETTINGS, type MetricSettings } from "./settings.ts";

/** Of the notifications of one symbol within an hour; what is beyond is an episode all the same. */
export const NOTIFICATIONS_PER_HOUR = 6;

const SECOND_MS = 1_000;
/** Half an hour, of which five minutes are enough to begin with. */
const HALF_HOUR: Learning = { window: 1_800, armedAfter: 300 };
const FIVE_MINUTES: Learning = { window: 300, armedAfter: 300 };

/** What most rules say alike. */
const COMMON = {
  version: 1,
  severity: "warning",
  keepFiringMs: 15 * SECOND_MS,
  cooldownMs: 60 * SECOND_MS,
  inhibits: false,
} as const;

function source(metric: MetricName, take: RuleSource["take"] = "value", moveMs = 0): RuleSource {
  return { side: null, metric, sign: 1, take, moveMs };
}

/** Both ways in which a metric leans. */
const BOTH_WAYS: readonly RuleSource[] = [
  { ...source("imbalance"), side: "bid" },
  { ...source("imbalance"), side: "ask", sign: -1 },
];

function extremeImbalance(levels: number) {
  return {
    ...COMMON,
    kind: "threshold",
    name: "extreme_imbalance",
    severity: "info",
    sources: BOTH_WAYS,
    smoothMs: 2 * SECOND_MS,
    enter: 0.8,
    leave: 0.6,
    forMs: 2 * SECOND_MS,
    summary: {
      text: `{share} % of the ${
        levels === 10 ? "ten" : levels
      } best levels rests on the {side} side`,
      figures: { share: { of: "value", plus: 1, times: 50, decimals: 0 } },
    },
  } as const satisfies AlertRuleOf<"threshold">;
}

const IMBALANCE_FLIP = {
  ...COMMON,
  kind: "flip",
  name: "imbalance_flip",
  severity: "info",
  sources: BOTH_WAYS,
  smoothMs: SECOND_MS,
  enter: 0.8,
  leave: 0.6,
  withinMs: 30 * SECOND_MS,
  forMs: 0,
  summary: {
    text:
      "the imbalance has turned from an extreme of the other side to the {side} side; now it is {value}",
    figures: { value: { of: "value", plus: 0, times: 1, decimals: 2 } },
  },
} as const satisfies AlertRuleOf<"flip">;

/** With a floor of half a tick three ticks over the median are 6 scales: a spread of one tick hardly varies. */
const SPREAD_WIDENING = {
  ...COMMON,
  ...HALF_HOUR,
  kind: "deviation",
  name: "spread_widening",
  sources: [source("spreadTicks")],
  smoothMs: SECOND_MS / 2,
  scales: 6,
  moveMin: 3,
  leaveShare: 0.75,
  floor: 0.5,
  criticalScales: null,
  forMs: SECOND_MS,
  summary: {
    text: "best bid and best ask are {value} ticks apart; {median} is usual",
    figures: {
      value: { of: "value", plus: 0, times: 1, decimals: 1 },
      median: { of: "median", plus: 0, times: 1, decimals: 1 },
    },
  },
} as const satisfies AlertRuleOf<"deviation">;

const COST_WIDENING = {
  ...SPREAD_WIDENING,
  name: "cost_widening",
  sources: [source("roundTripBps100k")],
  moveMin: 1,
  floor: 0.05,
  summary: {
    text: "to buy and sell 100,000 costs {value} bps; {median} is usual",
    figures: {
      value: { of: "value", plus: 0, times: 1, decimals: 2 },
      median: { of: "median", plus: 0, times: 1, decimals: 2 },
    },
  },
} as const satisfies AlertRuleOf<"deviation">;

const VELOCITY_SPIKE = {
  ...SPREAD_WIDENING,
  name: "velocity_spike",
  severity: "info",
  sources: [source("velocity", "size")],
  moveMin: 0.3,
  floor: 0.01,
  summary: {
    text: "the imbalance moves by {value} a second; {median} is usual",
    figures: {
      value: { of: "value", plus: 0, times: 1, decimals: 2 },
      median: { of: "median", plus: 0, times: 1, decimals: 2 },
    },
  },
} as const satisfies AlertRuleOf<"deviation">;

const DEPTH_COLLAPSE = {
  ...COMMON,
  ...FIVE_MINUTES,
  kind: "share",
  name: "depth_collapse",
  sources: [
    { ...source("bidNotional10Bps"), side: "bid" },
    { ...source("askNotional10Bps"), side: "ask" },
  ],
  smoothMs: SECOND_MS,
  enter: 0.4,
  leave: 0.55,
  forMs: 2 * SECOND_MS,
  summary: {
    text: "what rests within 10 bps of mid on the {side} side is {share} % of its usual worth",
    figures: { share: { of: "share", plus: 0, times: 100, decimals: 0 } },
  },
} as const satisfies AlertRuleOf<"share">;

/** With a floor of 1 bps it is 8 bps at least where a market hardly moves, and critical from 12. */
const PRICE_BURST = {
  ...SPREAD_WIDENING,
  name: "price_burst",
  sources: [source("mid", "move", 10 * SECOND_MS)],
  smoothMs: 0,
  scales: 8,
  moveMin: 8,
  floor: 1,
  criticalScales: 12,
  forMs: 0,
  summary: {
    text: "mid has moved {value} bps in 10 s; {median} is usual",
    figures: {
      value: { of: "value", plus: 0, times: 1, decimals: 1 },
      median: { of: "median", plus: 0, times: 1, decimals: 1 },
    },
  },
} as const satisfies AlertRuleOf<"deviation">;

/** What a wall is worth is told in whole thousands of dollars. */
export const WALL_DECIMALS = -3;

/** Why somebody pulls a wall, a book does not tell. */
const WALL_PULLED = {
  ...COMMON,
  kind: "event",
  name: "wall_pulled",
  severity: "info",
  sources: [{ ...source("mid"), side: "bid" }, { ...source("mid"), side: "ask" }],
  smoothMs: 0,
  event: "wall_pulled",
  valueMin: 500_000,
  distanceBpsMax: 5,
  ageMsMin: 5 * SECOND_MS,
  forMs: 0,
  summary: {
    text: "a wall worth {value} US dollars was pulled from the {side} side",
    figures: { value: { of: "value", plus: 0, times: 1, decimals: WALL_DECIMALS } },
  },
} as const satisfies AlertRuleOf<"event">;

/** A halt is the exchange's own and told as such; everything else that is not live is no data to trust. */
const FEED_DEGRADED = {
  ...COMMON,
  kind: "state",
  name: "feed_degraded",
  sources: [source("mid")],
  smoothMs: 0,
  states: ["degraded", "stale", "syncing"],
  forMs: 5 * SECOND_MS,
  keepFiringMs: 30 * SECOND_MS,
  inhibits: true,
  summary: {
    text: "the feed is {state}, and has been for {seconds} s",
    figures: { seconds: { of: "value", plus: 0, times: 1, decimals: 0 } },
  },
} as const satisfies AlertRuleOf<"state">;

/** What is built in; what rules say of a metric is true under these settings. */
export function alertRulesFor({ imbalanceLevels }: MetricSettings): readonly AlertRule[] {
  return [
    FEED_DEGRADED,
    extremeImbalance(imbalanceLevels),
    IMBALANCE_FLIP,
    SPREAD_WIDENING,
    COST_WIDENING,
    VELOCITY_SPIKE,
    DEPTH_COLLAPSE,
    PRICE_BURST,
    WALL_PULLED,
  ];
}

/** Those of a monitor whose settings nobody has changed. */
export const DEFAULT_ALERT_RULES: readonly AlertRule[] = alertRulesFor(DEFAULT_SETTINGS);
