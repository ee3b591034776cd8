/** FeedLog: the lines of the log on how a symbol's book stands. */
import { log } from "../../shared/log.ts";
import { besideOverload } from "../../shared/overload.ts";
import type { FeedStatus } from "../../shared/output.ts";

/** Of one symbol. */
export class FeedLog {
  #wasLive = false;
  /** What was said beside overload, and with it. */
  #note: string | null = null;
  #reason: string | null = null;

  /** The steps to a first book are routine; losing one is not. Of overload its worker tells, for all in it. */
  tell({ symbol, state, reason }: FeedStatus): void {
    const note = besideOverload(reason);
    const isOfOverload = this.#wasLive && state === "live" && note === this.#note &&
      reason !== this.#reason;
    this.#note = note;
    this.#reason = reason;
    if (isOfOverload) return;
    log(
      this.#wasLive ? "warn" : "info",
      symbol,
      note === null ? state : `${state}: ${note}`,
    );
    this.#wasLive = state === "live";
  }
}
