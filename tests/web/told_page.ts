/** A page that is told changes, and puts them together. */
import { assert } from "@std/assert";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import type { FocusFrame, NumberedFrame } from "../../shared/wire/focus_frame.ts";
import { changedFrame } from "../../shared/wire/focus_frame.ts";
import { readMetricCells } from "../../shared/wire/cells.ts";
import { changedRows, type SymbolRows } from "../../shared/wire/symbol_rows.ts";
import { type FakeBrowser, join, type Wish } from "./fake_browser.ts";
import { bookFrame, type FrameParts, metricsFrame, START_MS } from "../support/outputs.ts";
import type { ParsedEvent } from "./sse.ts";
import type { StreamView } from "../../shared/stream_view.ts";
import type { Hub } from "../../web/hub.ts";

/** Of every symbol, these in detail, in changes. */
export const inFocus = (...focus: string[]): Wish => ({ symbols: null, focus, form: "changes" });

/** A page that puts together what it is told; it fails where a change is of what it does not know. */
export class Page {
  readonly browser: FakeBrowser;
  list: SymbolRows | null = null;
  readonly frames = new Map<string, NumberedFrame>();
  /** What came whole. */
  wholes = 0;

  constructor(browser: FakeBrowser) {
    this.browser = browser;
  }

  read(): ParsedEvent[] {
    const events = this.browser.read();
    for (const { name, payload } of events) {
      if ((name === "list" || name === "frame") && payload["from"] === null) this.wholes += 1;
      if (name === "list") {
        this.list = changedRows(this.list, payload as never);
        assert(this.list !== null, "the list changes what is not known");
      }
      if (name === "frame") {
        const symbol = String(payload["symbol"]);
        const known = this.frames.get(symbol) ?? null;
        const frame = changedFrame(known, payload as never, METRIC_NAMES.length);
        assert(frame !== null, "a frame changes what is not known");
        this.frames.set(symbol, frame);
      }
    }
    return events;
  }

  frame(symbol = "BTCUSDT"): FocusFrame | undefined {
    return this.frames.get(symbol)?.frame;
  }

  mid(symbol = "BTCUSDT"): number | null | undefined {
    const frame = this.frame(symbol);
    return frame && readMetricCells(METRIC_NAMES, frame.cells).values.mid;
  }
}

/** A page that has joined. */
export function pageOf(hub: Hub, interest: Wish, more: Parameters<typeof join>[1] = {}): Page {
  return new Page(join(hub, { interest, ...more }).browser);
}

/** Metrics and book of one moment. */
export function moment(hub: Hub, id: number, over: FrameParts = {}): void {
  hub.publish(metricsFrame({ bookUpdateId: id, mid: id, timeMs: START_MS + id, ...over }));
  const { symbol = "BTCUSDT" } = over;
  const bids: [number, number][] = [[id, 1], [10, 2]];
  hub.publish(bookFrame({ symbol, bookUpdateId: id, timeMs: START_MS + id, bids }));
}

/** The page of the stream `mine` looks at these. */
export const look = (hub: Hub, focus: string[], over: Partial<StreamView> = {}): boolean =>
  hub.look("mine", {
    focus,
    columns: ["mid"],
    details: [],
    pace: 10,
    isHidden: false,
    ...over,
  }, START_MS + 5);
