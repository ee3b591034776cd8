/** Where the imbalance is going: its slope over the last seconds, a sample at each applied update. */
import { declareFamily, ratioOf } from "./family.ts";
import { SlopeWindow } from "./slope_window.ts";

/** The slope of `imbalance`, per second. O(samples) each time it is written. */
export const VELOCITY = declareFamily(["velocity"], "time", ({ slopeWindowMs }) => {
  const window = new SlopeWindow(slopeWindowMs);
  return {
    updated(view, nowMs) {
      const imbalance = view.hasBothSides ? ratioOf(view.topBids, view.topAsks) : null;
      if (imbalance !== null) window.add(nowMs, imbalance);
    },
    write(out, view, nowMs) {
      // Where the imbalance of now is not known, the slope of the old ones is no news.
      const isKnown = ratioOf(view.topBids, view.topAsks) !== null;
      out.velocity = isKnown ? window.slope(nowMs) : null;
    },
    reset() {
      window.clear();
    },
  };
});
