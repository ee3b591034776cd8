/** Request weight per IP address and minute. Spot rest-api.md, "IP Limits"; enums.md. */

/** `REQUEST_WEIGHT` per minute and IP address. */
export const WEIGHT_PER_MINUTE = 6_000;
/** Addresses that are remembered within one minute. */
const ADDRESSES_MAX = 10_000;
const MINUTE_MS = 60_000;

/** What has been counted since the start: what a client says of itself can be held against it. */
export interface WeightAccount {
  readonly limit: number;
  /** The most that one address has used in one minute. */
  readonly most: number;
  /** Calls that were refused because they went beyond the limit. */
  readonly refused: number;
}

/** The weight that an address has used in the current minute of the clock. */
export class RequestWeight {
  readonly #used = new Map<string, number>();
  #minute = -1;
  #most = 0;
  #refused = 0;

  /** Since the start. */
  get account(): WeightAccount {
    return { limit: WEIGHT_PER_MINUTE, most: this.#most, refused: this.#refused };
  }

  /** Adds a request's weight; a refused request counts as well. */
  take(
    address: string,
    weight: number,
    nowMs: number,
  ): { readonly used: number; readonly retryAfterSeconds: number | null } {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute || this.#used.size >= ADDRESSES_MAX) this.#used.clear();
    this.#minute = minute;
    const used = (this.#used.get(address) ?? 0) + weight;
    this.#used.set(address, used);
    this.#most = Math.max(this.#most, used);
    if (used > WEIGHT_PER_MINUTE) this.#refused += 1;
    const left = (minute + 1) * MINUTE_MS - nowMs;
    return {
      used,
      retryAfterSeconds: used > WEIGHT_PER_MINUTE ? Math.max(1, Math.ceil(left / 1_000)) : null,
    };
  }
}

/** Weight of `/api/v3/depth` by its limit: rest-api.md, Order book. */
export function depthWeight(limit: number): number {
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1_000 ? 50 : 250;
}
