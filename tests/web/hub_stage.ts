/** A hub for tests: what a test does not say is as in most of them. */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { Hub } from "../../web/hub.ts";

/** What a test may want otherwise. */
export interface HubWishes {
  readonly life?: number;
  readonly silentAfterMs?: number;
  readonly sseMax?: number;
  readonly sseMaxPerAddress?: number;
}

/** A hub that nobody has told anything. */
export function createHub(wishes: HubWishes = {}): Hub {
  const { life = 7, silentAfterMs = 3_000, sseMax = 500, sseMaxPerAddress = 500 } = wishes;
  return new Hub(life, silentAfterMs, { sseMax, sseMaxPerAddress }, DEFAULT_SETTINGS);
}
