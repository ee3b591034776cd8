/// <reference lib="dom" />
/** Brings what was before the stream, but for what charts ask for themselves: audits of symbols, and the newest alerts. */
import { fetchAlerts, fetchAudits } from "./api.ts";
import type { Store } from "./store.ts";

const RETRY_MS = 5_000;

/** Asks again and again while the database is away. */
export class Loader {
  readonly #store: Store;
  readonly #onLoaded: () => void;
  /** Counts up, so that a late answer to an earlier question is recognised. */
  #asked = 0;
  /** The last question for the past of each symbol that is wanted, and for alerts. */
  readonly #symbols = new Map<string, number>();
  #alerts = 0;

  constructor(store: Store, onLoaded: () => void) {
    this.#store = store;
    this.#onLoaded = onLoaded;
  }

  /** From now on these symbols' past is wanted, and that of others no more; what is not here yet is loaded. */
  follow(symbols: readonly string[]): void {
    this.#store.forgetTails(symbols);
    for (const name of this.#symbols.keys()) {
      if (!symbols.includes(name)) this.#symbols.delete(name);
    }
    for (const symbol of symbols) if (!this.#symbols.has(symbol)) this.#ask(symbol);
  }

  /** Loads everything anew: the stream has begun anew, or has lost something. */
  begin(): void {
    this.beginTails();
    this.#askAlerts();
  }

  /** Loads the past of all symbols anew: the stream has not told of them for a while. */
  beginTails(): void {
    for (const symbol of this.#symbols.keys()) this.#ask(symbol);
  }

  #ask(symbol: string): void {
    const asked = ++this.#asked;
    this.#symbols.set(symbol, asked);
    // At once: the rows that the store may not have yet come with the stream's first words.
    this.#store.tail(symbol).begin();
    void this.#loadAudits(symbol, asked);
  }

  async #loadAudits(symbol: string, asked: number): Promise<void> {
    const isWanted = () => this.#symbols.get(symbol) === asked;
    const answer = await fetchAudits(symbol);
    if (!isWanted()) return;
    if (!answer.ok) return again(isWanted, () => this.#loadAudits(symbol, asked));
    this.#store.takeStoredAudits(symbol, answer.value);
    this.#onLoaded();
  }

  #askAlerts(): void {
    const asked = ++this.#asked;
    this.#alerts = asked;
    this.#store.awaitAlerts();
    void this.#loadAlerts(asked);
  }

  async #loadAlerts(asked: number): Promise<void> {
    const isWanted = () => this.#alerts === asked;
    const answer = await fetchAlerts();
    if (!isWanted()) return;
    if (!answer.ok) {
      this.#store.missAlerts(answer.error);
      return again(isWanted, () => this.#loadAlerts(asked));
    }
    this.#store.takeStoredAlerts(answer.value, Date.now());
    this.#onLoaded();
  }
}

function again(isWanted: () => boolean, load: () => Promise<void>): void {
  setTimeout(() => isWanted() && void load(), RETRY_MS);
}
