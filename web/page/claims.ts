/** What the page claims in a word of how things stand, each with its tone and reason; what is not known is a dash. Pure. */
import type { StorageView } from "../../shared/browser_events.ts";
import type { SystemView } from "../../shared/system_change.ts";
import { NOTHING } from "./format.ts";
import type { Loading } from "./loading.ts";
import { connectionNotice, exchangeNotice, storageNotice } from "./notices.ts";
import type { Standing } from "./data_standing.ts";
import type { Connection } from "./state.ts";

/** As it is shown, and coloured; whoever asks is told why. */
export interface Claim {
  /** In a word or two; a dash: not known. */
  readonly word: string;
  /** `null`: nothing to be glad of, and nothing wrong. */
  readonly tone: Standing["tone"] | null;
  /** Why it is not well, or not known; `null`: the word says it all. */
  readonly why: string | null;
}

/** How the books of all followed symbols stand together. */
export interface Books {
  readonly total: number;
  readonly live: number;
  readonly halted: number;
  /** Of those that are neither, whether one is wrong, not only on its way. */
  readonly isAnyBad: boolean;
  /** The first that is neither, a wrong one before others: `BTCUSDT is stale: no data for 12 s`; `null`: there is none. */
  readonly first: string | null;
}

const CONNECTION_TONES = {
  open: "good",
  connecting: "warning",
  lost: "bad",
  crowded: "warning",
  paused: null,
} as const satisfies Record<Connection["kind"], Claim["tone"]>;

const UNHEARD: Claim = unknown("not known while this page has no connection to the monitor");

/** Of no symbols. */
export const NO_BOOKS: Books = { total: 0, live: 0, halted: 0, isAnyBad: false, first: null };

/** All of them together. O(symbols). */
export function booksOf(
  symbols: readonly string[],
  standingOf: (symbol: string) => Standing,
): Books {
  let [live, halted] = [0, 0];
  let first: { readonly symbol: string; readonly standing: Standing } | null = null;
  for (const symbol of symbols) {
    const standing = standingOf(symbol);
    if (standing.word === "live") live += 1;
    else if (standing.word === "halted") halted += 1;
    else if (first === null || (first.standing.tone !== "bad" && standing.tone === "bad")) {
      first = { symbol, standing };
    }
  }
  const isAnyBad = first?.standing.tone === "bad";
  return { total: symbols.length, live, halted, isAnyBad, first: first && firstText(first) };
}

function firstText(
  { symbol, standing: { word, reason } }: { symbol: string; standing: Standing },
): string {
  return `${symbol} is ${word}${reason === null ? "" : `: ${reason}`}`;
}

/** The way from the monitor to this page; `localMs` by the page's clock. */
export function monitorClaim(connection: Connection, localMs: number): Claim {
  const { word, banner } = connectionNotice(connection, localMs);
  return { word, tone: CONNECTION_TONES[connection.kind], why: banner };
}

/** The way from the exchange to the monitor: what comes over it are live books, and nothing else proves it. */
export function exchangeClaim(
  connection: Connection,
  system: SystemView | null,
  books: Books,
  nowMs: number,
): Claim {
  if (connection.kind !== "open") return UNHEARD;
  if (system === null) return unknown("the monitor has not said it yet");
  const trouble = exchangeNotice(system, nowMs);
  if (trouble !== null && books.live === 0) {
    const { state, text } = trouble;
    return { word: state, tone: state === "contacting" ? "warning" : "bad", why: text };
  }
  const { total, live, halted, isAnyBad, first } = books;
  if (total === 0) return { word: "no symbols", tone: "calm", why: null };
  if (live + halted === total) {
    if (live === 0) {
      return { word: "halted", tone: "calm", why: "The exchange trades none of them." };
    }
    return { word: `${live} of ${total} live`, tone: "good", why: null };
  }
  if (live > 0) return { word: `${live} of ${total} live`, tone: "warning", why: first };
  return isAnyBad
    ? { word: "no book is live", tone: "bad", why: first }
    : { word: "no book is live yet", tone: "warning", why: first };
}

/** Whether what is seen is stored. */
export function storageClaim(connection: Connection, storage: StorageView | null): Claim {
  if (connection.kind !== "open") return UNHEARD;
  if (storage === null) return unknown("the monitor has not said it yet");
  const { word, tone, banner } = storageNotice(storage);
  return { word, tone, why: banner };
}

/** How many alerts fire. That none does, is known once the stored ones are, and of books that rules can see. */
export function firingClaim(
  connection: Connection,
  load: Loading,
  firing: number,
  { total, live }: Books,
): Claim {
  if (connection.kind !== "open") {
    return firing === 0 ? UNHEARD : { ...UNHEARD, why: `${UNHEARD.why}; ${firing} fired before` };
  }
  if (load.kind !== "loaded") {
    const why = load.kind === "loading"
      ? "stored alerts are on their way"
      : `stored alerts cannot be read: ${load.reason}`;
    return firing === 0 ? unknown(why) : { word: `≥ ${firing} firing`, tone: "warning", why };
  }
  if (firing > 0) return { word: `${firing} firing`, tone: "warning", why: null };
  if (live === total && total > 0) return { word: "none firing", tone: "good", why: null };
  const why = "the rules of a symbol see nothing while its book is not live";
  if (live === 0) return unknown(why);
  return { word: `none firing, ${live} of ${total} watched`, tone: null, why };
}

function unknown(why: string): Claim {
  return { word: NOTHING, tone: null, why };
}
