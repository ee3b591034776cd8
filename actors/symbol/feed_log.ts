/** FeedLog: the lines of the log on how a symbol's book stands. */
import { log } from "../../shared/log.ts";
import { isOverloadText } from "../../shared/overload.ts";
import type { FeedStatus } from "../../shared/output.ts";

/** Of one symbol. */
export class FeedLog {
  #wasLive = false;
  #wasOverloaded = false;

  /** The steps to a first book are routine; losing one is not. Of overload its worker tells, for all in it. */
  tell({ symbol, state, reason }: FeedStatus): void {
    const isOverloaded = isOverloadText(reason);
    const isToldOnce = this.#wasLive && state === "live" && (isOverloaded || this.#wasOverloaded);
    this.#wasOverloaded = isOverloaded;
    if (isToldOnce) return;
    log(
      this.#wasLive ? "warn" : "info",
      symbol,
      reason === null ? state : `${state}: ${reason}`,
    );
    this.#wasLive = state === "live";
  }
}
