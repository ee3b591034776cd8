import { assert, assertEquals } from "@std/assert";
import {
  type BudgetRequest,
  ExchangeBudget,
  WAITING_MAX,
} from "../../actors/exchange_desk/exchange_budget.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { PermitPriority } from "../../shared/request_budget.ts";

/** No jitter: 37.5 ms between two grants. */
const CALM = () => 0;
const GAP_MS = 37.5;
const DAY_MS = 86_400_000;

const request = (owner: string, over: Partial<BudgetRequest> = {}): BudgetRequest => ({
  owner,
  id: 1,
  kind: "rest",
  weight: 50,
  priority: "sync",
  rank: 0,
  ...over,
});
/** An answer that says nothing of the budget. */
const ANSWERED = { ...NO_ANSWER, status: 200 };
const told = (usedWeight: number) => ({ status: 200, usedWeight, retryAfterMs: null });
const names = (requests: readonly BudgetRequest[]) => requests.map(({ owner }) => owner);

/** Lets time pass up to `untilMs`; what was granted, with the moment. Each answer comes at once. */
function run(budget: ExchangeBudget, fromMs: number, untilMs: number): [string, number][] {
  const granted: [string, number][] = [];
  for (let nowMs: number | null = fromMs; nowMs !== null && nowMs <= untilMs;) {
    for (const { owner, id } of budget.grants(nowMs)) {
      granted.push([owner, nowMs]);
      budget.feedback(owner, id, ANSWERED, nowMs);
    }
    nowMs = budget.nextMs(nowMs);
  }
  return granted;
}

Deno.test("ExchangeBudget grants a single request at once and has nothing more to do", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  assertEquals(budget.nextMs(0), null);
  budget.request(request("a", { priority: "resync" }), 5);
  assertEquals(budget.nextMs(5), 5);
  assertEquals(names(budget.grants(5)), ["a"]);
  assertEquals([budget.grants(5), budget.nextMs(5)], [[], null]);
});

Deno.test("ExchangeBudget spreads a herd, whatever the dice say", () => {
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    const budget = new ExchangeBudget(LIMITS, random);
    for (let rank = 0; rank < 20; rank++) {
      budget.request(request(`s${rank}`, { rank, priority: "resync" }), 0);
    }
    const times = run(budget, 0, 60_000).map(([, atMs]) => atMs);
    assertEquals(times.length, 20);
    const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0));
    assert(gaps.every((gap) => gap >= 37.5 && gap <= 112.5), `${gaps}`);
  }
});

Deno.test("ExchangeBudget grants the more urgent first, then by place in the list, then in order", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  const order: PermitPriority[] = ["audit", "renew", "widen", "sync", "resync", "probe"];
  for (const priority of order) {
    for (const rank of [2, 1]) budget.request(request(`${priority}${rank}`, { priority, rank }), 0);
  }
  budget.request(request("resync1b", { priority: "resync", rank: 1 }), 0);
  assertEquals(run(budget, 0, 10_000).map(([owner]) => owner), [
    ...["probe1", "probe2", "resync1", "resync1b", "resync2", "sync1", "sync2"],
    ...["widen1", "widen2", "renew1", "renew2", "audit1", "audit2"],
  ]);
});

Deno.test("ExchangeBudget never grants more than 90 % of the weight in a minute", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  for (let i = 0; i < 30; i++) {
    budget.request(request(`s${i}`, { weight: 250, priority: "resync" }), 0);
  }
  const granted = run(budget, 0, 200_000);
  const first = granted.filter(([, atMs]) => atMs < 60_000);
  assertEquals([first.length, granted.length], [21, 30], "21 · 250 = 5250, one more is above 5400");
  assertEquals(granted[21]?.[1], 60_000, "the next as soon as the first is a minute old");
});

Deno.test("ExchangeBudget keeps room for a resync while first syncs and widenings queue", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  for (let i = 0; i < 40; i++) budget.request(request(`s${i}`, { weight: 250 }), 0);
  assertEquals(run(budget, 0, 30_000).length, 20, "95 % of 5400");
  budget.request(request("lost", { weight: 250, priority: "resync", rank: 9 }), 30_000);
  assertEquals(names(budget.grants(30_000)), ["lost"]);
});

Deno.test("ExchangeBudget gives audits a fifth of the budget, and others go past them", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  for (let i = 0; i < 8; i++) {
    budget.request(request(`a${i}`, { weight: 250, priority: "audit" }), 0);
  }
  assertEquals(run(budget, 0, 10_000).length, 4, "4 · 250 = 1000, one more is above 1080");
  budget.request(request("w", { weight: 250, priority: "widen" }), 10_000);
  assertEquals(names(budget.grants(10_000)), ["w"]);
  assertEquals(run(budget, 10_100, 70_000).length, 4);
});

