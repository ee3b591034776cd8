/** Why a metric is not known: in words for a person, and as the letter under which rows keep it. */
import type { NullReason } from "./metric_definition.ts";

/** One reason, once. */
export interface NullReasonDefinition {
  /** In the code of a row (`null_code.ts`): stored, so it never changes, and no other reason is given it. */
  readonly letter: string;
  /** As the end of a sentence: it is not known, because … */
  readonly words: string;
}

/** The closed union, reason by reason. */
export const NULL_REASONS: Readonly<Record<NullReason, NullReasonDefinition>> = {
  not_live: { letter: "l", words: "the book is not live" },
  one_sided: { letter: "o", words: "one side of the book is empty" },
  not_covered: { letter: "c", words: "it needs levels farther from mid than the book is known" },
  too_thin: { letter: "t", words: "too little rests near the price to compute it" },
  warming_up: { letter: "w", words: "its time window is not full yet" },
  no_edge: { letter: "e", words: "every level of the side is known" },
  no_tick_size: { letter: "k", words: "the exchange has not told the tick size" },
  too_wide: { letter: "d", words: "there are more ticks than 2^31" },
  no_quote_rate: { letter: "q", words: "what the quote asset is worth in dollars is not known" },
  no_event: { letter: "n", words: "nothing of the kind has happened" },
  too_quiet: { letter: "s", words: "there was too little trading to compute it" },
  overloaded: { letter: "m", words: "it is not computed while this machine is overloaded" },
};

/** All of them. */
export const NULL_REASON_NAMES = Object.keys(NULL_REASONS) as readonly NullReason[];

/** What every metric is `null` for. */
export const ALWAYS_NULL_WHEN: readonly NullReason[] = ["not_live", "one_sided"];
