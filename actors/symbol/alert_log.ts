/** AlertLog: what the log tells of alerts: that one fires, has become critical, and ends. Pure. */
import type { AlertEvent } from "../../shared/output.ts";

/** Revisions in between tell what has become of an episode, and are nothing new to who reads a log. */
export class AlertLog {
  /** Episodes that fire and are critical, as far as that was told. */
  readonly #critical = new Set<string>();

  /** The line for a revision; `null`: none. */
  line({ alertId, revision, phase, severity, summary }: AlertEvent): string | null {
    const isWorse = phase === "firing" && severity === "critical" && !this.#critical.has(alertId);
    if (isWorse) this.#critical.add(alertId);
    if (phase === "resolved") this.#critical.delete(alertId);
    else if (revision > 1) return isWorse ? `alert is critical now: ${summary}` : null;
    return `alert ${phase}: ${summary}`;
  }
}
