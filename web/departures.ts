/**
 * When what waits for a browser leaves: at once, but not within 20 ms after something left on the same connection, so that
 * what arrives together leaves together, and what is packed is packed well. A connection carries the streams of one browser,
 * whose viewers leave together. Pure: who drives it asks when it is due next.
 */
/** Between two writes to one connection. */
export const FLOOR_MS = 20;

/** Who has a stream on a connection. */
interface Streaming {
  readonly guest: { readonly connectionId: string };
}

/** A connection and the streams that it carries. */
export interface Connection<Browser extends Streaming> {
  readonly id: string;
  readonly browsers: Set<Browser>;
  /** From when on it may be sent something. */
  nextMs: number;
}

/** The connections of all browsers. */
export class Departures<Browser extends Streaming> {
  readonly #all = new Map<string, Connection<Browser>>();
  readonly #waiting = new Set<Connection<Browser>>();
  #dueMs = Infinity;

  add(browser: Browser): void {
    const { connectionId: id } = browser.guest;
    let connection = this.#all.get(id);
    if (connection === undefined) {
      this.#all.set(id, connection = { id, browsers: new Set(), nextMs: -Infinity });
    }
    connection.browsers.add(browser);
  }

  remove(browser: Browser): void {
    const connection = this.#all.get(browser.guest.connectionId);
    if (connection === undefined || !connection.browsers.delete(browser)) return;
    if (connection.browsers.size > 0) return;
    this.#all.delete(connection.id);
    this.#waiting.delete(connection);
  }

  /** Something waits for this browser that should not wait for the next beat. */
  wake({ guest }: Browser): void {
    const connection = this.#all.get(guest.connectionId);
    if (connection !== undefined) this.#wait(connection);
  }

  /** A beat: whatever waits may leave. */
  wakeAll(): void {
    for (const connection of this.#all.values()) this.#wait(connection);
  }

  /** When `take` has something to give, monotonic; `Infinity`: nothing waits. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** The connections that waited and may be sent something at `nowMs`; they wait no more. O(those that wait). */
  take(nowMs: number): Connection<Browser>[] {
    if (nowMs < this.#dueMs) return [];
    const due: Connection<Browser>[] = [];
    this.#dueMs = Infinity;
    for (const connection of this.#waiting) {
      if (nowMs >= connection.nextMs) {
        due.push(connection);
        this.#waiting.delete(connection);
      } else this.#dueMs = Math.min(this.#dueMs, connection.nextMs);
    }
    return due;
  }

  /** Something has left on it at `nowMs`. */
  sent(connection: Connection<Browser>, nowMs: number): void {
    connection.nextMs = nowMs + FLOOR_MS;
  }

  /** It could take nothing at `nowMs`: it is tried again, no sooner than if it had. */
  again(connection: Connection<Browser>, nowMs: number): void {
    this.sent(connection, nowMs);
    if (this.#all.has(connection.id)) this.#wait(connection);
  }

  #wait(connection: Connection<Browser>): void {
    this.#waiting.add(connection);
    this.#dueMs = Math.min(this.#dueMs, connection.nextMs);
  }
}
