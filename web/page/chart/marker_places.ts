/** Where a chart says that alerts fired: those close to each other as one, at the first of them. Pure. */
import type { AlertEvent } from "../../../shared/output.ts";
import { lengthOf, type TimeSpan } from "./time_view.ts";

/** A mark that a person can open. */
export interface AlertMarker {
  /** The same while it begins with the same alert. */
  readonly key: string;
  readonly timeMs: number;
  /** In the order in which they fired. */
  readonly alerts: readonly AlertEvent[];
  /** That of the worst. */
  readonly severity: AlertEvent["severity"];
}

/** A mark is so wide that a finger meets it, CSS pixels. */
export const MARKER_PX = 24;
const SEVERITIES: readonly AlertEvent["severity"][] = ["info", "warning", "critical"];

/**
 * Those within the stretch that is shown. Which ones are one does not depend on where that begins, so that none of them leap
 * while it moves on: they are gathered from the oldest that is known.
 */
export function markersIn(
  alerts: readonly AlertEvent[],
  span: TimeSpan,
  widthPx: number,
): readonly AlertMarker[] {
  if (!(widthPx > 0)) return [];
  const reachMs = MARKER_PX * lengthOf(span) / widthPx;
  const groups: AlertEvent[][] = [];
  for (const alert of [...alerts].sort((a, b) => a.firedMs - b.firedMs)) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group !== undefined && first !== undefined && alert.firedMs - first.firedMs < reachMs) {
      group.push(alert);
    } else groups.push([alert]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined || first.firedMs < span.fromMs || first.firedMs > span.toMs) return [];
    const rank = Math.max(...group.map(({ severity }) => SEVERITIES.indexOf(severity)));
    return [{
      key: first.alertId,
      timeMs: first.firedMs,
      alerts: group,
      severity: SEVERITIES[rank] ?? first.severity,
    }];
  });
}
