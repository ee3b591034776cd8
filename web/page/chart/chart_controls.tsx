/** What a chart shows, as buttons and fields: how much of which time, which lines, and their averages. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { ChoiceButtons } from "../choice_buttons.tsx";
import { useBound } from "../bound.ts";
import { lazily } from "../lazily.tsx";
import { AVERAGES_MS, durationText, RANGES_MS } from "./chart_settings.ts";
import type { ChartLook } from "./chart_look.ts";
import type { TimeSpan } from "./time_view.ts";

const FromTo = lazily(() => import("./from_to.tsx").then(({ FromTo }) => FromTo));
const MetricChoice = lazily(() =>
  import("./metric_choice.tsx").then(({ MetricChoice }) => MetricChoice)
);

interface ChartControlsProps {
  readonly look: ChartLook;
  /** What is shown now. */
  readonly span: () => TimeSpan;
  /** Why no average is shown although one is chosen; empty: it is. */
  readonly coarse: ReadonlySignal<string>;
}

/** One row, which wraps; what opens stands below it. */
export function ChartControls({ look, span, coarse }: ChartControlsProps): JSX.Element {
  const open = useSignal<"span" | "metrics" | null>(null);
  const toggle = (what: "span" | "metrics") => open.value = open.value === what ? null : what;
  const { averageMs, isOverlaid } = look.chosen.value;
  return (
    <>
      <div class="chart-controls">
        <Ranges look={look} />
        <button
          type="button"
          class="round"
          aria-expanded={open.value === "span"}
          data-testid="chart-span"
          onClick={() => toggle("span")}
        >
          From–to
        </button>
        <Steps look={look} />
        <span class="spring" />
        <label
          class="chart-average"
          title="The average over this long before each point, and two standard deviations on either side"
        >
          average{" "}
          <select
            value={String(averageMs)}
            data-testid="chart-average"
            onChange={({ currentTarget }) =>
              look.choose({ averageMs: Number(currentTarget.value) })}
          >
            {AVERAGES_MS.map((ms) => (
              <option key={ms} value={String(ms)}>{ms === 0 ? "off" : durationText(ms)}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="round"
          aria-pressed={isOverlaid}
          title="Price and the next unit share one pane, each with an axis of its own"
          data-testid="chart-axes"
          onClick={() => look.choose({ isOverlaid: !isOverlaid })}
        >
          Overlay
        </button>
        <button
          type="button"
          class="round"
          aria-expanded={open.value === "metrics"}
          data-testid="chart-metrics"
          onClick={() => toggle("metrics")}
        >
          Metrics
        </button>
      </div>
      <p class="muted note" data-testid="chart-coarse" hidden={coarse.value === ""}>
        The average is not shown: {coarse.value}.
      </p>
      {open.value === "span" && (
        <FromTo
          span={span}
          onSpan={(chosen) => look.look({ type: "look", span: chosen, gesture: null })}
        />
      )}
      {open.value === "metrics" && (
        <MetricChoice
          metrics={look.chosen.value.metrics}
          onChange={(metrics) => look.choose({ metrics })}
        />
      )}
    </>
  );
}

function Ranges({ look }: { readonly look: ChartLook }): JSX.Element {
  const { shown } = look.view.value;
  const lengthMs = shown.kind === "live" ? shown.lengthMs : null;
  const ranges = lengthMs === null || RANGES_MS.includes(lengthMs)
    ? RANGES_MS
    : [...RANGES_MS, lengthMs].sort((a, b) => a - b);
  return (
    <ChoiceButtons
      label="Time shown"
      choices={ranges.map((value) => ({ value, text: durationText(value) }))}
      chosen={lengthMs}
      onChoose={(lengthMs) => look.look({ type: "range", lengthMs })}
    />
  );
}

/** The way back and forth between what was shown, and to the newest. */
function Steps({ look }: { readonly look: ChartLook }): JSX.Element {
  const canGoBack = useBound(() => look.view.value.before.length > 0, [look]);
  const canGoOn = useBound(() => look.view.value.after.length > 0, [look]);
  const isLive = useBound(() => look.view.value.shown.kind === "live", [look]);
  return (
    <span class="buttons" role="group" aria-label="What was shown">
      <button
        type="button"
        data-testid="chart-back"
        aria-label="Back to what was shown before"
        title="Back to what was shown before"
        disabled={!canGoBack.value}
        onClick={() => look.look({ type: "back" })}
      >
        ←
      </button>
      <button
        type="button"
        data-testid="chart-forward"
        aria-label="Forward to what was shown after it"
        title="Forward to what was shown after it"
        disabled={!canGoOn.value}
        onClick={() => look.look({ type: "forward" })}
      >
        →
      </button>
      <button
        type="button"
        class="chart-live"
        data-testid="jump"
        aria-pressed={isLive}
        title={isLive.value ? "It follows the newest" : "It stands still: follow the newest again"}
        onClick={() => look.look({ type: "live" })}
      >
        live
      </button>
    </span>
  );
}
