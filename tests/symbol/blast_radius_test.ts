/** A gap is one symbol's matter. */
import { assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";

const SYMBOLS = Array.from({ length: 20 }, (_, i) => `COIN${i}USDT`);
const HURT = "COIN7USDT";

Deno.test("A gap on one of 20 symbols costs one snapshot, and the other 19 lose no frame", async () => {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 3 },
    faults: {},
  });
  const stages = new Map(
    SYMBOLS.map((symbol) => [
      symbol,
      new Stage({ symbol, restUrl: exchange.restUrl, wsUrl: exchange.wsUrl }),
    ]),
  );
  const gauge = (symbol: string, name: string) => stages.get(symbol)?.actor.gauges()[name] ?? NaN;
  try {
    const pages = new Map([...stages].map(([symbol, stage]) => [symbol, stage.port("web")]));
    for (const stage of stages.values()) stage.port("writer");
    const everyone = (test: (symbol: string) => boolean) => () => SYMBOLS.every(test);
    await eventually(
      everyone((symbol) => gauge(symbol, "snapshots") === 1),
      "every symbol is live",
    );
    exchange.faults.inject(`gap stream=depth symbol=${HURT}`);
    await eventually(() => gauge(HURT, "snapshots") === 2, "the hurt one is live again");
    exchange.freeze();
    const isEven = (symbol: string) =>
      pages.get(symbol)?.bookUpdateId === exchange.ledger(symbol).bookUpdateId;
    await eventually(everyone(isEven), "every symbol has had all");
    for (const symbol of SYMBOLS) {
      const isHurt = symbol === HURT;
      assertEquals(
        ["gaps", "resyncs", "snapshots"].map((name) => gauge(symbol, name)),
        isHurt ? [1, 1, 2] : [0, 0, 1],
        symbol,
      );
      assertEquals(exchange.ledger(symbol).snapshots, isHurt ? 2 : 1, symbol);
    }
  } finally {
    for (const stage of stages.values()) await stage[Symbol.asyncDispose]();
    await exchange.stop();
  }
});
