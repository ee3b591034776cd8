import { assertEquals } from "@std/assert";
import { NO_LATENCY } from "../../shared/latency.ts";
import type { Standing } from "../../web/page/data_standing.ts";
import { PaintTimes } from "../../web/page/painted.ts";
import type { QualityAnswer, QualitySpan } from "../../web/page/quality_answer.ts";
import {
  bestFact,
  levelsFact,
  shareOfTime,
  SPAN_FACTS,
  verdictOf,
  withStored,
} from "../../web/page/quality_text.ts";
import { latencySum } from "../../web/page/whole_latency.ts";
import { auditRecord, proofStatus, START_MS } from "../support/outputs.ts";

const LIVE: Standing = { word: "live", tone: "good", reason: null, sinceMs: null };
const NOTHING = { proof: null, audit: null, failedAudit: null };
const proof = proofStatus({ exactChecked: 564, lastExactMs: START_MS - 200 });
const COUNTS = {
  exactChecked: 1_200,
  exactMismatched: 0,
  carriedChecked: 9,
  carriedMismatched: 2,
  carriedHealed: 1,
};

Deno.test("verdictOf() says right only while it is live and something was compared, and wrong whatever it is", () => {
  const wrong = { ...NOTHING, proof: { ...proof, exactMismatched: 3 } };
  const cases: [
    Parameters<typeof verdictOf>[0],
    Parameters<typeof verdictOf>[1],
    string,
    string,
  ][] = [
    [LIVE, { ...NOTHING, proof }, "Right, as far as compared", "good"],
    [LIVE, NOTHING, "Not proven yet", "calm"],
    [LIVE, { ...NOTHING, proof: { ...proof, exactChecked: 0 } }, "Not proven yet", "calm"],
    [LIVE, wrong, "Wrong", "bad"],
    [{ ...LIVE, word: "stale", tone: "bad", reason: "Gap" }, wrong, "Wrong", "bad"],
    [
      { ...LIVE, word: "syncing", tone: "warning" },
      { ...NOTHING, proof },
      "Not live: syncing",
      "warning",
    ],
    [{ ...LIVE, word: "halted", tone: "calm" }, { ...NOTHING, proof }, "Not live: halted", "calm"],
  ];
  for (const [standing, compared, word, tone] of cases) {
    const verdict = verdictOf(standing, compared, START_MS);
    assertEquals([verdict.word, verdict.tone], [word, tone]);
  }
  const failed = auditRecord({ timeMs: START_MS - 60_000, mismatched: 1 });
  const after = { proof, audit: auditRecord(), failedAudit: failed };
  assertEquals(verdictOf(LIVE, after, START_MS).word, "Wrong", "an audit of this hour failed");
});

const ANSWER: QualityAnswer = {
  timeMs: START_MS,
  bestBidAsk: { ...COUNTS, source: "store", timeMs: START_MS - 7_200_000, lastExactMs: null },
  levels: {
    last: { timeMs: START_MS - 5_000, levels: 40, mismatched: 0, differences: [] },
    lastFailed: { timeMs: START_MS - 60_000, levels: 40, mismatched: 2, differences: [] },
  },
  spans: [],
};

Deno.test("bestFact() and levelsFact() go by the stream, else by what is stored and say so, else know nothing", () => {
  assertEquals(bestFact({ ...NOTHING, proof }, ANSWER, START_MS), {
    text: "exact 564 of 564",
    note: "last exact 0.2 s ago; 70 between two updates, all equal",
    tone: null,
  });
  assertEquals(bestFact(NOTHING, ANSWER, START_MS), {
    text: "exact 1,200 of 1,200",
    note: "never exact; 9 between two updates, 2 differed, 1 of them until the next; " +
      "of the last life that is stored, 2 h ago",
    tone: null,
  });
  const bad = { ...proof, exactMismatched: 3 };
  const told = bestFact({ ...NOTHING, proof: bad }, null, START_MS);
  assertEquals([told.text, told.tone], ["exact 561 of 564: WRONG in 3", "bad"]);
  assertEquals(bestFact(NOTHING, null, START_MS).text, "–");
  const audit = auditRecord({ timeMs: START_MS - 60_000 });
  assertEquals(levelsFact({ ...NOTHING, audit }, START_MS).text, "exact 5,000 of 5,000");
  assertEquals(levelsFact(withStored(NOTHING, ANSWER), START_MS).text, "exact 40 of 40");
  const failed = { ...audit, mismatched: 2 };
  assertEquals(levelsFact({ ...NOTHING, audit: failed }, START_MS).text, "2 of 5,000 WRONG");
  assertEquals(levelsFact(NOTHING, START_MS), {
    text: "–",
    note: "no audit was made yet",
    tone: null,
  });
});

