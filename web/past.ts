/** What a browser is told of the past: what it missed, or what the database may not have yet. Pure. */
import { encodeEvent, encodeId } from "./event_text.ts";
import type { EventLog } from "./event_log.ts";
import type { Mailbox, OrderedEvent, Story } from "./mailbox.ts";
import type { SymbolId } from "../shared/market.ts";
import type { StreamForm } from "../shared/stream_view.ts";

/** The ordered events of one hub, as far as they are of now: a page must not take a symbol up again that was removed. */
export class Past implements Story {
  readonly #log: EventLog;
  readonly #isFollowed: (symbol: SymbolId) => boolean;
  /** How often a browser was told to load its history anew. */
  refetches = 0;

  constructor(log: EventLog, isFollowed: (symbol: SymbolId) => boolean) {
    this.#log = log;
    this.#isFollowed = isFollowed;
  }

  refetch(): Uint8Array {
    this.refetches += 1;
    const reason = "Events were missed: load history and alerts again";
    return encodeEvent("refetch", { reason }, this.#log.lastId);
  }

  past(symbols: ReadonlySet<SymbolId>, form: StreamForm): readonly Uint8Array[] {
    const events = this.#bridge((symbol) => symbols.has(symbol));
    return [...events.map((event) => event.bytes(form)), encodeId(this.#log.lastId)];
  }

  /** What a browser that joins has to be told; marks its mailbox when that is not known any more. */
  missed(mailbox: Mailbox, lastEventId: string | null): readonly OrderedEvent[] {
    if (lastEventId === null) return this.#bridge((symbol) => mailbox.details(symbol));
    const events = this.#log.since(lastEventId);
    if (events === null) mailbox.demandRefetch();
    return events?.filter(({ symbol }) => this.#isFollowed(symbol)) ?? [];
  }

  /** What the database may not have yet, for who sees these in detail from now on. */
  #bridge(isSeen: (symbol: SymbolId) => boolean): readonly OrderedEvent[] {
    return this.#log.bridge(({ symbol }) => this.#isFollowed(symbol) && isSeen(symbol));
  }
}
