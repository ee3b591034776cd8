/** What a trial of a rule over history says: how often it would have fired, and what could not be looked at. Pure. */
import { NULL_REASONS } from "../../shared/catalogue/null_reasons.ts";
import type { Tried, TriedSymbol } from "./alerts_api.ts";
import { spanText } from "./rule_words.ts";

/** Shorter than this is the edge of an interval, and hides nothing. */
const WORTH_TELLING_MS = 2_000;

/** How often, over what: `It would have fired 3 times in the last 24 h, of BTCUSDT.` */
export function trialHeadline({ fromMs, toMs, symbols }: Tried): string {
  const count = symbols.reduce((sum, one) => sum + episodesOf(one), 0);
  const times = count === 0
    ? "not have fired"
    : `have fired ${count === 1 ? "once" : `${count} times`}`;
  const names = symbols.map(({ symbol }) => symbol).join(", ");
  const watched = symbols.reduce((sum, { liveMs }) => sum + liveMs, 0);
  const whole = (toMs - fromMs) * symbols.length;
  // Of what nobody saw nothing is said.
  const percent = Math.floor(100 * watched / whole);
  const within = watched >= 0.99 * whole
    ? ""
    : `, as far as ${percent === 0 ? "less than 1" : percent} % of it is known`;
  if (watched === 0) return `Nothing is known of the last ${spanText(toMs - fromMs)} of ${names}.`;
  return `It would ${times} in the last ${spanText(toMs - fromMs)} of ${names}${within}.`;
}

/** How many episodes there were of a symbol, those that are not listed too. */
export function episodesOf({ rules }: TriedSymbol): number {
  return rules.reduce((sum, { episodes }) => sum + episodes, 0);
}

/** What it could not look at, and how that may be otherwise than it seems; each a sentence. */
export function trialDoubts({ source, rowMs, symbols }: Tried): readonly string[] {
  const rough = source === "metrics"
    ? rowMs > 100
      ? `It looked at a row each ${
        spanText(rowMs)
      }, where a rule that is in force looks ten times a second: what is over ` +
        "within one row may be missed."
      : null
    : `It looked at means of ${
      spanText(rowMs)
    }, because there are too many rows of this span: what is beyond the line ` +
      "for a shorter time is mostly not seen. A shorter span, or fewer symbols, is looked at row by row.";
  const doubts = symbols.flatMap((one) => doubtsOf(one).map((text) => `${one.symbol}: ${text}`));
  return [...rough === null ? [] : [rough], ...doubts];
}

function doubtsOf(tried: TriedSymbol): readonly string[] {
  const { missingMs, holes, holesLeftOut, notLiveMs, untried, rules, episodesLeftOut } = tried;
  const count = holes.length + holesLeftOut;
  const learning = Math.max(0, ...rules.map(({ learningMs }) => learningMs));
  const unknown = rules.reduce<Record<string, number>>((most, { unknownMs }) => {
    for (const [reason, ms] of Object.entries(unknownMs)) {
      most[reason] = Math.max(most[reason] ?? 0, ms);
    }
    return most;
  }, {});
  return [
    missingMs < WORTH_TELLING_MS
      ? null
      : `nothing is stored of ${spanText(missingMs)}, in ${count} ${
        count === 1 ? "hole" : "holes"
      }.`,
    notLiveMs < WORTH_TELLING_MS ? null : `the book was not live for ${spanText(notLiveMs)}.`,
    learning < WORTH_TELLING_MS
      ? null
      : `it had not learnt enough yet for ${spanText(learning)} of it.`,
    ...Object.entries(unknown).filter(([reason, ms]) =>
      reason !== "not_live" && ms >= WORTH_TELLING_MS
    ).map(([reason, ms]) => `its value was not known for ${spanText(ms)}: ${reasonText(reason)}.`),
    ...untried.map(({ rule, reason }) => `${rule} cannot be tried: ${reason}.`),
    episodesLeftOut === 0 ? null : `${episodesLeftOut} more episodes are not listed.`,
  ].filter((text) => text !== null);
}

function reasonText(reason: string): string {
  const known = Object.entries(NULL_REASONS).find(([name]) => name === reason);
  return known === undefined ? "an earlier version has not stored why" : known[1].words;
}
