/** Why a panel of the desk shows no symbol, once it is known which are followed. Pure. */
import { shownName } from "../../shared/symbol_list.ts";
import type { Standing } from "./data_standing.ts";
import type { Shown } from "./store.ts";

/** Why a list of all symbols is empty; of what was told, so that it holds of a monitor that is not heard any more. */
export function noSymbolsText({ system }: Pick<Shown, "system">): string {
  return system.value === null
    ? "Waiting for the monitor to say which symbols it follows."
    : "The monitor has named no symbol.";
}

/** It is as it should be, and nothing is on its way. `strangers`: what the address names, and nobody follows. */
export function noSymbol(strangers: readonly string[], deskSymbols: readonly string[]): Standing {
  const [stranger] = strangers;
  if (stranger !== undefined) {
    return of("not followed", `${shownName(stranger)} is not followed by this monitor`);
  }
  return deskSymbols.length === 0
    ? of("no symbol", "The monitor has named none")
    : of("no symbol", "The address names no other symbol for this panel");
}

function of(word: string, reason: string): Standing {
  return { word, tone: "calm", reason, sinceMs: null };
}
