/** What the view of the system says, and in which order. */
import { assertEquals } from "@std/assert";
import {
  actorSortText,
  nextActorSort,
  orderActors,
  readActorSort,
  troubleOf,
} from "../../web/page/actor_order.ts";
import { type Books, NO_BOOKS } from "../../web/page/claims.ts";
import { formatBytes, NOTHING } from "../../web/page/format.ts";
import {
  exchangeFacts,
  type Fact,
  keepText,
  storeFacts,
  streamFacts,
  versionFacts,
} from "../../web/page/system_facts.ts";
import { startText } from "../../web/page/start_text.ts";
import type { SystemAnswer } from "../../web/page/system_api.ts";
import { viewOfSystem } from "../../shared/system_change.ts";
import { budgetStatus, START_MS, systemStatus } from "../support/outputs.ts";

const RUNNING = {
  actorId: "web",
  state: "running",
  reason: null,
  restarts: 0,
  incarnation: 1,
  heartbeatAgeMs: 400,
  heapBytes: 5e6,
  worker: null,
  lagMs: 1,
  overload: null,
  unacked: null,
  learningRules: null,
};
const ANSWER: SystemAnswer = {
  timeMs: START_MS,
  startedMs: START_MS - 3_600_000,
  versions: { monitor: "0.1.0", deno: "2.9.6", v8: "14", database: "15.4", migration: 12 },
  databaseProblem: null,
  rssBytes: 512e6,
  actors: [],
  store: null,
  writer: { oldestRowMs: 0, spoolRows: 0, spoolBytes: 0, rowsWritten: 0, flushMs: 0 },
  web: { browsers: 3, browsersRefused: 0 },
  streamsMax: 500,
  streamsMaxPerAddress: 20,
};

const BOOKS: Books = { ...NO_BOOKS, total: 2, live: 2 };

const textOf = (facts: readonly Fact[], label: string) =>
  facts.filter((one) => one.label === label).map(({ text, why, tone }) => [text, why, tone])[0];

Deno.test("orderActors() puts what is wrong first, then what all hangs on, then symbols by name", () => {
  const rows = [
    { ...RUNNING, actorId: "symbol:BTCUSDT" },
    { ...RUNNING, actorId: "symbol:AUSDT", lagMs: 900 },
    { ...RUNNING, actorId: "symbol:CUSDT", state: "failed", reason: "unknown", heapBytes: null },
    { ...RUNNING, actorId: "symbol:DUSDT", heartbeatAgeMs: 4_000, heapBytes: 9e6 },
    RUNNING,
    { ...RUNNING, actorId: "store", restarts: 2 },
  ];
  const ids = (sort: string) =>
    orderActors(rows, readActorSort(sort)).map(({ actorId }) => actorId);
  const usual = [
    "symbol:CUSDT",
    "symbol:AUSDT",
    "symbol:DUSDT",
    "store",
    "web",
    "symbol:BTCUSDT",
  ];
  assertEquals(ids(""), usual);
  assertEquals(ids("-nonsense"), usual);
  assertEquals(ids("-restarts")[0], "store");
  assertEquals(ids("-heapBytes").at(0), "symbol:DUSDT");
  assertEquals(ids("-heapBytes").at(-1), "symbol:CUSDT", "not known is last …");
  assertEquals(ids("heapBytes").at(-1), "symbol:CUSDT", "… whichever way it goes");
  assertEquals(ids("actorId")[0], "store");
});

Deno.test("troubleOf() says what is wrong with an actor, and nothing of one that is well", () => {
  const cases = [
    [{}, "good", ""],
    [{ state: "starting" }, "warning", ""],
    [{ state: "quarantined", reason: "five crashes" }, "bad", "five crashes"],
    [{ heartbeatAgeMs: 3_500 }, "warning", "no heartbeat of late"],
    [{ lagMs: 700 }, "warning", "its event loop is late"],
    [
      { lagMs: 700, overload: 1 },
      "warning",
      "this machine is overloaded: numbers leave for the page four times a second at most",
    ],
    [{ overload: 0 }, "good", ""],
    [{ lagMs: null, heartbeatAgeMs: null }, "good", ""],
  ] as const;
  for (const [over, tone, text] of cases) {
    assertEquals(troubleOf({ ...RUNNING, ...over }), { tone, text });
  }
});

Deno.test("The heads of the table of actors lead from the greatest to the least, and back to what is wrong", () => {
  const texts: string[] = [];
  let sort = nextActorSort(null, "heapBytes");
  for (let press = 0; press < 3; press++) {
    texts.push(actorSortText(sort));
    sort = nextActorSort(sort, "heapBytes");
  }
  assertEquals(texts, ["-heapBytes", "heapBytes", ""]);
  assertEquals(actorSortText(nextActorSort(null, "actorId")), "actorId");
});

Deno.test("exchangeFacts() tell a ban while it lasts, and no longer; of what was not told there is a dash with its reason", () => {
  const ban = { untilMs: START_MS + 60_000, reason: "HTTP 418" };
  const system = viewOfSystem(systemStatus({ budget: budgetStatus({ ban }) }));
  assertEquals(textOf(exchangeFacts(system, BOOKS, START_MS), "Ban"), [
    "until 12:01:00 UTC",
    "HTTP 418",
    "bad",
  ]);
  assertEquals(textOf(exchangeFacts(system, BOOKS, ban.untilMs), "Ban")?.[0], "none");
  assertEquals(textOf(exchangeFacts(system, BOOKS, START_MS), "Clock"), [
    "–",
    "the exchange's time was not measured yet",
    null,
  ]);
  assertEquals(exchangeFacts(null, BOOKS, START_MS).map(({ text }) => text), ["–"]);
});

