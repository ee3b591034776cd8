/** The budget's shell: who is told what. The rules themselves are in exchange_budget_test.ts. */
import { assert, assertEquals } from "@std/assert";
import { RateLimiter } from "../../actors/exchange_desk/rate_limiter.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { Control } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");
const BAN = { status: 418, usedWeight: 5_000, retryAfterMs: 60_000 };

function stage(): { readonly limiter: RateLimiter; readonly posted: [string, Control][] } {
  const posted: [string, Control][] = [];
  const limiter = new RateLimiter(LIMITS, ["A", "B"], {
    tell: (symbol, news) => posted.push([symbol, news]),
    tellAll: (news) => posted.push(["all", news]),
  });
  return { limiter, posted };
}

function ask(limiter: RateLimiter, symbol: string, id: number): void {
  const request = { kind: "rest", weight: 50, priority: "sync" } as const;
  limiter.take(symbol, { type: "permit_request", id, request });
}

Deno.test("RateLimiter grants to who asked, in the order of the list when several wait", async () => {
  const { limiter, posted } = stage();
  const tell = await limiter.pass(20, "sync");
  ask(limiter, "B", 1);
  ask(limiter, "A", 1);
  await eventually(() => posted.length === 2);
  assertEquals(posted, [
    ["A", { type: "permit", id: 1 }],
    ["B", { type: "permit", id: 1 }],
  ]);
  tell(NO_ANSWER);
  assertEquals([limiter.status().usedWeight, limiter.status().unreported], [120, 2]);
  limiter.forget("A");
  limiter.take("B", { type: "permit_cancel", id: 1 });
  assertEquals([limiter.status().usedWeight, limiter.status().unreported], [70, 0]);
  limiter.close();
});

Deno.test("RateLimiter serves in the order of the list as it was changed", async () => {
  const { limiter, posted } = stage();
  limiter.setOrder(["B", "C", "A"]);
  const tell = await limiter.pass(20, "sync");
  for (const owner of ["A", "C", "B"]) ask(limiter, owner, 1);
  await eventually(() => posted.length === 3);
  assertEquals(posted.map(([to]) => to), ["B", "C", "A"]);
  tell(NO_ANSWER);
  limiter.close();
});

Deno.test("RateLimiter tells every symbol of a ban once, and a new life that begins within it", () => {
  const { limiter, posted } = stage();
  const begunMs = Date.now();
  limiter.take("A", { type: "exchange_feedback", id: 1, answer: BAN });
  ask(limiter, "B", 1);
  const news = [...posted, ...limiter.greeting().map((message) => ["B", message] as const)];
  // What is left of it is reckoned from its begin, however slow the machine is.
  const passedMs = () => Date.now() - begunMs;
  assertEquals(
    news.map(([to, message]) => [
      to,
      message.type === "budget" && message.bannedForMs !== null &&
      message.bannedForMs + passedMs() > 59_000,
    ]),
    [["all", true], ["B", true]],
  );
  const { ban, usedWeight, waiting } = limiter.status();
  assertEquals([usedWeight, waiting.sync], [5_000, 1]);
  assert((ban?.untilMs ?? 0) > begunMs + 59_000);
  assertEquals(ban?.reason, "the exchange has banned this address (HTTP 418)");
  limiter.close();
});

Deno.test("RateLimiter tells of a ban's end, and grants what waited for it", async () => {
  const { limiter, posted } = stage();
  limiter.take("A", {
    type: "exchange_feedback",
    id: 1,
    answer: { status: 429, usedWeight: null, retryAfterMs: 50 },
  });
  ask(limiter, "A", 2);
  await eventually(() => posted.length === 3);
  assertEquals(limiter.greeting(), [], "a new life has nothing to know");
  assertEquals(posted.slice(1), [
    ["all", { type: "budget", bannedForMs: null, reason: null }],
    ["A", { type: "permit", id: 2 }],
  ]);
  limiter.close();
});

Deno.test("RateLimiter tells how the start goes on, and that it is over", () => {
  const { limiter } = stage();
  const standing = (symbol: string, hasBook: boolean) => ({
    symbol,
    stands: "running" as const,
    hasBook,
  });
  assertEquals(limiter.status().start, null, "it has not begun");
  limiter.look(() => [standing("A", false), standing("B", false), {
    ...standing("C", false),
    stands: "out",
  }]);
  assertEquals(limiter.status().start, { booked: 0, awaited: 2, leftOut: 1, lastMs: null });
  ask(limiter, "A", 1);
  const begunMs = Date.now();
  const { start } = limiter.status();
  assert((start?.lastMs ?? NaN) >= begunMs - 1_000, `${start?.lastMs}`);
  limiter.take("A", { type: "exchange_feedback", id: 1, answer: BAN });
  const banned = limiter.status().start?.lastMs ?? NaN;
  assert(banned >= begunMs + 59_000, "a ban moves it");
  limiter.look(() => [standing("A", true), standing("B", true)]);
  assertEquals(limiter.status().start, null);
  limiter.close();
});

Deno.test("RateLimiter holds back at the start what books that live want, and gives it when the start is over", async () => {
  const { limiter, posted } = stage();
  const look = (hasBook: boolean) =>
    limiter.look(() =>
      ["A", "B"].map((symbol) => ({
        symbol,
        stands: "running",
        hasBook: symbol === "B" || hasBook,
      }))
    );
  look(false);
  const widening = { kind: "rest", weight: 50, priority: "widen" } as const;
  limiter.take("B", { type: "permit_request", id: 1, request: widening });
  ask(limiter, "A", 1);
  await eventually(() => posted.length === 1);
  assertEquals(posted, [["A", { type: "permit", id: 1 }]], "a first book goes first");
  limiter.take("A", { type: "exchange_feedback", id: 1, answer: NO_ANSWER });
  look(true);
  await eventually(() => posted.length === 2);
  assertEquals(posted[1], ["B", { type: "permit", id: 1 }]);
  limiter.close();
});

Deno.test("RateLimiter gives nothing after close()", () => {
  const { limiter, posted } = stage();
  limiter.close();
  ask(limiter, "A", 1);
  assertEquals(posted, []);
});