Deno.test("ExchangeBudget never grants more than 270 connection attempts in five minutes", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  for (let i = 0; i < 300; i++) {
    budget.request(request(`s${i}`, { kind: "connection", weight: 1, priority: "resync" }), 0);
  }
  assertEquals(run(budget, 0, 299_000).length, 270);
  assertEquals(budget.status(299_000).usedConnections, 270);
  budget.request(request("rest"), 299_000);
  assertEquals(names(budget.grants(299_000)), ["rest"], "REST is another budget");
});

Deno.test("ExchangeBudget.setWeightLimit() replaces the limit to begin with", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  assertEquals(budget.status(0).weightLimit, 6_000);
  budget.setWeightLimit(1_200);
  assertEquals(budget.status(0).weightLimit, 1_200);
  for (let i = 0; i < 8; i++) {
    budget.request(request(`s${i}`, { weight: 250, priority: "resync" }), 0);
  }
  assertEquals(run(budget, 0, 10_000).length, 4, "4 · 250 = 1000, one more is above 1080");
});

Deno.test("ExchangeBudget believes the exchange when others use the same address", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a"), 0);
  budget.grants(0);
  budget.feedback("a", 1, told(5_390), 100);
  assertEquals(budget.status(100).usedWeight, 5_390);
  budget.request(request("b"), 200);
  assertEquals(budget.grants(200), []);
  assertEquals([budget.nextMs(200), budget.grants(5_000)], [5_000, []]);
  assertEquals(budget.nextMs(5_000), 60_100, "when nothing of that minute can count any more");
  assertEquals(names(budget.grants(60_100)), ["b"]);
});

Deno.test("ExchangeBudget counts a call whose answer has not come beside what the exchange told", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a"), 0);
  budget.request(request("b", { weight: 250 }), 0);
  budget.grants(0);
  budget.grants(GAP_MS);
  budget.feedback("a", 1, told(4_950), 200);
  budget.request(request("c", { weight: 250, priority: "resync" }), 200);
  assertEquals(budget.grants(200), [], "4950 and 250 on the way: 250 more are above 5400");
  budget.feedback("b", 1, told(5_150), 300);
  assertEquals(names(budget.grants(300)), ["c"], "counted once");
});

Deno.test("ExchangeBudget asks now and then whether the exchange's minute is over, when nothing else is in the way", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  // Our own calls of a minute, of which the exchange speaks at the end of its own.
  for (let rank = 0; rank < 102; rank++) budget.request(request(`s${rank}`, { rank }), 0);
  assertEquals(run(budget, 0, 10_000).length, 102);
  budget.request(request("late", { weight: 5, priority: "probe" }), 58_000);
  budget.grants(58_000);
  budget.feedback("late", 1, told(5_105), 58_000);
  for (const owner of ["next", "after it"]) budget.request(request(owner), 66_000);
  budget.request(request("heavy", { weight: 250, rank: 9 }), 66_000);
  // None of the first counts here any more, and what the exchange has told would hold until 118,000.
  assertEquals(names(budget.grants(66_000)), ["next"]);
  assertEquals(budget.grants(66_100), [], "its answer comes first");
  budget.feedback("next", 1, told(50), 66_200);
  assertEquals(names(budget.grants(66_300)), ["after it"]);
  assertEquals(names(budget.grants(66_400)), ["heavy"]);
});

Deno.test("ExchangeBudget does not ask so when others have used what there is", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a"), 0);
  budget.grants(0);
  budget.feedback("a", 1, told(5_300), 100);
  budget.request(request("b"), 200);
  for (let nowMs = 200; nowMs < 60_000; nowMs += 500) assertEquals(budget.grants(nowMs), []);
});

Deno.test("ExchangeBudget keeps a spend until a minute after its answer, not after its grant", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("slow"), 0);
  budget.grants(0);
  budget.feedback("slow", 1, told(50), 8_000);
  assertEquals(budget.status(67_999).usedWeight, 50);
  assertEquals(budget.status(68_000).usedWeight, 0);
});

Deno.test("ExchangeBudget.cancel() frees what was not used", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a", { id: 1 }), 0);
  budget.request(request("a", { id: 2, rank: 1 }), 0);
  budget.grants(0);
  assertEquals(budget.status(0).usedWeight, 50);
  budget.cancel("a", 1);
  budget.cancel("a", 2);
  budget.cancel("nobody", 1);
  const { usedWeight, waiting, unreported } = budget.status(0);
  assertEquals([usedWeight, waiting.sync, unreported], [0, 0, 0]);
});

