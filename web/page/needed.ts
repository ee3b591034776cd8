/** What must come for what is shown: asked of the server, and loaded, is no more than that. Pure. */
import { type Detail, DETAILS } from "../../shared/stream_view.ts";
import { type Placed, symbolsWith } from "./arrangement.ts";

/** What a panel needs of its symbol, as its definition says. */
export interface PanelNeeds {
  /**
   * What must come beside what each row of the list has: `detail`, the symbol's book and all its numbers ten times a
   * second; `history`, its stored audits, and what the stream tells of it, for charts.
   */
  readonly needs: readonly ("detail" | "history")[];
  /** What is large, and comes only while such a panel stands on the desk. */
  readonly details?: readonly Detail[];
}

/** Of which symbols, and what. */
export interface Needed {
  readonly focus: readonly string[];
  readonly histories: readonly string[];
  readonly details: readonly Detail[];
}

/** Nothing but the list. */
export const NOTHING_NEEDED: Needed = { focus: [], histories: [], details: [] };

/** What panels of a desk's symbols need; `needsOf`: of each kind, `undefined` where there is none. */
export function neededBy(
  panels: readonly Pick<Placed, "panel" | "slot">[],
  symbols: readonly string[],
  needsOf: (panel: string) => PanelNeeds | undefined,
): Needed {
  const having = (holds: (needs: PanelNeeds) => boolean) =>
    symbolsWith(panels, symbols, (panel) => {
      const needs = needsOf(panel);
      return needs !== undefined && holds(needs);
    });
  const details = DETAILS.filter((detail) =>
    having((one) => one.details?.includes(detail) ?? false).length > 0
  );
  return {
    focus: having(({ needs }) => needs.includes("detail")),
    histories: having(({ needs }) => needs.includes("history")),
    details,
  };
}

/** The same object while it is the same: whoever heeds it acts when it changes. */
export function unlessSame(before: Needed, next: Needed): Needed {
  return JSON.stringify(before) === JSON.stringify(next) ? before : next;
}
