import { assert, assertEquals } from "@std/assert";
import type { TopOfBook } from "../../../../shared/market.ts";
import {
  FIRST_WORD_MAX_MS,
  Liveness,
  type LivenessFacts,
  type LivenessVerdict,
} from "../../../../actors/symbol/engine/liveness/liveness.ts";

const OPENED_MS = 1_000_000;
const BEST: TopOfBook = { bidPrice: 99, bidQty: 1, askPrice: 101, askQty: 1 };
const OTHER: TopOfBook = { ...BEST, bidQty: 2 };
const UNPROVEN = "nothing has proven the book since the halt";
/** A verdict that finds nothing and does nothing. */
const SOUND: LivenessVerdict = {
  stale: null,
  replace: null,
  refresh: false,
  resync: null,
  note: null,
  probe: false,
};

function facts(part: Partial<LivenessFacts> = {}): LivenessFacts {
  return {
    openedMs: OPENED_MS,
    best: BEST,
    isBehind: false,
    isIgnoring: false,
    bookUpdateId: 100,
    isHalted: false,
    ...part,
  };
}

/** A depth stream that has spoken 100 times, each `intervalMs`; the last word came at 0 of `at`. */
function lively(intervalMs: number): { liveness: Liveness; at: (ms: number) => number } {
  const liveness = new Liveness();
  for (let i = 0; i <= 100; i++) liveness.heard("depth", 1, OPENED_MS + i * intervalMs);
  return { liveness, at: (ms) => OPENED_MS + 100 * intervalMs + ms };
}

Deno.test("Liveness.judge() finds nothing in a stream that speaks as it does", () => {
  const { liveness, at } = lively(1_000);
  assertEquals(liveness.judge(at(2_000), facts()), SOUND);
});

Deno.test("Liveness.judge() probes at half of an unusual silence, calls it stale at the whole, acts at twice", () => {
  const { liveness, at } = lively(2_000);
  const judge = (ms: number) => liveness.judge(at(ms), facts());
  const isProbed = [4_000, 5_600, 5_700].map((ms) => judge(ms).probe);
  assertEquals(isProbed, [false, true, false]);
  liveness.listed();
  assertEquals([judge(9_900).stale, judge(11_100).stale !== null], [null, true]);
  liveness.listed();
  assertEquals(judge(19_900).replace, null);
  liveness.listed();
  assert(
    judge(22_200).replace?.startsWith("no depth update for 11 s; usually one comes within 2.2"),
  );
});

Deno.test("Liveness.probed() confirms a book whose best is the exchange's: the silence begins anew", () => {
  const { liveness, at } = lively(100);
  liveness.judge(at(2_500), facts());
  liveness.probed(BEST, BEST, at(2_600));
  liveness.listed();
  assertEquals(liveness.judge(at(7_500), facts()).stale, null);
  liveness.listed();
  assert(liveness.judge(at(7_600), facts()).stale !== null);
});

Deno.test("Liveness.probed() leaves 2 s to explain another best, by an update or by the book itself", () => {
  for (const explained of ["no", "update", "book"] as const) {
    const { liveness, at } = lively(100);
    liveness.judge(at(2_500), facts());
    liveness.listed();
    liveness.probed(OTHER, BEST, at(2_600));
    assertEquals(liveness.judge(at(4_500), facts()).resync, null);
    if (explained === "update") liveness.followed(at(4_550));
    const best = explained === "book" ? OTHER : BEST;
    const { stale, resync, replace } = liveness.judge(at(4_600), facts({ best }));
    const isRefuted = explained === "no";
    assertEquals([stale, resync, replace].map((text) => text !== null), Array(3).fill(isRefuted));
  }
});

Deno.test("Liveness.judge() acts once a minute at most: each suspicion costs a connection", () => {
  const { liveness, at } = lively(100);
  let acts = 0;
  for (let ms = 0; ms <= 600_000; ms += 100) {
    if (liveness.judge(at(ms), facts()).replace !== null) acts += 1;
  }
  assertEquals(acts, 10);
});

Deno.test("Liveness.judge() blames a depth stream that never spoke only when another stream has", () => {
  const judge = (heard: "ticker" | "trade" | null) => {
    const liveness = new Liveness();
    liveness.restart();
    if (heard !== null) liveness.heard(heard, 1, OPENED_MS + 1);
    return liveness.judge(OPENED_MS + FIRST_WORD_MAX_MS, facts({ best: null })).replace;
  };
  assertEquals(judge(null), null);
  for (const heard of ["ticker", "trade"] as const) {
    assert(judge(heard)?.startsWith("the depth stream has not said anything"));
  }
});

