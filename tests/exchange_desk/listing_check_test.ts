/** The question about one symbol on behalf of a person: what is said when there is no answer in time. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CallLimiter } from "../../actors/exchange_desk/exchange_client.ts";
import { ListingCheck } from "../../actors/exchange_desk/listing_check.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";

const OPEN: CallLimiter = { pass: () => Promise.resolve(() => {}) };

async function withCheck(
  answer: () => Response | Promise<Response>,
  limiter: CallLimiter,
  act: (ask: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, answer);
  const rest = new Endpoints([`http://127.0.0.1:${server.addr.port}`]);
  const client = { venue: binanceSpotDesk, rest, limiter };
  const check = new ListingCheck({ client, ban: () => null, answerMaxMs: 50 });
  try {
    await act(async () => {
      const told = await check.ask("AAAUSDT");
      return "why" in told ? `${told.why}: ${told.reason}` : told.status;
    });
  } finally {
    await server.shutdown();
  }
}

Deno.test("ListingCheck.ask() says that the exchange does not answer, when that is so, at each try", async () => {
  const late = Promise.withResolvers<Response>();
  await withCheck(() => late.promise, OPEN, async (ask) => {
    const told = [await ask(), await ask()];
    late.resolve(Response.json({ symbols: [] }));
    for (const reason of told) {
      assertStringIncludes(reason, "unavailable: The exchange at http://127.0.0.1");
      assertStringIncludes(reason, "has not answered yet");
    }
  });
});

Deno.test("ListingCheck.ask() says that the budget is used up, while its call waits for a permit", () => {
  const never: CallLimiter = { pass: () => new Promise(() => {}) };
  return withCheck(() => Response.json({}), never, async (ask) => {
    for (let tries = 0; tries < 2; tries++) {
      assertStringIncludes(await ask(), "unavailable: The exchange's request budget is used up");
    }
  });
});

Deno.test("ListingCheck.ask() takes an answer without the symbol for no answer about it", () =>
  withCheck(() => Response.json({ symbols: [] }), OPEN, async (ask) => {
    const reason = "The exchange has answered, but not about AAAUSDT: try again in a minute";
    assertEquals(await ask(), `unavailable: ${reason}`);
  }));
