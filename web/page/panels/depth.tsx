/** How much rests between mid and each price, as two areas, as far as the book is known. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { ChoiceButtons } from "../choice_buttons.tsx";
import { useBound } from "../bound.ts";
import { useWhy } from "../bound_metric.ts";
import { Canvas } from "../canvas.tsx";
import { depthCurve } from "../depth_curve.ts";
import { DepthPicture, type DepthShown } from "../depth_picture.ts";
import { type DepthReading, depthReading, depthSummary } from "../depth_text.ts";
import { depthScale, REACHES_BPS, spotAt } from "../depth_view.ts";
import { NOTHING } from "../format.ts";
import { useKeptChoice } from "../kept_choice.ts";
import { noBookText } from "../no_book.ts";
import type { PanelProps } from "./panel.ts";

const DEFAULT_REACH_BPS = 100;
const FIELDS: readonly (readonly [field: keyof DepthReading, label: string, title: string])[] = [
  [
    "price",
    "at",
    "The price, or the end of a stretch of 2 bps of which single prices are not told",
  ],
  ["distance", "from mid", "Distance from mid"],
  ["size", "size", "Quantity that rests there, base asset"],
  ["sum", "cumulative", "Quantity between mid and there; ≥ where the known book ends sooner"],
  [
    "slippage",
    "slippage",
    "What a market order of the cumulative quantity would pay against mid on average",
  ],
];

/** The chart, what its cursor is on, and how far it reaches. */
export function DepthChart({ symbol }: PanelProps): JSX.Element {
  const reachBps = useKeptChoice<number>("depth-reach", REACHES_BPS, DEFAULT_REACH_BPS);
  const cursorBps = useSignal<number | null>(null);
  const curve = useBound(() => symbol.depth.value && depthCurve(symbol.depth.value), [symbol]);
  const shown = useBound((): DepthShown => ({
    curve: curve.value,
    reachBps: reachBps.value,
    cursorBps: cursorBps.value,
    decimals: symbol.decimals.value,
  }), [symbol, curve]);
  const summary = useBound(() => {
    if (curve.value === null) return "";
    const scale = depthScale(curve.value, reachBps.value);
    return depthSummary(curve.value, scale, reachBps.value, symbol.decimals.value);
  }, [symbol, curve]);
  const why = useWhy(symbol, ["mid"]);
  const lack = useBound(
    () => curve.value === null ? noBookText(symbol.standing.value, why.value) : "",
    [symbol, curve, why],
  );
  const hasPicture = useBound(() => curve.value !== null, [curve]);
  return (
    <div class="depth-chart">
      <div class="panel-head">
        <h2>
          Depth <small>cumulative, base asset</small>
        </h2>
        <span class="spring" />
        <Reaches reachBps={reachBps} />
      </div>
      <Read shown={shown} />
      <div class="depth-room">
        <Canvas
          class="depth-canvas"
          data-testid="depth-chart"
          make={(room) => new DepthPicture(room, (bps) => cursorBps.value = bps)}
          shown={shown}
        />
        <p class="no-picture muted" data-testid="depth-none" hidden={hasPicture}>
          {lack}
        </p>
      </div>
      <p class="unseen" data-testid="depth-summary">{summary}</p>
    </div>
  );
}

function Reaches({ reachBps }: { readonly reachBps: Signal<number> }): JSX.Element {
  return (
    <ChoiceButtons
      label="Distance from mid shown"
      choices={REACHES_BPS.map((value) => ({ value, text: `${value / 100} %` }))}
      chosen={reachBps.value}
      onChoose={(bps) => reachBps.value = bps}
    />
  );
}

/** What the cursor is on; while it is nowhere, that there is something to read. */
function Read({ shown }: { readonly shown: { readonly value: DepthShown } }): JSX.Element {
  const reading = useBound(() => {
    const { curve, cursorBps, reachBps, decimals } = shown.value;
    const spot = curve === null || cursorBps === null ? null : spotAt(curve, cursorBps, reachBps);
    return spot === null ? null : depthReading(spot, decimals);
  }, [shown]);
  const isEmpty = useBound(() => reading.value === null, [reading]);
  return (
    <p class="depth-read reading muted" data-empty={isEmpty}>
      <span class="reading-hint">Point at the chart to read what is there.</span>
      {FIELDS.map(([field, label, title]) => (
        <span key={field} title={title}>
          {label} <Field reading={reading} field={field} />
        </span>
      ))}
    </p>
  );
}

function Field({ reading, field }: {
  readonly reading: { readonly value: DepthReading | null };
  readonly field: keyof DepthReading;
}): JSX.Element {
  return (
    <b data-testid={`depth-${field}`}>
      {useBound(() => reading.value?.[field] ?? NOTHING, [reading])}
    </b>
  );
}
