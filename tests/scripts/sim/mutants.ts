/** All mutants. Those of this file are found by the simulation, those of a room by its tests. */
import { ALERTS } from "./mutants/alerts.ts";
import { INTERARRIVAL } from "./mutants/interarrival.ts";
import { LIVENESS } from "./mutants/liveness.ts";
import { METRIC_SET } from "./mutants/metric_set.ts";
import { METRICS } from "./mutants/metrics.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { PROOF } from "./mutants/proof.ts";
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
    mistake: "no update is ever a gap",
    from: "if (firstUpdateId <= id + 1) {",
    to: "if (firstUpdateId > 0) {",
  },
  {
    mistake: "an update that is just new is taken for an old one",
    from: "if (finalUpdateId <= id) return IGNORE;",
    to: "if (finalUpdateId <= id + 1) return IGNORE;",
  },
  {
    mistake: "old updates are applied",
    from: "if (finalUpdateId <= id) return IGNORE;",
    to: "",
  },
  {
    mistake: "the id of an applied update is not noted",
    from: "this.#bookUpdateId = finalUpdateId;",
    to: "this.#bookUpdateId = firstUpdateId;",
  },
  {
    mistake: "what waited for an update is forgotten with it",
    from: '{ kind: "apply", then: this.#follow() }',
    to: "(this.#follow(), APPLY)",
    firstSeed: 17,
  },
  {
    mistake: "any snapshot joins",
    from: "lastId + 1 < neededId",
    to: "lastId < 0",
  },
  {
    mistake: "the book has the snapshot's id after the replay",
    from: "    const replay = this.#follow();\n",
    to: "    const replay = this.#follow();\n    this.#bookUpdateId = lastId;\n",
  },
  {
    mistake: "what both connections have passed is waited for",
    from: "return this.#missed() ?? AHEAD;",
    to: "return AHEAD;",
  },
  {
    mistake: "a gap is one as soon as one of two connections has passed it",
    from: "return Math.min(...this.#heard.values());",
    to: "return Math.max(...this.#heard.values());",
    firstSeed: 17,
  },
  {
    mistake: "a gap does not start again",
    from:
      '    this.#state = "buffering";\n    this.#formerId = this.#bookUpdateId ?? 0;\n    this.#bookUpdateId = null;\n',
    to: "",
  },
  {
    mistake: "a connection that is gone is still waited for",
    from: "this.#heard.delete(connection);",
    to: "",
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
    mistake: "updates from before the snapshot are replayed",
    file: "sync/update_queue.ts",
    from: "if (update.finalUpdateId <= lastId) continue;",
    to: "",
  },
  {
    mistake: "the replay goes on beyond a hole",
    file: "sync/update_queue.ts",
    from: "if (update.firstUpdateId > lastId + 1) break;",
    to: "",
    firstSeed: 318,
  },
  {
    mistake: "what waits is not bounded",
    file: "sync/update_queue.ts",
    from: "if (this.isFull) this.#updates.shift();",
    to: "",
    firstSeed: 180,
  },
  {
    mistake: "a decoder's columns are kept without a copy",
    file: "sync/update_queue.ts",
    from: "{ ...update, bids: update.bids.copy(), asks: update.asks.copy() }",
    to: "{ ...update }",
  },
  {
    mistake: "the late answer of an old request is taken",
    file: "snapshots/snapshot_request.ts",
    from: "return this.#awaited && generation === this.#generation;",
    to: "return this.#awaited;",
    firstSeed: 62,
  },
  {
    mistake: "the end of an old connection ends the new one",
    file: "connection/connections.ts",
    from: 'if (connection !== this.#current.connection) return "none";',
    to: "",
  },
  {
    mistake: "frames of any connection are heard",
    file: "connection/connections.ts",
    from: "return (this.#lifeOf(connection)?.openedMs ?? null) !== null;",
    to: "return true;",
  },
  {
    mistake: "the exchange's word that a connection ends is not heard",
    file: "connection/connections.ts",
    from:
      "    life.replaceAtMs = Math.min(life.replaceAtMs, nowMs);\n    if (life === this.#current) this.replace(nowMs);\n",
    to: "",
  },
  {
    mistake: "a successor never takes over",
    file: "connection/connections.ts",
    from: "if (successor === null || connection !== successor.connection) return false;",
    to: "return false;",
  },
  {
    mistake: "silence is never stale",
    file: "liveness/liveness.ts",
    from: "(silentMs >= maxMs ? this.#silence(maxMs) : null)",
    to: "null",
    firstSeed: 23,
  },
  {
    mistake: "the best price is always known",
    file: "snapshots/out_of_band.ts",
    from: "if (!this.#live.isBestKnown) {",
    to: "if (false) {",
  },
  {
    mistake: "a snapshot that is ahead is held against a book that cannot have its changes yet",
    file: "snapshots/level_audit.ts",
    from: "if (isAhead && result.mismatched > 0) return null;",
    to: "",
    firstSeed: 17,
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
    from: "coveredBps(mid - bidEdge, mid)",
    to: "coveredBps(mid - bidEdge, mid) + 10",
  },
  {
    mistake: "depth bands stay where mid was",
    file: "book/order_book.ts",
    from: "twiceMid === this.#bandsTwiceMid &&",
    to: "this.#bandsTwiceMid > 0 &&",
  },
  {
    mistake: "levels are shown beyond the edge of what is known",
    file: "metrics/sampler.ts",
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
    mistake: "a gap spans two listings",
    file: "sync/gap_log.ts",
    from: "open.record.fromId <= toId ? open.record.fromId : expectedId",
    to: "open.record.fromId",
    firstSeed: 68,
  },
  {
    mistake: "a trade that two connections bring counts twice",
    file: "metrics/trade_sums.ts",
    from: "|| this.#ids[place] === trade.tradeId",
    to: "",
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
  ...LIVENESS,
  ...INTERARRIVAL,
  ...SNAPSHOTS,
  ...SNAPSHOT_SCHEDULER,
  ...PROOF,
  ...ALERTS,
  ...SAMPLER,
  ...TRADE_SUMS,
  ...METRICS,
  ...METRIC_SET,
  ...WIRING,
];
