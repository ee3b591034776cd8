import { assertEquals } from "@std/assert";
import { Random } from "../../../shared/random.ts";
import { Agenda } from "../../../scripts/sim/agenda.ts";
import { OrderFlow } from "../../../scripts/sim/order_flow.ts";
import { planOf } from "../../../scripts/sim/plan.ts";
import type { Truth, UnitMaps } from "../../../scripts/sim/truth.ts";

const FIRST_ID = 1_000;

function now(truth: Truth): UnitMaps {
  return { bids: new Map(truth.bids.levels()), asks: new Map(truth.asks.levels()) };
}

function sorted({ bids, asks }: UnitMaps) {
  return [bids, asks].map((side) => [...side].sort(([a], [b]) => a - b));
}

Deno.test("Truth.bookAt() gives the book as it was, and its diffs lead from one to the next", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [character] = planOf(seed, 60_000).symbols;
    if (character === undefined) throw new Error("a plan has a symbol");
    const flow = new OrderFlow(character, new Random(seed, "flow"));
    const truth = flow.open(FIRST_ID, 0);
    const books = [now(truth)];
    for (let i = 0; i < 300; i++) {
      const before = truth.position;
      flow.act(truth, i * 100);
      if (truth.position > before) books.push(now(truth));
    }
    assertEquals(truth.lastId, FIRST_ID + books.length - 1);
    for (let from = 0; from < books.length; from += 37) {
      const book = truth.bookAt(from);
      assertEquals(sorted(book), sorted(books[from] ?? now(truth)), `seed ${seed} at ${from}`);
      const to = Math.min(books.length - 1, from + 23);
      const { bids, asks } = truth.diff(from, to);
      for (const [side, levels] of [[book.bids, bids], [book.asks, asks]] as const) {
        for (const [price, qty] of levels) {
          if (!(qty > 0 && side.set(price, qty))) side.delete(price);
        }
      }
      assertEquals(sorted(book), sorted(books[to] ?? now(truth)), `seed ${seed} to ${to}`);
    }
  }
});

Deno.test("Agenda.run() does what is due in the order of time, then of entry", () => {
  const agenda = new Agenda();
  const random = new Random(1, "agenda");
  const done: number[] = [];
  const expected: number[] = [];
  for (let i = 0; i < 500; i++) {
    const atMs = random.below(50);
    expected.push(atMs * 1_000 + i);
    agenda.at(atMs, () => {
      assertEquals(agenda.nowMs, atMs);
      done.push(atMs * 1_000 + i);
    });
  }
  agenda.run(39, () => false);
  const due = expected.filter((each) => each < 40_000).sort((a, b) => a - b);
  assertEquals(done, due);
  assertEquals(agenda.nowMs, 39);
});