Deno.test("exchangeFacts() say whose count of weight it is, and what others have used", () => {
  const of = (budget: Parameters<typeof budgetStatus>[0]) => {
    const system = viewOfSystem(systemStatus({ budget: budgetStatus(budget) }));
    return textOf(exchangeFacts(system, BOOKS, START_MS), "REST weight, last minute");
  };
  assertEquals(of({ usedWeight: 5_350, ownWeight: 5_350, toldWeight: null }), [
    "5,350 of 6,000",
    "The larger of two counts: 5,350 by ours, with calls on their way; the exchange has told none. At most 90 % are used here",
    null,
  ]);
  assertEquals(
    of({ usedWeight: 6_473, ownWeight: 4_000, toldWeight: 6_473, othersWeight: 1_500 }),
    [
      "6,473 of 6,000, others at least 1,500 of it",
      "The larger of two counts: 4,000 by ours, with calls on their way; 6,473 by the exchange's, of a minute of its clock. " +
      "Others: who else uses this address, or this monitor before its start. At most 90 % are used here",
      null,
    ],
  );
});

Deno.test("startText() says how far the start is, and nothing when none goes on", () => {
  const start = { booked: 75, awaited: 125, leftOut: 0, lastMs: START_MS + 65_000 };
  assertEquals(startText(null, START_MS), null);
  assertEquals(
    startText(start, START_MS),
    "The start: 75 of 200 books, the last by the request budget at 12:01:05 UTC, in 65 s",
  );
  assertEquals(
    startText({ ...start, lastMs: null, leftOut: 3 }, START_MS),
    "The start: 75 of 200 books, when the last will be there is not known yet; 3 more cannot have one now",
  );
  assertEquals(
    startText({ ...start, awaited: 1, lastMs: START_MS }, START_MS),
    "The start: 75 of 76 books, the last as soon as its symbol is ready",
  );
  const facts = (over: Parameters<typeof systemStatus>[0]) =>
    textOf(exchangeFacts(viewOfSystem(systemStatus(over)), BOOKS, START_MS), "Start")?.[0];
  assertEquals(facts({}), "none goes on");
  assertEquals(facts({ budget: budgetStatus({ start }) }), startText(start, START_MS));
  assertEquals(
    facts({ source: null }),
    NOTHING,
    "before the exchange has answered it has not begun",
  );
});

Deno.test("exchangeFacts() take live books for the proof that the exchange is heard, and no word of before", () => {
  const reached = viewOfSystem(systemStatus());
  const of = (books: Books) => textOf(exchangeFacts(reached, books, START_MS), "Exchange");
  assertEquals(of(BOOKS), ["2 of 2 live", null, "good"]);
  const first = "BTCUSDT is stale: no frame";
  assertEquals(of({ ...BOOKS, live: 0, isAnyBad: true, first }), ["no book is live", first, "bad"]);
  const contacting = { state: "contacting", reason: null } as const;
  const begun = viewOfSystem(systemStatus({ exchange: contacting }));
  const fact = textOf(exchangeFacts(begun, { ...BOOKS, live: 0 }, START_MS), "Exchange");
  assertEquals(fact, ["contacting", "Contacting the exchange…", "warning"]);
});

Deno.test("storeFacts() claim nothing of a writer that has not told, or has written nothing", () => {
  const system = viewOfSystem(systemStatus());
  const facts = storeFacts(system, null, ANSWER, null, START_MS);
  assertEquals(textOf(facts, "Storage")?.[0], "–");
  assertEquals(textOf(facts, "Database")?.[0], "up");
  assertEquals(textOf(facts, "Last write took"), ["–", "nothing has been written yet", null]);
  assertEquals(textOf(facts, "Spool")?.[0], "empty");
  assertEquals(textOf(facts, "Oldest row that waits")?.[0], "none");
  assertEquals(textOf(facts, "Last confirmed")?.[0], "–", "an older writer does not tell it");
  const without = storeFacts({ ...system, stores: null }, null, null, null, START_MS);
  for (const { label, text, why } of without) {
    assertEquals([text, why === null], ["–", false], label);
  }
});

Deno.test("streamFacts() and versionFacts() say why something is not known", () => {
  assertEquals(textOf(streamFacts(ANSWER), "Streams")?.[0], "3 of 500");
  assertEquals(textOf(streamFacts(ANSWER), "Exports")?.[0], "–");
  const away = {
    ...ANSWER,
    versions: { ...ANSWER.versions, database: null, migration: null },
    databaseProblem: "History is not available: the store is still starting",
  };
  assertEquals(textOf(versionFacts(away), "PostgreSQL"), ["–", away.databaseProblem, null]);
  assertEquals(textOf(versionFacts(ANSWER), "Running")?.slice(0, 2), [
    "60 min",
    "Since 11:00:00 UTC",
  ]);
});

Deno.test("keepText() names the room that there is where it is less than what is set", () => {
  assertEquals(keepText(3, 5), "3 days");
  assertEquals(keepText(3, null), "3 days");
  assertEquals(keepText(3, 0.5), "3 days, room for 12 hours");
  assertEquals(keepText(null, 410), "for ever, room for 410 days");
  assertEquals(keepText(null, null), "for ever");
});

Deno.test("formatBytes() has three digits that count", () => {
  assertEquals([0, 999, 1_500, 12_345_678, 512e6, 1.234e9, 2e12].map(formatBytes), [
    "0 B",
    "999 B",
    "1.50 kB",
    "12.3 MB",
    "512 MB",
    "1.23 GB",
    "2.00 TB",
  ]);
});
