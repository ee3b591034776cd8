/** Symbols that say nothing because nothing happens: proven together, and live. */
import { assert, assertEquals } from "@std/assert";
import { BboProber } from "../../actors/exchange_desk/bbo_prober.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";

const SYMBOLS = Array.from({ length: 20 }, (_, i) => `COIN${i}USDT`);
const ROUNDS = 2;

Deno.test("20 symbols fall silent: a call of weight 4 proves all, again and again, and all stay live", async () => {
  // Quick, so that each has learnt intervals beyond which a silence is soon unusual.
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 3 },
    speed: 10,
    faults: {},
  });
  const weights: number[] = [];
  const prober = new BboProber({
    client: {
      venue: binanceSpotDesk,
      rest: new Endpoints([exchange.restUrl]),
      limiter: {
        pass: (weight) => {
          weights.push(weight);
          return Promise.resolve(() => {});
        },
      },
    },
  });
  const proofs = new Map(SYMBOLS.map((symbol) => [symbol, 0]));
  const counting: Pick<BboProber, "add"> = {
    add: (request) =>
      prober.add({
        ...request,
        answer: (message) => {
          const proof = message.type === "bbo_probed" ? 1 : 0;
          proofs.set(request.symbol, (proofs.get(request.symbol) ?? 0) + proof);
          request.answer(message);
        },
      }),
  };
  const { restUrl, wsUrl } = exchange;
  const stages = SYMBOLS.map((symbol) => new Stage({ symbol, restUrl, wsUrl, prober: counting }));
  try {
    const pages = stages.map((stage) => stage.port("web"));
    const isLive = () => pages.every(({ feed }) => feed.at(-1)?.state === "live");
    await eventually(isLive, "every symbol is live");
    exchange.freeze();
    await eventually(
      () => [...proofs.values()].every((count) => count >= ROUNDS),
      "every symbol is proven",
    );
    // Each for itself would make as many calls as there are proofs. A busy machine lets them come
    // apart, and who is quick is proven more often than asked for here: thus a share, no number.
    const total = [...proofs.values()].reduce((sum, count) => sum + count, 0);
    assert(weights.length * 2 <= total, `${weights.length} calls for ${total} proofs`);
    assertEquals(Math.max(...weights), 4);
    await eventually(isLive, "every symbol is still live");
    for (const { actor } of stages) {
      const { snapshots, replacements, resyncs } = actor.gauges();
      assertEquals([snapshots, replacements, resyncs], [1, 0, 0]);
    }
  } finally {
    for (const stage of stages) await stage[Symbol.asyncDispose]();
    prober.stop();
    await exchange.stop();
  }
});
