/** A browser that a test can make slow, and that remembers what it was sent. */
import type { BrowserSink, Guest } from "../../web/browsers.ts";
import type { Hub } from "../../web/hub.ts";
import type { SymbolId } from "../../shared/market.ts";
import { DEFAULT_COLUMNS, type StreamForm, type StreamView } from "../../shared/stream_view.ts";
import type { Interest } from "../../web/mailbox.ts";
import { OPERATOR, START_MS } from "../support/outputs.ts";
import { type ParsedEvent, parseEvents } from "./sse.ts";

/** What a test says of an interest. */
export interface Wish {
  readonly symbols: ReadonlySet<SymbolId> | null;
  /** `null`: every one. */
  readonly focus: SymbolId | readonly SymbolId[] | null;
  readonly form?: StreamForm;
  readonly view?: Partial<StreamView>;
}

const ALL: Wish = { symbols: null, focus: null };

/** The whole of a wish. */
export function interestOf({ symbols, focus, form = "whole", view = {} }: Wish): Interest {
  const names = typeof focus === "string" ? [focus] : focus;
  return {
    symbols,
    form,
    view: {
      focus: names,
      columns: DEFAULT_COLUMNS,
      details: [],
      pace: 10,
      isHidden: false,
      ...view,
    },
  };
}

let streams = 0;

/** The sink side of one stream. */
export class FakeBrowser implements BrowserSink {
  ready = true;
  ended = false;
  writes = 0;
  #text = "";

  #onTaken: ((takenMs: number) => void)[] = [];

  write(bytes: Uint8Array, onTaken?: (takenMs: number) => void): void {
    this.writes += 1;
    this.#text += new TextDecoder().decode(bytes);
    if (onTaken !== undefined) this.#onTaken.push(onTaken);
  }

  /** Its socket has what was written, since then. */
  take(nowMs: number): void {
    for (const tell of this.#onTaken.splice(0)) tell(nowMs);
  }

  end(): void {
    this.ended = true;
  }

  /** Everything since the last call. */
  read(): ParsedEvent[] {
    const events = parseEvents(this.#text);
    this.#text = "";
    return events;
  }

  get text(): string {
    return this.#text;
  }
}

/** Joins a hub; `free` is `null` when it refused. */
export function join(
  hub: Hub,
  options: { interest?: Wish; lastEventId?: string; nowMs?: number } & Partial<Guest> = {},
): { browser: FakeBrowser; free: (() => void) | null } {
  const browser = new FakeBrowser();
  const clock = { nowMs: options.nowMs ?? 0, utcNowMs: START_MS };
  const { address = "127.0.0.1", untilMs = Infinity, access = OPERATOR } = options;
  const { streamId = `stream ${++streams}` } = options;
  const { connectionId = streamId } = options;
  const guest = { streamId, connectionId, address, session: null, untilMs, access };
  const free = hub.join(
    interestOf(options.interest ?? ALL),
    options.lastEventId ?? null,
    browser,
    clock,
    guest,
  );
  return { browser, free };
}

/** What kinds of events these are, in order. */
export const names = (events: ParsedEvent[]): string[] => events.map(({ name }) => name);
