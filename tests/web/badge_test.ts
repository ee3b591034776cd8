import { assertEquals, assertStringIncludes } from "@std/assert";
import { proofBadge } from "../../web/page/badge.ts";
import { auditRecord, proofStatus, START_MS } from "../support/outputs.ts";

const THREE_MINUTES_AGO = START_MS - 180_000;
const proof = proofStatus({ lastExactMs: START_MS - 200 });
const audit = auditRecord({ timeMs: THREE_MINUTES_AGO });

Deno.test("proofBadge() tells the age of both proofs, and is green only while live", () => {
  const { text, tone } = proofBadge(proof, audit, true, START_MS);
  assertEquals(text, "best bid/ask 0.2 s ago · 5,000 levels exact 3 min ago");
  assertEquals(tone, "good");
  assertEquals(proofBadge(proof, audit, false, START_MS).tone, null);
});

Deno.test("proofBadge() grows older with the clock alone", () => {
  const { text } = proofBadge(proof, audit, true, START_MS + 60_000);
  assertEquals(text, "best bid/ask 60 s ago · 5,000 levels exact 4 min ago");
});

Deno.test("proofBadge() claims nothing before the first comparison", () => {
  const nothing = "best bid/ask not compared yet · not audited yet";
  for (const none of [null, proofStatus({ exactChecked: 0, lastExactMs: null })]) {
    const { text, tone } = proofBadge(none, null, true, START_MS);
    assertEquals([text, tone], [nothing, null]);
  }
  const { text, tone } = proofBadge(proof, null, true, START_MS);
  assertEquals([text, tone], ["best bid/ask 0.2 s ago · not audited yet", "good"]);
});

Deno.test("proofBadge() is red and explicit after a failed audit, with its differences", () => {
  const difference = "bid 65,000: ours 2, snapshot 3";
  const failed = auditRecord({ ...audit, mismatched: 3, differences: [difference] });
  const { text, tone, title } = proofBadge(proof, failed, true, START_MS);
  assertEquals(text, "best bid/ask 0.2 s ago · 3 of 5,000 levels WRONG 3 min ago");
  assertEquals(tone, "bad");
  assertStringIncludes(title, difference);
  assertEquals(proofBadge(proof, failed, false, START_MS).tone, "bad");
});

Deno.test("proofBadge() is red and explicit after an exact check that failed", () => {
  const wrong = proofStatus({ exactChecked: 1_200, exactMismatched: 2 });
  const { text, tone } = proofBadge(wrong, audit, true, START_MS);
  const expected = "best bid/ask WRONG in 2 of 1,200 checks, exact 0.2 s ago";
  assertEquals([text.split(" · ")[0], tone], [expected, "bad"]);
  const never = proofStatus({ exactChecked: 1, exactMismatched: 1, lastExactMs: null });
  assertStringIncludes(proofBadge(never, null, true, START_MS).text, "never exact");
});

Deno.test("proofBadge() does not call an audit of nothing exact", () => {
  const { text } = proofBadge(proof, auditRecord({ levels: 0 }), true, START_MS);
  assertStringIncludes(text, "no level to audit 0.0 s ago");
});