Deno.test("Liveness.judge() blames a socket that owes an answer for 5 s, though nothing is known of a book", () => {
  const liveness = new Liveness();
  liveness.restart();
  const judge = (ms: number) => liveness.judge(OPENED_MS + ms, facts({ best: null }));
  assert(judge(2_500).probe);
  assertEquals(judge(7_400).replace, null);
  assertEquals(judge(7_500).replace, "the connection does not answer");
});

Deno.test("Liveness.judge() notes a trade stream that says nothing for long, and finds no fault with it", () => {
  const { liveness, at } = lively(10_000);
  liveness.heard("ticker", 1, at(0));
  const { note, stale, replace } = liveness.judge(at(0), facts());
  assertEquals([note, stale, replace], ["no trade since the connection opened", null, null]);
});

Deno.test("Liveness.judge() takes the silence of a symbol that does not trade for no news, and its end for a start", () => {
  const { liveness, at } = lively(100);
  const halted = facts({ isHalted: true });
  for (let ms = 0; ms <= 600_000; ms += 1_000) {
    const { stale, replace, probe, refresh } = liveness.judge(at(ms), halted);
    assertEquals([stale, replace, probe, refresh], [null, null, false, false]);
  }
  // What the silence has hidden is not known, until a probe or an update tells.
  const { stale, replace, probe, refresh } = liveness.judge(at(600_100), facts());
  assertEquals([stale, replace, probe, refresh], [UNPROVEN, null, true, false]);
  liveness.listed();
  liveness.probed(BEST, BEST, at(600_200));
  assertEquals(liveness.judge(at(605_000), facts()).stale, null);
  assert(liveness.judge(at(606_000), facts()).stale !== null);
  liveness.heard("depth", 1, at(607_000));
  liveness.followed(at(607_000));
  liveness.judge(at(607_000), facts());
  assert(liveness.judge(at(612_100), facts()).stale !== null, "nothing is learned of the halt");
});

Deno.test("Liveness.judge() does not learn the silence of a halt", () => {
  const liveness = new Liveness();
  for (let i = 0; i < 20; i++) liveness.heard("depth", 1, OPENED_MS + i * 100);
  const haltMs = OPENED_MS + 2_000;
  for (let ms = 0; ms <= 60_000; ms += 1_000) {
    liveness.judge(haltMs + ms, facts({ isHalted: true }));
  }
  const endMs = haltMs + 61_000;
  liveness.judge(endMs, facts());
  liveness.confirm(endMs);
  liveness.heard("depth", 1, endMs + 1_000);
  assertEquals(liveness.judge(endMs + 5_900, facts()).stale, null);
  assert(liveness.judge(endMs + 6_000, facts()).stale !== null);
});

Deno.test("Liveness.followed() proves the book at the end of a halt, and in its last seconds", () => {
  for (const followedMs of [-1_000, 1_000]) {
    const { liveness, at } = lively(100);
    const halt = [10_000, 20_000, 60_000].map(at);
    for (const nowMs of halt) liveness.judge(nowMs, facts({ isHalted: true }));
    if (followedMs < 0) liveness.followed(at(60_100 + followedMs));
    const { stale } = liveness.judge(at(60_100), facts());
    assertEquals(stale, followedMs < 0 ? null : UNPROVEN);
    liveness.followed(at(61_100));
    assertEquals(liveness.judge(at(61_100), facts()).stale, null);
  }
});

Deno.test("Liveness.judge() calls a book stale whose depth stream never spoke, when others have for a while", () => {
  const liveness = new Liveness();
  liveness.restart();
  const judge = (ms: number) => liveness.judge(OPENED_MS + ms, facts()).stale;
  liveness.heard("trade", 1, OPENED_MS + 9_000);
  liveness.confirm(OPENED_MS + 9_500);
  assertEquals(judge(FIRST_WORD_MAX_MS), null, "it may be about to");
  assert(judge(14_000)?.startsWith("the depth stream has not said anything"));
  liveness.heard("depth", 1, OPENED_MS + 14_100);
  assertEquals(judge(14_100), null);
});

Deno.test("Liveness.judge() wants another connection for a lively stream that is silent for long, though probes agree", () => {
  const { liveness, at } = lively(100);
  const dueMs: number[] = [];
  for (let ms = 0; ms <= 300_000; ms += 100) {
    const { probe, refresh, stale, replace } = liveness.judge(at(ms), facts());
    assertEquals([stale, replace], [null, null]);
    if (refresh) dueMs.push(ms);
    if (!probe) continue;
    liveness.listed();
    liveness.probed(BEST, BEST, at(ms));
  }
  assertEquals(dueMs, [30_000, 60_000, 120_000, 240_000]);
});

