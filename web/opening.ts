/** What a browser is told on joining beside the newest states: how symbols stand, what is muted, and what fires. Pure. */
import { METRIC_NAMES } from "../shared/catalogue/metrics.ts";
import { NULL_REASON_NAMES, NULL_REASONS } from "../shared/catalogue/null_reasons.ts";
import { marketText, type SymbolId } from "../shared/market.ts";
import type { AlertEvent } from "../shared/output.ts";
import type { MuteRecord } from "../shared/said.ts";
import type { Hello } from "../shared/browser_events.ts";
import type { Guest } from "./browsers.ts";
import { encodeEvent } from "./event_text.ts";
import { type Interest, type Mailbox, viewTold } from "./mailbox.ts";
import type { SymbolState } from "./symbol_state.ts";

/** What cells mean, to who is told changes. */
const COLUMNS = encodeEvent("columns", {
  metrics: METRIC_NAMES,
  reasons: Object.fromEntries(NULL_REASON_NAMES.map((name) => [NULL_REASONS[name].letter, name])),
}, null);

/** How a stream begins. */
export function greeting(
  interest: Interest,
  { access, streamId: stream }: Guest,
  timeMs: number,
  { silentAfterMs, settings }: Pick<Hello, "silentAfterMs" | "settings">,
): Uint8Array[] {
  const hello: Hello = { timeMs, silentAfterMs, settings, access, stream };
  const parts = [encodeEvent("hello", hello, null)];
  if (interest.form === "changes") parts.push(viewTold(interest, timeMs), COLUMNS);
  return parts;
}

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
