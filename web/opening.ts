/** What a browser is told on joining beside the newest states: how symbols stand, what is muted, and what fires. Pure. */
import { marketText, type SymbolId } from "../shared/market.ts";
import type { AlertEvent } from "../shared/output.ts";
import type { MuteRecord } from "../shared/said.ts";
import { encodeEvent } from "./event_text.ts";
import type { Mailbox } from "./mailbox.ts";
import type { SymbolState } from "./symbol_state.ts";

/** What the hub knows. */
export interface KnownNow {
  readonly symbols: ReadonlyMap<SymbolId, SymbolState>;
  readonly mutes: readonly MuteRecord[];
  readonly alerts: readonly AlertEvent[];
}

/** The events for a browser that wants what its mailbox does. */
export function openingOf({ symbols, mutes, alerts }: KnownNow, mailbox: Mailbox): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const [symbol, { feed, audit, failedAudit }] of symbols) {
    if (!mailbox.wants(symbol)) continue;
    if (feed !== null) parts.push(encodeEvent("feed", feed, null));
    for (const one of new Set([failedAudit, audit])) {
      if (one !== null) parts.push(encodeEvent("audit", one, null));
    }
  }
  for (const one of [...mutes, ...alerts]) {
    if (mailbox.wants(marketText(one))) parts.push(encodeEvent(one.type, one, null));
  }
  return parts;
}
