/** SpoiledFrame: what a fault makes of one frame on its way. */
import { assertNever } from "../../shared/assert_never.ts";
import { Levels } from "../../actors/symbol/engine/book/level_columns.ts";
import type { FrameFault } from "./fault.ts";
import { type Frame, type FrameEvent, frameText, oversized } from "./frame.ts";
import type { Market } from "./market.ts";

const HTML = "<html><body>502 Bad Gateway</body></html>";
const WRONG_SYMBOL = "WRONGUSDT";
/** A reordered or doubled frame comes at most so many frames late. */
const LATE_FRAMES_MAX = 3;

/** What leaves instead of the frame, and how many frames later it leaves (once more). */
export interface SpoiledFrame {
  readonly now: Frame | null;
  /** `null`: not again. */
  readonly againAfter: number | null;
}

/** `amount` in [0, 1) says how much of it, where that matters. */
export function spoiledFrame(
  event: FrameEvent,
  kind: FrameFault,
  amount: number,
  market: Market,
): SpoiledFrame {
  const later = 1 + Math.floor(amount * LATE_FRAMES_MAX);
  const text = (content: string) => ({
    now: { type: "text", text: content } as const,
    againAfter: null,
  });
  switch (kind) {
    case "gap":
      return { now: null, againAfter: null };
    case "duplicate":
      return { now: event, againAfter: later };
    case "reorder":
      return { now: null, againAfter: later };
    case "truncated": {
      const whole = frameText(event);
      return text(whole.slice(0, Math.floor(whole.length * amount)));
    }
    case "oversized":
      return text(oversized(frameText(event)));
    case "non_json":
      return text(HTML);
    case "wrong_symbol":
      return text(frameText(event, WRONG_SYMBOL));
    case "crossed":
      return { now: crossed(event, market), againAfter: null };
    default:
      return assertNever(kind, "spoil a frame");
  }
}

/** A bid beyond every ask, of whatever time: the exchange contradicts itself, as every book can tell. */
function crossed(event: FrameEvent, market: Market): FrameEvent {
  if (event.type !== "depth_update") return event;
  const { bids, asks } = market.truth;
  const { update } = event;
  const price = market.price(2 * asks.worst);
  const others = Array.from(
    { length: update.bids.count },
    (_, i) => [update.bids.price(i), update.bids.qty(i)] as const,
  ).filter(([each]) => each !== price);
  const bid = [price, market.qty(bids.qty(bids.best))] as const;
  return { ...event, update: { ...update, bids: Levels.of([...others, bid]) } };
}
