/** The badge: what was compared with the exchange, how it came out, and how long ago. Pure. */
import type { AuditRecord, ProofStatus } from "../../shared/output.ts";
import { formatAge, formatCount } from "./format.ts";
import { formatExact } from "./times.ts";

/** What the badge shows; `null` tone: nothing to be glad of, and nothing wrong. */
export interface Badge {
  readonly text: string;
  readonly tone: "good" | "bad" | null;
  /** The whole story, for whoever asks. */
  readonly title: string;
}

/** A level audit, from the stream or from history; what is counted of many has no update of its own. */
export type Audited =
  & Pick<AuditRecord, "timeMs" | "levels" | "mismatched" | "differences">
  & Partial<Pick<AuditRecord, "bookUpdateId">>;

/** What was compared with the exchange. */
export interface Comparisons {
  readonly proof: ProofStatus | null;
  /** The last level audit, and the last one that failed. */
  readonly audit: Audited | null;
  readonly failedAudit: Audited | null;
}

/** A failed audit is in sight for so long, whatever the audits after it say. */
export const FAILED_SHOWN_MS = 3_600_000;

const BEST_TITLE =
  "Best bid/ask: ours, compared with the exchange's own book ticker at the same update id.";
const LEVELS_TITLE =
  "Levels: the whole book, compared now and then with a second one made from a fresh snapshot.";

/** Both proofs at `nowMs`, by the server's clock. Either failure makes the badge red. */
export function proofBadge(compared: Comparisons, isLive: boolean, nowMs: number): Badge {
  const { proof, audit } = compared;
  const failed = failedInSight(compared, nowMs);
  const hasFailed = (proof?.exactMismatched ?? 0) > 0 || failed !== null;
  const isProven = (proof?.exactChecked ?? 0) > 0 || (audit?.levels ?? 0) > 0;
  const lines = [BEST_TITLE, ...bestLines(proof), "", LEVELS_TITLE, ...levelLines(compared, nowMs)];
  return {
    text: `${bestText(proof, nowMs)} · ${levelsText(audit, failed, nowMs)}`,
    tone: hasFailed ? "bad" : isLive && isProven ? "good" : null,
    title: lines.join("\n"),
  };
}

/** The failed audit that the badge must tell of: the last audit of all, or one of the last hour. */
function failedInSight({ audit, failedAudit }: Comparisons, nowMs: number): Audited | null {
  if (failedAudit === null) return null;
  const isLast = failedAudit.timeMs === audit?.timeMs;
  return isLast || nowMs - failedAudit.timeMs < FAILED_SHOWN_MS ? failedAudit : null;
}

function bestText(proof: ProofStatus | null, nowMs: number): string {
  if (proof === null || proof.exactChecked === 0) return "best bid/ask not compared yet";
  const { exactChecked, exactMismatched, lastExactMs } = proof;
  const age = lastExactMs === null ? null : `${formatAge(nowMs - lastExactMs)} ago`;
  if (exactMismatched === 0) return `best bid/ask ${age ?? "not exact yet"}`;
  const wrong = `best bid/ask WRONG in ${formatCount(exactMismatched)} of ${
    formatCount(exactChecked)
  } checks`;
  return age === null ? `${wrong}, never exact` : `${wrong}, exact ${age}`;
}

function levelsText(
  audit: Audited | null,
  failed: Audited | null,
  nowMs: number,
): string {
  if (audit === null) return "not audited yet";
  if (failed === null) return auditText(audit, nowMs);
  const wrong = auditText(failed, nowMs);
  return failed.timeMs === audit.timeMs ? wrong : `${wrong}, since then ${auditText(audit, nowMs)}`;
}

function auditText({ levels, mismatched, timeMs }: Audited, nowMs: number): string {
  const age = `${formatAge(nowMs - timeMs)} ago`;
  if (mismatched > 0) {
    return `${formatCount(mismatched)} of ${formatCount(levels)} levels WRONG ${age}`;
  }
  return levels === 0 ? `no level to audit ${age}` : `${formatCount(levels)} levels exact ${age}`;
}

function bestLines(proof: ProofStatus | null): string[] {
  if (proof === null) return [];
  const { exactChecked, exactMismatched, carriedChecked, carriedMismatched, carriedHealed } = proof;
  return [
    `Exact: ${formatCount(exactChecked - exactMismatched)} of ${formatCount(exactChecked)}.`,
    `Carried: ${formatCount(carriedChecked)}, of which ${
      formatCount(carriedMismatched)
    } differed and ` +
    `${formatCount(carriedHealed)} healed with the next update.`,
  ];
}

function levelLines({ audit, failedAudit }: Comparisons, nowMs: number): string[] {
  if (audit === null) return [];
  const lines = [auditLine("Last", audit, nowMs)];
  if (failedAudit === null) return lines;
  if (failedAudit.timeMs !== audit.timeMs) {
    lines.push(auditLine("Last that failed", failedAudit, nowMs));
  }
  return [...lines, ...failedAudit.differences];
}

function auditLine(
  name: string,
  { bookUpdateId, levels, mismatched, timeMs }: Audited,
  nowMs: number,
): string {
  const result = mismatched === 0 ? "all equal" : `${formatCount(mismatched)} different`;
  const update = bookUpdateId === undefined ? "" : ` at update ${bookUpdateId}`;
  const time = `${formatExact(timeMs, nowMs)}`;
  return `${name}: ${formatCount(levels)} levels${update} (${time}), ${result}.`;
}
