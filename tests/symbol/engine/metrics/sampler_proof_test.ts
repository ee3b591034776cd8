import { assertEquals } from "@std/assert";
import type { ProofStatus } from "../../../../shared/output.ts";
import { EngineStage, START_MS } from "../engine_stage.ts";
import { bookTicker, depthUpdate } from "../market.ts";

/** A live engine whose market speaks every 100 ms, with a ticker for each update. */
class Market {
  readonly driver = new EngineStage().goLive();
  #id = 100;

  /** So many updates; the ticker tells of `bidQty` at our best bid of 1. */
  speak(updates: number, bidQty = 1): this {
    const { connection } = this.driver;
    for (let i = 0; i < updates; i++) {
      const id = this.#id += 2;
      // An id below the update's: it is carried to the update, and compared with the next ticker.
      const ticker = bookTicker(id - 1, [99, bidQty], [101, 1]);
      this.driver.accept({ type: "book_ticker", connection, ticker });
      this.driver.update(depthUpdate(id - 1, id));
      this.driver.ticks(100);
    }
    return this;
  }

  get proofs(): ProofStatus[] {
    return this.driver.outputs.filter((output) => output.type === "proof");
  }

  /** Second, comparisons and mismatches of each proof that is stored. */
  get stored(): number[][] {
    return this.proofs.filter(({ forStore }) => forStore).map((
      { timeMs, carriedChecked, carriedMismatched },
    ) => [
      Math.floor((timeMs - START_MS) / 1_000),
      carriedChecked,
      carriedMismatched,
    ]);
  }
}

Deno.test("Sampler.tick() has the first proof of a life stored, and then one a minute", () => {
  const market = new Market().speak(1_300);
  assertEquals(market.stored, [[1, 10, 0], [61, 610, 0], [121, 1_210, 0]]);
});

Deno.test("Sampler.tick() has the last comparisons before a silence stored, and then no more", () => {
  const market = new Market().speak(300);
  market.driver.ticks(180_000);
  assertEquals(market.stored, [[1, 10, 0], [61, 299, 0]]);
});

Deno.test("Sampler.tick() has a new mismatch stored at once, and the next row a minute later", () => {
  const market = new Market().speak(100).speak(1, 2).speak(650);
  assertEquals(market.stored, [[1, 10, 0], [11, 110, 1], [71, 710, 1]]);
});

Deno.test("Sampler.tick() numbers proofs from 1 and has at most one a second stored", () => {
  const market = new Market().speak(20).speak(35, 2);
  const { proofs } = market;
  assertEquals(proofs.map(({ number }) => number), proofs.map((_, index) => index + 1));
  assertEquals(market.stored.map(([second]) => second), [1, 3, 4, 5]);
});

Deno.test("Sampler.tick() gives no proof of a second in which nothing was compared", () => {
  const market = new Market().speak(30);
  // The last comparisons leave when their second is over.
  market.driver.ticks(1_000);
  const { length } = market.proofs;
  market.driver.ticks(30_000);
  assertEquals(market.proofs.length, length);
});

Deno.test("Sampler.tick() tells when an exact check last agreed in UTC", () => {
  const { driver } = new Market();
  driver.accept({ type: "clock_set", utcOffsetMs: 3_600_000 });
  const { connection, nowMs } = driver;
  for (const id of [100, 101]) {
    const ticker = bookTicker(id, [99, 1], [101, 1]);
    driver.accept({ type: "book_ticker", connection, ticker });
  }
  driver.ticks(2_000);
  const proof = driver.outputs.find((output) => output.type === "proof");
  assertEquals([proof?.exactChecked, proof?.lastExactMs], [1, nowMs + 3_600_000]);
});
