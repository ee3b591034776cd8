/** What a heartbeat tells of a symbol's engine. */
import type { Gauges } from "../../shared/protocol.ts";
import type { Engine } from "./engine/engine.ts";

/** Counts since this life began, and how large the book is now. */
export function engineGauges(engine: Engine): Gauges {
  const { feed, proof, book, alerts } = engine;
  return {
    gaps: feed.gaps,
    resyncs: feed.resyncs,
    snapshots: feed.snapshots,
    lateSnapshots: engine.lateSnapshots,
    replacements: engine.replacements,
    bidLevels: book.bids.size,
    askLevels: book.asks.size,
    droppedLevels: book.bids.levels.droppedLevels + book.asks.levels.droppedLevels,
    exactChecked: proof.exact.checked,
    exactMismatched: proof.exact.mismatched,
    heldBack: alerts.heldBack,
    learningRules: alerts.learning,
  };
}
