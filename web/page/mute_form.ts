/// <reference lib="dom" />
/** The form that mutes what an alert is of: one for the page, so that the list may be drawn anew while somebody fills it in. */
import { marketText } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { addMute } from "./api.ts";
import { ruleText } from "./alert_text.ts";
import { element, make, setText } from "./dom.ts";

const MINUTE_MS = 60_000;

/** One alert at a time. */
export class MuteForm {
  readonly #form = element("mute-form") as HTMLFormElement;
  readonly #what = element("mute-what") as HTMLSelectElement;
  readonly #minutes = element("mute-for") as HTMLSelectElement;
  readonly #reason = element("mute-reason") as HTMLInputElement;
  readonly #serverNow: () => number;
  #choices: readonly Mutable[] = [];
  #isAsking = false;

  /** `serverNow`: the server's clock, UTC milliseconds. */
  constructor(serverNow: () => number) {
    this.#serverNow = serverNow;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#mute();
    });
    element("mute-cancel").addEventListener("click", () => this.close());
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** Asks what of this alert is to be muted. */
  open(alert: AlertEvent): void {
    const symbol = marketText(alert);
    const rule = ruleText(alert.rule);
    this.#choices = [
      { text: `${rule} of ${symbol}`, rule: alert.rule, symbol },
      { text: `every rule of ${symbol}`, rule: null, symbol },
      { text: `${rule} of every symbol`, rule: alert.rule, symbol: null },
    ];
    const options = this.#choices.map(({ text }, i) => {
      const option = make("option", "", text);
      option.setAttribute("value", String(i));
      return option;
    });
    this.#what.replaceChildren(...options);
    this.#complain("");
    this.#form.hidden = false;
    this.#what.focus();
  }

  close(): void {
    this.#form.hidden = true;
    this.#reason.value = "";
  }

  async #mute(): Promise<void> {
    const choice = this.#choices[Number(this.#what.value)];
    if (this.#isAsking || choice === undefined) return;
    this.#isAsking = true;
    const { rule, symbol } = choice;
    const until = Math.round(this.#serverNow() + Number(this.#minutes.value) * MINUTE_MS);
    const reason = this.#reason.value.trim() || null;
    const answer = await addMute({ rule, symbol, until, reason });
    this.#isAsking = false;
    if (answer.ok) this.close();
    else this.#complain(answer.error);
  }

  #complain(error: string): void {
    setText(element("mute-error"), error);
  }
}

/** Something that can be muted; `null`: every one. */
interface Mutable {
  readonly text: string;
  readonly rule: string | null;
  readonly symbol: string | null;
}
