/** The badge: what was compared with the exchange, how it came out, and how long ago. Pure. */
import type { AuditRecord, ProofStatus } from "../../shared/output.ts";
import { formatAge } from "./format.ts";

/** What the badge shows; `null` tone: nothing to be glad of, and nothing wrong. */
export interface Badge {
  readonly text: string;
  readonly tone: "good" | "bad" | null;
  /** The whole story, for whoever asks. */
  readonly title: string;
}

const BEST_TITLE =
  "Best bid/ask: ours, compared with the exchange's own book ticker at the same update id.";
const LEVELS_TITLE =
  "Levels: the whole book, compared now and then with a second one made from a fresh snapshot.";

/** Both proofs at `nowMs`, by the server's clock. Either failure makes the badge red. */
export function proofBadge(
  proof: ProofStatus | null,
  audit: AuditRecord | null,
  isLive: boolean,
  nowMs: number,
): Badge {
  const hasFailed = (proof?.exactMismatched ?? 0) > 0 || (audit?.mismatched ?? 0) > 0;
  const isProven = (proof?.exactChecked ?? 0) > 0 || (audit?.levels ?? 0) > 0;
  return {
    text: `${bestText(proof, nowMs)} · ${levelsText(audit, nowMs)}`,
    tone: hasFailed ? "bad" : isLive && isProven ? "good" : null,
    title: [BEST_TITLE, ...bestLines(proof), "", LEVELS_TITLE, ...levelLines(audit)].join("\n"),
  };
}

function bestText(proof: ProofStatus | null, nowMs: number): string {
  if (proof === null || proof.exactChecked === 0) return "best bid/ask not compared yet";
  const { exactChecked, exactMismatched, lastExactMs } = proof;
  const age = lastExactMs === null ? null : `${formatAge(nowMs - lastExactMs)} ago`;
  if (exactMismatched === 0) return `best bid/ask ${age ?? "not exact yet"}`;
  const wrong = `best bid/ask WRONG in ${count(exactMismatched)} of ${count(exactChecked)} checks`;
  return age === null ? `${wrong}, never exact` : `${wrong}, exact ${age}`;
}

function levelsText(audit: AuditRecord | null, nowMs: number): string {
  if (audit === null) return "not audited yet";
  const { levels, mismatched, timeMs } = audit;
  const age = `${formatAge(nowMs - timeMs)} ago`;
  if (mismatched > 0) return `${count(mismatched)} of ${count(levels)} levels WRONG ${age}`;
  return levels === 0 ? `no level to audit ${age}` : `${count(levels)} levels exact ${age}`;
}

function bestLines(proof: ProofStatus | null): string[] {
  if (proof === null) return [];
  const { exactChecked, exactMismatched, carriedChecked, carriedMismatched, carriedHealed } = proof;
  return [
    `Exact: ${count(exactChecked - exactMismatched)} of ${count(exactChecked)}.`,
    `Carried: ${count(carriedChecked)}, of which ${count(carriedMismatched)} differed and ` +
    `${count(carriedHealed)} healed with the next update.`,
  ];
}

function levelLines(audit: AuditRecord | null): string[] {
  if (audit === null) return [];
  const result = audit.mismatched === 0 ? "all equal" : `${count(audit.mismatched)} different`;
  return [
    `Last: ${count(audit.levels)} levels at update ${audit.bookUpdateId}, ${result}.`,
    ...audit.differences,
  ];
}

function count(value: number): string {
  return value.toLocaleString("en");
}
