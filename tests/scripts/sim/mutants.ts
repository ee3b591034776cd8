/** All mutants. Those of this file are found by the simulation, those of a room by its tests. */
import { ALERT_KINDS } from "./mutants/alert_kinds.ts";
import { ALERTS } from "./mutants/alerts.ts";
import { FLOW } from "./mutants/flow.ts";
import { INTERARRIVAL } from "./mutants/interarrival.ts";
import { LIQUIDITY } from "./mutants/liquidity.ts";
import { LIVENESS } from "./mutants/liveness.ts";
import { METRIC_SET } from "./mutants/metric_set.ts";
import { METRICS } from "./mutants/metrics.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { ORDER_FLOW } from "./mutants/order_flow.ts";
import { PEOPLE } from "./mutants/people.ts";
import { PROOF } from "./mutants/proof.ts";
import { RARE } from "./mutants/rare.ts";
import { SAMPLER } from "./mutants/sampler.ts";
import { TRADE_SUMS } from "./mutants/trade_sums.ts";
import { SNAPSHOT_SCHEDULER } from "./mutants/snapshot_scheduler.ts";
import { SNAPSHOTS } from "./mutants/snapshots.ts";
import { WIRING } from "./mutants/wiring.ts";

type Simulated = Omit<Mutant, "foundBy">;

const SYNC: readonly Omit<Simulated, "file">[] = [
  {
    mistake: "a single missed id is no gap",
    from: "if (firstUpdateId <= id + 1) {",
    to: "if (firstUpdateId <= id + 2) {",
  },
  {
    mistake: "the exchange's old text has come back: U > id is a gap",
    from: "if (firstUpdateId <= id + 1) {",
    to: "if (firstUpdateId <= id) {",
  },
  {
    mistake: "an update that is just new is taken for an old one",
    from: "if (finalUpdateId <= id) return IGNORE;",
    to: "if (finalUpdateId <= id + 1) return IGNORE;",
  },
  {
    mistake: "the id of an applied update is not noted",
    from: "this.#bookUpdateId = finalUpdateId;",
    to: "this.#bookUpdateId = firstUpdateId;",
  },
  {
    mistake: "the book has the snapshot's id after the replay",
    from: "    const replay = this.#follow();\n",
    to: "    const replay = this.#follow();\n    this.#bookUpdateId = lastId;\n",
  },
];

