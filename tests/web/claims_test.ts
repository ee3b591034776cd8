/** Each claim of the page, by what it is made of. That faults make them false on the page itself: faults_on_page_test.ts. */
import { assertEquals } from "@std/assert";
import { viewOfSystem } from "../../shared/system_change.ts";
import {
  type Books,
  booksOf,
  exchangeClaim,
  firingClaim,
  monitorClaim,
  storageClaim,
} from "../../web/page/claims.ts";
import { NOTHING } from "../../web/page/format.ts";
import { learningClaim } from "../../web/page/learning_claim.ts";
import type { Loading } from "../../web/page/loading.ts";
import type { Standing } from "../../web/page/data_standing.ts";
import type { Connection } from "../../web/page/state.ts";
import { START_MS, systemStatus } from "../support/outputs.ts";

const OPEN: Connection = { kind: "open" };
const LOST: Connection = { kind: "lost", sinceMs: 0, lastEventMs: 0, reason: null };
const LIVE: Standing = { word: "live", tone: "good", reason: null, sinceMs: null };
const STALE: Standing = { word: "stale", tone: "bad", reason: "no frame for 12 s", sinceMs: 0 };
const SYNCING: Standing = { word: "syncing", tone: "warning", reason: null, sinceMs: null };
const HALTED: Standing = { word: "halted", tone: "calm", reason: null, sinceMs: null };
const LOADED: Loading = { kind: "loaded", rows: 0 };

function books(...standings: Standing[]): Books {
  const named = new Map(standings.map((one, i) => [`S${i}`, one]));
  return booksOf([...named.keys()], (symbol) => named.get(symbol) ?? SYNCING);
}

Deno.test("booksOf() counts what is live and what halts, and names the worst of the others first", () => {
  assertEquals(books(LIVE, SYNCING, STALE, HALTED), {
    total: 4,
    live: 1,
    halted: 1,
    isAnyBad: true,
    first: "S2 is stale: no frame for 12 s",
  });
  assertEquals(books(SYNCING, LIVE).first, "S0 is syncing");
});

const unreachable = { state: "unreachable", reason: "no way out" } as const;
for (
  const [name, connection, system, standings, expected] of [
    ["of every book live", OPEN, {}, [LIVE, LIVE], ["2 of 2 live", "good", null]],
    ["of a market that halts beside one that does not", OPEN, {}, [LIVE, HALTED], [
      "1 of 2 live",
      "good",
      null,
    ]],
    ["of a halt of everything", OPEN, {}, [HALTED], [
      "halted",
      "calm",
      "The exchange trades none of them.",
    ]],
    ["of one book that is wrong", OPEN, {}, [LIVE, STALE], [
      "1 of 2 live",
      "warning",
      "S1 is stale: no frame for 12 s",
    ]],
    ["of dead books, though the exchange was reached", OPEN, {}, [STALE, SYNCING], [
      "no book is live",
      "bad",
      "S0 is stale: no frame for 12 s",
    ]],
    ["of a start", OPEN, {}, [SYNCING], ["no book is live yet", "warning", "S0 is syncing"]],
    ["of an exchange that is not reached", OPEN, { exchange: unreachable }, [SYNCING], [
      "unreachable",
      "bad",
      "no way out",
    ]],
    ["of no symbols", OPEN, {}, [], ["no symbols", "calm", null]],
    ["without a connection", LOST, {}, [LIVE], [
      NOTHING,
      null,
      "not known while this page has no connection to the monitor",
    ]],
    ["before the first word", OPEN, null, [], [NOTHING, null, "the monitor has not said it yet"]],
  ] as const
) {
  Deno.test(`exchangeClaim() ${name}`, () => {
    const view = system && viewOfSystem(systemStatus(system));
    const { word, tone, why } = exchangeClaim(connection, view, books(...standings), START_MS);
    assertEquals([word, tone, why], [...expected]);
  });
}

