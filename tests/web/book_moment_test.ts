/** The book of a moment: when it is known, and why it is not. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { bookDoubt, type BookMoment } from "../../web/book_moment.ts";
import { bookSecond, feedStatus, START_MS } from "../support/outputs.ts";
import { setUp } from "./app_stage.ts";

const BOOK = { ...bookSecond({ timeMs: START_MS }), incarnation: 1 };
const feed = (over: Parameters<typeof feedStatus>[0]) => ({ ...feedStatus(over), incarnation: 1 });
const LATER_MS = START_MS + 90_000;

/** Asked later of 1,500 ms after the book. */
const CASES: readonly (readonly [string, Partial<BookMoment>, doubt: string | null])[] = [
  ["the interval was live", {}, null],
  ["nothing is stored", { book: null }, "no book is stored from until then"],
  ["the feed was live before", { feed: feed({ timeMs: START_MS }) }, null],
  [
    "the feed was lost since",
    { feed: feed({ timeMs: START_MS + 1, state: "stale", reason: "silence" }) },
    "the feed was stale: silence",
  ],
  [
    "the book is another since",
    { feed: feed({ timeMs: START_MS + 1, state: "live" }) },
    "the book was new, and none of it was stored yet",
  ],
  [
    "the interval was not live",
    { interval: { timeMs: START_MS + 2_000, bucketMs: 1_000, state: "stale" } },
    "the feed was stale about that time",
  ],
  [
    "the next interval begins later",
    { interval: { timeMs: START_MS + 60_000, bucketMs: 1_000, state: "live" } },
    "nobody was watching, or what was seen is lost",
  ],
  ["no row follows", { interval: null }, "nobody was watching, or what was seen is lost"],
];

for (const [name, over, doubt] of CASES) {
  Deno.test(`bookDoubt() says ${doubt === null ? "nothing" : "why"} when ${name}`, () => {
    const interval = { timeMs: START_MS + 2_000, bucketMs: 1_000, state: "live" } as const;
    const moment = { book: BOOK, feed: null, interval, ...over };
    assertEquals(bookDoubt(moment, START_MS + 1_500, LATER_MS), doubt);
  });
}

Deno.test("bookDoubt() has none of the last moments, whose rows are on their way", () => {
  const moment = { book: BOOK, feed: null, interval: null };
  assertEquals(bookDoubt(moment, LATER_MS - 9_000, LATER_MS), null);
});

Deno.test("GET /api/books?at= answers one book and its age, or why there is none", async () => {
  const { history, ask } = setUp({
    clocks: { monotonicMs: () => 0, utcNowMs: () => LATER_MS },
  });
  history.moment = { book: BOOK, feed: null, interval: null };
  const atMs = LATER_MS - 1_000;
  const known = await (await ask(`/api/books?symbol=BTCUSDT&at=${atMs}`)).json();
  assertEquals([known.ageMs, known.reason, known.atMs], [89_000, null, atMs]);
  assertEquals(known.book.bids, [[65_000, 1.5], [64_999.99, 2]]);
  const unknown = await (await ask(`/api/books?symbol=BTCUSDT&at=${START_MS}`)).json();
  assertEquals([unknown.book, unknown.ageMs], [null, null]);
  assertStringIncludes(unknown.reason, "nobody was watching");
  assertEquals(history.momentsAsked, [atMs, START_MS]);
});

Deno.test("GET /api/books?at= is 400 without a symbol, with a range, and of a time to come", async () => {
  const { ask } = setUp();
  const refused = [
    [`at=${START_MS}`, "symbol is missing"],
    [`symbol=BTCUSDT&at=${START_MS}&limit=5`, "leave limit out"],
    [`symbol=BTCUSDT&at=${START_MS + 1}`, "at must be in the past"],
    ["symbol=BTCUSDT&at=now", "at must be UTC milliseconds"],
  ];
  for (const [query, words] of refused) {
    const response = await ask(`/api/books?${query}`);
    assertEquals(response.status, 400, query);
    assertStringIncludes((await response.json()).error, words ?? "");
  }
});
