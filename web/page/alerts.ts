/// <reference lib="dom" />
/** The panel of alerts: what is of the market, the episodes, firing ones first, then the newest, and what is muted. */
import { marketText } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { isSeen, type MuteRecord } from "../../shared/said.ts";
import {
  alertFigures,
  alertPhase,
  learningText,
  marketWideText,
  muteText,
  peopleText,
} from "./alert_text.ts";
import { acknowledgeAlert, type Answer, removeMute } from "./api.ts";
import { element, make, setAttribute, setText } from "./dom.ts";
import { formatAge, formatMoment } from "./format.ts";
import type { MarketWideView } from "./market_wide.ts";
import { MuteForm } from "./mute_form.ts";
import type { PageState } from "./state.ts";

/** As many as one looks at; the API has the others. */
const SHOWN_MAX = 50;

/** Where the refusal of what is asked for an alert or a mute is told, by its id; `null`: one may not ask. */
type Refusal = ((id: string) => HTMLElement) | null;

/** Draws it, and asks for what its buttons say. */
export class AlertPanel {
  readonly #form: MuteForm;
  /** Where each button's refusal is told, by what the button is of: it outlives the drawing. */
  #refusals = new Map<string, HTMLElement>();

  /** `serverNow`: the server's clock, UTC milliseconds. */
  constructor(serverNow: () => number) {
    this.#form = new MuteForm(serverNow);
  }

  /** Draws all anew; called only when an alert, a mute, a right or the list of symbols has changed. */
  render(state: PageState, marketWide: readonly MarketWideView[], nowMs: number): void {
    const { alerts, access: { mayOperate } } = state;
    const firing = alerts.filter((one) => state.isFiring(one)).length;
    setText(element("alert-count"), firing === 0 ? "none firing" : `${firing} firing`);
    element("alert-count").dataset["tone"] = firing === 0 ? "good" : "warning";
    element("no-alerts").hidden = alerts.length > 0;
    const learning = learningText(
      state.selected === null ? [] : [...state.viewOf(state.selected).rules.values()],
    );
    element("learning").hidden = learning === null;
    setText(element("learning"), learning ?? "");
    const focused = document.activeElement?.getAttribute("data-testid") ?? null;
    const refusals = this.#refusals;
    this.#refusals = new Map();
    const refusal = (id: string): HTMLElement => {
      const node = refusals.get(id) ?? make("span", "note bad");
      setAttribute(node, "role", "alert");
      this.#refusals.set(id, node);
      return node;
    };
    element("market-wide").replaceChildren(
      ...marketWide.map((one) => make("li", "market-wide", marketWideText(one, nowMs))),
    );
    const items = alerts.slice(0, SHOWN_MAX)
      .map((one) => this.#item(one, state.isFiring(one), mayOperate ? refusal : null, nowMs));
    element("alerts").replaceChildren(...items);
    const mutes = state.mutes.inForce(nowMs).map((mute) =>
      this.#mute(mute, mayOperate ? refusal : null, nowMs)
    );
    element("muted").hidden = mutes.length === 0;
    setText(element("muted-count"), `${mutes.length} muted`);
    element("mutes").replaceChildren(...mutes);
    // The button that has the keyboard was drawn anew.
    if (focused !== null) {
      document.querySelector<HTMLElement>(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  #item(alert: AlertEvent, isFiring: boolean, refusal: Refusal, nowMs: number): HTMLElement {
    const node = make("li", "alert");
    node.dataset["phase"] = isFiring ? "firing" : "resolved";
    node.dataset["severity"] = alert.severity;
    node.dataset["held"] = String(alert.isHeld);
    node.dataset["quiet"] = String(isSeen(alert) || alert.mutedUntilMs !== null);
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
    const people = peopleText(alert, nowMs);
    if (people !== "") node.append(make("p", "alert-people", people));
    if (refusal !== null) node.append(this.#buttons(alert, isFiring, refusal(alert.alertId)));
    return node;
  }

  #buttons(alert: AlertEvent, isFiring: boolean, error: HTMLElement): HTMLElement {
    const line = make("p", "alert-buttons");
    if (isFiring && !isSeen(alert)) {
      const ask = () => acknowledgeAlert(alert.alertId);
      line.append(button("Acknowledge", `ack-${alert.alertId}`, () => void run(ask, error)));
    }
    line.append(button("Mute…", `mute-${alert.alertId}`, () => this.#form.open(alert)), error);
    return line;
  }

  #mute(mute: MuteRecord, refusal: Refusal, nowMs: number): HTMLElement {
    const node = make("li", "mute", muteText(mute, nowMs));
    if (refusal === null) return node;
    const error = refusal(mute.muteId);
    const ask = () => removeMute(mute.muteId);
    node.append(" ", button("Remove", `unmute-${mute.muteId}`, () => void run(ask, error)), error);
    return node;
  }
}

/** The change itself comes by the stream, to every open page alike. */
async function run(ask: () => Promise<Answer<unknown>>, error: HTMLElement): Promise<void> {
  const answer = await ask();
  setText(error, answer.ok ? "" : answer.error);
}

function button(text: string, testId: string, act: () => void): HTMLElement {
  const node = make("button", "round", text);
  node.setAttribute("type", "button");
  node.dataset["testid"] = testId;
  node.addEventListener("click", act);
  return node;
}
