/** The budget's shell: who is told what. The rules themselves are in exchange_budget_test.ts. */
import { assert, assertEquals } from "@std/assert";
import { Permits } from "../../actors/supervisor/permits.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { ActorId, Control } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");
const BAN = { status: 418, usedWeight: 5_000, retryAfterMs: 60_000 };

function stage(): { readonly permits: Permits; readonly posted: [string, Control][] } {
  const posted: [string, Control][] = [];
  const permits = new Permits(LIMITS, ["A", "B"], {
    post: (actorId, message) => posted.push([actorId, message]),
    postToFeeds: (message) => posted.push(["feeds", message]),
  });
  return { permits, posted };
}

function ask(permits: Permits, actorId: ActorId, id: number): void {
  const wish = { kind: "rest", weight: 50, priority: "sync" } as const;
  permits.take(actorId, { type: "permit_request", id, wish });
}

Deno.test("Permits grants to who asked, in the order of the list when several wait", async () => {
  const { permits, posted } = stage();
  const tell = await permits.pass(20, "sync");
  ask(permits, "symbol:B", 1);
  ask(permits, "symbol:A", 1);
  await eventually(() => posted.length === 2);
  assertEquals(posted, [
    ["symbol:A", { type: "permit", id: 1 }],
    ["symbol:B", { type: "permit", id: 1 }],
  ]);
  tell(NO_ANSWER);
  assertEquals([permits.status().usedWeight, permits.status().unreported], [120, 2]);
  permits.forget("symbol:A");
  permits.take("symbol:B", { type: "permit_cancel", id: 1 });
  assertEquals([permits.status().usedWeight, permits.status().unreported], [70, 0]);
  permits.close();
});

Deno.test("Permits serves in the order of the list as it was changed", async () => {
  const { permits, posted } = stage();
  permits.setOrder(["B", "C", "A"]);
  const tell = await permits.pass(20, "sync");
  for (const owner of ["symbol:A", "symbol:C", "symbol:B"] as const) ask(permits, owner, 1);
  await eventually(() => posted.length === 3);
  assertEquals(posted.map(([to]) => to), ["symbol:B", "symbol:C", "symbol:A"]);
  tell(NO_ANSWER);
  permits.close();
});

Deno.test("Permits tells every symbol of a ban once, and a new life that begins within it", () => {
  const { permits, posted } = stage();
  permits.take("symbol:A", { type: "exchange_feedback", id: 1, answer: BAN });
  ask(permits, "symbol:B", 1);
  permits.greet("symbol:B");
  const news = posted.map(([to, message]) => [
    to,
    message.type === "budget" && message.bannedForMs !== null && message.bannedForMs > 59_000,
  ]);
  assertEquals(news, [["feeds", true], ["symbol:B", true]]);
  const { ban, usedWeight, waiting } = permits.status();
  assertEquals([usedWeight, waiting.sync], [5_000, 1]);
  assert((ban?.untilMs ?? 0) > Date.now() + 59_000);
  assertEquals(ban?.reason, "the exchange has banned this address (HTTP 418)");
  permits.close();
});

Deno.test("Permits tells of a ban's end, and grants what waited for it", async () => {
  const { permits, posted } = stage();
  permits.take("symbol:A", {
    type: "exchange_feedback",
    id: 1,
    answer: { status: 429, usedWeight: null, retryAfterMs: 50 },
  });
  ask(permits, "symbol:A", 2);
  await eventually(() => posted.length === 3);
  assertEquals(posted.slice(1), [
    ["feeds", { type: "budget", bannedForMs: null, reason: null }],
    ["symbol:A", { type: "permit", id: 2 }],
  ]);
  permits.close();
});

Deno.test("Permits gives nothing after close()", () => {
  const { permits, posted } = stage();
  permits.close();
  ask(permits, "symbol:A", 1);
  assertEquals(posted, []);
});
