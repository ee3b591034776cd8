/// <reference lib="dom" />
/** What rested at which price over time, with best bid and ask and trades; what is not known is hatched. */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { ChoiceButtons } from "../choice_buttons.tsx";
import { useBound } from "../bound.ts";
import { Canvas } from "../canvas.tsx";
import { usePage } from "../context.ts";
import { NOTHING } from "../format.ts";
import type { PriceWindow } from "../heat_cells.ts";
import { HeatFeed } from "../heat_feed.ts";
import { HeatPicture, type HeatShown } from "../heat_picture.ts";
import type { HeatCursor } from "../heat_stage.ts";
import { type HeatReading, heatReading, largestText, NO_READING } from "../heat_text.ts";
import {
  FOLLOWING,
  HEAT_RANGES,
  type HeatRange,
  panned,
  type PriceChoice,
  priceWindow,
  zoomed,
} from "../heat_view.ts";
import { useKeptChoice } from "../kept_choice.ts";
import { historyNote } from "../loading.ts";
import { type Setting, useSetting } from "../use_setting.ts";
import type { PanelProps, PlacedPanelProps } from "./panel.ts";

const LABELS = HEAT_RANGES.map(({ label }) => label);
const INTENSITIES = Array.from({ length: 21 }, (_, i) => 5 * i);
const BUTTON_ZOOM = 1.5;
const FIELDS: readonly (readonly [field: keyof HeatReading, title: string])[] = [
  ["time", "The end of the column"],
  ["price", "The stretch of prices, which is told as one"],
  ["size", "Quantity that rested there, base asset; ≥ where more may"],
  ["trades", "What was traded in the column, base asset; ≈ where samples of a second each say so"],
];

/** Empty until it is known of which symbol it is. */
export function Heatmap({ symbol, settings }: PlacedPanelProps): JSX.Element {
  const label = useSetting<string>(settings, "range", LABELS, "5m");
  const range = HEAT_RANGES.find((one) => one.label === label.value);
  if (symbol.name === null || range === undefined) return <div class="heatmap" />;
  return (
    <HeatOf
      key={`${symbol.name} ${range.label}`}
      symbol={symbol}
      name={symbol.name}
      range={range}
      label={label}
    />
  );
}

interface HeatProps extends PanelProps {
  readonly name: string;
  readonly range: HeatRange;
  readonly label: Setting<string>;
}

function HeatOf({ symbol, name, range, label }: HeatProps): JSX.Element {
  const page = usePage();
  const feed = useMemo(() => new HeatFeed(page, symbol, name, range), [symbol, name, range]);
  useEffect(() => () => feed.end(), [feed]);
  const intensity = useKeptChoice<number>("heat-intensity", INTENSITIES, 50);
  const choice = useSignal<PriceChoice>(FOLLOWING);
  const cursor = useSignal<HeatCursor | null>(null);
  const window = useWindow(feed, choice);
  const shown = useBound((): HeatShown => ({
    columns: feed.columns,
    version: feed.version.value,
    window: window.value,
    intensity: intensity.value,
    cursor: cursor.value,
    decimals: symbol.decimals.value,
  }), [feed]);
  const zoom = (factor: number, about: number | null) => {
    const { value } = window;
    if (value !== null) choice.value = zoomed(choice.value, value, factor, about);
  };
  const make = (room: HTMLElement) =>
    new HeatPicture(room, {
      onCursor: (place) => cursor.value = place,
      onZoom: zoom,
      onPan: (part) => {
        const { value } = window;
        if (value !== null && part !== 0) choice.value = panned(choice.value, value, part);
      },
      onFollow: () => choice.value = FOLLOWING,
    });
  const isFollowing = useBound(() => choice.value.fixed === null, []);
  return (
    <div class="heatmap">
      <div class="panel-head">
        <h2>
          Liquidity <small>base asset in 2 bps</small>
        </h2>
        <span class="spring" />
        <Head label={label} intensity={intensity} zoom={zoom} />
      </div>
      <Read shown={shown} />
      <div class="heat-room">
        <Canvas class="heat-canvas" data-testid="heatmap" make={make} shown={shown} />
        <Notes feed={feed} window={window} />
        <button
          type="button"
          class="heat-follow round"
          data-testid="heat-follow"
          hidden={isFollowing}
          onClick={() => choice.value = FOLLOWING}
        >
          follow the price
        </button>
      </div>
      <Largest feed={feed} symbol={symbol} window={window} />
    </div>
  );
}

