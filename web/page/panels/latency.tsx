/** How long a number of the symbol takes until it is sent here. */
import type { JSX } from "preact";
import type { Leg } from "../../../shared/latency.ts";
import { useBound } from "../bound.ts";
import { clocksNote, latencyText } from "../latency_text.ts";
import type { PanelProps } from "./panel.ts";

const LEGS: readonly (readonly [leg: Leg, label: string, title: string])[] = [
  [
    "exchangeToReceive",
    "exchange → here",
    "From the exchange's own time of a message until it was received here. The clocks' offset is allowed for, to " +
    "within half a round trip.",
  ],
  [
    "receiveToComputed",
    "computed",
    "From the arrival of a message until it was decoded and taken in, book and metrics included; one message in seven " +
    "is timed.",
  ],
  [
    "computedToSent",
    "sent",
    "From the last update of the book until the numbers that show it left for the web server, which they do every 100 ms.",
  ],
  [
    "sentToWritten",
    "written",
    "From there until the connection of a page that shows the symbol in detail had taken them.",
  ],
];

/** One line: half of the recent numbers and 99 % of them took no longer than this; a dash for what is not known. */
export function LatencyLine({ symbol }: PanelProps): JSX.Element {
  const clocks = useBound(() => clocksNote(symbol.latency.value), [symbol]);
  return (
    <div class="latency muted" data-testid="latency" role="group" aria-label="Latency">
      {LEGS.map(([leg, label, title]) => (
        <LegText key={leg} symbol={symbol} leg={leg} label={label} title={title} />
      ))}
      <span title="Of the last one to two minutes: half of them took no longer than the first number, 99 % no longer than the second; to about 10 %.">
        (median / 99 %, ms)
      </span>
      <span class="warning" data-testid="clocks-note">{clocks}</span>
    </div>
  );
}

interface LegProps extends PanelProps {
  readonly leg: Leg;
  readonly label: string;
  readonly title: string;
}

function LegText({ symbol, leg, label, title }: LegProps): JSX.Element {
  const told = useBound(() => latencyText(leg, symbol.latency.value), [symbol, leg]);
  const text = useBound(() => told.value.text, [told]);
  const whole = useBound(() => {
    const { why } = told.value;
    return why === null ? title : `Not known: ${why}.\n${title}`;
  }, [told]);
  return (
    <span title={whole} data-testid={`latency-${leg}`}>
      {label} <b>{text}</b>
      {" "}
    </span>
  );
}
