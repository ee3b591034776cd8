/**
 * The ordered events of one life of the web actor, numbered, and the newest of them kept for browsers
 * that reconnect. Event ids are `<life>-<number>`, so an id of another life is recognised.
 */
import type { SymbolId } from "../shared/market.ts";
import type { StreamForm } from "../shared/stream_view.ts";
import type { OrderedEvent } from "./mailbox.ts";

/** Events kept: minutes for a few symbols, seconds for two hundred. */
export const RECENT_MAX = 2_000;

/** Interval rows and gaps sent on joining: they bridge what the database has not committed yet. */
const BRIDGE_MAX = 120;

/** Where an event goes. */
export type Address = Pick<OrderedEvent, "symbol" | "isListed" | "isOpening">;

/** An event under its id, encoded when the first browser is sent it. */
export interface EventContent {
  readonly whole: (id: string) => Uint8Array;
  /** As who is told changes gets it; `null`: alike. */
  readonly changes: ((id: string) => Uint8Array) | null;
}

/** Of each form the bytes are kept. */
class LoggedEvent implements OrderedEvent {
  readonly number: number;
  readonly symbol: SymbolId;
  readonly isListed: boolean;
  readonly isOpening: boolean;
  readonly #content: EventContent;
  readonly #id: string;
  #whole: Uint8Array | null = null;
  #changes: Uint8Array | null = null;

  constructor(to: Address, content: EventContent, number: number, id: string) {
    this.symbol = to.symbol;
    this.isListed = to.isListed;
    this.isOpening = to.isOpening;
    this.number = number;
    this.#content = content;
    this.#id = id;
  }

  bytes(form: StreamForm): Uint8Array {
    const { whole, changes } = this.#content;
    if (form === "changes" && changes !== null) return this.#changes ??= changes(this.#id);
    return this.#whole ??= whole(this.#id);
  }
}

/** Append-only, bounded; `append` is O(1) amortised. */
export class EventLog {
  readonly #life: number;
  #events: OrderedEvent[] = [];
  #lastNumber = 0;

  constructor(life: number) {
    this.#life = life;
  }

  /** Numbers one event. */
  append(to: Address, content: EventContent): OrderedEvent {
    const number = ++this.#lastNumber;
    const event = new LoggedEvent(to, content, number, `${this.#life}-${number}`);
    this.#events.push(event);
    // Cutting a tenth at once keeps this O(1) amortised.
    if (this.#events.length > RECENT_MAX * 1.1) this.#events = this.recent();
    return event;
  }

  /** Every event after the one with this id, oldest first; `null` when that cannot be known. */
  since(id: string): readonly OrderedEvent[] | null {
    const [life, text] = id.split("-");
    const number = Number(text);
    if (life !== String(this.#life) || !Number.isInteger(number)) return null;
    const events = this.recent();
    const oldest = events[0]?.number ?? this.#lastNumber + 1;
    if (number > this.#lastNumber || number < oldest - 1) return null;
    return events.filter((event) => event.number > number);
  }

  /** The newest of those that a browser is told though they were before it looked, oldest first. */
  bridge(isWanted: (event: OrderedEvent) => boolean): readonly OrderedEvent[] {
    return this.recent().filter((event) => event.isOpening && isWanted(event)).slice(-BRIDGE_MAX);
  }

  /** The events kept, oldest first. */
  recent(): OrderedEvent[] {
    return this.#events.slice(-RECENT_MAX);
  }

  /** The id of the newest event. */
  get lastId(): string {
    return `${this.#life}-${this.#lastNumber}`;
  }

  /** How many events there have been. */
  get count(): number {
    return this.#lastNumber;
  }
}
