/**
 * Endpoints: base URLs of one exchange that are as good as each other, and which to use now. Each
 * symbol has one for its calls and one for its streams, the desk one for its own calls. It has no
 * clock; times are monotonic milliseconds.
 *
 * - The next one is used after no answer, a refused connection, a 5xx, a 451, 403 or 404, a success
 *   that cannot be read (the page of a captive portal), a connection that ends before it has said
 *   anything, and beside a connection under suspicion. A connection that has served and ends is
 *   nobody's fault.
 * - Not after any other 4xx, 429 and 418 above all: they are about our address, and its budget is
 *   one. Only their `Retry-After` is an order to wait; that of a 5xx is about one endpoint, and is
 *   ignored.
 * - The first is tried again after ten minutes, by one attempt, because it is the first for a
 *   reason; only if it works is it in use again.
 * - When all fail the waits are those of one address. A first contact asks each once before it
 *   waits; symbols wait between any two.
 *
 * `/healthz` tells of another than the first: `exchange.endpoint`, and each symbol's gauges
 * `restEndpoint` and `wsEndpoint` (0: the first). The log tells that another one works, and once that none
 * does: several that fail for one reason are one line. A path in a URL may be a key: it is never said.
 */
import { exchangeLabel, pathSecrets } from "./exchange_url.ts";
import { concealed } from "./secrets.ts";

/** After so long the first is tried again. */
export const TRY_FIRST_MS = 600_000;

/** Other calls go somewhere else from now on. */
export interface Move {
  /** As a person knows them. */
  readonly from: string;
  readonly to: string;
  /** Why, for a person. */
  readonly reason: string;
}

/** Whom endpoints tell what has become of them. */
export interface EndpointCallbacks {
  /** The next one is tried, or the first again. */
  readonly onMove?: (move: Move) => void;
  /** A sentence for the log: another one works now, or all have failed. */
  readonly onNews?: (news: string) => void;
}

/** Refusals by who answers: a firewall before it, no such path behind it, a location that it does not serve. */
const FAULTY_REFUSALS: readonly number[] = [403, 404, 451];

/**
 * Whether an answer speaks against the endpoint: none that can be read (`null`), a fault of its own (5xx),
 * or that it serves nobody here. What else it refuses (4xx), the others would refuse too; 429 and 418 above all,
 * which are about our address.
 */
export function isFault(status: number | null): boolean {
  return status === null || status >= 500 || FAULTY_REFUSALS.includes(status);
}

/** At least one base URL, in the order of preference. */
export class Endpoints {
  readonly urls: readonly string[];
  readonly #callbacks: EndpointCallbacks;
  /** The one that worked last, as far as that was told, and why it was left. */
  #told: string;
  #leftFor = "";
  #at = 0;
  /** When the first was left, or tried again. */
  #triedFirstMs = 0;
  /** Since one worked. */
  #failures = 0;

  /** @throws {RangeError} without a URL. */
  constructor(urls: readonly string[], callbacks: EndpointCallbacks = {}) {
    const [first] = urls;
    if (first === undefined) throw new RangeError("Cannot reach an exchange: no URL is given");
    this.urls = urls;
    this.#callbacks = callbacks;
    this.#told = first;
  }

  /** Which one is in use; 0: the first. */
  get place(): number {
    return this.#at;
  }

  /** The base URL that worked last, or the next one to try. */
  get inUse(): string {
    return this.urls[this.#at] ?? "";
  }

  /** For a new attempt: the one in use or, now and then, the first. What came of it is to be told. */
  choose(nowMs: number): string {
    if (this.#at === 0 || nowMs - this.#triedFirstMs < TRY_FIRST_MS) return this.inUse;
    this.#triedFirstMs = nowMs;
    return this.urls[0] ?? "";
  }

  /** It has answered: the first is in use again then. */
  worked(url: string): void {
    this.#failures = 0;
    if (url === this.urls[0] && this.#at !== 0) {
      this.#leftFor = `${exchangeLabel(url)} answers again`;
      this.#move(0, "it answers again");
    }
    if (url !== this.inUse || url === this.#told) return;
    this.#callbacks.onNews?.(
      `${exchangeLabel(this.#told)}: ${this.#leftFor}; asking ${exchangeLabel(url)} from now on`,
    );
    this.#told = url;
  }

  /** It is of no use now. Who has failed before and been left, or was only tried, changes nothing. */
  failed(url: string, reason: string, nowMs: number): void {
    if (url !== this.inUse) return;
    this.#failures += 1;
    if (this.#at === 0) this.#triedFirstMs = nowMs;
    const said = concealed(reason, pathSecrets(url));
    if (url === this.#told) this.#leftFor = said;
    if (this.#failures === this.urls.length && this.urls.length > 1) {
      this.#callbacks.onNews?.(
        `none of its ${this.urls.length} addresses can be used, the last one for: ${said}`,
      );
    }
    this.#move((this.#at + 1) % this.urls.length, said);
  }

  /** What was wrong and, where there are several, with which. */
  blame(url: string, reason: string): string {
    const said = concealed(reason, pathSecrets(url));
    return this.urls.length === 1 ? said : `${exchangeLabel(url)}: ${said}`;
  }

  #move(at: number, reason: string): void {
    const from = this.inUse;
    this.#at = at;
    if (this.inUse === from) return;
    this.#callbacks.onMove?.({ from: exchangeLabel(from), to: exchangeLabel(this.inUse), reason });
  }
}