Deno.test("verdictOf() knows of a stored audit that failed this hour, and of one that is told what it says", () => {
  const verdict = verdictOf(LIVE, withStored({ ...NOTHING, proof }, ANSWER), START_MS);
  assertEquals(verdict.word, "Wrong");
  const told = { proof, audit: auditRecord(), failedAudit: null };
  const whole = { ...ANSWER, levels: null };
  assertEquals(
    verdictOf(LIVE, withStored(told, whole), START_MS).word,
    "Right, as far as compared",
  );
});

Deno.test("shareOfTime() calls nothing whole, and nothing none, that is not", () => {
  assertEquals([0, 0.000001, 0.5, 0.999999, 1].map(shareOfTime), [
    "0 %",
    "< 0.01 %",
    "50.00 %",
    "99.99 %",
    "100 %",
  ]);
});

const SPAN: QualitySpan = {
  days: 7,
  fromMs: START_MS - 7 * 86_400_000,
  toMs: START_MS,
  knownFromMs: null,
  shares: {},
  proof: null,
  audits: { count: 0, failed: 0, levels: 0, mismatched: 0 },
  gaps: { count: 0, open: 0, totalMs: null, longestMs: null },
  feed: { resyncs: 0, leftLive: 0 },
  losses: { count: 0, rows: 0 },
  monitorLosses: { count: 0, rows: 0 },
  reasons: { proof: "no counter of the proof is stored of this time" },
};

Deno.test("SPAN_FACTS tell none from not known, and whatever was wrong", () => {
  const told = (span: QualitySpan) =>
    SPAN_FACTS.map(({ of }) => {
      const { text, note, tone } = of(span);
      return `${text} (${note})${tone ?? ""}`;
    });
  assertEquals(told(SPAN), [
    "– (no counter of the proof is stored of this time)",
    "none ()",
    "none ()",
    "none ()",
    "none ()",
  ]);
  const busy = {
    ...SPAN,
    proof: { ...COUNTS, exactMismatched: 1, provenShare: 0.9 },
    audits: { count: 12, failed: 1, levels: 6_000, mismatched: 4 },
    gaps: { count: 3, open: 1, totalMs: 3_100, longestMs: 2_000 },
    feed: { resyncs: 2, leftLive: 1 },
    losses: { count: 1, rows: 1_500 },
    monitorLosses: { count: 1, rows: 20 },
  };
  assertEquals(told(busy), [
    "exact 1,199 of 1,200: WRONG in 1 ()bad",
    "1 of 12 failed (4 of 6,000 levels differed)bad",
    "3 (3.1 s in all, the longest 2.0 s; 1 whose end is not known)",
    "2 (left live once)",
    "1,500 or more (20 or more of no symbol)bad",
  ]);
});

Deno.test("PaintTimes.at() adds half of the shortest round trip, forgets what is a minute old, and claims nothing of few", () => {
  const times = new PaintTimes();
  const whyAt = (ms: number) => {
    const told = times.at(ms);
    return told.known === null ? told.why : told.known;
  };
  for (let i = 1; i <= 100; i++) times.take(1_000 * i, 1_000 * i + i, 1_000 * i + i);
  assertEquals(whyAt(100_000), "how long a message takes to this page is not known yet");
  times.takeRoundTrip(40);
  times.takeRoundTrip(4);
  times.takeRoundTrip(90);
  // Those of 41 to 100 s are of the last minute.
  assertEquals(times.at(100_100), { known: { p50Ms: 72, p99Ms: 102 }, withinMs: 2 });
  assertEquals(whyAt(152_000), "too few frames were painted in the last minute");
  for (let i = 0; i < 50; i++) times.take(200_000, 199_000, 199_000);
  assertEquals(
    whyAt(200_000),
    "by the monitor's clock, as far as it is known, it was painted before it was sent",
  );
});

Deno.test("latencySum() is not known without each leg, and says which is missing", () => {
  const leg = { p50Ms: 10, p99Ms: 100 };
  const legs = { clocks: "known", exchangeToReceive: leg, receiveToComputed: leg } as const;
  const known = { ...legs, computedToSent: leg, sentToWritten: leg };
  const painted = { known: { p50Ms: 5, p99Ms: 50 }, withinMs: 1 };
  assertEquals(latencySum(known, painted), { known: { p50Ms: 45, p99Ms: 450 }, why: null });
  const blind = { ...known, clocks: "unknown", exchangeToReceive: null } as const;
  assertEquals(latencySum(blind, painted), {
    known: null,
    why: "the exchange has not told its time yet",
  });
  assertEquals(latencySum(NO_LATENCY, painted).known, null);
  assertEquals(latencySum(known, { known: null, why: "hidden" }), { known: null, why: "hidden" });
});
