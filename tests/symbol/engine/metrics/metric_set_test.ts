import {
  assertAlmostEquals,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { NO_EDGES } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import {
  declareFamily,
  type FamilyDeclaration,
  type MetricFamily,
} from "../../../../actors/symbol/engine/metrics/family.ts";
import { MetricSet } from "../../../../actors/symbol/engine/metrics/metric_set.ts";
import { RecentMarket } from "../../../../actors/symbol/engine/metrics/recent_market.ts";
import type { WallEvent } from "../../../../actors/symbol/engine/metrics/wall_event.ts";
import { VELOCITY } from "../../../../actors/symbol/engine/metrics/velocity.ts";
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";
import type { Level } from "../../../../shared/market.ts";
import { bookTicker, trade } from "../market.ts";

function bookOf(bids: readonly Level[], asks: readonly Level[] = [[101, 1]]): OrderBook {
  const book = new OrderBook();
  book.apply(Levels.of(bids), Levels.of(asks));
  return book;
}

const viewOf = (book: OrderBook, topLevels = 10) => new BookView(topLevels, book, NO_EDGES, null);

/** A family that tells what it is called for. */
function telling(
  name: "mid" | "spread" | "velocity",
  changesWith: FamilyDeclaration["changesWith"],
  told: string[],
  hooks: Partial<MetricFamily> = {},
): FamilyDeclaration {
  return declareFamily([name], changesWith, () => ({
    write(_out, _view, nowMs) {
      told.push(`${name} ${nowMs}`);
    },
    ...hooks,
  }));
}

Deno.test("MetricSet brings each event to the families that hear it, and to no other", () => {
  const told: string[] = [];
  const hearing: Partial<MetricFamily> = {
    updated: (_view, nowMs) => void told.push(`updated ${nowMs}`),
    ticker: ({ updateId }) => void told.push(`ticker ${updateId}`),
    trade: ({ qty }) => void told.push(`trade ${qty}`),
    tick: (nowMs) => void told.push(`tick ${nowMs}`),
    reset: () => void told.push("reset"),
  };
  const set = new MetricSet(DEFAULT_SETTINGS, [
    telling("mid", "book", told),
    telling("velocity", "time", told, hearing),
  ]);
  set.updated(viewOf(bookOf([[99, 1]])), 1);
  set.ticker(bookTicker(7, [99, 1], [101, 1]));
  set.trade(trade({ qty: 5 }));
  set.tick(4);
  set.reset();
  assertEquals(told, ["updated 1", "ticker 7", "trade 5", "tick 4", "reset"]);
});

Deno.test("MetricSet.values() has a book's metrics written after each of its changes, those of time each time", () => {
  const told: string[] = [];
  const view = viewOf(bookOf([[99, 1]]));
  const set = new MetricSet(DEFAULT_SETTINGS, [
    telling("mid", "book", told),
    telling("velocity", "time", told),
  ]);
  const written = (nowMs: number) => {
    set.values(view, nowMs);
    return told.splice(0);
  };
  assertEquals(written(1), ["mid 1", "velocity 1"]);
  assertEquals(written(2), ["velocity 2"]);
  set.updated(view, 3);
  assertEquals(written(3), ["mid 3", "velocity 3"]);
  set.replaced();
  assertEquals(written(4), ["mid 4", "velocity 4"]);
  set.reset();
  assertEquals(written(5), ["mid 5", "velocity 5"]);
});

/** A family that writes when it was asked to. */
const timed = (name: "mid" | "velocity", changesWith: FamilyDeclaration["changesWith"]) =>
  declareFamily([name], changesWith, () => ({
    write: (out, _view, nowMs) => void (out[name] = nowMs),
  }));

Deno.test("MetricSet.values() gives one object until it is kept, which nothing changes from then on", () => {
  const view = viewOf(bookOf([[99, 1]]));
  const set = new MetricSet(DEFAULT_SETTINGS, [timed("mid", "book"), timed("velocity", "time")]);
  const numbers = ({ mid, velocity }: MetricValues) => [mid, velocity];
  const first = set.values(view, 1);
  assertStrictEquals(set.values(view, 2), first);
  set.keep();
  // What has not changed since is in the next object too.
  const second = set.values(view, 3);
  assertNotStrictEquals(second, first);
  assertEquals([numbers(first), numbers(second)], [[1, 2], [1, 3]]);
  assertStrictEquals(set.values(view, 4), second);
  set.keep();
  set.updated(view, 5);
  assertEquals([numbers(set.values(view, 5)), numbers(second)], [[5, 5], [1, 4]]);
});

Deno.test("MetricSet.takeWallEvents() gives what was told since the last call", () => {
  const told = { fate: "pulled", price: 99 } as WallEvent;
  const waiting = [told];
  const set = new MetricSet(DEFAULT_SETTINGS, [
    telling("mid", "book", [], { takeWallEvents: (into) => void into.push(...waiting.splice(0)) }),
  ]);
  assertEquals(set.takeWallEvents(), [told]);
  assertEquals(set.takeWallEvents(), []);
});

Deno.test("MetricSet.remember() gives each family's memory to the same family of the next life", () => {
  const recalled: unknown[] = [];
  const recalling = (memory: unknown): Partial<MetricFamily> => ({
    remember: () => memory,
    recall: (it) => recalled.push(it) > 0,
  });
  const families = [
    telling("mid", "book", [], recalling("mine")),
    telling("spread", "book", []),
    telling("velocity", "time", [], recalling({ yours: 1 })),
  ];
  const memory = new MetricSet(DEFAULT_SETTINGS, families).remember();
  assertEquals(memory, { mid: "mine", velocity: { yours: 1 } });
  // Whatever stands before it in the list of the next life.
  assertEquals(new MetricSet(DEFAULT_SETTINGS, families.toReversed()).recall(memory), 0);
  assertEquals(recalled, ["mine", { yours: 1 }]);
  assertEquals(new MetricSet(DEFAULT_SETTINGS, families.slice(1, 2)).remember(), {});
});

Deno.test("MetricSet.recall() counts what no family knows", () => {
  const choosy = telling("mid", "book", [], { recall: (it) => it === 1 });
  const set = new MetricSet(DEFAULT_SETTINGS, [choosy, telling("spread", "book", [])]);
  assertEquals(set.recall({ mid: 1 }), 0);
  assertEquals(set.recall({ mid: 2, spread: 1, gone: 1 }), 3);
});

Deno.test("BookView.topBids and topAsks are of as many levels as are asked for, and follow the book", () => {
  const book = bookOf([[99, 1], [98, 2], [97, 4]], [[101, 8], [102, 16], [103, 32]]);
  const view = viewOf(book, 2);
  assertEquals([view.topBids, view.topAsks], [3, 24]);
  book.apply(Levels.of([[99, 5]]), Levels.of([[101, 0]]));
  view.use(book, NO_EDGES, null, 2, 100);
  assertEquals([view.topBids, view.topAsks], [7, 48]);
});

// -- Velocity --

/** The imbalance of a book of this many bids against 1, or one that is not known, at a time of the exchange's. */
function imbalanceView(bids: number | null, eventMs: number): BookView {
  const book = bookOf([[99, bids ?? 1]]);
  const view = viewOf(book);
  view.use(book, bids === null ? { bidEdge: 98, askEdge: null } : NO_EDGES, null, 1, eventMs);
  return view;
}

function velocities(
  slopeWindowMs: number,
  samples: readonly (readonly [ms: number, bids: number | null])[],
): (number | null)[] {
  const family = VELOCITY.create({ ...DEFAULT_SETTINGS, slopeWindowMs }, new RecentMarket());
  return samples.map(([ms, bids]) => {
    const out = { velocity: NaN as number | null };
    family.updated?.(imbalanceView(bids, ms), NaN);
    family.write(out, imbalanceView(bids, ms), NaN);
    return out.velocity;
  });
}

Deno.test("Velocity is not known where the imbalance is not, and learns nothing of it", () => {
  // Bids of 1 and 3 against 1 are imbalances of 0 and 0.5.
  const known = velocities(5_000, [[0, 1], [1_000, 1], [2_000, 3]]);
  const unknown = velocities(5_000, [
    [0, 1],
    [500, null],
    [1_000, 1],
    [1_500, null],
    [2_000, 3],
    [2_000, null],
  ]);
  assertEquals(known.slice(0, 2), [null, null]);
  assertEquals(unknown, [null, null, null, null, known[2], null]);
});

Deno.test("Velocity looks back over the window that is set", () => {
  const samples = [[0, 3], [1_000, 1], [1_500, 1], [2_000, 1]] as const;
  assertEquals(velocities(1_000, samples).at(-1), 0);
  assertEquals((velocities(5_000, samples).at(-1) ?? 0) < 0, true);
});

Deno.test("Velocity takes no sample of a snapshot, which has no time on the exchange's clock", () => {
  const samples = [[NaN, 9], [0, 1], [1_000, 1], [2_000, 3]] as const;
  assertEquals(velocities(5_000, samples), [null, ...velocities(5_000, samples.slice(1))]);
});

Deno.test("Velocity of the sequence that was worked by hand is 23/175 a second", () => {
  // Bids of (1 + i)/(1 − i) against 1 are an imbalance of i.
  const of = (imbalance: number) => (1 + imbalance) / (1 - imbalance);
  const samples = [[0, of(0)], [1_000, of(0.1)], [2_000, of(0.4)], [4_000, of(0.5)]] as const;
  assertAlmostEquals(velocities(5_000, samples).at(-1) ?? NaN, 23 / 175, 1e-9);
});

Deno.test("MetricSet begins the windows anew when the exchange's clock was set back", () => {
  const told: string[] = [];
  const family = telling("velocity", "book", told, { reset: () => void told.push("reset") });
  const set = new MetricSet(DEFAULT_SETTINGS, [family]);
  for (const ms of [NaN, 100, 100, 200, 150, 160]) {
    told.push(String(ms));
    set.updated(imbalanceView(1, ms), 0);
  }
  assertEquals(told, ["NaN", "100", "100", "200", "150", "reset", "160"]);
});
