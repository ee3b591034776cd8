import { assertEquals } from "@std/assert";
import {
  banNotice,
  connectionNotice,
  exchangeNotice,
  storageNotice,
} from "../../web/page/notices.ts";
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

Deno.test("connectionNotice() says that numbers are old when there are any, and why", () => {
  const lost = { kind: "lost", sinceMs: 0, lastEventMs: 20_000, reason: null } as const;
  const why = "The monitor may have stopped, or the network is away.";
  assertEquals(connectionNotice(lost, 48_000), {
    word: "reconnecting, last event 28 s ago",
    banner: `This page has lost its connection and shows old numbers. ${why}`,
  });
  assertEquals(connectionNotice(lost, 21_000).banner, null, "too short to be loud about");
  const never = { ...lost, lastEventMs: null, reason: "The server refuses." };
  assertEquals(connectionNotice(never, 8_000), {
    word: "reconnecting",
    banner: "This page has no connection. The server refuses.",
  });
});

Deno.test("connectionNotice() says that the monitor does not answer when a stream does not open", () => {
  const connecting = { kind: "connecting", sinceMs: 0, lastEventMs: null } as const;
  const none = "No connection yet: the monitor does not answer.";
  const banners = [4_999, 5_000].map((ms) => connectionNotice(connecting, ms).banner);
  assertEquals(banners, [null, none]);
  const old = connectionNotice({ ...connecting, lastEventMs: -60_000 }, 6_000).banner;
  assertEquals(old, `${none} These numbers are old: the last came 66 s ago.`);
});

Deno.test("storageNotice() has a word for the chip, and the reasons for the banner", () => {
  const stored = { status: "ok", word: "stored", reasons: [] } as const;
  assertEquals(storageNotice(stored), { word: "stored", tone: "good", banner: null });
  const reasons = ["The database cannot be written", "Redis cannot be written"];
  assertEquals(storageNotice({ status: "degraded", word: "not stored", reasons }), {
    word: "not stored",
    tone: "bad",
    banner: "The database cannot be written. Redis cannot be written.",
  });
  const starting = { status: "degraded", word: "starting", reasons: ["It starts"] } as const;
  assertEquals(storageNotice(starting).tone, "warning");
});

Deno.test("connectionNotice() tells a window why it has to wait, and how old its numbers are", () => {
  const reason = "Five other windows have all that there is.";
  assertEquals(connectionNotice({ kind: "crowded", reason, lastEventMs: null }, 0), {
    word: "waiting for a window to close",
    banner: reason,
  });
  assertEquals(
    connectionNotice({ kind: "crowded", reason, lastEventMs: 1_000 }, 21_000).banner,
    `${reason} These numbers are old: the last came 20 s ago.`,
  );
});
