/** The events of `/events` by their names, for the server that sends them and the page that reads them. */
import type { LatencyView } from "../latency.ts";
import type { MetricsView } from "../metrics_view.ts";
import type { Columns, FeedView, Hello, StorageView, ViewTold } from "../browser_events.ts";
import type { FrameChange } from "../wire/focus_frame.ts";
import type { IntervalRow } from "../wire/interval_row.ts";
import type { RowsChange } from "../wire/symbol_rows.ts";
import type { SystemChange, SystemView } from "../system_change.ts";
import type { Output } from "../output.ts";
import { HIDDEN_TYPES, type OutputOf, OUTPUTS, type OutputType } from "./outputs.ts";

/** Each second while the supervisor lives: a stream without it is not to be trusted. */
export interface Pulse {
  /** The server's clock. */
  readonly timeMs: number;
}

/** Events were missed that cannot be sent any more. */
export interface Refetch {
  /** For a person: what to do. */
  readonly reason: string;
}

/** On a connection that carries the streams of several viewers. */
export interface ViewerTold {
  /** Whose the events behind it are; `null`: nobody's, and every viewer has been told all up to the id of this event. */
  readonly viewer: number | null;
  /** Its stream is over, and the connection goes on. */
  readonly isOver: boolean;
}

/** What the server says of itself. */
interface OwnEvents {
  readonly hello: Hello;
  readonly view: ViewTold;
  readonly pulse: Pulse;
  /** The whole, once; then what has changed. */
  readonly system: SystemView;
  readonly system_change: SystemChange;
  readonly storage: StorageView;
  readonly latency: LatencyView;
  readonly refetch: Refetch;
  readonly viewer: ViewerTold;
  // To who is told changes, in the place of whole `metrics` and `book`.
  readonly columns: Columns;
  readonly list: RowsChange;
  readonly frame: FrameChange;
  readonly interval: IntervalRow;
}

/** The outputs that browsers get in another form. */
interface OutputViews {
  readonly feed: FeedView;
  readonly metrics: MetricsView;
}

/** The outputs that are events. */
export type ShownType = Exclude<OutputType, keyof typeof HIDDEN_TYPES>;

/** One of them. */
export type ShownOutput = OutputOf[ShownType];

/** What each event carries: an output under the name of its type, or the server's own word. */
export type EventPayloads =
  & OwnEvents
  & {
    readonly [Type in ShownType]: Type extends keyof OutputViews ? OutputViews[Type]
      : OutputOf[Type];
  };

/** As in the field `event:` of the stream. */
export type EventName = keyof EventPayloads;

const OWN_NAMES: Readonly<Record<keyof OwnEvents, true>> = {
  hello: true,
  view: true,
  pulse: true,
  system: true,
  system_change: true,
  storage: true,
  latency: true,
  refetch: true,
  viewer: true,
  columns: true,
  list: true,
  frame: true,
  interval: true,
};

/** Every name: a browser hears only those that it asks for. */
export const EVENT_NAMES = Object.keys({ ...OWN_NAMES, ...OUTPUTS })
  .filter((name) => !isHidden(name)) as readonly EventName[];

/** Whether browsers are told of outputs of this type. */
export function isShown(output: Output): output is ShownOutput {
  return !isHidden(output.type);
}

function isHidden(name: string): boolean {
  return Object.hasOwn(HIDDEN_TYPES, name);
}
