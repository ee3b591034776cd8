/** One symbol in the table of all of them: each cell is bound to what it shows, so that a number redraws nothing else. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound, variables } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatMs, NOTHING } from "../format.ts";
import { formatMetric, metricText } from "../metric_text.ts";
import type { HourLines } from "../hour_source.ts";
import { type ColumnId, isBalance, isMetric } from "../overview_columns.ts";
import { hourTold } from "../overview_hour.ts";
import { cellWhy, firingText, standingText } from "../overview_text.ts";
import { deskOf, routeText } from "../route.ts";
import { SPARK_HEIGHT, SPARK_WIDTH, sparkPath } from "../spark.ts";
import type { SymbolShown } from "../symbol_store.ts";

/** The list tells no more; the desk of the symbol says which leg, and why. */
const LATENCY_UNKNOWN =
  "Not known: nothing was measured of late, or the exchange's clock is not known well enough.";

/** What rows are given. */
export interface OverviewRowProps {
  readonly name: string;
  readonly columns: readonly ColumnId[];
  /** Where the tab key stops: one row, and arrow keys lead to the others. */
  readonly stop: ReadonlySignal<string | null>;
  readonly pins: ReadonlySignal<ReadonlySet<string>>;
  /** How many alerts fire, by symbol. */
  readonly firing: ReadonlySignal<ReadonlyMap<string, number>>;
  readonly hours: HourLines;
  readonly onPin: (symbol: string) => void;
}

/** A link to the desk of the symbol, wherever it is pressed. */
export function OverviewRow(props: OverviewRowProps): JSX.Element {
  const { name, columns, stop, pins, onPin } = props;
  const page = usePage();
  const symbol = page.symbol(name);
  const tabIndex = useBound(() => stop.value === name ? 0 : -1, [name]);
  const isPinned = useBound(() => pins.value.has(name), [name]);
  const open = ({ target }: { target: EventTarget | null }) => {
    // A link and a button do what they do by themselves.
    if (target instanceof Element && target.closest("a, button") !== null) return;
    page.go(deskOf(name));
  };
  return (
    <tr
      class="overview-row"
      role="row"
      data-live={symbol.isLive}
      data-symbol={name}
      data-testid={`overview-${name}`}
      onClick={open}
    >
      <th role="rowheader" scope="row" class="overview-name">
        <button
          type="button"
          class="pin"
          aria-label={`Pin ${name}`}
          aria-pressed={isPinned}
          title="Pinned symbols stand first"
          tabIndex={tabIndex}
          data-stop="pin"
          onClick={() => onPin(name)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M5 1.5h6l-.7 5 2.2 2.5v1H8.7V15h-1.4v-5H3.5V9l2.2-2.5z" />
          </svg>
        </button>
        <a href={routeText(deskOf(name))} tabIndex={tabIndex} data-stop="link">{name}</a>
      </th>
      {columns.map((id) => <Cell key={id} id={id} symbol={symbol} row={props} />)}
    </tr>
  );
}

interface CellProps {
  readonly id: ColumnId;
  readonly symbol: SymbolShown;
  readonly row: OverviewRowProps;
}

function Cell({ id, symbol, row }: CellProps): JSX.Element {
  if (id === "state") return <StateCell symbol={symbol} />;
  if (id === "alerts") return <AlertsCell symbol={symbol} row={row} />;
  if (id === "latency") return <LatencyCell symbol={symbol} />;
  if (id === "hour") return <HourCell symbol={symbol} row={row} />;
  return isMetric(id) ? <MetricCell symbol={symbol} name={id} /> : <td role="cell" />;
}

function StateCell({ symbol: { standing } }: Pick<CellProps, "symbol">): JSX.Element {
  const word = useBound(() => standing.value.word, [standing]);
  const tone = useBound(() => standing.value.tone, [standing]);
  const title = useBound(() => standingText(standing.value), [standing]);
  return (
    <td role="cell" class="overview-state" data-column="state" title={title}>
      <span class="tone-word" data-tone={tone}>{word}</span>
    </td>
  );
}

function AlertsCell({ symbol, row: { name, firing } }: Omit<CellProps, "id">): JSX.Element {
  const { shown: { connection, alertsLoad } } = usePage();
  const told = useBound(
    () =>
      firingText(
        connection.value,
        alertsLoad.value,
        firing.value.get(name) ?? 0,
        symbol.standing.value,
      ),
    [symbol],
  );
  const text = useBound(() => told.value.text, [symbol]);
  const title = useBound(() => told.value.why, [symbol]);
  const isFiring = useBound(() => (told.value.count ?? 0) > 0, [symbol]);
  return <td role="cell" data-column="alerts" data-firing={isFiring} title={title}>{text}</td>;
}

function LatencyCell({ symbol }: Pick<CellProps, "symbol">): JSX.Element {
  const { metrics, isLive, standing } = symbol;
  const known = useBound(() => isLive.value ? metrics.value?.latencyMs ?? null : null, [symbol]);
  const text = useBound(() => known.value === null ? NOTHING : formatMs(known.value), [known]);
  const title = useBound(() => {
    if (!isLive.value) return standingText(standing.value);
    return known.value === null ? LATENCY_UNKNOWN : "";
  }, [symbol, known]);
  return <td role="cell" data-column="latency" title={title}>{text}</td>;
}

/** Drawn while it is seen. */
function HourCell({ symbol, row: { name, hours } }: Omit<CellProps, "id">): JSX.Element {
  const cell = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    return cell.current === null ? undefined : hours.watch(cell.current, name);
  }, [hours, name]);
  const { asked, isSeen } = hours.of(name);
  const told = useBound(() => {
    const mid = isSeen.value && symbol.isLive.value ? symbol.metrics.value?.values.mid : null;
    const decimals = symbol.decimals.peek();
    return hourTold(asked.value, mid ?? null, (each) => formatMetric("mid", each, decimals));
  }, [symbol, hours, name]);
  const path = useBound(() => isSeen.value ? sparkPath(told.value.line) : "", [told]);
  const text = useBound(() => told.value.text, [told]);
  const title = useBound(() => told.value.title, [told]);
  return (
    <td role="cell" class="overview-hour" data-column="hour" title={title} ref={cell}>
      <svg
        class="spark"
        viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
      <span>{text}</span>
    </td>
  );
}

function MetricCell(
  { symbol, name }: { readonly symbol: SymbolShown; readonly name: MetricName },
): JSX.Element {
  const { metrics, isLive, decimals, standing } = symbol;
  // What was told of a symbol before it ceased to be live is of then.
  const now = useBound(() => isLive.value ? metrics.value : null, [symbol]);
  const text = useBound(() => metricText(name, now.value, decimals.value), [symbol, name]);
  const title = useBound(() => cellWhy(name, now.value, standing.value), [symbol, name]);
  const bar = useBound(
    () => isBalance(name) ? variables({ value: now.value?.values[name] ?? null }) : "",
    [symbol, name],
  );
  // Without a bar: an empty one stands for 0.
  const isKnown = useBound(() => (now.value?.values[name] ?? null) !== null, [symbol, name]);
  if (!isBalance(name)) return <td role="cell" data-column={name} title={title}>{text}</td>;
  return (
    <td role="cell" class="balance" data-column={name} title={title}>
      <span class="signed-bar" style={bar} data-known={isKnown} />
      <span>{text}</span>
    </td>
  );
}
