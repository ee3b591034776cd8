/** The list of what the exchange lists: how often it is asked for, and what is told without it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CallLimiter } from "../../actors/exchange_desk/exchange_client.ts";
import {
  ExchangeListing,
  type ExchangeListingOptions,
} from "../../actors/exchange_desk/exchange_listing.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { eventually } from "../support/eventually.ts";

/** Passes everyone, and notes what for. */
function limiter(): CallLimiter & { readonly passed: string[] } {
  const passed: string[] = [];
  const pass = (weight: number, priority: string) => {
    passed.push(`${priority} ${weight}`);
    return Promise.resolve(() => {});
  };
  return { passed, pass };
}

const INFO = {
  symbol: "AAAUSDT",
  status: "BREAK",
  baseAsset: "AAA",
  quoteAsset: "USDT",
  filters: [{ filterType: "PRICE_FILTER", tickSize: "0.00000100" }],
};
const LISTED = {
  symbol: "AAAUSDT",
  status: "BREAK",
  baseAsset: "AAA",
  quoteAsset: "USDT",
  tickSize: 0.000001,
};

interface Stage {
  /** The list as it is told: symbols and the problem, or why there is none. */
  readonly take: () => Promise<unknown>;
  /** Paths that were asked for, and permits for them. */
  readonly asked: string[];
  readonly passed: readonly string[];
}

async function withListing(
  answer: () => Response | Promise<Response>,
  options: Partial<ExchangeListingOptions>,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(request.url.slice(request.url.indexOf("/api")));
    return answer();
  });
  const rest = new Endpoints([`http://127.0.0.1:${server.addr.port}`]);
  const passing = limiter();
  const client = { venue: binanceSpotDesk, rest, limiter: passing };
  const listing = new ExchangeListing({ client, ban: () => null, ...options });
  const take = async () => {
    const told = await listing.take();
    if (told.kind === "refused") return `${told.why}: ${told.reason}`;
    return { symbols: told.listing.symbols, problem: told.listing.problem };
  };
  try {
    await act({ take, asked, passed: passing.passed });
  } finally {
    await server.shutdown();
  }
}

Deno.test("ExchangeListing.take() asks once, however many want the list, without who may trade", () =>
  withListing(() => Response.json({ symbols: [INFO] }), {}, async ({ take, asked, passed }) => {
    const told = [...await Promise.all([take(), take(), take()]), await take()];
    assertEquals(told, Array(4).fill({ symbols: [LISTED], problem: null }));
    assertEquals(asked, ["/api/v3/exchangeInfo?showPermissionSets=false"]);
    assertEquals(passed, ["renew 20"]);
  }));

Deno.test("ExchangeListing.take() leaves out what cannot be read, and takes no list without a symbol", async () => {
  const symbols = [{ ...INFO, filters: [] }, { symbol: "B" }, null, { ...INFO, symbol: "A B" }];
  await withListing(() => Response.json({ symbols }), {}, async ({ take }) => {
    assertEquals(await take(), { symbols: [{ ...LISTED, tickSize: null }], problem: null });
  });
  for (const none of [[], [{ symbol: "B" }], Array(50_001).fill(INFO)]) {
    await withListing(() => Response.json({ symbols: none }), {}, async ({ take }) => {
      assertStringIncludes(String(await take()), "unavailable: Cannot reach the exchange");
    });
  }
});

Deno.test("ExchangeListing.take() gives up an answer without an end", async () => {
  const piece = new TextEncoder().encode(" ".repeat(1_000_000));
  let pieces = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          pieces += 1;
          controller.enqueue(piece);
        },
      }),
    );
  await withListing(endless, {}, async ({ take }) => {
    assertStringIncludes(String(await take()), "its answer is longer than 32 MB");
  });
  // What was on its way when it was given up is not counted exactly.
  assertEquals(pieces >= 32 && pieces < 200, true, `${pieces} pieces`);
});

Deno.test("ExchangeListing.take() does not ask again soon after a call that failed, and says why each time", async () => {
  let status = 503;
  const answer = () => Response.json({ symbols: [INFO] }, { status });
  await withListing(answer, { pauseMs: 1e9 }, async ({ take, asked }) => {
    const told = [await take(), await take()];
    assertStringIncludes(String(told[0]), "unavailable: Cannot reach the exchange");
    assertEquals([told[0] === told[1], asked.length], [true, 1]);
  });
  await withListing(answer, { pauseMs: 0 }, async ({ take, asked }) => {
    await take();
    status = 200;
    assertEquals([await take(), asked.length], [{ symbols: [LISTED], problem: null }, 2]);
  });
});

Deno.test("ExchangeListing.take() tells an old list at once, what keeps the next one away, and then that", async () => {
  let answer = () => Response.json({ symbols: [INFO] });
  const options = { keptMs: 0, pauseMs: 0 };
  await withListing(() => answer(), options, async ({ take, asked }) => {
    await take();
    answer = () => Response.json({}, { status: 500 });
    const symbols = [LISTED];
    const problem = "The exchange is being asked what it lists";
    const second = await take() as { problem: string };
    assertEquals({ ...second, problem: second.problem.slice(0, problem.length) }, {
      symbols,
      problem,
    });
    await eventually(async () => {
      const told = await take() as { symbols: unknown; problem: string };
      assertEquals(told.symbols, symbols);
      return told.problem.startsWith("Cannot reach the exchange");
    });
    const before = asked.length;
    answer = () => Response.json({ symbols: [{ ...INFO, status: "TRADING" }] });
    await eventually(async () => {
      const told = await take() as { symbols: { status: string }[] };
      return told.symbols[0]?.status === "TRADING";
    });
    assertEquals(asked.length > before, true);
  });
});

Deno.test("ExchangeListing.take() asks nobody during a ban, and says until when", async () => {
  const ban = () => ({ untilMs: 1_767_225_600_000, reason: "HTTP 418" });
  await withListing(() => Response.json({}), { ban }, async ({ take, asked }) => {
    const reason = "The exchange takes no call until 2026-01-01T00:00:00.000Z: HTTP 418";
    assertEquals([await take(), asked], [`unavailable: ${reason}`, []]);
  });
});

Deno.test("ExchangeListing.take() keeps an answer that came too late for who had asked", async () => {
  const late = Promise.withResolvers<Response>();
  const options = { answerMaxMs: 20, pauseMs: 1e9 };
  await withListing(() => late.promise, options, async ({ take, asked }) => {
    assertStringIncludes(String(await take()), "has not answered yet");
    late.resolve(Response.json({ symbols: [INFO] }));
    await eventually(async () => typeof await take() === "object");
    assertEquals([await take(), asked.length], [{ symbols: [LISTED], problem: null }, 1]);
  });
});
