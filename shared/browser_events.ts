/** What browsers are sent that is no output: server-sent events, each named in `catalogue/events.ts`. */
import type { MetricSettings } from "./catalogue/settings.ts";
import type { NullReason } from "./catalogue/metric_definition.ts";
import type { FeedStatus } from "./output.ts";
import type { StreamForm, StreamView } from "./stream_view.ts";

/** What the person at a page may do. */
export interface Access {
  /** Whether they may change something; otherwise they may only look. */
  readonly mayOperate: boolean;
  /** Whether they have logged in, and so may log out. */
  readonly hasSession: boolean;
}

/** The first event of a stream. */
export interface Hello {
  /** The server's clock. */
  readonly timeMs: number;
  /** Metrics older than this are silence, whatever they say. */
  readonly silentAfterMs: number;
  /** Under which the metrics of this stream are computed: stored ones of others are another series. */
  readonly settings: MetricSettings;
  readonly access: Access;
  /** The id of this stream, by which its page says what it looks at. */
  readonly stream: string;
}

/** From here on the stream is of what its page looks at now: after `hello`, and each time that it has said so. */
export interface ViewTold extends StreamView {
  /** The server's clock. */
  readonly timeMs: number;
  readonly form: StreamForm;
}

/** What cells mean, to who is told changes. */
export interface Columns {
  /** The metrics of `frame` and `interval`, in their order. */
  readonly metrics: readonly string[];
  /** By the letter that stands for a number that is not known: why. */
  readonly reasons: Readonly<Record<string, NullReason>>;
}

/** Whether what the monitor sees is stored, as `/healthz` has it; sent when it has changed. */
export interface StorageView {
  readonly status: "ok" | "degraded" | "down";
  /** In a word or two, for a chip. */
  readonly word: string;
  /** For a person, the worst first; with `ok` what is well and should be known. */
  readonly reasons: readonly string[];
}

/** A feed status as a browser gets it. */
export interface FeedView extends FeedStatus {
  /** When the state began; the reason may have changed since. */
  readonly sinceMs: number;
}
