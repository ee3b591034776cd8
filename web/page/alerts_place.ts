/** Where a person is in the view of alerts, as it stands in the address: what is filtered, what is opened. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import { METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { marketText } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type { Severity } from "../../shared/severity.ts";
import type { Route } from "./route.ts";

/** From the one that matters least. */
export const SEVERITIES = ["info", "warning", "critical"] as const satisfies readonly Severity[];

/** Which episodes are shown; `null`: whichever. */
export interface AlertFilter {
  readonly severity: Severity | null;
  /** A rule: the episodes of each of its sides are its. */
  readonly rule: string | null;
  readonly symbol: string | null;
}

/** A line that a rule begins with, as it was drawn on a chart. */
export interface GivenLine {
  readonly metric: MetricName;
  readonly line: number;
  /** From which side it is passed. */
  readonly from: "below" | "above";
}

/** What of the rules is shown, in the place of the alerts. */
export type RulesPlace =
  | { readonly kind: "list" }
  /** A rule that is to be; of one symbol, or (`null`) of all. */
  | { readonly kind: "new"; readonly symbol: string | null; readonly given: GivenLine | null }
  /** One that there is: as all symbols have it (`null`), or one. */
  | { readonly kind: "edit"; readonly symbol: string | null; readonly rule: string };

/** Where a person is in the view: episodes, one of them or none opened, unless `rules` are shown in their place. */
export interface AlertsPlace {
  readonly filter: AlertFilter;
  /** The episode that is opened, by its id. */
  readonly alert: string | null;
  readonly rules: RulesPlace | null;
}

/** Everything is shown, and nothing opened. */
export const NO_FILTER: AlertFilter = { severity: null, rule: null, symbol: null };

/** The sides of rules, by which their episodes are named. */
const SIDES = ["bid", "ask", "up", "down"] as const;

/** What the parameters of an address say; what is not known there is passed over. */
export function readAlertsPlace(parameters: Readonly<Record<string, string>>): AlertsPlace {
  const text = (name: string) => parameters[name] || null;
  return {
    filter: {
      severity: SEVERITIES.find((one) => one === parameters["severity"]) ?? null,
      rule: text("type"),
      symbol: text("symbol"),
    },
    alert: text("alert"),
    rules: readRules(parameters),
  };
}

/** As an address names it: only what is not as it would be anyway. */
export function alertsRoute({ filter, alert, rules }: AlertsPlace): Route {
  const { severity, rule, symbol } = filter;
  const said = {
    severity,
    type: rule,
    symbol,
    alert,
    ...rules === null ? {} : rulesParameters(rules),
  };
  const parameters = Object.entries(said).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)] as const]
  );
  return { view: "alerts", symbols: [], parameters: Object.fromEntries(parameters) };
}

/** The link of one episode. */
export function alertRoute(alertId: string): Route {
  return alertsRoute({ filter: NO_FILTER, alert: alertId, rules: null });
}

/** What of the rules is shown. */
export function rulesRoute(rules: RulesPlace): Route {
  return alertsRoute({ filter: NO_FILTER, alert: null, rules });
}

/** What the episodes of a rule may be called, whichever sides it has. */
export function episodeNames(rule: string): readonly string[] {
  return [rule, ...SIDES.map((side) => `${rule}_${side}`)];
}

/** Whether an episode is among those that are wanted. */
export function matches(alert: AlertEvent, { severity, rule, symbol }: AlertFilter): boolean {
  return (severity === null || alert.severity === severity) &&
    (symbol === null || marketText(alert) === symbol) &&
    (rule === null || episodeNames(rule).includes(alert.rule));
}

function readRules(parameters: Readonly<Record<string, string>>): RulesPlace | null {
  const kind = parameters["rules"];
  const symbol = parameters["of"] || null;
  const rule = parameters["rule"] || null;
  if (kind === "list") return { kind };
  if (kind === "new") return { kind, symbol, given: readLine(parameters) };
  return kind === "edit" && rule !== null ? { kind, symbol, rule } : null;
}

function readLine(parameters: Readonly<Record<string, string>>): GivenLine | null {
  const metric = METRIC_NAMES.find((name) => name === parameters["metric"]);
  const line = parameters["line"] ? Number(parameters["line"]) : NaN;
  if (metric === undefined || !Number.isFinite(line)) return null;
  return { metric, line, from: parameters["from"] === "above" ? "above" : "below" };
}

function rulesParameters(rules: RulesPlace): Readonly<Record<string, string | number | null>> {
  switch (rules.kind) {
    case "list":
      return { rules: "list" };
    case "new":
      return { rules: "new", of: rules.symbol, ...rules.given };
    case "edit":
      return { rules: "edit", rule: rules.rule, of: rules.symbol };
    default:
      return assertNever(rules, "name in an address");
  }
}