Deno.test("monitorClaim() is good of an open stream alone", () => {
  const tones = [
    OPEN,
    LOST,
    { kind: "connecting", sinceMs: 0, lastEventMs: null },
    { kind: "crowded", reason: "", lastEventMs: null },
    { kind: "paused" },
  ] as const;
  assertEquals(tones.map((one) => monitorClaim(one, 60_000).tone), [
    "good",
    "bad",
    "warning",
    "warning",
    null,
  ]);
});

for (
  const [name, connection, load, firing, standings, expected] of [
    ["of books that are watched and stored alerts that are known", OPEN, LOADED, 0, [LIVE], [
      "none firing",
      "good",
    ]],
    ["of some", OPEN, LOADED, 2, [LIVE], ["2 firing", "warning"]],
    ["while stored alerts are on their way", OPEN, { kind: "loading" }, 0, [LIVE], [NOTHING, null]],
    ["while they cannot be read", OPEN, { kind: "failed", reason: "503" }, 0, [LIVE], [
      NOTHING,
      null,
    ]],
    [
      "of one that was told, while they cannot be read",
      OPEN,
      { kind: "failed", reason: "503" },
      1,
      [
        LIVE,
      ],
      ["≥ 1 firing", "warning"],
    ],
    ["while one of two books is live", OPEN, LOADED, 0, [LIVE, STALE], [
      "none firing, 1 of 2 watched",
      null,
    ]],
    ["while no book is live", OPEN, LOADED, 0, [STALE], [NOTHING, null]],
    ["without a connection", LOST, LOADED, 0, [LIVE], [NOTHING, null]],
    ["without a connection, of some", LOST, LOADED, 2, [LIVE], [NOTHING, null]],
  ] as const
) {
  Deno.test(`firingClaim() ${name}`, () => {
    const { word, tone } = firingClaim(connection, load, firing, books(...standings));
    assertEquals([word, tone], [...expected]);
  });
}

Deno.test("firingClaim() tells why it is not known", () => {
  const failed = { kind: "failed", reason: "the database is away" } as const;
  const whys = [
    firingClaim(OPEN, failed, 0, books(LIVE)),
    firingClaim(LOST, LOADED, 2, books(LIVE)),
  ].map(({ why }) => why);
  assertEquals(whys, [
    "stored alerts cannot be read: the database is away",
    "not known while this page has no connection to the monitor; 2 fired before",
  ]);
});

Deno.test("learningClaim() is glad that none fires only of rules of which all have learnt what is usual", () => {
  const none = firingClaim(OPEN, LOADED, 0, books(LIVE, LIVE));
  const of = (...learning: (number | null)[]) => {
    const actors = learning.map((learningRules, i) => ({ actorId: `symbol:S${i}`, learningRules }));
    const { word, tone, why } = learningClaim(none, [
      ...actors,
      { actorId: "writer", learningRules: null },
    ]);
    return [word, tone, why];
  };
  assertEquals(of(0, 0), ["none firing", "good", null]);
  assertEquals(of(0, 3), [
    "none firing, rules of 1 of 2 learn",
    null,
    "rules that still learn what is usual are silent until then: S1",
  ]);
  assertEquals(of(1, 1, 1, 1, 1, 1, 1)[2]?.split(": ")[1], "S0, S1, S2, S3, S4 and 2 more");
  const unknown = ["none firing", null, "whether rules still learn what is usual is not known"];
  assertEquals(of(0, null), unknown);
  assertEquals(Object.values(learningClaim(none, null)), unknown);
  const some = firingClaim(OPEN, LOADED, 2, books(LIVE));
  assertEquals(learningClaim(some, null), some);
});

Deno.test("storageClaim() is of now, or not known", () => {
  const told = { status: "degraded", word: "not stored", reasons: ["It is full"] } as const;
  assertEquals(storageClaim(OPEN, told), { word: "not stored", tone: "bad", why: "It is full." });
  assertEquals(storageClaim(LOST, told).word, NOTHING);
  assertEquals(storageClaim(OPEN, null).word, NOTHING);
});