Deno.test("Liveness.judge() leaves a stream alone that has spoken too seldom to be known", () => {
  const liveness = new Liveness();
  for (let i = 0; i < 20; i++) liveness.heard("depth", 1, OPENED_MS + i * 100);
  for (let ms = 2_000; ms <= 300_000; ms += 100) {
    const { probe, refresh } = liveness.judge(OPENED_MS + ms, facts());
    assertEquals(refresh, false);
    if (!probe) continue;
    liveness.listed();
    liveness.probed(BEST, BEST, OPENED_MS + ms);
  }
});

Deno.test("Liveness.judge() begins a book anew that lacks a change which another connection has not brought either", () => {
  const { liveness, at } = lively(100);
  const acts: string[] = [];
  for (let ms = 0; ms <= 70_000; ms += 100) {
    liveness.heard("depth", 1, at(ms));
    const { replace, resync } = liveness.judge(at(ms), facts({ isBehind: true }));
    if (replace !== null) acts.push(`${ms} replace`);
    if (resync !== null) acts.push(`${ms} resync`);
  }
  assertEquals(acts, ["5100 replace", "65100 replace", "65100 resync"]);
});

Deno.test("Liveness.judge() waits for a silence unusual for its stream, and counts each silence anew", () => {
  const { liveness, at } = lively(2_000);
  for (const fromMs of [0, 100_000]) {
    liveness.heard("depth", 1, at(fromMs));
    const dueMs: number[] = [];
    for (let ms = 0; ms < 100_000; ms += 100) {
      const { probe, refresh } = liveness.judge(at(fromMs + ms), facts());
      if (refresh) dueMs.push(ms);
      if (!probe) continue;
      liveness.listed();
      liveness.probed(BEST, BEST, at(fromMs + ms));
    }
    const [first = NaN, second = NaN, ...more] = dueMs;
    // Four times five times the usual two seconds, which are known to 10.6 %.
    assert(first >= 40_000 && first <= 44_300, `due at ${dueMs}`);
    assert(second >= 80_000 && second <= 88_600 && more.length === 0, `due at ${dueMs}`);
  }
});

Deno.test("Liveness.judge() asks for no other connection to prove a book that is not there", () => {
  const { liveness, at } = lively(100);
  for (let ms = 0; ms <= 120_000; ms += 100) {
    const { refresh, probe } = liveness.judge(at(ms), facts({ best: null }));
    assertEquals(refresh, false);
    if (probe) liveness.listed();
  }
});

// -- Tickers that are missing --

Deno.test("Liveness.judge() counts from the first move of the best price that no ticker told of", () => {
  const { liveness, at } = lively(100);
  liveness.heard("ticker", 1, at(0));
  const first = { note: NaN, replace: NaN };
  for (let ms = 5_000; ms <= 16_000; ms += 100) {
    liveness.heard("depth", 1, at(ms));
    liveness.bestMoved(at(ms));
    const { note, replace } = liveness.judge(at(ms), facts());
    if (note !== null && !(first.note <= ms)) first.note = ms;
    if (replace !== null && !(first.replace <= ms)) first.replace = ms;
  }
  assertEquals(first, { note: 10_000, replace: 15_000 });
});

Deno.test("Liveness.heard() of a ticker proves a move of the best price, shortly before it or after", () => {
  for (const [tickerMs, movedMs] of [[0, 4_900], [9_000, 6_000]] as const) {
    const { liveness, at } = lively(100);
    liveness.heard("ticker", 1, at(-1_000));
    for (let ms = 0; ms <= 20_000; ms += 100) {
      liveness.heard("depth", 1, at(ms));
      if (ms === movedMs) liveness.bestMoved(at(ms));
      if (ms === tickerMs) liveness.heard("ticker", 1, at(ms));
      assertEquals(liveness.judge(at(ms), facts()), SOUND, `${ms} of ${movedMs}`);
    }
  }
});

// -- Connections --

Deno.test("Liveness.judge() gives a depth stream 10 s for its first word, however much others say", () => {
  const liveness = new Liveness();
  let blamedMs: number | null = null;
  for (let ms = 0; ms <= 20_000 && blamedMs === null; ms += 100) {
    liveness.heard("ticker", 1, OPENED_MS + ms);
    const { replace, probe } = liveness.judge(OPENED_MS + ms, facts({ best: null }));
    if (probe) liveness.listed();
    if (replace !== null) blamedMs = ms;
  }
  assertEquals(blamedMs, FIRST_WORD_MAX_MS);
});

