/** Where alerts of the symbol fired: marks over a chart that open them. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { marketText } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { alertFigures, alertPhase, ruleText } from "../alert_text.ts";
import { alertRoute } from "../alerts_place.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { routeText } from "../route.ts";
import { formatExact } from "../times.ts";
import { AlertsSource } from "./alerts_source.ts";
import { type ChartLayerProps, xOf } from "./chart_frame.ts";
import { type AlertMarker, markersIn } from "./marker_places.ts";

/** One mark for what is close together; what it opens stands below it, until another is opened or Escape is pressed. */
export function AlertMarkers({ symbol, frame }: ChartLayerProps): JSX.Element {
  const { shown: { alerts, alertsLoad } } = usePage();
  const open = useSignal<string | null>(null);
  const { name } = symbol;
  const source = useMemo(() => name === null ? null : new AlertsSource(name), [name]);
  useEffect(() => () => source?.close(), [source]);
  const own = useBound(() => {
    const told = alerts.value.filter(({ alert }) => marketText(alert) === name);
    const known = new Map((source?.stored.value ?? []).map((alert) => [alert.alertId, alert]));
    for (const { alert } of told) known.set(alert.alertId, alert);
    return [...known.values()];
  }, [name, source]);
  const markers = useBound(() => {
    const drawn = frame.value;
    if (drawn === null) return [];
    source?.want(drawn.span, alertsLoad.value);
    return markersIn(own.value, drawn.span, drawn.panes[0]?.widthPx ?? 0);
  }, [own, source]);
  return (
    <div
      class="chart-layer"
      data-testid="alert-markers"
      onKeyDown={(event) => {
        if (event.key === "Escape" && open.value !== null) {
          open.value = null;
          event.stopPropagation();
        }
      }}
    >
      {markers.value.map((marker) => (
        <Marker key={marker.key} marker={marker} frame={frame} open={open} />
      ))}
    </div>
  );
}

interface MarkerProps {
  readonly marker: AlertMarker;
  readonly frame: ChartLayerProps["frame"];
  /** The key of the mark that is open. */
  readonly open: Signal<string | null>;
}

function Marker({ marker, frame, open }: MarkerProps): JSX.Element {
  const { key, timeMs, alerts, severity } = marker;
  const { shown: { serverMs } } = usePage();
  const isOpen = open.value === key;
  const place = useBound(() => {
    const drawn = frame.value;
    const [pane] = drawn?.panes ?? [];
    const last = drawn?.panes.at(-1);
    if (drawn === null || pane === undefined || last === undefined) return "display:none";
    const x = xOf(pane, drawn.span, timeMs);
    const side = x > pane.leftPx + pane.widthPx / 2 ? "-100%" : "0%";
    const bottom = last.topPx + last.heightPx;
    return `--x:${x.toFixed(1)}px;--top:${pane.topPx}px;--bottom:${bottom}px;--side:${side}`;
  }, [marker, frame]);
  const [first] = alerts;
  const what = alerts.length === 1 && first !== undefined
    ? ruleText(first.rule)
    : `${alerts.length} alerts`;
  const moment = formatExact(timeMs, serverMs.peek());
  return (
    <div class="alert-marker" style={place} data-severity={severity}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={`${what}, ${moment}`}
        title={`${what}, ${moment}`}
        data-testid={`marker-${key}`}
        onClick={() => open.value = isOpen ? null : key}
      >
        {alerts.length > 1 ? alerts.length : "!"}
      </button>
      {isOpen && (
        <div class="alert-opened" role="group" aria-label={what} data-testid="alert-opened">
          {alerts.map((alert) => <Opened key={alert.alertId} alert={alert} />)}
        </div>
      )}
    </div>
  );
}

function Opened({ alert }: { readonly alert: AlertEvent }): JSX.Element {
  const { shown: { alerts, connection, serverMs } } = usePage();
  const nowMs = serverMs.peek();
  const told = alerts.value.find((one) => one.alert.alertId === alert.alertId);
  const isFiring = told === undefined ? alert.phase === "firing" : told.isFiring;
  const isHeard = connection.value.kind === "open";
  return (
    <article class="alert" data-severity={alert.severity}>
      <p class="alert-head">
        <a href={routeText(alertRoute(alert.alertId))} data-testid={`marked-${alert.alertId}`}>
          <b>{ruleText(alert.rule)}</b>
        </a>
        <span class="alert-phase">{alertPhase(alert, isFiring, isHeard, nowMs)}</span>
      </p>
      <p class="alert-summary">{alert.summary}</p>
      <p class="alert-figures">{alertFigures(alert, isFiring, null, nowMs)}</p>
    </article>
  );
}
