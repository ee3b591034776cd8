/**
 * All families of metrics. A metric of the catalogue that no family owns, or that two do, is refused by the
 * compiler here.
 */
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { ACTIVITY } from "./activity.ts";
import { BANDS } from "./bands.ts";
import { COSTS } from "./costs.ts";
import { DEPTH } from "./depth.ts";
import type { FamilyDeclaration } from "./family.ts";
import { IMBALANCE } from "./imbalance.ts";
import { IMPACT } from "./impact.ts";
import { LEVEL_FLOW } from "./level_flow.ts";
import { LEVEL_ORDER_FLOW } from "./level_order_flow.ts";
import { MICRO_PRICE } from "./micro_price.ts";
import { ORDER_FLOW } from "./order_flow.ts";
import { RESILIENCE } from "./resilience.ts";
import { SPREAD } from "./spread.ts";
import { TOP } from "./top.ts";
import { TRADE_COSTS } from "./trade_costs.ts";
import { TRADE_FLOW } from "./trade_flow.ts";
import { VELOCITY } from "./velocity.ts";
import { VOLATILITY } from "./volatility.ts";
import { VOLUME_DELTA } from "./volume_delta.ts";
import { VPIN, vpinOf } from "./vpin.ts";
import { WALLS } from "./walls.ts";

const ALL = [
  TOP,
  SPREAD,
  IMBALANCE,
  DEPTH,
  VELOCITY,
  BANDS,
  COSTS,
  ORDER_FLOW,
  LEVEL_ORDER_FLOW,
  LEVEL_FLOW,
  RESILIENCE,
  WALLS,
  MICRO_PRICE,
  TRADE_FLOW,
  VOLUME_DELTA,
  VOLATILITY,
  TRADE_COSTS,
  IMPACT,
  VPIN,
  ACTIVITY,
] as const;

type NamesOf<Each> = Each extends FamilyDeclaration<infer Names> ? Names[number] : never;
type Owned = NamesOf<typeof ALL[number]>;
type OwnedTwice<List, Seen = never> = List extends readonly [infer First, ...infer Rest]
  ? (NamesOf<First> & Seen) | OwnedTwice<Rest, Seen | NamesOf<First>>
  : never;

/** What the list must be; where it is not, the compiler names the metrics. */
type Complete = [Exclude<MetricName, Owned>, OwnedTwice<typeof ALL>] extends [never, never]
  ? readonly FamilyDeclaration[]
  : {
    readonly withoutFamily: Exclude<MetricName, Owned>;
    readonly withTwo: OwnedTwice<typeof ALL>;
  };

/** Every family, in the order in which they write. */
export const FAMILIES: readonly FamilyDeclaration[] = ALL satisfies Complete;

/** The same, with VPIN's buckets of so much of the base asset instead of a median minute's. */
export function familiesWithVpinBucket(qty: number): readonly FamilyDeclaration[] {
  const vpin: FamilyDeclaration = VPIN;
  return FAMILIES.map((family) => family === vpin ? vpinOf(qty) : family);
}