const OTHERS: readonly Simulated[] = [
  {
    mistake: "the first update after the snapshot is discarded",
    file: "sync/update_queue.ts",
    from: "if (update.finalUpdateId <= lastId) continue;",
    to: "if (update.finalUpdateId <= lastId + 1) continue;",
  },
  {
    mistake: "a decoder's columns are kept without a copy",
    file: "sync/update_queue.ts",
    from: "{ ...update, bids: update.bids.copy(), asks: update.asks.copy() }",
    to: "{ ...update }",
  },
  {
    mistake: "the end of an old connection ends the new one",
    file: "connection/connections.ts",
    from: 'if (connection !== this.#current.connection) return "none";',
    to: "",
  },
  {
    mistake: "a successor never takes over",
    file: "connection/connections.ts",
    from: "if (successor === null || connection !== successor.connection) return false;",
    to: "return false;",
  },
  {
    mistake: "the best price is always known",
    file: "snapshots/out_of_band.ts",
    from: "if (!this.#live.isBestKnown) {",
    to: "if (false) {",
  },
  {
    mistake: "a crossed book goes on",
    file: "live_book.ts",
    from: 'if (isCrossed) return { reason: "the book was crossed", isWrong: true };',
    to: "",
  },
  {
    mistake: "the band is wider than its snapshot",
    file: "book/trust_band.ts",
    from: "side.count < limit || side.count === 0 ? null",
    to: "side.count <= limit || side.count === 0 ? null",
  },
  {
    mistake: "the ten best levels are always known",
    file: "book/order_book.ts",
    from: "if (edge !== null && copied < count) return NaN;",
    to: "",
  },
  {
    mistake: "a depth says to be whole beyond what is covered",
    file: "metrics/depth.ts",
    from: "coveredBps(bidReachBps)",
    to: "coveredBps(bidReachBps + 10)",
  },
  {
    mistake: "depth bands stay where mid was",
    file: "book/order_book.ts",
    from: "twiceMid === this.#bandsTwiceMid &&",
    to: "this.#bandsTwiceMid > 0 &&",
  },
  {
    mistake: "levels are shown beyond the edge of what is known",
    file: "metrics/book_sampler.ts",
    from: "known > 1 && !band.reaches(side.sign, levels[known - 1]?.[0] ?? NaN)",
    to: "known < 0",
  },
  {
    mistake: "the weighted mid is drawn to the thicker queue",
    file: "metrics/top.ts",
    from: "(bid * askQty + ask * bidQty)",
    to: "(bid * bidQty + ask * askQty)",
  },
  {
    mistake: "no trade is told of",
    file: "metrics/trade_sums.ts",
    from: "buy === null && sell === null ? null",
    to: "buy === null || sell !== null ? null",
  },
  {
    mistake: "a second lacks some of its trades",
    file: "metrics/trade_sums.ts",
    from: "this.#second[trade.side].add(trade)",
    to: "if (trade.tradeId % 7 !== 0) this.#second[trade.side].add(trade)",
  },
  {
    mistake: "a gap is forgotten with the book",
    file: "sync/gap_log.ts",
    from: "if (open === null) return null;",
    to: "return null;",
  },
  {
    mistake: "trouble that is over by the end of a row leaves no trace",
    file: "metrics/sampler.ts",
    from: 'atEnd.state === "live" ? this.#trouble : null',
    to: "null",
  },
  {
    mistake: "a trade that two connections bring counts twice",
    file: "metrics/trade_sums.ts",
    from: "|| this.#ids[place] === trade.tradeId",
    to: "",
  },
  {
    mistake: "in overload everything leaves as often as ever",
    file: "engine.ts",
    from: "        this.#sampler.thin(event.level);\n",
    to: "",
  },
  {
    mistake: "in overload audits go on",
    file: "book_sync.ts",
    from: "    this.scheduler.holdBack(level >= 3);\n",
    to: "",
  },
  {
    mistake: "in overload the book of a second is that of the next",
    file: "metrics/sampler.ts",
    from: "if (out.length > length) this.#slot = slot;",
    to: "this.#slot = slot;",
  },
  {
    mistake: "in overload trades are left out",
    file: "metrics/sampler.ts",
    from: "    if (isEach || slot !== this.#tradesSlot) {\n",
    to:
      "    if (!isEach) this.#watched.tradeSums.take();\n    if (isEach || slot !== this.#tradesSlot) {\n",
  },
  {
    mistake: "metrics are computed in overload",
    file: "book_sync.ts",
    from: "this.live.metrics.shed(level >= 2);",
    to: "",
  },
  {
    mistake: "metrics stay left out when overload is over",
    file: "metrics/metric_set.ts",
    from: "    if (isShedding === this.#isShedding) return;\n",
    to: "    if (!isShedding) return;\n",
  },
  {
    mistake: "an audited book misses what came since its snapshot",
    file: "snapshots/level_audit.ts",
    from: "  retain(update: DepthUpdate): void {\n",
    to: "  retain(update: DepthUpdate): void {\n    if (update.finalUpdateId % 7 === 0) return;\n",
  },
];

export const MUTANTS: readonly Mutant[] = [
  ...[...SYNC.map((mutant) => ({ ...mutant, file: "sync/sync.ts" })), ...OTHERS]
    .map((mutant) => ({ ...mutant, foundBy: null })),
  ...RARE,
  ...LIVENESS,
  ...INTERARRIVAL,
  ...SNAPSHOTS,
  ...SNAPSHOT_SCHEDULER,
  ...PROOF,
  ...ALERTS,
  ...ALERT_KINDS,
  ...PEOPLE,
  ...SAMPLER,
  ...TRADE_SUMS,
  ...METRICS,
  ...ORDER_FLOW,
  ...LIQUIDITY,
  ...METRIC_SET,
  ...FLOW,
  ...WIRING,
];

/** A process for each takes minutes: so many of them are asked for each time, and all of them in the long runs. */
const SAMPLE_EVERY = 30;

/** Of those that the simulation finds one that takes it few seeds, by its place. */
const SIMULATED = 3;

/** What is asked for each time: mistakes that a test file has to find, and one that the simulation has to. */
export const SAMPLED: readonly Mutant[] = [
  ...MUTANTS.filter(({ foundBy }) => foundBy === null).slice(SIMULATED, SIMULATED + 1),
  ...MUTANTS.filter(({ foundBy }) => foundBy !== null).filter((_, i) => i % SAMPLE_EVERY === 0),
];
