/**
 * One symbol as it is shown in detail: frames of one book and the metrics that were computed of it, never of two books.
 * Metrics and levels come one by one; a frame is made when both are of one update id. Each is encoded once for all
 * browsers that have the one before, and once whole for the others. Pure.
 */
import { METRIC_NAMES } from "../shared/catalogue/metrics.ts";
import type { SymbolId } from "../shared/market.ts";
import type { BookFrame, MetricsFrame } from "../shared/output.ts";
import type { Pace } from "../shared/stream_view.ts";
import { metricCells } from "../shared/wire/cells.ts";
import {
  type FocusFrame,
  frameChange,
  numbered,
  type NumberedFrame,
} from "../shared/wire/focus_frame.ts";
import { encodeEvent } from "./event_text.ts";

/** Metrics, and their book; `null`: it is not live. */
interface Moment {
  readonly metrics: MetricsFrame;
  readonly book: BookFrame | null;
}

/** The moments of one symbol, and their frames at each pace that somebody has asked for. */
export class FocusFeed {
  readonly #symbol: SymbolId;
  #metrics: MetricsFrame | null = null;
  #book: BookFrame | null = null;
  /** The newest of both that are of one book. */
  #moment: Moment | null = null;
  readonly #paces = new Map<Pace, PacedFrames>();

  constructor(symbol: SymbolId) {
    this.#symbol = symbol;
  }

  /** The frames of one pace, which have numbers of their own. */
  at(pace: Pace): PacedFrames {
    let frames = this.#paces.get(pace);
    if (frames === undefined) {
      this.#paces.set(pace, frames = new PacedFrames(this.#symbol, () => this.#moment));
    }
    return frames;
  }

  /** A live frame, or the row of an interval at whose end the book was live. */
  setMetrics(metrics: MetricsFrame): void {
    this.#metrics = metrics;
    this.#pair();
  }

  /** The best levels. */
  setBook(book: BookFrame): void {
    this.#book = book;
    this.#pair();
  }

  /** The book is lost: what was said of it is not of now, and what comes next is. */
  lose(): void {
    this.#metrics = this.#book = this.#moment = null;
  }

  #pair(): void {
    const metrics = this.#metrics;
    if (metrics === null) return;
    if (metrics.state !== "live") this.#moment = { metrics, book: null };
    else if (metrics.bookUpdateId === this.#book?.bookUpdateId) {
      this.#moment = { metrics, book: this.#book };
    }
  }
}

/** Frames of which each follows the one before by one beat of their pace. */
export class PacedFrames {
  readonly #symbol: SymbolId;
  readonly #momentNow: () => Moment | null;
  /** What the last frame was made of, and in which beat. */
  #shown: Moment | null = null;
  #beat: number | null = null;
  #before: NumberedFrame | null = null;
  #frame: NumberedFrame | null = null;
  #change: Uint8Array | null = null;
  #whole: Uint8Array | null = null;

  /** `momentNow`: the newest; `null`: there is none. */
  constructor(symbol: SymbolId, momentNow: () => Moment | null) {
    this.#symbol = symbol;
    this.#momentNow = momentNow;
  }

  /**
   * Makes the next frame, if there is anything new: one in each beat, but that how far the data can be trusted is another
   * waits for none. `beat`: its number; `null`: the pace is that of the moments.
   */
  advance(beat: number | null): void {
    const moment = this.#momentNow();
    if (moment === null || moment === this.#shown) return;
    const isTold = beat !== null && beat === this.#beat;
    if (isTold && moment.metrics.state === this.#shown?.metrics.state) return;
    this.#beat = beat;
    this.#shown = moment;
    this.#before = this.#frame;
    this.#frame = numbered(frameOf(moment), this.#before);
    this.#change = this.#whole = null;
  }

  /** The number of the newest frame; 0: there is none. */
  get number(): number {
    return this.#frame?.number ?? 0;
  }

  /**
   * The newest frame for who has the frame `sent`, the one before or another; none of a book that is lost since. `utcNowMs`: of
   * now, told with it; `null`: not known.
   */
  bytesAfter(sent: number, utcNowMs: number | null): Uint8Array | null {
    const frame = this.#frame;
    if (frame === null || this.#momentNow() === null || frame.number === sent) return null;
    if (this.#before === null || sent !== this.#before.number) {
      return this.#whole ??= this.#encode(null, frame, utcNowMs);
    }
    return this.#change ??= this.#encode(this.#before, frame, utcNowMs);
  }

  #encode(
    before: NumberedFrame | null,
    frame: NumberedFrame,
    utcNowMs: number | null,
  ): Uint8Array {
    return encodeEvent("frame", frameChange(this.#symbol, before, frame, utcNowMs), null);
  }
}

function frameOf({ metrics, book }: Moment): FocusFrame {
  const { timeMs, state, eventMs } = metrics;
  const cells = metricCells(METRIC_NAMES, metrics);
  const { bookUpdateId, bids, asks } = book ?? { bookUpdateId: null, bids: [], asks: [] };
  return { timeMs, state, bookUpdateId, eventMs, cells, bids, asks };
}
