/** Where the imbalance is going: its slope over the last seconds of the exchange's time, a sample at each update. */
import { declareFamily, ratioOf } from "./family.ts";
import { SlopeWindow } from "./slope_window.ts";

/** The slope of `imbalance`, per second. O(samples) each time it is written. */
export const VELOCITY = declareFamily(["velocity"], "book", ({ slopeWindowMs }) => {
  const window = new SlopeWindow(slopeWindowMs);
  return {
    updated(view) {
      // A snapshot has no time on the exchange's clock.
      if (Number.isNaN(view.eventMs)) return;
      const imbalance = view.hasBothSides ? ratioOf(view.topBids, view.topAsks) : null;
      if (imbalance !== null) window.add(view.eventMs, imbalance);
    },
    write(out, view) {
      // Where the imbalance of now is not known, the slope of the old ones is no news.
      const isKnown = ratioOf(view.topBids, view.topAsks) !== null;
      out.velocity = isKnown ? window.slope(view.eventMs) : null;
    },
    why: (_name, view) =>
      ratioOf(view.topBids, view.topAsks) === null ? "not_covered" : "warming_up",
    reset() {
      window.clear();
    },
  };
});
