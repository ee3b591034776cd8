/** First contact, against small servers that answer as an exchange does, or as others do. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Endpoints } from "../../shared/endpoints.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import { freePort } from "../support/child_process.ts";
import type { CallLimiter, ExchangeClient } from "../../actors/exchange_desk/exchange_client.ts";
import { contactExchange } from "../../actors/exchange_desk/exchange_directory.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";

/** A limiter that lets everyone pass. */
const OPEN: CallLimiter = { pass: () => Promise.resolve(() => {}) };
const client = (restUrl: string | readonly string[], limiter = OPEN): ExchangeClient => ({
  venue: binanceSpotDesk,
  rest: new Endpoints([restUrl].flat()),
  limiter,
});

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
    const contact = await contactExchange(client(url), ["BBBUSDT", "AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols.map((s) => s.symbol), ["BBBUSDT", "AAAUSDT"]);
    assertEquals(contact.symbols[0]?.tickSize, 0.01);
    assertEquals(contact.symbols[0]?.stepSize, 0.00001);
    assertEquals(contact.unknown, []);
    assertEquals(contact.source, { kind: "exchange", label: "Binance spot" });
  }));

Deno.test("contactExchange() names the unknown symbol among valid ones", () =>
  withExchange(["AAAUSDT"], {}, async (url) => {
    const contact = await contactExchange(client(url), ["NOPE", "AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols.map((s) => s.symbol), ["AAAUSDT"]);
    assertEquals([contact.unknown, contact.missing], [["NOPE"], []]);
  }));

Deno.test("contactExchange() reaches an exchange that knows none of the symbols", () =>
  withExchange([], {}, async (url) => {
    const contact = await contactExchange(client(url), ["NOPE", "NADA"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols, []);
    assertEquals([contact.unknown, contact.missing], [["NOPE", "NADA"], []]);
  }));

Deno.test("contactExchange() recognises a simulation by its label", () =>
  withExchange(["AAAUSDT"], { simulation: "REPLAY" }, async (url) => {
    const contact = await contactExchange(client(url), ["AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.source, { kind: "simulation", label: "REPLAY" });
  }));

Deno.test("contactExchange() learns the exchange's limits", () => {
  const limit = { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 7 };
  return withExchange(["AAAUSDT"], { rateLimits: [limit] }, async (url) => {
    const contact = await contactExchange(client(url), ["AAAUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.weightPerMinute, 7);
  });
});

Deno.test("contactExchange() asks for each call, and tells what came of it", () =>
  withServer((request) => {
    const names = new URL(request.url).searchParams.get("symbols") ?? "";
    const headers = { "x-mbx-used-weight-1m": String(names.length) };
    if (!names.includes("NOPE")) return Response.json({ symbols: [info("AAAUSDT")] }, { headers });
    return Response.json({ code: -1121 }, { status: 400, headers });
  }, async (url) => {
    const told: unknown[] = [];
    const limiter: CallLimiter = {
      pass: (weight, priority) => {
        told.push([weight, priority]);
        return Promise.resolve((answer) => told.push(answer));
      },
    };
    await contactExchange(client(url, limiter), ["NOPE", "AAAUSDT"]);
    const answer = (status: number, usedWeight: number) => [
      [20, "sync"],
      { status, usedWeight, retryAfterMs: null },
    ];
    assertEquals(told, [...answer(400, 18), ...answer(400, 8), ...answer(200, 11)]);
  }));

Deno.test("contactExchange() tells the budget that nobody answered", async () => {
  const told: unknown[] = [];
  const limiter: CallLimiter = {
    pass: () => Promise.resolve((answer) => told.push(answer)),
  };
  await contactExchange(client(`http://127.0.0.1:${freePort()}`, limiter), ["AAAUSDT"]);
  assertEquals(told, [NO_ANSWER]);
});

Deno.test("contactExchange() honours Retry-After", () =>
  withServer(
    () => new Response("slow down", { status: 429, headers: { "Retry-After": "7" } }),
    async (url) => {
      const contact = await contactExchange(client(url), ["AAAUSDT"]);
      if (contact.kind !== "unreachable") throw new Error("expected a refusal");
      assertEquals(contact.retryAfterMs, 7_000);
    },
  ));

Deno.test("contactExchange() says until when this address is refused, and why; no word of what is out of reach", async () => {
  const reasons = [
    [418, "the exchange has banned this address \\(HTTP 418\\)"],
    [429, "this address has used too much request weight \\(HTTP 429\\)"],
  ] as const;
  for (const [status, reason] of reasons) {
    await withServer(
      () => new Response("IP banned until 1795532586605", { status }),
      async (url) => {
        const contact = await contactExchange(client(url), ["AAAUSDT"]);
        if (contact.kind !== "unreachable") throw new Error("expected a refusal");
        const until = "(\\d{4}-\\d\\d-\\d\\d )?\\d\\d:\\d\\d:\\d\\dZ";
        const text = `^The exchange at ${url} takes no call until ${until}: ${reason}$`;
        assertMatch(contact.reason, new RegExp(text));
        assertEquals(contact.retryAfterMs, status === 418 ? 120_000 : 60_000, "as is usual");
      },
    );
  }
});

Deno.test("contactExchange() takes Retry-After of a fault for no order", () =>
  withServer(
    () => new Response("", { status: 503, headers: { "Retry-After": "600" } }),
    async (url) => {
      const contact = await contactExchange(client(url), ["AAAUSDT"]);
      if (contact.kind !== "unreachable") throw new Error("expected a fault");
      assertEquals(contact.retryAfterMs, 0);
    },
  ));

Deno.test("contactExchange() says when it is refused for its location", () =>
  withServer(() => new Response("", { status: 451 }), async (url) => {
    const contact = await contactExchange(client(url), ["AAAUSDT"]);
    if (contact.kind !== "unreachable") throw new Error("expected a refusal");
    assertStringIncludes(contact.reason, "does not serve this location");
  }));

Deno.test("contactExchange() tells an exchange from a server that answers something else", () =>
  withServer(() => new Response("<html>hello</html>"), async (url) => {
    const contact = await contactExchange(client(url), ["AAAUSDT"]);
    if (contact.kind !== "unreachable") throw new Error("expected a refusal");
    assertStringIncludes(contact.reason, "not as Binance spot answers");
  }));

Deno.test("contactExchange() goes on from an address that answers as another server does", () =>
  withServer(
    () => new Response("<html>Log in</html>"),
    (portal) =>
      withExchange(["AAAUSDT"], {}, async (url) => {
        const moves: string[] = [];
        const rest = new Endpoints([portal, url], { onMove: ({ reason }) => moves.push(reason) });
        const contact = await contactExchange({ ...client(url), rest }, ["AAAUSDT"]);
        assertEquals([contact.kind, rest.inUse], ["reached", url]);
        assertEquals(moves, ["it answered, but not as Binance spot answers"]);
      }),
  ));

Deno.test("contactExchange() says that nobody answers, and what to do about it", async () => {
  // A port that was just free: nobody listens there.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const contact = await contactExchange(client(`http://127.0.0.1:${port}`), ["AAAUSDT"]);
  if (contact.kind !== "unreachable") throw new Error("expected nobody");
  assertStringIncludes(contact.reason, "Cannot reach the exchange");
  assertStringIncludes(contact.reason, "start the look-alike (`deno task exchange`) there");
});

Deno.test("contactExchange() goes on to the next address from one that is down or refuses", () =>
  withServer(
    () => new Response("", { status: 503 }),
    (broken) =>
      withExchange(["AAAUSDT"], {}, async (url) => {
        const moves: string[] = [];
        const urls = [`http://127.0.0.1:${freePort()}`, broken, url];
        const rest = new Endpoints(urls, {
          onMove: ({ from, reason }) => moves.push(`${from} ${reason}`),
        });
        const contact = await contactExchange({ ...client(url), rest }, ["AAAUSDT"]);
        assertEquals(contact.kind, "reached");
        assertEquals(rest.inUse, url);
        assertEquals(moves.length, 2);
        assertStringIncludes(moves[0] ?? "", "refused");
        assertEquals(moves[1], `${broken} HTTP 503`);
      }),
  ));

Deno.test("contactExchange() names each address when none answers, having asked each once", async () => {
  const urls = [`http://127.0.0.1:${freePort()}`, `http://127.0.0.1:${freePort()}`];
  const told: unknown[] = [];
  const limiter: CallLimiter = { pass: () => Promise.resolve((answer) => told.push(answer)) };
  const contact = await contactExchange(client(urls, limiter), ["AAAUSDT"]);
  if (contact.kind !== "unreachable") throw new Error("expected nobody");
  assertEquals(told, [NO_ANSWER, NO_ANSWER]);
  assertStringIncludes(contact.reason, `at ${urls.join(" and ")} (connection refused)`);
});

Deno.test("contactExchange() takes a refusal for an answer: the next address would refuse as well", async () => {
  for (const status of [400, 418, 429]) {
    await withServer(() => new Response("", { status }), async (url) => {
      const told: (number | null)[] = [];
      const limiter: CallLimiter = {
        pass: () => Promise.resolve((answer) => told.push(answer.status)),
      };
      const on = client([url, `http://127.0.0.1:${freePort()}`], limiter);
      const contact = await contactExchange(on, ["AAAUSDT"]);
      assertEquals([contact.kind, on.rest.place, told], ["unreachable", 0, [status]]);
    });
  }
});

Deno.test("contactExchange() goes on from an address that serves nobody here, and names each that does not", async () => {
  for (const status of [403, 404, 451]) {
    await withServer(
      () => new Response("", { status }),
      (closed) =>
        withExchange(["AAAUSDT"], {}, async (url) => {
          const on = client([closed, url]);
          assertEquals((await contactExchange(on, ["AAAUSDT"])).kind, "reached", `HTTP ${status}`);
          assertEquals(on.rest.inUse, url);
          const both = await contactExchange(client([closed, `${closed}/other`]), ["AAAUSDT"]);
          if (both.kind !== "unreachable") throw new Error("expected a refusal");
          assertStringIncludes(both.reason, `at ${closed} and ${closed}/… (HTTP ${status}`);
        }),
    );
  }
});

Deno.test("contactExchange() is not trapped at a second address that does not serve this location", () => {
  let isDown = true;
  const first = () =>
    isDown ? new Response("", { status: 502 }) : Response.json({ symbols: [info("AAAUSDT")] });
  return withServer(
    first,
    (url) =>
      withServer(() => new Response("", { status: 451 }), async (closed) => {
        const on = client([url, closed]);
        assertEquals((await contactExchange(on, ["AAAUSDT"])).kind, "unreachable");
        isDown = false;
        assertEquals((await contactExchange(on, ["AAAUSDT"])).kind, "reached");
      }),
  );
});

Deno.test("contactExchange() takes a symbol that an answer merely lacks for missing, not for unknown", () =>
  withServer((request) => {
    const names = new URL(request.url).searchParams.get("symbols") ?? "";
    if (names.includes("NOPE")) return Response.json({ code: -1121 }, { status: 400 });
    return Response.json({ symbols: names.includes("AAAUSDT") ? [info("AAAUSDT")] : [] });
  }, async (url) => {
    const contact = await contactExchange(client(url), ["AAAUSDT", "BBBUSDT", "NOPE", "CCCUSDT"]);
    if (contact.kind !== "reached") throw new Error(contact.reason);
    assertEquals(contact.symbols.map(({ symbol }) => symbol), ["AAAUSDT"]);
    assertEquals([contact.unknown, contact.missing], [["NOPE"], ["BBBUSDT", "CCCUSDT"]]);
  }));

/** What a server that is no exchange writes before it hangs up, and how that is told with what helps. */
const STRANGERS: readonly (readonly [answer: string, expected: RegExp])[] = [
  ["", /\(the connection was lost\).*look into the log of what answers/],
  ["HTTP/1.1 200 OK\r\nContent-", /\(the connection was lost\).*look into the log/],
  ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", /\(the connection was lost\).*look into/],
  [
    "SSH-2.0-OpenSSH_9.6\r\n",
    /\(what answers there speaks no HTTP\).*correct scheme, host and port/,
  ],
  [
    "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    /\(it sends on to another address.*log in to the network/,
  ],
];

Deno.test("contactExchange() has a remedy for whatever hangs up or speaks otherwise, in the runtime's own words", async () => {
  for (const [answer, expected] of STRANGERS) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      for await (const connection of listener) {
        await connection.read(new Uint8Array(4_096)).catch(() => null);
        await connection.write(new TextEncoder().encode(answer)).catch(() => 0);
        connection.close();
      }
    })();
    const url = `http://127.0.0.1:${listener.addr.port}`;
    const contact = await contactExchange(client(url), ["AAAUSDT"]);
    listener.close();
    await serving;
    assertEquals(contact.kind, "unreachable");
    if (contact.kind === "unreachable") assertMatch(contact.reason, expected, answer);
  }
});
