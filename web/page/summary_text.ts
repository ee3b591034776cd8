/** One symbol in one sentence, to be read out: its price, spread and imbalance, how it stands, and what fires. Pure. */
import { marketText } from "../../shared/market.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { ruleText } from "./alert_text.ts";
import { firingClaim, NO_BOOKS } from "./claims.ts";
import type { Standing } from "./data_standing.ts";
import { NOTHING } from "./format.ts";
import type { Loading } from "./loading.ts";
import { metricText } from "./metric_text.ts";
import type { Connection, ShownMetrics } from "./state.ts";
import type { AlertView } from "./store.ts";

/** What the page knows of it. */
export interface Summarised {
  /** `null`: no symbol is shown. */
  readonly name: string | null;
  readonly isPaused: boolean;
  readonly connection: Connection;
  readonly standing: Standing;
  readonly metrics: ShownMetrics | null;
  /** That its prices have. */
  readonly decimals: number;
  readonly alerts: readonly AlertView[];
  readonly alertsLoad: Loading;
}

const NUMBERS: readonly (readonly [label: string, name: MetricName, unit: string])[] = [
  ["mid", "mid", ""],
  ["spread", "spreadBps", " bps"],
  ["imbalance", "imbalance", ""],
];

/** What is not known is said to be so: silence would be taken for nothing new. */
export function summaryText(of: Summarised): string {
  const { name, isPaused, connection, standing } = of;
  if (name === null) return "No symbol is shown.";
  if (connection.kind !== "open") {
    return `${name}: this page has no connection to the monitor, nothing is known of now.`;
  }
  const state = standing.reason === null || standing.word === "live"
    ? standing.word
    : `${standing.word} (${standing.reason})`;
  const parts = [...(isPaused ? ["numbers are paused"] : []), state, ...numbersOf(of), firing(of)];
  return `${name}: ${parts.join(", ")}.`;
}

function numbersOf({ metrics, decimals }: Summarised): string[] {
  return NUMBERS.map(([label, name, unit]) => {
    const text = metricText(name, metrics, decimals);
    return text === NOTHING ? `${label} not known` : `${label} ${text}${unit}`;
  });
}

/** As the page claims of all symbols: that none fires is known of a live book alone. */
function firing({ name, connection, standing, alerts, alertsLoad }: Summarised): string {
  const rules = alerts
    .filter(({ alert, isFiring }) => isFiring && marketText(alert) === name)
    .map(({ alert }) => ruleText(alert.rule));
  const live = standing.word === "live" ? 1 : 0;
  const { word } = firingClaim(connection, alertsLoad, rules.length, {
    ...NO_BOOKS,
    total: 1,
    live,
  });
  if (word === NOTHING) return "whether alerts fire is not known";
  return rules.length === 0 ? `alerts: ${word}` : `alerts: ${word}, ${rules.join(", ")}`;
}
