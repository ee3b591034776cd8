/** The page's own answer to "is it right?", and what of the past says how far it was: words and numbers. Pure. */
import { type Comparisons, proofBadge } from "./badge.ts";
import type { Standing } from "./data_standing.ts";
import { formatAge, formatCount, formatPrice, NOTHING } from "./format.ts";
import type { ProofCounts, QualityAnswer, QualitySpan } from "./quality_answer.ts";

/** A word that claims a state, how it is coloured, and what it rests upon. */
export interface Verdict {
  readonly word: string;
  readonly tone: "good" | "warning" | "bad" | "calm";
  readonly reason: string;
}

/** What the stream has told of audits, or else what is stored of them: of one book there are not two stories. */
export function withStored(compared: Comparisons, answer: QualityAnswer | null): Comparisons {
  const levels = answer?.levels ?? null;
  return {
    proof: compared.proof,
    audit: compared.audit ?? levels?.last ?? null,
    failedAudit: compared.failedAudit ?? levels?.lastFailed ?? null,
  };
}

/** Whether what is shown is right, at `nowMs` by the server's clock: good only while it is live and something was compared. */
export function verdictOf(standing: Standing, compared: Comparisons, nowMs: number): Verdict {
  const isLive = standing.word === "live";
  const { tone, text } = proofBadge(compared, isLive, nowMs);
  if (tone === "bad") return { word: "Wrong", tone, reason: text };
  if (!isLive) {
    const reason = standing.reason ?? "nothing of now can be compared";
    return { word: `Not live: ${standing.word}`, tone: standing.tone, reason };
  }
  if (tone === "good") return { word: "Right, as far as compared", tone, reason: text };
  return { word: "Not proven yet", tone: "calm", reason: text };
}

/** Of what was compared at the same update: `exact 564 of 564`. */
export function exactText({ exactChecked, exactMismatched }: ProofCounts): string {
  if (exactChecked === 0) return "nothing compared yet";
  const exact = `exact ${formatCount(exactChecked - exactMismatched)} of ${
    formatCount(exactChecked)
  }`;
  return exactMismatched === 0 ? exact : `${exact}: WRONG in ${formatCount(exactMismatched)}`;
}

/** Of those that were compared with what was told between two updates of ours. */
export function carriedText(
  { carriedChecked, carriedMismatched, carriedHealed }: ProofCounts,
): string {
  if (carriedChecked === 0) return "none between two updates";
  if (carriedMismatched === 0) {
    return `${formatCount(carriedChecked)} between two updates, all equal`;
  }
  return `${formatCount(carriedChecked)} between two updates, ${
    formatCount(carriedMismatched)
  } differed, ` +
    `${formatCount(carriedHealed)} of them until the next`;
}

/** A value, what is said beside it, and whether it says that something is wrong. */
export interface Fact {
  readonly text: string;
  readonly note: string;
  readonly tone: "bad" | null;
}

/** The proof of the best prices: what the stream says, or else what was stored last, of which that is said. */
export function bestFact(
  { proof }: Comparisons,
  answer: QualityAnswer | null,
  nowMs: number,
): Fact {
  const told = proof ?? answer?.bestBidAsk ?? null;
  if (told === null) {
    return { text: NOTHING, note: "nothing was ever compared that this page knows of", tone: null };
  }
  const { lastExactMs } = told;
  const last = lastExactMs === null
    ? "never exact"
    : `last exact ${formatAge(nowMs - lastExactMs)} ago`;
  const isOld = proof === null && answer?.bestBidAsk?.source === "store";
  const old = isOld
    ? `; of the last life that is stored, ${formatAge(nowMs - told.timeMs)} ago`
    : "";
  return {
    text: exactText(told),
    note: `${last}; ${carriedText(told)}${old}`,
    tone: told.exactMismatched > 0 ? "bad" : null,
  };
}

