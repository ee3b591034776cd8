/** What each peer of a symbol actor is sent, and what may be lost on the way: one union, two policies. */
import { assertNever } from "../../shared/assert_never.ts";
import type { OutboxPolicy } from "../../shared/outbox.ts";

/**
 * To the writer: a few deliveries, each a transaction at most. The queue holds 15 minutes of one row
 * a second; what is lost beyond that is counted. Alerts are never lost.
 */
export const WRITER_POLICY: OutboxPolicy = {
  windowMax: 4,
  itemsMax: 500,
  queueMax: 900,
  laneOf: (output) => {
    switch (output.type) {
      case "metrics":
        return output.bucketMs === null ? { kind: "skip" } : { kind: "ordered" };
      case "feed":
      case "gap":
      case "audit":
        return { kind: "ordered" };
      case "alert":
        return { kind: "alert" };
      case "book":
        return output.forStore ? { kind: "latest", key: "book" } : { kind: "skip" };
      case "proof":
        return output.forStore ? { kind: "ordered" } : { kind: "skip" };
      case "trades":
        return { kind: "skip" };
      default:
        return assertNever(output, "send the writer an output");
    }
  },
};

/** To the web: the newest of what is only looked at; alerts, states and stored rows keep their order. */
export const WEB_POLICY: OutboxPolicy = {
  windowMax: 8,
  itemsMax: 200,
  queueMax: 1_000,
  laneOf: (output) => {
    switch (output.type) {
      case "metrics":
        return output.bucketMs === null ? { kind: "latest", key: "metrics" } : { kind: "ordered" };
      case "feed":
      case "gap":
      case "audit":
      case "alert":
        return { kind: "ordered" };
      case "book":
      case "trades":
      case "proof":
        return { kind: "latest", key: output.type };
      default:
        return assertNever(output, "send the web an output");
    }
  },
};
