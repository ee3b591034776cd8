/**
 * Whom a window is to call of what alerts tell: the step of `shared/alert_notices.ts` that whatever calls people takes, without
 * what had fired before anybody asked to be called, and without ends, which call nobody. Pure.
 */
import { type Notice, Notices } from "../../shared/alert_notices.ts";
import { marketText } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type { Severity } from "../../shared/severity.ts";
import { ruleText } from "./alert_text.ts";

/** One call, in words for a person. */
export interface Call {
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
  /** The episode that it leads to: the first of several. */
  readonly alertId: string;
}

/** What it remembers is bounded by the episodes that fire. */
export class CallNews {
  readonly #notices = new Notices();
  readonly #sinceMs: number;

  /** What had fired before `sinceMs`, by the server's clock, calls nobody, unless it becomes worse. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** When something will be due; `null`: nothing waits for its time. */
  get nextMs(): number | null {
    return this.#notices.nextMs;
  }

  /** Takes a revision, heard at `nowMs`. */
  take(alert: AlertEvent, nowMs: number): void {
    this.#notices.take(alert, nowMs);
  }

  /** The calls of now. */
  due(nowMs: number): readonly Call[] {
    return this.#notices.due(nowMs).filter((notice) => this.#isNews(notice)).map(callOf);
  }

  #isNews({ kind, alerts }: Notice): boolean {
    return kind === "fires" &&
      alerts.some(({ firedMs, timeMs, severity }) =>
        (severity === "critical" ? timeMs : firedMs) >= this.#sinceMs
      );
  }
}

function callOf({ rule, severity, isMarketWide, alerts }: Notice): Call {
  const [first] = alerts;
  const symbols = alerts.map(marketText);
  const subject = isMarketWide ? `${symbols.length} symbols` : symbols[0] ?? "";
  return {
    severity,
    title: `${severity}: ${subject} ${ruleText(rule)}`,
    body: isMarketWide ? symbols.join(", ") : first?.summary ?? "",
    alertId: first?.alertId ?? "",
  };
}
