/** First contact, against small servers that answer as an exchange does, or as others do. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { contactExchange } from "../../actors/supervisor/exchange_directory.ts";

const info = (symbol: string) => ({
  symbol,
  status: "TRADING",
  baseAsset: symbol.slice(0, 3),
  quoteAsset: "USDT",
  filters: [
    { filterType: "PRICE_FILTER", tickSize: "0.01000000" },
    { filterType: "LOT_SIZE", stepSize: "0.00001000" },
  ],
});

/** An exchange that knows `known` and refuses a request that names anything else. */
async function withExchange(
  known: readonly string[],
  extra: object,
  act: (url: string) => Promise<void>,
): Promise<void> {
  await withServer((request) => {
    const url = new URL(request.url);
    if (url.pathname === "/api/v3/ping") return Response.json({});
    const asked = JSON.parse(url.searchParams.get("symbols") ?? "[]") as string[];
    if (asked.some((symbol) => !known.includes(symbol))) {
      return Response.json({ code: -1121, msg: "Invalid symbol." }, { status: 400 });
    }
    return Response.json({ ...extra, symbols: asked.map(info) });
  }, act);
}

async function withServer(
  handler: (request: Request) => Response,
  act: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await act(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("contactExchange() learns tick and lot sizes in the order asked", () =>
  withExchange(["AAAUSDT", "BBBUSDT"], {}, async (url) => {
    const contact = await contactExchange(url, ["BBBUSDT", "AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols.map((s) => s.symbol), ["BBBUSDT", "AAAUSDT"]);
    assertEquals(contact.symbols[0]?.tickSize, 0.01);
    assertEquals(contact.symbols[0]?.stepSize, 0.00001);
    assertEquals(contact.unknown, []);
    assertEquals(contact.source, { kind: "exchange", label: "Binance spot" });
  }));

Deno.test("contactExchange() names the unknown symbol among valid ones", () =>
  withExchange(["AAAUSDT"], {}, async (url) => {
    const contact = await contactExchange(url, ["NOPE", "AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols.map((s) => s.symbol), ["AAAUSDT"]);
    assertEquals(contact.unknown, ["NOPE"]);
  }));

Deno.test("contactExchange() reaches an exchange that knows none of the symbols", () =>
  withExchange([], {}, async (url) => {
    const contact = await contactExchange(url, ["NOPE", "NADA"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols, []);
    assertEquals(contact.unknown, ["NOPE", "NADA"]);
  }));

Deno.test("contactExchange() recognises a simulation by its label", () =>
  withExchange(["AAAUSDT"], { simulation: "REPLAY" }, async (url) => {
    const contact = await contactExchange(url, ["AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.source, { kind: "simulation", label: "REPLAY" });
  }));

Deno.test("contactExchange() honours Retry-After", () =>
  withServer(
    () => new Response("slow down", { status: 429, headers: { "Retry-After": "7" } }),
    async (url) => {
      const contact = await contactExchange(url, ["AAAUSDT"]);
      if (contact.kind !== "unreachable") throw new Error("expected a refusal");
      assertEquals(contact.retryAfterMs, 7_000);
      assertStringIncludes(contact.reason, "429");
    },
  ));

Deno.test("contactExchange() says when it is refused for its location", () =>
  withServer(() => new Response("", { status: 451 }), async (url) => {
    const contact = await contactExchange(url, ["AAAUSDT"]);
    if (contact.kind !== "unreachable") throw new Error("expected a refusal");
    assertStringIncludes(contact.reason, "does not serve this location");
  }));

Deno.test("contactExchange() tells an exchange from a server that answers something else", () =>
  withServer(() => new Response("<html>hello</html>"), async (url) => {
    const contact = await contactExchange(url, ["AAAUSDT"]);
    if (contact.kind !== "unreachable") throw new Error("expected a refusal");
    assertStringIncludes(contact.reason, "not as Binance spot answers");
  }));

Deno.test("contactExchange() says that nobody answers, and names the demo", async () => {
  // A port that was just free: nobody listens there.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const contact = await contactExchange(`http://127.0.0.1:${port}`, ["AAAUSDT"]);
  if (contact.kind !== "unreachable") throw new Error("expected nobody");
  assertStringIncludes(contact.reason, "Cannot reach the exchange");
  assertStringIncludes(contact.reason, "deno task demo");
});
