/// <reference lib="dom" />
/**
 * This window's claim to a stream, among those of the browser's other windows (`places.ts`). The claims are in
 * the storage that all windows of one server share: locks would be simpler, but browsers have them over HTTPS
 * and on this machine only.
 */
import { type Claim, hasPlace, isLiving } from "./places.ts";

/** For all monitors on one server, whatever their paths: they share the connections. */
const PREFIX = "order-book-monitor.stream.";
/** On these a browser has one connection for everything, and nobody needs a place. */
const SHARED_PROTOCOLS = ["h2", "h3"];

/** One per page. */
export class WindowPlace {
  readonly #key = PREFIX + crypto.getRandomValues(new Uint32Array(2)).join("-");
  #sinceMs: number | null = null;

  /** `onLeft`: another window has given up its claim. */
  constructor(onLeft: () => void) {
    addEventListener("storage", ({ key, newValue }) => {
      if (newValue === null && (key === null || key.startsWith(PREFIX))) onLeft();
    });
  }

  /** Claims a place or renews the claim, and tells whether this window has one. */
  claim(): boolean {
    if (isShared()) return true;
    const nowMs = Date.now();
    this.#sinceMs ??= nowMs;
    try {
      localStorage.setItem(this.#key, `${this.#sinceMs} ${nowMs}`);
      return hasPlace(this.#key, claimsAt(nowMs), nowMs);
    } catch (error) {
      // Storage that is forbidden or full: nothing is known of the others, as without all this.
      if (error instanceof DOMException) return true;
      throw error;
    }
  }

  /** Gives up the claim; the next one comes after those of all others. */
  leave(): void {
    this.#sinceMs = null;
    try {
      localStorage.removeItem(this.#key);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}

/** Every claim; those that nobody stands behind are removed. */
function claimsAt(nowMs: number): Claim[] {
  const claims: Claim[] = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const [sinceMs = NaN, renewedMs = NaN] = localStorage.getItem(key)?.split(" ").map(Number) ??
      [];
    const claim = { id: key, sinceMs, renewedMs };
    if (isLiving(claim, nowMs)) claims.push(claim);
    else localStorage.removeItem(key);
  }
  return claims;
}

function isShared(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming &&
    SHARED_PROTOCOLS.includes(navigation.nextHopProtocol);
}
