import { assertEquals } from "@std/assert";
import { RemoteRateLimiter } from "../../actors/symbol/rate_limiter.ts";
import { depthWeight } from "../../actors/venue/binance_spot/request_weight.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";

const REQUEST = { kind: "rest", weight: 50, priority: "sync" } as const;

function stage(): { readonly limiter: RemoteRateLimiter; readonly step: string[] } {
  const step: string[] = [];
  const limiter = new RemoteRateLimiter({
    request: (id, { weight }) => step.push(`request ${id} of ${weight}`),
    cancelRequest: (id) => step.push(`cancel ${id}`),
    feedback: (id, { status }) => step.push(`feedback ${id}: ${status}`),
  });
  return { limiter, step };
}

Deno.test("RemoteRateLimiter uses a permit once, and tells what came of it under the same number", () => {
  const { limiter, step } = stage();
  limiter.ask(REQUEST, () => step.push("never"));
  limiter.ask(REQUEST, (tell) => {
    step.push("used");
    tell({ ...NO_ANSWER, status: 200 });
  });
  limiter.permit(2);
  limiter.permit(2);
  assertEquals(step, ["request 1 of 50", "request 2 of 50", "used", "feedback 2: 200"]);
});

Deno.test("RemoteRateLimiter does not use a permit that was taken back while it was on its way", () => {
  const { limiter, step } = stage();
  const withdraw = limiter.ask(REQUEST, () => step.push("used"));
  withdraw();
  withdraw();
  limiter.permit(1);
  assertEquals(step, ["request 1 of 50", "cancel 1"], "taken back once");
});

Deno.test("RemoteRateLimiter takes nothing back that was used", () => {
  const { limiter, step } = stage();
  const withdraw = limiter.ask(REQUEST, () => step.push("used"));
  limiter.permit(1);
  withdraw();
  assertEquals(step, ["request 1 of 50", "used"]);
});

Deno.test("depthWeight() is Binance's table", () => {
  const table = [5, 100, 101, 500, 501, 1_000, 1_001, 5_000].map(depthWeight);
  assertEquals(table, [5, 5, 25, 25, 50, 50, 250, 250]);
});
