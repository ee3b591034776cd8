/**
 * The ordered events of one life of the web actor, numbered, and the newest of them kept for browsers
 * that reconnect. Event ids are `<life>-<number>`, so an id of another life is recognised.
 */
import type { EventName, EventPayloads } from "../shared/catalogue/events.ts";
import { encodeEvent } from "./event_text.ts";
import type { OrderedEvent } from "./mailbox.ts";

/** Events kept: minutes for a few symbols, seconds for two hundred. */
export const RECENT_MAX = 2_000;

/** Append-only, bounded; `append` is O(1) amortised. */
export class EventLog {
  readonly #life: number;
  #events: OrderedEvent[] = [];
  #lastNumber = 0;

  constructor(life: number) {
    this.#life = life;
  }

  /** Numbers and encodes one event. */
  append<Name extends EventName>(
    to: Pick<OrderedEvent, "symbol" | "isListed" | "isOpening">,
    name: Name,
    payload: EventPayloads[Name],
  ): OrderedEvent {
    const number = ++this.#lastNumber;
    const event = { ...to, number, bytes: encodeEvent(name, payload, `${this.#life}-${number}`) };
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
