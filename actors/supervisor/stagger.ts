/** Stagger: when each symbol starts, so that the first snapshots stay within the exchange's budget. */

/** REQUEST_WEIGHT per minute and IP that Binance allows, less a tenth kept free: enums.md. */
const WEIGHT_PER_MINUTE = 6_000 * 0.9;
/** What one `exchangeInfo` costs: rest-api.md. */
const EXCHANGE_INFO_WEIGHT = 20;
/** Between two symbols of one minute: connections and handshakes do not come in one beat. */
const STEP_MS = 150;
const MINUTE_MS = 60_000;

/** Weight of `/api/v3/depth` by levels a side: rest-api.md, Order book. */
export function depthWeight(levels: number): number {
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  if (levels <= 1_000) return 50;
  return 250;
}

/** Milliseconds after the first symbol's start at which the symbol with this index starts. */
export function startDelayMs(index: number, depthLevels: number): number {
  const perMinute = Math.floor(
    (WEIGHT_PER_MINUTE - EXCHANGE_INFO_WEIGHT) / depthWeight(depthLevels),
  );
  return Math.floor(index / perMinute) * MINUTE_MS + (index % perMinute) * STEP_MS;
}
