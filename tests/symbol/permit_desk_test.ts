import { assertEquals } from "@std/assert";
import { PermitDesk } from "../../actors/symbol/permit_desk.ts";
import { depthWeight } from "../../actors/venue/binance_spot/request_weight.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";

const WISH = { kind: "rest", weight: 50, priority: "sync" } as const;

function desk(): { readonly desk: PermitDesk; readonly said: string[] } {
  const said: string[] = [];
  const desk = new PermitDesk({
    request: (id, { weight }) => said.push(`request ${id} of ${weight}`),
    cancelRequest: (id) => said.push(`cancel ${id}`),
    feedback: (id, { status }) => said.push(`feedback ${id}: ${status}`),
  });
  return { desk, said };
}

Deno.test("PermitDesk uses a permit once, and tells what came of it under the same number", () => {
  const { desk: permits, said } = desk();
  permits.ask(WISH, () => said.push("never"));
  permits.ask(WISH, (tell) => {
    said.push("used");
    tell({ ...NO_ANSWER, status: 200 });
  });
  permits.permit(2);
  permits.permit(2);
  assertEquals(said, ["request 1 of 50", "request 2 of 50", "used", "feedback 2: 200"]);
});

Deno.test("PermitDesk does not use a permit that was taken back while it was on its way", () => {
  const { desk: permits, said } = desk();
  const withdraw = permits.ask(WISH, () => said.push("used"));
  withdraw();
  withdraw();
  permits.permit(1);
  assertEquals(said, ["request 1 of 50", "cancel 1"], "taken back once");
});

Deno.test("PermitDesk takes nothing back that was used", () => {
  const { desk: permits, said } = desk();
  const withdraw = permits.ask(WISH, () => said.push("used"));
  permits.permit(1);
  withdraw();
  assertEquals(said, ["request 1 of 50", "used"]);
});

Deno.test("depthWeight() is Binance's table", () => {
  const table = [5, 100, 101, 500, 501, 1_000, 1_001, 5_000].map(depthWeight);
  assertEquals(table, [5, 5, 25, 25, 50, 50, 250, 250]);
});
