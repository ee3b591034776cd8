/** What the page tells of the market as a whole: the notices that are of many symbols, while some of it still fires. Pure. */
import { type Notice, Notices } from "../../shared/alert_notices.ts";
import type { AlertEvent } from "../../shared/output.ts";

/** As many as one looks at, the newest. */
const SHOWN_MAX = 5;

/** A notice, and in how many of its symbols it fires still. */
export interface MarketWideView {
  readonly notice: Notice;
  readonly firing: number;
}

/** The step of `shared/alert_notices.ts` over what the page hears. */
export class MarketWide {
  readonly #notices = new Notices();
  #told: readonly Notice[] = [];

  /** Takes a revision, at `nowMs` of the server's clock. */
  take(alert: AlertEvent, nowMs: number): void {
    this.#notices.take(alert, nowMs);
  }

  /** Whether something new is to be told. */
  look(nowMs: number): boolean {
    const isNew = ({ isMarketWide, kind }: Notice) => isMarketWide && kind === "fires";
    const told = this.#notices.due(nowMs).filter(isNew);
    this.#told = [...told.reverse(), ...this.#told].slice(0, SHOWN_MAX);
    return told.length > 0;
  }

  /** The newest first; `fires`: whether the episode of this id does. */
  shown(fires: (alertId: string) => boolean): readonly MarketWideView[] {
    return this.#told
      .map((notice) => {
        const firing = notice.alerts.filter(({ alertId }) => fires(alertId)).length;
        return { notice, firing };
      })
      .filter(({ firing }) => firing > 0);
  }
}
