/** How far numbers can be trusted by what they say themselves, whoever is alive. Pure. */
import type { MetricsView } from "../../shared/metrics_view.ts";
import type { FeedView } from "../../shared/browser_events.ts";
import { isOverloadText } from "../../shared/overload.ts";
import type { DataState } from "../../shared/output.ts";

/** How a symbol stands, in one word and a reason. */
export interface Standing {
  readonly word: string;
  /** `calm`: not live, and nothing is wrong. */
  readonly tone: "good" | "warning" | "bad" | "calm";
  /** Why; of what is live, a note. */
  readonly reason: string | null;
  /** Since when, by the server's clock; `null`: not known, or live and not worth saying. */
  readonly sinceMs: number | null;
}

type Dated = Pick<MetricsView, "state" | "timeMs">;

/** What was told of a symbol. */
interface Told {
  readonly metrics: Dated | null;
  readonly listed: Dated | null;
  readonly feed: FeedView | null;
}

/** What the data itself says at `nowMs`, by the server's clock. */
export function standingOfData(
  told: Told,
  nowMs: number,
  silentAfterMs: number,
): Standing {
  const { feed } = told;
  const metrics = newestOf(told);
  const state = metrics?.state ?? feed?.state;
  if (state === undefined) return { word: "waiting", tone: "warning", reason: null, sinceMs: null };
  const ageMs = metrics === null ? 0 : nowMs - metrics.timeMs;
  if (metrics !== null && ageMs > silentAfterMs) {
    const reason = `No data for ${Math.round(ageMs / 1_000)} s`;
    return { word: "silent", tone: "bad", reason, sinceMs: metrics.timeMs };
  }
  // A status of another state is of before or after this frame.
  const own = feed?.state === state ? feed : null;
  if (metrics !== null && state === "live") {
    const reason = own?.reason ?? null;
    return {
      word: state,
      tone: isOverloadText(reason) ? "warning" : "good",
      reason,
      sinceMs: null,
    };
  }
  const tone = state === "halted" ? "calm" : isPassing(state) ? "warning" : "bad";
  // Live without a frame passes at once, and how long it has been so is not worth saying either.
  const sinceMs = state === "live" ? null : own?.sinceMs ?? null;
  return { word: state, tone, reason: own?.reason ?? null, sinceMs };
}

/** The list is told of a quiet symbol too, of which no frame comes. */
function newestOf({ metrics, listed }: Told): Dated | null {
  if (metrics === null || listed === null) return metrics ?? listed;
  return listed.timeMs > metrics.timeMs ? listed : metrics;
}

/** A book that is on its way, or live without a first frame yet. */
function isPassing(state: DataState): boolean {
  return state === "syncing" || state === "live";
}
