/** The words of the banners: what a person must know before they trust a number. Pure. */
import type { StorageView } from "../../shared/browser_events.ts";
import type { SystemView } from "../../shared/system_change.ts";
import { formatAge } from "./format.ts";
import type { Connection } from "./state.ts";
import { formatExact } from "./times.ts";

/** Shorter than this is no news: a stream opens anew with each symbol that is chosen. */
const SLOW_OPEN_MS = 5_000;

/** Why there may be no numbers at all, and how bad that is; `null`: the exchange has been reached. */
export function exchangeNotice(
  system: SystemView | null,
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
  system: SystemView | null,
  isAnyLive: boolean,
  nowMs: number,
): string | null {
  const end = system?.exchange.state === "reached" ? banEnd(system, nowMs) : null;
  if (end === null) return null;
  return `No snapshots ${end}. ${isAnyLive ? "Live books go on." : "No book is live."}`;
}

/** The chip that says whether what is shown is stored, and what must be said more loudly. */
export function storageNotice({ status, word, reasons }: StorageView): {
  readonly word: string;
  readonly tone: "good" | "warning" | "bad";
  readonly banner: string | null;
} {
  const tone = status === "ok" ? "good" : word === "not stored" ? "bad" : "warning";
  return { word, tone, banner: reasons.length === 0 ? null : `${reasons.join(". ")}.` };
}

/** The word at the top of the page, and what must be said more loudly; `localMs` by the page's clock. */
export function connectionNotice(
  connection: Connection,
  localMs: number,
): { readonly word: string; readonly banner: string | null } {
  if (connection.kind === "open") return { word: "connected", banner: null };
  if (connection.kind === "paused") return { word: "paused", banner: null };
  if (connection.kind === "crowded") {
    return {
      word: "waiting for a window to close",
      banner: connection.reason + oldNumbers(connection.lastEventMs, localMs),
    };
  }
  const { kind, sinceMs, lastEventMs } = connection;
  const age = lastEventMs === null ? null : `${formatAge(localMs - lastEventMs)} ago`;
  const isSlow = localMs - (kind === "lost" ? lastEventMs ?? sinceMs : sinceMs) >= SLOW_OPEN_MS;
  if (kind === "connecting") {
    const banner = `No connection yet: the monitor does not answer.${
      oldNumbers(lastEventMs, localMs)
    }`;
    return { word: "connecting", banner: isSlow ? banner : null };
  }
  const word = age === null ? "reconnecting" : `reconnecting, last event ${age}`;
  const lost = age === null
    ? "This page has no connection."
    : "This page has lost its connection and shows old numbers.";
  const why = connection.reason ?? "The monitor may have stopped, or the network is away.";
  return { word, banner: isSlow ? `${lost} ${why}` : null };
}

/** What a page says whose numbers a person has stopped, at `serverMs` by the server's clock. */
export function pausedText(serverMs: number): string {
  const time = formatExact(serverMs, serverMs);
  return `Paused: the numbers are as they were at ${time}. A pause stops no state and no alert.`;
}

/** How old what is shown is; empty: nothing is. */
function oldNumbers(lastEventMs: number | null, localMs: number): string {
  if (lastEventMs === null) return "";
  return ` These numbers are old: the last came ${formatAge(localMs - lastEventMs)} ago.`;
}

/** `until 12:02:00 UTC, for another 32 s: why`; `null`: no ban holds. */
function banEnd({ budget: { ban } }: SystemView, nowMs: number): string | null {
  if (ban === null || ban.untilMs <= nowMs) return null;
  const until = `until ${formatExact(ban.untilMs, nowMs)}`;
  return `${until}, for another ${formatAge(ban.untilMs - nowMs)}: ${ban.reason}`;
}
