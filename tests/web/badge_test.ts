import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AuditRecord, ProofStatus } from "../../shared/output.ts";
import { type Badge, FAILED_SHOWN_MS, proofBadge } from "../../web/page/badge.ts";
import { auditRecord, proofStatus, START_MS } from "../support/outputs.ts";

const THREE_MINUTES_AGO = START_MS - 180_000;
const proof = proofStatus({ lastExactMs: START_MS - 200 });
const audit = auditRecord({ timeMs: THREE_MINUTES_AGO });

/** The badge when no audit failed before the last one. */
function badgeOf(
  proof: ProofStatus | null,
  audit: AuditRecord | null,
  isLive: boolean,
  nowMs: number,
): Badge {
  const failedAudit = audit !== null && audit.mismatched > 0 ? audit : null;
  return proofBadge({ proof, audit, failedAudit }, isLive, nowMs);
}

Deno.test("proofBadge() tells the age of both proofs, and is green only while live", () => {
  const { text, tone } = badgeOf(proof, audit, true, START_MS);
  assertEquals(text, "best bid/ask 0.2 s ago · 5,000 levels exact 3 min ago");
  assertEquals(tone, "good");
  assertEquals(badgeOf(proof, audit, false, START_MS).tone, null);
});

Deno.test("proofBadge() grows older with the clock alone", () => {
  const { text } = badgeOf(proof, audit, true, START_MS + 60_000);
  assertEquals(text, "best bid/ask 60 s ago · 5,000 levels exact 4 min ago");
});

Deno.test("proofBadge() claims nothing before the first comparison", () => {
  const nothing = "best bid/ask not compared yet · not audited yet";
  for (const none of [null, proofStatus({ exactChecked: 0, lastExactMs: null })]) {
    const { text, tone } = badgeOf(none, null, true, START_MS);
    assertEquals([text, tone], [nothing, null]);
  }
  const { text, tone } = badgeOf(proof, null, true, START_MS);
  assertEquals([text, tone], ["best bid/ask 0.2 s ago · not audited yet", "good"]);
});

Deno.test("proofBadge() is red and explicit after a failed audit, with its differences", () => {
  const difference = "bid 65,000: ours 2, snapshot 3";
  const failed = auditRecord({ ...audit, mismatched: 3, differences: [difference] });
  const { text, tone, title } = badgeOf(proof, failed, true, START_MS);
  assertEquals(text, "best bid/ask 0.2 s ago · 3 of 5,000 levels WRONG 3 min ago");
  assertEquals(tone, "bad");
  assertStringIncludes(title, difference);
  assertEquals(badgeOf(proof, failed, false, START_MS).tone, "bad");
});

Deno.test("proofBadge() tells of a failed audit for an hour, though the next ones are exact", () => {
  const difference = "bid 65,000: ours 2, snapshot 3";
  const timeMs = START_MS - 12 * 60_000;
  const failedAudit = auditRecord({
    timeMs,
    levels: 2_996,
    mismatched: 498,
    differences: [difference],
  });
  const exact = auditRecord({ timeMs: START_MS - 40_000, levels: 3_000 });
  const compared = { proof, audit: exact, failedAudit };
  const { text, tone } = proofBadge(compared, true, START_MS);
  const story = "498 of 2,996 levels WRONG 12 min ago, since then 3,000 levels exact 40 s ago";
  assertEquals([text.split(" · ")[1], tone], [story, "bad"]);
  const after = proofBadge(compared, true, timeMs + FAILED_SHOWN_MS);
  assertEquals([after.text.split(" · ")[1], after.tone], ["3,000 levels exact 49 min ago", "good"]);
  assertStringIncludes(after.title, `Last that failed: 2,996 levels at update`);
  assertStringIncludes(after.title, difference);
});

Deno.test("proofBadge() is red after a failed audit until another one, however long that takes", () => {
  const failed = auditRecord({ timeMs: START_MS - 2 * FAILED_SHOWN_MS, mismatched: 1 });
  assertEquals(badgeOf(proof, failed, true, START_MS).tone, "bad");
});

Deno.test("proofBadge() is red and explicit after an exact check that failed", () => {
  const wrong = proofStatus({ exactChecked: 1_200, exactMismatched: 2 });
  const { text, tone } = badgeOf(wrong, audit, true, START_MS);
  const expected = "best bid/ask WRONG in 2 of 1,200 checks, exact 0.2 s ago";
  assertEquals([text.split(" · ")[0], tone], [expected, "bad"]);
  const never = proofStatus({ exactChecked: 1, exactMismatched: 1, lastExactMs: null });
  assertStringIncludes(badgeOf(never, null, true, START_MS).text, "never exact");
});

Deno.test("proofBadge() does not call an audit of nothing exact", () => {
  const { text } = badgeOf(proof, auditRecord({ levels: 0 }), true, START_MS);
  assertStringIncludes(text, "no level to audit 0.0 s ago");
});