Deno.test("ExchangeBudget.forget() drops what a dead owner waited for, and counts what it had", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a", { id: 1 }), 0);
  budget.request(request("a", { id: 2 }), 0);
  budget.request(request("ab"), 0);
  budget.grants(0);
  budget.forget("a", 5);
  const { usedWeight, waiting, unreported } = budget.status(10);
  assertEquals([usedWeight, waiting.sync, unreported], [50, 1, 0]);
  assertEquals(names(budget.grants(1_000)), ["ab"], "another's request stays");
});

Deno.test("ExchangeBudget counts what it refuses: a number twice, or too many of one owner", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  assertEquals(budget.request(request("a"), 0), true);
  assertEquals(budget.request(request("a"), 0), false);
  for (let id = 2; id <= WAITING_MAX; id++) assert(budget.request(request("a", { id }), 0));
  assertEquals(budget.request(request("a", { id: 99 }), 0), false);
  assertEquals(budget.request(request("b"), 0), true);
  budget.cancel("a", 1);
  assertEquals(budget.request(request("a", { id: 99 }), 0), true);
  assertEquals(budget.status(0).refused, 2);
});

Deno.test("ExchangeBudget counts a call that nobody answered until it must have arrived", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a"), 0);
  budget.grants(0);
  budget.feedback("a", 1, NO_ANSWER, 10_000);
  assertEquals([89_999, 90_000].map((atMs) => budget.status(atMs).usedWeight), [50, 0]);
});

Deno.test("ExchangeBudget counts a permit until its user says what came of it, and forgets it at last", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  const standing = (atMs: number) => {
    budget.grants(atMs);
    const { unreported, usedWeight } = budget.status(atMs);
    return [unreported, usedWeight];
  };
  for (const owner of ["slow", "never"]) budget.request(request(owner), 0);
  budget.grants(0);
  budget.grants(GAP_MS);
  assertEquals(standing(200_000), [2, 100], "a machine may be so slow that neither has left yet");
  budget.feedback("slow", 1, told(50), 200_000);
  assertEquals(standing(260_000), [1, 50]);
  assertEquals(standing(600_100), [0, 50], "it may have left just now");
  assertEquals(standing(680_100), [0, 0]);
});

Deno.test("ExchangeBudget counts what a dead owner was given until it must have arrived", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a"), 0);
  budget.grants(0);
  budget.forget("a", 100_000);
  assertEquals([179_999, 180_000].map((atMs) => budget.status(atMs).usedWeight), [50, 0]);
});

Deno.test("ExchangeBudget tells as used what somebody has counted, and no sum of two counts", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  const counts = (atMs: number) => {
    const { usedWeight, ownWeight, toldWeight, othersWeight } = budget.status(atMs);
    return [usedWeight, ownWeight, toldWeight, othersWeight];
  };
  // Calls of busy workers, whose answers wait to be read, and one that comes back at once.
  for (let rank = 0; rank < 100; rank++) {
    budget.request(request(`s${rank}`, { rank, priority: "resync" }), 0);
  }
  for (let nowMs = 0; nowMs < 4_000; nowMs += GAP_MS) budget.grants(nowMs);
  assertEquals(counts(4_000), [5_000, 5_000, null, 0]);
  budget.feedback("s99", 1, told(5_000), 4_000);
  assertEquals(counts(4_000), [5_000, 5_000, 5_000, 0], "those without an answer are in both");
  budget.request(request("one more", { priority: "resync", weight: 250 }), 4_100);
  assertEquals(budget.grants(4_100), [], "the exchange may not have counted them yet");
  for (let rank = 0; rank < 99; rank++) budget.feedback(`s${rank}`, 1, told(5_000), 4_200);
  assertEquals(names(budget.grants(4_200)), ["one more"]);
});

Deno.test("ExchangeBudget tells what others have used at least, and never calls its own calls others'", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  const others = (atMs: number) => budget.status(atMs).othersWeight;
  budget.request(request("a"), 0);
  budget.grants(0);
  budget.feedback("a", 1, told(50), 100);
  budget.request(request("b"), 59_000);
  budget.grants(59_000);
  // Of the same minute of the exchange; the first counts no more here, but it did when this one left.
  budget.feedback("b", 1, told(100), 61_000);
  assertEquals([budget.status(61_000).ownWeight, others(61_000)], [50, 0]);
  budget.request(request("c"), 62_000);
  budget.grants(62_000);
  budget.feedback("c", 1, told(6_473), 62_500);
  const { usedWeight, toldWeight } = budget.status(62_500);
  assertEquals([usedWeight, toldWeight, others(62_500)], [6_473, 6_473, 6_373]);
  assertEquals([budget.status(122_500).toldWeight, others(122_500)], [null, 0]);
});

