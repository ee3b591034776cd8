/** What a person may say to alerts, read and checked. Pure; every refusal says what would be right. */
import { z } from "zod";
import { bookedFor, type RuleBook } from "../shared/alert_rules/rule_book.ts";
import { PERSON_MAX, REMARK_MAX } from "../shared/catalogue/output_check.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { episodeName } from "../shared/catalogue/rules.ts";
import { marketOf, MONITOR, type SymbolId } from "../shared/market.ts";
import { MUTE_MS_MAX } from "../shared/mutes.ts";
import { hasUnseen } from "../shared/symbol_list.ts";
import { readFields } from "./operation_answer.ts";
import { NAME_MAX, unknown } from "./query.ts";
import { BadRequest } from "./refusals.ts";
import type { MuteRecord, Said } from "../shared/said.ts";

const DAY_MS = 86_400_000;

const words = (lengthMax: number) =>
  z.string({ error: "must be a text" }).trim()
    .min(1, "must not be empty")
    .max(lengthMax, `must have at most ${lengthMax} characters`)
    .refine((text) => !hasUnseen(text), "must not have characters that are not seen");
const remark = (lengthMax: number) => words(lengthMax).nullable().default(null);
const TIME = "must be UTC milliseconds, or a time as in 2026-08-01T12:00:00Z";
const moment = z.union([z.int(), z.iso.datetime({ offset: true, error: TIME })], TIME).transform(
  (time) => typeof time === "number" ? time : Date.parse(time),
);

/** What is sent to mute. */
export const MUTE = z.strictObject({
  rule: words(NAME_MAX).nullable().default(null),
  symbol: words(NAME_MAX).nullable().default(null),
  until: moment,
  by: remark(PERSON_MAX),
  reason: remark(REMARK_MAX),
});
/** What is sent with an acknowledgement. */
export const SAID = z.strictObject({ by: remark(PERSON_MAX), comment: remark(REMARK_MAX) });

/** What a mute is checked against. */
export interface MuteSurroundings {
  readonly book: RuleBook;
  readonly symbols: readonly SymbolId[];
  /** UTC. */
  readonly nowMs: number;
  readonly muteId: string;
}

/** The mute that this body asks for. @throws {BadRequest} */
export function readMute(
  text: string,
  { book, symbols, nowMs, muteId }: MuteSurroundings,
): MuteRecord {
  const hint = `send e.g. ${ROUTES.addMute.body.example}`;
  const { rule, symbol, until: untilMs, by, reason } = readFields(MUTE, text, hint);
  if (rule === null && symbol === null) {
    throw invalid(`Say which rule, which symbol, or both are to be muted: ${hint}`);
  }
  if (symbol !== null && !symbols.includes(symbol)) throw unknown("symbol", symbol, symbols);
  const names = ruleNames(book, symbol);
  if (rule !== null && !names.includes(rule)) throw unknown("rule", rule, names);
  if (untilMs <= nowMs) {
    throw invalid(`until is in the past: it is ${new Date(nowMs).toISOString()} now`);
  }
  if (untilMs - nowMs > MUTE_MS_MAX) {
    const most = `at most ${MUTE_MS_MAX / DAY_MS} days`;
    throw invalid(
      `until must be ${most} away: a rule that is never to call anybody is made "info", or ` +
        "switched off, in the file of rules",
    );
  }
  return {
    type: "mute",
    ...(symbol === null ? MONITOR : marketOf(symbol)),
    ...{ muteId, revision: 1, timeMs: nowMs, rule, createdMs: nowMs, untilMs, by, reason },
    removedMs: null,
  };
}

/** Who has seen an episode, and what they say. @throws {BadRequest} */
export function readSaid(text: string): Said {
  return readFields(SAID, text, `send e.g. ${ROUTES.acknowledge.body.example}`);
}

function invalid(message: string): BadRequest {
  return new BadRequest(message, "invalid_body");
}

/** The rules that a mute of this symbol, or of all (`null`), may name, and their sides. */
function ruleNames(book: RuleBook, symbol: SymbolId | null): readonly string[] {
  const booked = symbol === null
    ? [...book.all, ...Object.values(book.symbols).flat()]
    : bookedFor(book, symbol);
  const names = booked.flatMap(({ rule }) => [
    rule.name,
    ...rule.sources.map((source) => episodeName(rule, source)),
  ]);
  return [...new Set(names)];
}