/** A connection that is suspected of whatever there is. */
function suspected(): ReturnType<typeof lively> {
  const { liveness, at } = lively(100);
  liveness.heard("ticker", 1, at(-10_000));
  liveness.bestMoved(at(0));
  assert(liveness.judge(at(2_500), facts()).probe);
  liveness.probed(OTHER, BEST, at(2_600));
  return { liveness, at };
}

Deno.test("Liveness.restart() holds nothing against a connection of what the one before it left open", () => {
  const { liveness, at } = suspected();
  assert(liveness.judge(at(14_900), facts()).stale !== null);
  liveness.restart();
  assertEquals(liveness.judge(at(16_000), facts({ openedMs: at(15_000) })), SOUND);
});

Deno.test("Liveness.replaced() takes a book for right that another connection has reached", () => {
  const { liveness, at } = suspected();
  assert(liveness.judge(at(14_900), facts()).stale !== null);
  liveness.replaced(at(15_000));
  assertEquals(liveness.judge(at(16_000), facts()), SOUND);
});

Deno.test("Liveness.judge() probes again after a probe that failed, and not on each tick", () => {
  const { liveness, at } = lively(2_000);
  const isProbed: number[] = [];
  for (let ms = 0; ms <= 12_000; ms += 100) {
    if (!liveness.judge(at(ms), facts()).probe) continue;
    isProbed.push(ms);
    liveness.listed();
    liveness.probeFailed();
  }
  const [first = NaN, second = NaN, ...more] = isProbed;
  assert(second - first >= 5_000 && more.length === 0, `probed at ${isProbed}`);
});

Deno.test("Liveness.judge() blames a socket that owes an answer, and not the book that a probe has proven", () => {
  const { liveness, at } = lively(4_500);
  let ms = 0;
  while (!liveness.judge(at(ms), facts()).probe) ms += 100;
  liveness.probed(BEST, BEST, at(ms + 100));
  assertEquals(liveness.judge(at(ms + 4_900), facts()), SOUND);
  assertEquals(liveness.judge(at(ms + 5_000), facts()), {
    ...SOUND,
    replace: "the connection does not answer",
  });
});

Deno.test("Liveness.judge() notes no trades that are missing for a short time, or with all else", () => {
  const note = (isTicking: boolean, ms: number) => {
    const liveness = new Liveness();
    if (isTicking) liveness.heard("ticker", 1, OPENED_MS + ms);
    return liveness.judge(OPENED_MS + ms, facts()).note;
  };
  assertEquals([note(true, 599_900), note(false, 600_000)], [null, null]);
  assertEquals(note(true, 600_000), "no trade since the connection opened");
});

Deno.test("Liveness.restart() forgets what others said, a long silence and a lag of the connection before", () => {
  const spoken = new Liveness();
  spoken.heard("ticker", 1, OPENED_MS);
  spoken.restart();
  const opened = facts({ openedMs: OPENED_MS + 10_000, best: null });
  assertEquals(spoken.judge(OPENED_MS + 20_000, opened).replace, null);

  const { liveness, at } = lively(100);
  for (const ms of [29_900, 30_000]) {
    liveness.confirm(at(ms));
    assertEquals(liveness.judge(at(ms), facts()).refresh, ms === 30_000);
  }
  for (const ms of [31_000, 35_000]) {
    liveness.confirm(at(ms));
    assertEquals(liveness.judge(at(ms), facts({ isBehind: true })).stale, null);
  }
  liveness.restart();
  const behind = facts({ openedMs: at(36_000), isBehind: true });
  liveness.confirm(at(37_000));
  assertEquals(liveness.judge(at(37_000), behind).stale, null);
  liveness.confirm(at(66_000));
  assert(liveness.judge(at(66_000), facts({ openedMs: at(36_000) })).refresh);
});

Deno.test("Liveness.probed() doubts a book since the first answer that differed", () => {
  const { liveness, at } = lively(100);
  assert(liveness.judge(at(2_500), facts()).probe);
  liveness.listed();
  for (const ms of [2_600, 4_000]) liveness.probed(OTHER, BEST, at(ms));
  assertEquals(liveness.judge(at(4_500), facts()).resync, null);
  assert(liveness.judge(at(4_600), facts()).resync !== null);
});

Deno.test("Liveness.judge() asks a socket that answers again and again, as long as there is no book to ask about", () => {
  const liveness = new Liveness();
  const askedMs: number[] = [];
  for (let ms = 0; ms <= 8_000; ms += 100) {
    if (!liveness.judge(OPENED_MS + ms, facts({ best: null })).probe) continue;
    askedMs.push(ms);
    liveness.listed();
  }
  assertEquals(askedMs, [2_500, 5_000, 7_500]);
});
