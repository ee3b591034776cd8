import { assert, assertEquals } from "@std/assert";
import type { Best } from "../../../shared/market.ts";
import type { Facts } from "../../../actors/symbol/engine/judgement.ts";
import { FIRST_WORD_MAX_MS, Vigil } from "../../../actors/symbol/engine/vigil.ts";

const OPENED_MS = 1_000_000;
const BEST: Best = { bidPrice: 99, bidQty: 1, askPrice: 101, askQty: 1 };
const OTHER: Best = { ...BEST, bidQty: 2 };

function facts(part: Partial<Facts> = {}): Facts {
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
function lively(intervalMs: number): { vigil: Vigil; at: (ms: number) => number } {
  const vigil = new Vigil();
  for (let i = 0; i <= 100; i++) vigil.heard("depth", 1, OPENED_MS + i * intervalMs);
  return { vigil, at: (ms) => OPENED_MS + 100 * intervalMs + ms };
}

Deno.test("Vigil.judge() finds nothing in a stream that speaks as it does", () => {
  const { vigil, at } = lively(1_000);
  assertEquals(vigil.judge(at(2_000), facts()), {
    stale: null,
    replace: null,
    refresh: false,
    resync: null,
    note: null,
    probe: false,
  });
});

Deno.test("Vigil.judge() probes at half of an unusual silence, calls it stale at the whole, acts at twice", () => {
  const { vigil, at } = lively(2_000);
  const judge = (ms: number) => vigil.judge(at(ms), facts());
  const isProbed = [4_000, 5_600, 5_700].map((ms) => judge(ms).probe);
  assertEquals(isProbed, [false, true, false]);
  vigil.listed();
  assertEquals([judge(9_900).stale, judge(11_100).stale !== null], [null, true]);
  vigil.listed();
  assertEquals(judge(19_900).replace, null);
  vigil.listed();
  assert(
    judge(22_200).replace?.startsWith("no depth update for 11 s; usually one comes within 2.2"),
  );
});

Deno.test("Vigil.probed() confirms a book whose best is the exchange's: the silence begins anew", () => {
  const { vigil, at } = lively(100);
  vigil.judge(at(2_500), facts());
  vigil.probed(BEST, BEST, at(2_600));
  vigil.listed();
  assertEquals(vigil.judge(at(7_500), facts()).stale, null);
  vigil.listed();
  assert(vigil.judge(at(7_600), facts()).stale !== null);
});

Deno.test("Vigil.probed() leaves 2 s to explain another best, by an update or by the book itself", () => {
  for (const explained of ["no", "update", "book"] as const) {
    const { vigil, at } = lively(100);
    vigil.judge(at(2_500), facts());
    vigil.listed();
    vigil.probed(OTHER, BEST, at(2_600));
    assertEquals(vigil.judge(at(4_500), facts()).resync, null);
    if (explained === "update") vigil.followed(at(4_550));
    const best = explained === "book" ? OTHER : BEST;
    const { stale, resync, replace } = vigil.judge(at(4_600), facts({ best }));
    const isRefuted = explained === "no";
    assertEquals([stale, resync, replace].map((text) => text !== null), Array(3).fill(isRefuted));
  }
});

Deno.test("Vigil.judge() acts once a minute at most: each suspicion costs a connection", () => {
  const { vigil, at } = lively(100);
  let acts = 0;
  for (let ms = 0; ms <= 600_000; ms += 100) {
    if (vigil.judge(at(ms), facts()).replace !== null) acts += 1;
  }
  assertEquals(acts, 10);
});

Deno.test("Vigil.judge() blames a depth stream that never spoke only when another stream has", () => {
  const judge = (heard: "ticker" | "trade" | null) => {
    const vigil = new Vigil();
    vigil.restart();
    if (heard !== null) vigil.heard(heard, 1, OPENED_MS + 1);
    return vigil.judge(OPENED_MS + FIRST_WORD_MAX_MS, facts({ best: null })).replace;
  };
  assertEquals(judge(null), null);
  for (const heard of ["ticker", "trade"] as const) {
    assert(judge(heard)?.startsWith("the depth stream has not said anything"));
  }
});

Deno.test("Vigil.judge() blames a socket that owes an answer for 5 s, though nothing is known of a book", () => {
  const vigil = new Vigil();
  vigil.restart();
  const judge = (ms: number) => vigil.judge(OPENED_MS + ms, facts({ best: null }));
  assert(judge(2_500).probe);
  assertEquals(judge(7_400).replace, null);
  assertEquals(judge(7_500).replace, "the connection does not answer");
});

Deno.test("Vigil.judge() notes a trade stream that says nothing for long, and finds no fault with it", () => {
  const { vigil, at } = lively(10_000);
  vigil.heard("ticker", 1, at(0));
  const { note, stale, replace } = vigil.judge(at(0), facts());
  assertEquals([note, stale, replace], ["no trade since the connection opened", null, null]);
});

Deno.test("Vigil.judge() takes the silence of a symbol that does not trade for no news, and its end for a start", () => {
  const { vigil, at } = lively(100);
  const halted = facts({ isHalted: true });
  for (let ms = 0; ms <= 600_000; ms += 1_000) {
    const { stale, replace, probe } = vigil.judge(at(ms), halted);
    assertEquals([stale, replace, probe], [null, null, false]);
  }
  // What the silence has hidden is not known, until a probe or an update tells.
  const { stale, replace, probe } = vigil.judge(at(600_100), facts());
  assertEquals([stale, replace, probe], ["nothing has proven the book since the halt", null, true]);
  vigil.listed();
  vigil.probed(BEST, BEST, at(600_200));
  assertEquals(vigil.judge(at(605_000), facts()).stale, null);
  assert(vigil.judge(at(606_000), facts()).stale !== null);
  vigil.heard("depth", 1, at(607_000));
  vigil.followed(at(607_000));
  vigil.judge(at(607_000), facts());
  assert(vigil.judge(at(612_100), facts()).stale !== null, "the halt is no part of the rhythm");
});

Deno.test("Vigil.judge() calls a book stale whose depth stream never spoke, when others have for a while", () => {
  const vigil = new Vigil();
  vigil.restart();
  const judge = (ms: number) => vigil.judge(OPENED_MS + ms, facts()).stale;
  vigil.heard("trade", 1, OPENED_MS + 9_000);
  vigil.confirm(OPENED_MS + 9_500);
  assertEquals(judge(FIRST_WORD_MAX_MS), null, "it may be about to");
  assert(judge(14_000)?.startsWith("the depth stream has not said anything"));
  vigil.heard("depth", 1, OPENED_MS + 14_100);
  assertEquals(judge(14_100), null);
});

Deno.test("Vigil.judge() wants another connection for a lively stream that is silent for long, though probes agree", () => {
  const { vigil, at } = lively(100);
  const dueMs: number[] = [];
  for (let ms = 0; ms <= 300_000; ms += 100) {
    const { probe, refresh, stale, replace } = vigil.judge(at(ms), facts());
    assertEquals([stale, replace], [null, null]);
    if (refresh) dueMs.push(ms);
    if (!probe) continue;
    vigil.listed();
    vigil.probed(BEST, BEST, at(ms));
  }
  assertEquals(dueMs, [30_000, 60_000, 120_000, 240_000]);
});

Deno.test("Vigil.judge() leaves a stream alone that has spoken too seldom to have a rhythm", () => {
  const vigil = new Vigil();
  for (let i = 0; i < 20; i++) vigil.heard("depth", 1, OPENED_MS + i * 100);
  for (let ms = 2_000; ms <= 300_000; ms += 100) {
    const { probe, refresh } = vigil.judge(OPENED_MS + ms, facts());
    assertEquals(refresh, false);
    if (!probe) continue;
    vigil.listed();
    vigil.probed(BEST, BEST, OPENED_MS + ms);
  }
});

Deno.test("Vigil.judge() begins a book anew that lacks a change which another connection has not brought either", () => {
  const { vigil, at } = lively(100);
  const acts: string[] = [];
  for (let ms = 0; ms <= 70_000; ms += 100) {
    vigil.heard("depth", 1, at(ms));
    const { replace, resync } = vigil.judge(at(ms), facts({ isBehind: true }));
    if (replace !== null) acts.push(`${ms} replace`);
    if (resync !== null) acts.push(`${ms} resync`);
  }
  assertEquals(acts, ["5100 replace", "65100 replace", "65100 resync"]);
});
