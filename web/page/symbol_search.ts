/** The search over what the exchange lists: what is asked of the server, and what is said of the answer. */
import { type Answer, fetchJson } from "./api.ts";
import { formatAge, formatCount } from "./format.ts";

/** One symbol that the exchange lists. */
export interface ListedSymbol {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** In the exchange's own words, as `TRADING`. */
  readonly status: string;
  readonly isFollowed: boolean;
}

/** What `GET /api/exchange/symbols` answers. */
export interface SearchAnswer {
  readonly symbols: readonly ListedSymbol[];
  /** How many were found; the likeliest of them are in `symbols`. */
  readonly matches: number;
  readonly listed: number;
  readonly ageMs: number;
  /** Why the list is older than it should be. */
  readonly problem: string | null;
}

/** More of them nobody reads: another letter finds fewer. */
const SHOWN_MAX = 20;

/** The likeliest first. */
export function fetchSearch(text: string): Promise<Answer<SearchAnswer>> {
  const query = new URLSearchParams({ q: text, limit: String(SHOWN_MAX) });
  return fetchJson(`api/exchange/symbols?${query}`);
}

/** How many were found, and of which list. */
export function searchText({ symbols, matches, listed, ageMs, problem }: SearchAnswer): string {
  const found = matches > symbols.length
    ? `${symbols.length} of ${formatCount(matches)} that were found`
    : matches === 0
    ? "None was found"
    : `${formatCount(matches)} found`;
  const age = ageMs < 60_000 ? "" : `, as of ${formatAge(ageMs)} ago`;
  const trouble = problem === null ? "" : `: ${problem}`;
  return `${found}, among ${formatCount(listed)} of the exchange's list${age}${trouble}`;
}