/** The last audit of all levels. */
export function levelsFact({ audit }: Comparisons, nowMs: number): Fact {
  if (audit === null) return { text: NOTHING, note: "no audit was made yet", tone: null };
  const { levels, mismatched, timeMs } = audit;
  const age = `audited ${formatAge(nowMs - timeMs)} ago`;
  const text = mismatched > 0
    ? `${formatCount(mismatched)} of ${formatCount(levels)} WRONG`
    : levels === 0
    ? "no level to audit"
    : `exact ${formatCount(levels)} of ${formatCount(levels)}`;
  return { text, note: age, tone: mismatched > 0 ? "bad" : null };
}

/** A share of a time as percent: 100 % and 0 % only of what is all or nothing. */
export function shareOfTime(share: number): string {
  if (share === 0 || share === 1) return `${100 * share} %`;
  const hundredths = Math.floor(share * 10_000);
  return hundredths === 0 ? "< 0.01 %" : `${formatPrice(hundredths / 100, 2)} %`;
}

/** The parts of a time, in the order in which a bar has them. */
export const PARTS = [
  ["live", "live"],
  ["halted", "halted by the exchange"],
  ["syncing", "syncing"],
  ["stale", "stale"],
  ["degraded", "degraded"],
  ["unknown", "no row stored"],
  ["unread", "not looked at"],
] as const;

/** One row of the table of spans. */
export interface SpanFact {
  readonly label: string;
  readonly title: string;
  readonly of: (span: QualitySpan) => Fact;
}

const fact = (text: string, note = "", isBad = false): Fact => ({
  text,
  note,
  tone: isBad ? "bad" : null,
});

/** What is told of each span beside its states. */
export const SPAN_FACTS: readonly SpanFact[] = [
  {
    label: "best bid/ask",
    title: "Compared with the exchange's own book ticker at the same update",
    of: ({ proof, reasons }) =>
      proof === null
        ? fact(NOTHING, reasons.proof)
        : fact(exactText(proof), "", proof.exactMismatched > 0),
  },
  {
    label: "level audits",
    title: "The whole book, compared with a second one made from a fresh snapshot",
    of: ({ audits: { count: made, failed, levels, mismatched } }) =>
      made === 0 ? fact("none") : fact(
        failed === 0
          ? `${formatCount(made)}, all exact`
          : `${formatCount(failed)} of ${formatCount(made)} failed`,
        failed === 0
          ? `${formatCount(levels)} levels`
          : `${formatCount(mismatched)} of ${formatCount(levels)} levels differed`,
        failed > 0,
      ),
  },
  {
    label: "gaps",
    title: "Updates of the exchange that did not come",
    of: ({ gaps: { count: all, open, totalMs, longestMs } }) => {
      if (all === 0) return fact("none");
      const lengths = totalMs === null || longestMs === null
        ? []
        : [`${formatAge(totalMs)} in all, the longest ${formatAge(longestMs)}`];
      const unended = open === 0 ? [] : [`${formatCount(open)} whose end is not known`];
      return fact(formatCount(all), [...lengths, ...unended].join("; "));
    },
  },
  {
    label: "resyncs",
    title: "Books that were begun anew, and how often the feed was not live any more",
    of: ({ feed: { resyncs, leftLive } }) =>
      fact(
        resyncs === 0 ? "none" : formatCount(resyncs),
        leftLive === 0
          ? ""
          : `left live ${leftLive === 1 ? "once" : `${formatCount(leftLive)} times`}`,
      ),
  },
  {
    label: "rows lost",
    title: "Rows that are not stored and never will be; those of no symbol may be of this one",
    of: ({ losses, monitorLosses }) => {
      const own = losses.count === 0 ? "none" : `${formatCount(losses.rows)} or more`;
      const others = monitorLosses.count === 0
        ? ""
        : `${formatCount(monitorLosses.rows)} or more of no symbol`;
      return fact(own, others, losses.count > 0 || monitorLosses.count > 0);
    },
  },
];

/** As a head of a column. */
export function spanName({ days }: QualitySpan): string {
  return days === 1 ? "Last 24 hours" : `Last ${days} days`;
}
