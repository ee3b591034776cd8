/** What quote assets are worth in US dollars, where a pair tells it that is followed too: from the monitor to symbols. */
export type RateNews =
  /** Its mid is to be told each second, or need not be any more: another symbol is quoted in what it trades. */
  | { readonly type: "tell_mid"; readonly isWanted: boolean }
  /** Dollars per unit of its quote asset, each second; `null`: that is not known any more. */
  | { readonly type: "quote_rate"; readonly dollars: number | null };