/** It stays while it will do: everything is drawn anew for another. */
function useWindow(
  feed: HeatFeed,
  choice: ReadonlySignal<PriceChoice>,
): ReadonlySignal<PriceWindow | null> {
  const compute = useMemo(() => {
    let before: PriceWindow | null = null;
    return () => {
      void feed.version.value;
      return before = priceWindow(choice.value, feed.columns.all(), before);
    };
  }, [feed]);
  return useBound(compute, [compute]);
}

interface HeadProps {
  readonly label: Setting<string>;
  readonly intensity: Signal<number>;
  readonly zoom: (factor: number, about: number | null) => void;
}

function Head({ label, intensity, zoom }: HeadProps): JSX.Element {
  return (
    <span class="heat-form">
      <label class="muted">
        intensity{" "}
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          data-testid="heat-intensity"
          value={intensity.value}
          onInput={(event) => intensity.value = event.currentTarget.valueAsNumber}
        />
      </label>
      <span class="buttons" role="group" aria-label="Zoom of prices">
        <button type="button" aria-label="Fewer prices" onClick={() => zoom(1 / BUTTON_ZOOM, null)}>
          +
        </button>
        <button type="button" aria-label="More prices" onClick={() => zoom(BUTTON_ZOOM, null)}>
          −
        </button>
      </span>
      <ChoiceButtons
        label="Time shown"
        choices={LABELS.map((value) => ({ value, text: value }))}
        chosen={label.value}
        onChoose={(value) => label.value = value}
      />
    </span>
  );
}

/** What the cursor is on; while it is nowhere, that there is something to read. */
function Read({ shown }: { readonly shown: ReadonlySignal<HeatShown> }): JSX.Element {
  const reading = useBound(() => {
    const { columns, cursor, decimals } = shown.value;
    if (columns === null || cursor === null) return NO_READING;
    const column = columns.at(Math.round(cursor.endMs / columns.columnMs));
    return heatReading(column, cursor.price, decimals, columns.newest * columns.columnMs);
  }, [shown]);
  const isEmpty = useBound(() => reading.value === NO_READING, [reading]);
  return (
    <p class="heat-read reading muted" data-empty={isEmpty}>
      <span class="reading-hint">Point at the picture to read what rests and trades there.</span>
      {FIELDS.map(([field, title]) => (
        <span key={field} title={title}>
          {field} <Field reading={reading} field={field} />
        </span>
      ))}
    </p>
  );
}

function Field({ reading, field }: {
  readonly reading: ReadonlySignal<HeatReading>;
  readonly field: keyof HeatReading;
}): JSX.Element {
  const text = useBound(() => reading.value[field], [reading]);
  // What has no room is told to who points at it.
  return <b data-testid={`heat-${field}`} title={text}>{text}</b>;
}

interface NotesProps {
  readonly feed: HeatFeed;
  readonly window: ReadonlySignal<PriceWindow | null>;
}

/** Why there is no picture, or not all of one. */
function Notes({ feed, window }: NotesProps): JSX.Element {
  const kind = useBound(() => feed.loading.value.kind, [feed]);
  const note = useBound(() => {
    const { value } = feed.loading;
    return value.kind === "loaded" ? "" : historyNote(value);
  }, [feed]);
  const lack = useBound(() => {
    void feed.version.value;
    if (window.value !== null) return "";
    return feed.columns.at(feed.columns.newest)?.reason ?? "Waiting for the order book.";
  }, [feed, window]);
  const hasPicture = useBound(() => lack.value === "", [lack]);
  return (
    <>
      <p class="history-note" data-testid="heat-history" data-loading={kind}>{note}</p>
      <p class="no-picture muted" data-testid="heat-none" hidden={hasPicture}>{lack}</p>
    </>
  );
}

/** The same for who does not see the picture. */
function Largest({ feed, symbol, window }: NotesProps & PanelProps): JSX.Element {
  const decimals = symbol.decimals;
  const text = useBound(() => {
    void feed.version.value;
    const profile = feed.columns.at(feed.columns.newest)?.profile ?? null;
    return window.value === null ? "" : largestText(profile, window.value, decimals.value);
  }, [feed, window]);
  return (
    <p class="heat-largest muted" data-testid="heat-largest">
      {useBound(() => text.value === "" ? NOTHING : text.value, [text])}
    </p>
  );
}
