/** The words of the banners: what a person must know before they trust a number. Pure. */
import type { SystemStatus } from "../../shared/protocol.ts";
import { formatAge, formatMoment } from "./format.ts";

/** Why there may be no numbers at all, and how bad that is; `null`: the exchange has been reached. */
export function exchangeNotice(
  system: SystemStatus | null,
  nowMs: number,
): { readonly text: string; readonly state: "contacting" | "unreachable" } | null {
  if (system === null || system.exchange.state === "reached") return null;
  const { state, reason } = system.exchange;
  const end = banEnd(system, nowMs);
  if (end !== null) {
    const text = `The exchange refuses this address ${end}. The monitor asks again by itself then.`;
    return { text, state: "unreachable" };
  }
  const unknown = state === "contacting"
    ? "Contacting the exchange…"
    : "The exchange cannot be reached; no reason is known.";
  return { text: reason ?? unknown, state };
}

/** A ban of an exchange that has been reached; `null`: none, or `exchangeNotice` tells of it. */
export function banNotice(
  system: SystemStatus | null,
  isAnyLive: boolean,
  nowMs: number,
): string | null {
  const end = system?.exchange.state === "reached" ? banEnd(system, nowMs) : null;
  if (end === null) return null;
  return `No snapshots ${end}. ${isAnyLive ? "Live books go on." : "No book is live."}`;
}

/** `until 12:02:00 UTC, for another 32 s: why`; `null`: no ban holds. */
function banEnd({ budget: { ban } }: SystemStatus, nowMs: number): string | null {
  if (ban === null || ban.untilMs <= nowMs) return null;
  const until = `until ${formatMoment(ban.untilMs, nowMs)} UTC`;
  return `${until}, for another ${formatAge(ban.untilMs - nowMs)}: ${ban.reason}`;
}
