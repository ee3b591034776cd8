import { assertEquals } from "@std/assert";
import { People } from "../../actors/people/people.ts";
import { MONITOR } from "../../shared/market.ts";
import type { Control, OperationResult } from "../../shared/protocol.ts";
import { muteRecord } from "../support/mutes.ts";
import { alertEvent, START_MS } from "../support/outputs.ts";

function stage(away: readonly string[] = []) {
  const told: (readonly [to: string, message: Control])[] = [];
  const people = new People({
    tell: (symbol, message) => {
      told.push([symbol, message]);
      return !away.includes(symbol);
    },
    tellAll: (message) => told.push(["all", message]),
    tellWeb: (message) => told.push(["web", message]),
    follows: (symbol) => symbol !== "GONEUSDT",
  });
  return { people, told };
}

Deno.test("People.mute() tells those whom it concerns, and those who begin later, of the newest word", () => {
  const { people, told } = stage(["BTCUSDT"]);
  const own = muteRecord({ muteId: "own" });
  const ofAll = muteRecord({ muteId: "all", ...MONITOR });
  assertEquals(people.mute(own, START_MS), { kind: "muted" });
  people.mute(ofAll, START_MS);
  assertEquals(told.map(([to]) => to), ["BTCUSDT", "web", "all", "web"]);
  assertEquals(people.mutesOf("BTCUSDT"), [own, ofAll]);
  assertEquals(people.mutesOf("ETHUSDT"), [ofAll]);
  const removed = { ...ofAll, revision: 2, removedMs: START_MS };
  people.mute(removed, START_MS);
  assertEquals(people.mutesOf("ETHUSDT"), [removed], "so that no older word brings it back");
  assertEquals(people.greeting, [own, removed].map((mute) => ({ type: "mute", mute })));
  people.mute(muteRecord({ muteId: "late", untilMs: Infinity }), own.untilMs);
  assertEquals(people.mutesOf("ETHUSDT"), [], "what is over is forgotten");
});

Deno.test("People.mute() refuses what nobody would store: of a symbol that is followed no more", () => {
  const { people, told } = stage();
  const mute = muteRecord({ muteId: "gone", symbol: "GONEUSDT" });
  const why = (part: Partial<typeof mute>) => {
    const result = people.mute({ ...mute, ...part }, START_MS);
    return result.kind === "refused" ? [result.why, result.reason] : result.kind;
  };
  const reason = "GONEUSDT is not followed, and its own actor keeps its mutes";
  const end = new Date(mute.untilMs).toISOString();
  assertEquals(why({}), ["conflict", `${reason}: add the symbol first`]);
  assertEquals(why({ revision: 2, removedMs: START_MS }), [
    "conflict",
    `${reason}: add the symbol again to remove this one, which ends at ${end} of itself`,
  ]);
  assertEquals([told, people.greeting], [[], []]);
  assertEquals(why(MONITOR), "muted", "that of every symbol is stored by whoever is followed");
});

Deno.test("People.acknowledge() answers what the symbol's actor does, or that it does not run", async () => {
  const { people, told } = stage(["ETHUSDT"]);
  const said = { by: null, comment: null };
  const ask = (symbol: string) =>
    people.acknowledge({ type: "acknowledge", symbol, alertId: "a1", said });
  const why = (result: OperationResult) => result.kind === "refused" ? result.why : result.kind;
  assertEquals(why(await ask("ETHUSDT")), "unavailable");
  const asked = [ask("BTCUSDT"), ask("BTCUSDT"), ask("BTCUSDT"), ask("BTCUSDT"), ask("SOLUSDT")];
  const ids = told.flatMap(([, message]) => message.type === "acknowledge" ? [message.id] : []);
  assertEquals(ids, [1, 2, 3, 4, 5, 6], "each has its own");
  const alert = alertEvent({ revision: 2 });
  people.acknowledged(3, null);
  people.acknowledged(2, alert);
  people.acknowledged(4, "unknown");
  people.acknowledged(99, alert);
  people.ended("BTCUSDT");
  people.acknowledged(6, alert);
  people.acknowledged(5, alert);
  const results = await Promise.all(asked);
  assertEquals(results.map(why), [
    "acknowledged",
    "conflict",
    "unavailable",
    "unavailable",
    "acknowledged",
  ]);
  assertEquals(results[0], { kind: "acknowledged", alert });
});