Deno.test("ExchangeBudget holds back at the start what live books want, however long it has waited", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.setStarting(true);
  for (const priority of ["widen", "renew", "audit"] as const) {
    budget.request(request(priority, { priority }), 0);
  }
  budget.request(request("renewed", { kind: "connection", weight: 1, priority: "renew" }), 0);
  assertEquals(names(budget.grants(0)), ["renewed"], "a connection costs no book anything");
  assertEquals(budget.nextMs(1_000), null);
  assertEquals(budget.grants(DAY_MS), []);
  for (const priority of ["sync", "resync", "probe"] as const) {
    budget.request(request(priority, { priority }), DAY_MS);
  }
  assertEquals(run(budget, DAY_MS, DAY_MS + 1_000).map(([owner]) => owner), [
    "probe",
    "resync",
    "sync",
  ]);
  budget.setStarting(false);
  assertEquals(run(budget, DAY_MS + 1_000, DAY_MS + 2_000).length, 3);
});

Deno.test("ExchangeBudget grants what is larger than all its room alone", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.setWeightLimit(100);
  budget.request(request("large", { weight: 250, priority: "audit" }), 0);
  budget.request(request("small", { weight: 5 }), 0);
  assertEquals(run(budget, 0, 59_999), [["small", 0]]);
  assertEquals(run(budget, 60_000, 70_000), [["large", 60_000]]);
});

Deno.test("ExchangeBudget lets nobody wait for ever behind the more urgent", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("patient", { weight: 250, priority: "audit", rank: 9 }), 0);
  let grantedMs = NaN;
  let id = 0;
  // Resyncs that would use up everything for ever: two wait at each moment.
  for (let nowMs = 0; nowMs < 3 * 3_600_000 && Number.isNaN(grantedMs); nowMs += 500) {
    if ((budget.status(nowMs).waiting.resync ?? 0) < 2) {
      budget.request(request("greedy", { id: id++, weight: 250, priority: "resync" }), nowMs);
    }
    for (const { owner, id } of budget.grants(nowMs)) {
      budget.feedback(owner, id, ANSWERED, nowMs);
      if (owner === "patient") grantedMs = nowMs;
    }
  }
  assert(grantedMs > 60_000 && grantedMs <= 95 * 60_000, `granted at ${grantedMs}`);
});

// -- Bans --

/** What a ban answered at 1,000 ms lets through, and when. */
function banned(status: number, retryAfterMs: number | null): number {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("a"), 1_000);
  budget.grants(1_000);
  budget.feedback("a", 1, { status, usedWeight: null, retryAfterMs }, 1_000);
  budget.request(request("b", { priority: "probe", weight: 1 }), 2_000);
  assertEquals(budget.grants(2_000), []);
  const untilMs = budget.status(2_000).ban?.untilMs ?? NaN;
  assertEquals(budget.nextMs(2_000), untilMs);
  assertEquals(budget.grants(untilMs - 1), []);
  assertEquals(names(budget.grants(untilMs)), ["b"]);
  assertEquals(budget.ban(untilMs), null);
  return untilMs - 1_000;
}

Deno.test("ExchangeBudget grants no REST call until Retry-After is over, or as long as is usual", () => {
  assertEquals(banned(418, 120_000), 120_000);
  assertEquals(banned(429, 7_000), 7_000);
  assertEquals(banned(418, null), 120_000);
  assertEquals(banned(429, null), 60_000);
});

Deno.test("ExchangeBudget grants connections during a ban, and tells of its end when nobody waits", () => {
  const budget = new ExchangeBudget(LIMITS, () => 0.5);
  budget.feedback("x", 1, { status: 418, usedWeight: null, retryAfterMs: 120_000 }, 0);
  assertEquals(budget.nextMs(0), 120_500);
  budget.request(request("a", { kind: "connection", weight: 1 }), 10);
  assertEquals(names(budget.grants(10)), ["a"]);
  assertEquals(budget.ban(10)?.status, 418);
});

Deno.test("ExchangeBudget: a shorter ban does not end a longer one, nor does a good answer", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.feedback("x", 1, { status: 418, usedWeight: null, retryAfterMs: 120_000 }, 0);
  budget.feedback("x", 2, { status: 429, usedWeight: null, retryAfterMs: 5_000 }, 0);
  budget.feedback("x", 3, told(10), 0);
  assertEquals(budget.ban(119_999), { untilMs: 120_000, status: 418 });
});

Deno.test("ExchangeBudget: time spent in a ban makes nobody more urgent", () => {
  const budget = new ExchangeBudget(LIMITS, CALM);
  budget.request(request("audit", { priority: "audit", rank: 0 }), 0);
  budget.feedback("x", 1, { status: 418, usedWeight: null, retryAfterMs: DAY_MS }, 0);
  budget.request(request("lost", { priority: "resync", rank: 9 }), DAY_MS - 1);
  assertEquals(run(budget, DAY_MS, DAY_MS + 1_000).map(([owner]) => owner), ["lost", "audit"]);
});
