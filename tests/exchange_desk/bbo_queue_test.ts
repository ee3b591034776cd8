/** Which symbols one call asks about, and what each of them is told. */
import { assert, assertEquals } from "@std/assert";
import {
  ASKED_MAX,
  type BboAnswer,
  BboQueue,
  type BboRequest,
} from "../../actors/exchange_desk/bbo_queue.ts";
import { bestWeight } from "../../actors/venue/binance_spot/request_weight.ts";
import type { TopOfBook } from "../../shared/market.ts";

const BEST: TopOfBook = { bidPrice: 99, bidQty: 1, askPrice: 101, askQty: 2 };

/** A queue, and what was answered, as `symbol probe` or `symbol probe: reason`. */
class Stage {
  readonly queue = new BboQueue();
  readonly told: string[] = [];

  ask(probe: number, ...symbols: string[]): void {
    for (const symbol of symbols) {
      const answer = (message: BboAnswer) => {
        const end = message.type === "bbo_probed" ? "" : `: ${message.reason}`;
        this.told.push(`${symbol} ${message.probe}${end}`);
      };
      this.queue.add({ symbol, probe, answer });
    }
  }

  /** A call leaves now. */
  leave(): readonly BboRequest[] {
    return this.queue.take(this.queue.next());
  }

  /** One call to an exchange that does not know this symbol; whom it asked about. */
  call(unknown = ""): readonly string[] {
    const asked = this.leave();
    const symbols = asked.map(({ symbol }) => symbol);
    if (symbols.includes(unknown)) this.queue.refused(asked);
    else this.queue.answered(asked, new Map(symbols.map((symbol) => [symbol, BEST])));
    return symbols;
  }

  /** Calls until nobody waits; how many symbols each asked about. */
  callAll(unknown = ""): number[] {
    const counts: number[] = [];
    while (this.queue.delayMs !== null) counts.push(this.call(unknown).length);
    return counts;
  }
}

const UNKNOWN = "the exchange does not know the symbol";
const names = (count: number) => Array.from({ length: count }, (_, i) => `S${i}`);

Deno.test("bestWeight() is Binance's: 2 for one symbol, 4 for several", () => {
  assertEquals([1, 2, 200].map(bestWeight), [2, 4, 4]);
});

Deno.test("BboQueue asks about all who wait in one call, after a moment, and then about nobody", () => {
  const stage = new Stage();
  assertEquals([stage.queue.delayMs, stage.queue.next()], [null, []]);
  stage.ask(1, "A", "B", "C");
  assertEquals(stage.queue.delayMs, 500);
  assertEquals(stage.call(), ["A", "B", "C"]);
  assertEquals(stage.told, ["A 1", "B 1", "C 1"]);
  assertEquals(stage.queue.delayMs, null);
});

Deno.test("BboQueue asks about who comes while a call is under way in the next one", () => {
  const stage = new Stage();
  stage.ask(1, "A");
  const asked = stage.leave();
  stage.ask(1, "B");
  stage.ask(2, "A");
  stage.queue.answered(asked, new Map([["A", BEST]]));
  assertEquals(stage.told, ["A 1"], "an older call does not answer a newer request");
  assertEquals(stage.call(), ["B", "A"]);
  assertEquals(stage.told, ["A 1", "B 1", "A 2"]);
});

Deno.test("BboQueue answers the newest request of a symbol while a call waits for its permit", () => {
  const stage = new Stage();
  stage.ask(1, "A", "B");
  const symbols = stage.queue.next();
  // A symbol's new life counts anew.
  stage.ask(7, "A");
  stage.ask(1, "C");
  stage.queue.answered(stage.queue.take(symbols), new Map([["A", BEST], ["B", BEST]]));
  assertEquals(stage.told, ["A 7", "B 1"]);
  assertEquals(stage.call(), ["C"]);
});

Deno.test("BboQueue tells each symbol why there is no answer, and one that the answer lacks", () => {
  const stage = new Stage();
  stage.ask(1, "A", "B");
  stage.queue.failed(stage.leave(), "HTTP 503");
  stage.ask(2, "A", "B");
  stage.queue.answered(stage.leave(), new Map([["B", BEST]]));
  assertEquals(stage.told, [
    "A 1: HTTP 503",
    "B 1: HTTP 503",
    "A 2: the answer lacks its best bid and ask",
    "B 2",
  ]);
});

Deno.test("BboQueue finds the one of 200 that spoils the answer, at once, and answers the others", () => {
  const stage = new Stage();
  stage.ask(1, ...names(200));
  stage.call("S137");
  assertEquals(stage.queue.delayMs, 0);
  const counts = stage.callAll("S137");
  assert(counts.length <= 2 * Math.ceil(Math.log2(200)), `${counts.length} calls more`);
  assertEquals(stage.told.length, 200);
  assertEquals(stage.told.filter((line) => line.includes(":")), [`S137 1: ${UNKNOWN}`]);
});

Deno.test("BboQueue asks about an unknown symbol alone from then on, until it is known again", () => {
  const stage = new Stage();
  stage.ask(1, "A", "B", "C");
  stage.callAll("B");
  stage.ask(2, "A", "B", "C");
  assertEquals(stage.callAll("B"), [2, 1]);
  stage.ask(3, "B", "A", "C");
  assertEquals(stage.callAll(), [1, 2], "it does not wait for ever behind the others");
  stage.ask(4, "A", "B", "C");
  assertEquals(stage.callAll(), [3]);
});

Deno.test("BboQueue answers only the newest request of a symbol whose call was refused", () => {
  const stage = new Stage();
  stage.ask(1, "A", "B");
  const asked = stage.leave();
  stage.ask(2, "A");
  stage.queue.refused(asked);
  stage.callAll("B");
  assertEquals(stage.told, ["A 2", `B 1: ${UNKNOWN}`]);
});

Deno.test("BboQueue.forget() takes a symbol out of what waits, and out of what is left of a list", () => {
  const stage = new Stage();
  stage.ask(1, "A", "B", "C");
  stage.call("A");
  for (const symbol of ["A", "B"]) stage.queue.forget(symbol);
  assertEquals(stage.call(), ["C"]);
  assertEquals([stage.told, stage.queue.delayMs], [["C 1"], null]);
});

Deno.test("BboQueue asks about 200 symbols a call at most, the oldest first", () => {
  const stage = new Stage();
  stage.ask(1, ...names(ASKED_MAX + 3));
  assertEquals(stage.callAll(), [200, 3]);
  assertEquals(stage.told.at(-1), "S202 1");
});
