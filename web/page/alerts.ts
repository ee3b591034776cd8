/// <reference lib="dom" />
/** The list of alerts: firing ones first, then the newest. */
import { marketText } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { alertFigures, alertPhase, learningText } from "./alert_text.ts";
import { element, make, setText } from "./dom.ts";
import { formatAge, formatMoment } from "./format.ts";
import type { PageState } from "./state.ts";

/** As many as one looks at; the API has the others. */
const SHOWN_MAX = 50;

/** Draws the list anew; called only when an alert or the list of symbols has changed. */
export function renderAlerts(state: PageState, nowMs: number): void {
  const { alerts } = state;
  const firing = alerts.filter((one) => state.isFiring(one)).length;
  setText(element("alert-count"), firing === 0 ? "none firing" : `${firing} firing`);
  element("alert-count").dataset["tone"] = firing === 0 ? "good" : "warning";
  element("no-alerts").hidden = alerts.length > 0;
  const learning = learningText(
    state.selected === null ? [] : [...state.viewOf(state.selected).rules.values()],
  );
  element("learning").hidden = learning === null;
  setText(element("learning"), learning ?? "");
  const items = alerts.slice(0, SHOWN_MAX).map((one) => item(one, state.isFiring(one), nowMs));
  element("alerts").replaceChildren(...items);
}

function item(alert: AlertEvent, isFiring: boolean, nowMs: number): HTMLElement {
  const node = make("li", "alert");
  node.dataset["phase"] = isFiring ? "firing" : "resolved";
  node.dataset["severity"] = alert.severity;
  node.dataset["held"] = String(alert.isHeld);
  node.dataset["testid"] = `alert-${alert.alertId}`;
  const head = make("div", "alert-head");
  const subject = marketText(alert);
  // What concerns no market has no view of its own.
  const link = make(alert.venue === "monitor" ? "span" : "a", "alert-symbol", subject);
  if (alert.venue !== "monitor") link.setAttribute("href", `#${encodeURIComponent(subject)}`);
  const lasted = alert.resolvedMs === null ? "" : formatAge(alert.resolvedMs - alert.firedMs);
  const phase = alertPhase(alert, isFiring, lasted);
  const time = make("time", "alert-time", `${formatMoment(alert.firedMs, nowMs)} UTC`);
  time.setAttribute("datetime", new Date(alert.firedMs).toISOString());
  head.append(link, make("span", "alert-phase", phase), time);
  node.append(
    head,
    make("p", "alert-summary", alert.summary),
    make("p", "alert-figures", alertFigures(alert, isFiring)),
  );
  return node;
}
