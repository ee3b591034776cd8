import { assertEquals } from "@std/assert";
import { banNotice, exchangeNotice } from "../../web/page/notices.ts";
import { budgetStatus, START_MS, systemStatus } from "../support/outputs.ts";

const ban = {
  untilMs: START_MS + 32_000,
  reason: "the exchange has banned this address (HTTP 418)",
};
const end = `until 12:00:32 UTC, for another 32 s: ${ban.reason}`;
const hint = "Cannot reach the exchange. On a machine with no way out, run `deno task demo`.";
const unreachable = { state: "unreachable", reason: hint } as const;

Deno.test("exchangeNotice() says that an exchange which bans us refuses, not that it is out of reach", () => {
  const banned = systemStatus({ exchange: unreachable, budget: budgetStatus({ ban }) });
  assertEquals(exchangeNotice(banned, START_MS), {
    text: `The exchange refuses this address ${end}. The monitor asks again by itself then.`,
    state: "unreachable",
  });
  assertEquals(banNotice(banned, false, START_MS), null, "one banner is enough");
  assertEquals(exchangeNotice(banned, ban.untilMs)?.text, hint, "the ban is over");
});

Deno.test("exchangeNotice() gives the reason of an exchange that was not reached, and none else", () => {
  assertEquals(exchangeNotice(systemStatus({ exchange: unreachable }), START_MS)?.text, hint);
  const contacting = systemStatus({ exchange: { state: "contacting", reason: null } });
  assertEquals(exchangeNotice(contacting, START_MS)?.state, "contacting");
  assertEquals([exchangeNotice(systemStatus(), 0), exchangeNotice(null, 0)], [null, null]);
});

Deno.test("banNotice() says that live books go on only when there is one", () => {
  const banned = systemStatus({ budget: budgetStatus({ ban }) });
  assertEquals(banNotice(banned, true, START_MS), `No snapshots ${end}. Live books go on.`);
  assertEquals(banNotice(banned, false, START_MS), `No snapshots ${end}. No book is live.`);
  assertEquals(banNotice(banned, true, ban.untilMs), null);
  assertEquals(banNotice(systemStatus(), true, START_MS), null);
});
