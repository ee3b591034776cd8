/** A stretch of time that a person types in, by the clocks by which the time axis goes. */
import { useSignal } from "@preact/signals";
import type { JSX, TargetedEvent } from "preact";
import { zoneOffsetMs, zoneText } from "../times.ts";
import { momentIn, textOfMoment } from "./time_field.ts";
import { SPAN_MIN_MS, type TimeSpan } from "./time_view.ts";

interface FromToProps {
  readonly span: () => TimeSpan;
  readonly onSpan: (span: TimeSpan) => void;
}

/** Begins with what is shown. */
export function FromTo({ span, onSpan }: FromToProps): JSX.Element {
  const from = useSignal(textOfMoment(span().fromMs, zoneOffsetMs));
  const to = useSignal(textOfMoment(span().toMs, zoneOffsetMs));
  const problem = useSignal("");
  const submit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    const [first, last] = [momentIn(from.value, zoneOffsetMs), momentIn(to.value, zoneOffsetMs)];
    if (first === null || last === null) problem.value = "Both must be a date and a time.";
    else if (last.timeMs - first.timeMs < SPAN_MIN_MS) {
      problem.value = `The end must be at least ${SPAN_MIN_MS / 1_000} s after the begin.`;
    } else {
      problem.value = [first, last].map(({ note }) => note).find((note) => note !== "") ?? "";
      onSpan({ fromMs: first.timeMs, toMs: last.timeMs });
    }
  };
  return (
    <form class="chart-span" data-testid="from-to" onSubmit={submit}>
      <label>
        from{" "}
        <input
          type="datetime-local"
          step="1"
          value={from.value}
          data-testid="from"
          onInput={({ currentTarget }) => from.value = currentTarget.value}
        />
      </label>
      <label>
        to{" "}
        <input
          type="datetime-local"
          step="1"
          value={to.value}
          data-testid="to"
          onInput={({ currentTarget }) => to.value = currentTarget.value}
        />
      </label>
      <span class="muted">{zoneText(span().toMs)}</span>
      <button type="submit" class="round" data-testid="show-span">Show</button>
      <span class="note warning" role="alert">{problem}</span>
    </form>
  );
}
