/// <reference lib="dom" />
/** The form that mutes what an alert is of, above the list: one alert at a time. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { marketText } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { ruleText } from "../alert_text.ts";
import { addMute } from "../api.ts";
import { usePage } from "../context.ts";

const MINUTE_MS = 60_000;
const SPANS: readonly (readonly [minutes: number, text: string])[] = [
  [15, "15 minutes"],
  [60, "1 hour"],
  [240, "4 hours"],
  [1_440, "1 day"],
  [10_080, "1 week"],
];
const SPAN_DEFAULT = 60;

/** Something that can be muted; `null`: every one. */
interface Mutable {
  readonly text: string;
  readonly rule: string | null;
  readonly symbol: string | null;
}

interface MuteFormProps {
  /** What is being asked about; `null`: nothing, and there is no form. */
  readonly alert: Signal<AlertEvent | null>;
}

/** Hidden while it asks nothing; what was chosen for how long stays for the next one. */
export function MuteForm({ alert }: MuteFormProps): JSX.Element {
  const { serverNow } = usePage();
  const what = useRef<HTMLSelectElement>(null);
  const span = useRef<HTMLSelectElement>(null);
  const reason = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const opener = useRef<Element | null>(null);
  const isAsking = useSignal(false);
  const error = useSignal("");
  const asked = alert.value;
  useLayoutEffect(() => {
    if (asked === null) return;
    error.value = "";
    if (what.current !== null) what.current.value = "0";
    opener.current = document.activeElement;
    what.current?.focus();
  }, [asked]);
  const choices = asked === null ? [] : choicesOf(asked);
  const close = () => {
    // Back to where it was asked for.
    const isInside = form.current?.contains(document.activeElement);
    if (isInside && opener.current instanceof HTMLElement) opener.current.focus();
    alert.value = null;
    if (reason.current !== null) reason.current.value = "";
  };
  const mute = async () => {
    const choice = choices[Number(what.current?.value)];
    if (isAsking.peek() || choice === undefined) return;
    isAsking.value = true;
    const { rule, symbol } = choice;
    const until = Math.round(serverNow() + Number(span.current?.value) * MINUTE_MS);
    const why = reason.current?.value.trim() || null;
    const answer = await addMute({ rule, symbol, until, reason: why });
    isAsking.value = false;
    if (answer.ok) close();
    else error.value = answer.error;
  };
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void mute();
  };
  return (
    <form
      ref={form}
      class="mute-form"
      data-testid="mute-form"
      aria-label="Mute"
      hidden={asked === null}
      onSubmit={onSubmit}
      onKeyDown={({ key }) => key === "Escape" && close()}
    >
      <label>
        Mute{" "}
        <select ref={what} data-testid="mute-what">
          {choices.map(({ text }, i) => <option key={i} value={i}>{text}</option>)}
        </select>
      </label>
      <label>
        for{" "}
        <select ref={span} data-testid="mute-for">
          {SPANS.map(([minutes, text]) => (
            <option key={minutes} value={minutes} selected={minutes === SPAN_DEFAULT}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <input
        ref={reason}
        type="text"
        data-testid="mute-reason"
        maxLength={500}
        aria-label="Why"
        placeholder="Why (if you like)"
        autocomplete="off"
      />
      <span class="mute-buttons">
        <button type="submit" class="round" data-testid="mute-save">Mute</button>
        <button type="button" class="round" onClick={close}>Cancel</button>
      </span>
      <p class="note bad" data-testid="mute-error" role="alert">{error}</p>
    </form>
  );
}

function choicesOf(alert: AlertEvent): readonly Mutable[] {
  const symbol = marketText(alert);
  const rule = ruleText(alert.rule);
  return [
    { text: `${rule} of ${symbol}`, rule: alert.rule, symbol },
    { text: `every rule of ${symbol}`, rule: null, symbol },
    { text: `${rule} of every symbol`, rule: alert.rule, symbol: null },
  ];
}
