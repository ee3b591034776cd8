/** Two addresses of one exchange: when the link goes on to the next, and when it stays. */
import { assertEquals } from "@std/assert";
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import { ExchangeLink } from "../../actors/symbol/exchange_link.ts";
import type { RateLimiter } from "../../actors/symbol/rate_limiter.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { combined, linkTarget, SNAPSHOT, TinyExchange } from "./tiny_exchange.ts";

/** Every permit is granted at once. */
const UNLIMITED: RateLimiter = {
  ask: (_request, use) => {
    use(() => {});
    return () => {};
  },
};

interface On {
  readonly first: TinyExchange;
  readonly second: TinyExchange;
  readonly link: ExchangeLink;
  /** What the link has told. */
  readonly events: EngineEvent[];
  /** Asks for a snapshot and waits for what comes of it. */
  readonly ask: (generation: number) => Promise<EngineEvent>;
  /** Opens a connection and waits for its opening or its end. */
  readonly open: (connection: number, suspect?: number) => Promise<EngineEvent>;
}

async function withTwo(act: (on: On) => Promise<void>, firstPort?: number): Promise<void> {
  const [first, second] = [new TinyExchange(), new TinyExchange()];
  const nowhere = {
    restUrl: `http://127.0.0.1:${firstPort}`,
    wsUrl: `ws://127.0.0.1:${firstPort}`,
  };
  const events: EngineEvent[] = [];
  const target = linkTarget(firstPort === undefined ? first : nowhere, second);
  const link = new ExchangeLink(target, UNLIMITED, {
    onEvent: (event) => events.push(event),
    onFrame: () => {},
  });
  const next = async (...types: EngineEvent["type"][]) => {
    const found = () => events.find(({ type }) => types.includes(type));
    await eventually(() => found() !== undefined);
    const event = found();
    if (event === undefined) throw new Error("never");
    return event;
  };
  try {
    await act({
      ...{ first, second, link, events },
      ask: (generation) => {
        events.length = 0;
        link.run({ type: "fetch_snapshot", generation, limit: 5, purpose: "sync", delayMs: 0 });
        return next("depth_snapshot", "snapshot_failed");
      },
      open: (connection, suspect) => {
        events.length = 0;
        const priority = "renew";
        const command = { type: "open_connection", connection, priority, delayMs: 0 } as const;
        link.run(suspect === undefined ? command : { ...command, suspect });
        return next("opened", "closed");
      },
    });
  } finally {
    link.close();
    await first.stop();
    await second.stop();
  }
}

const answer = (status: number) => () => new Response("no", { status });

Deno.test("ExchangeLink takes its next snapshot from the next address after a fault, and names the one", () =>
  withTwo(async ({ first, second, link, ask }) => {
    first.answers = [answer(503)];
    assertEquals(await ask(1), {
      ...{ type: "snapshot_failed", generation: 1, retryAfterMs: null },
      reason: `${first.restUrl}: HTTP 503 no`,
    });
    assertEquals((await ask(2)).type, "depth_snapshot");
    assertEquals([first.restUrls.length, second.restUrls.length], [1, 1]);
    assertEquals(link.places, { rest: 1, streams: 0 });
  }));

Deno.test("ExchangeLink takes Retry-After for an order to wait only where it is refused", () =>
  withTwo(async ({ first, second, ask }) => {
    const headers = { "retry-after": "3600" };
    first.answers = [429, 503].map((status) => () => new Response("", { status, headers }));
    for (const [generation, retryAfterMs] of [[1, 3_600_000], [2, null]] as const) {
      const event = await ask(generation);
      assertEquals(event.type === "snapshot_failed" && event.retryAfterMs, retryAfterMs);
    }
    assertEquals((await ask(3)).type, "depth_snapshot");
    assertEquals([first.restUrls.length, second.restUrls.length], [2, 1]);
  }));

Deno.test("ExchangeLink leaves an address that answers something else than a snapshot", () =>
  withTwo(async ({ first, second, link, ask }) => {
    first.answers = [() => new Response("<html>Log in</html>")];
    assertEquals(await ask(1), {
      ...{ type: "snapshot_failed", generation: 1, retryAfterMs: null },
      reason: `${first.restUrl}: the answer is not a JSON object`,
    });
    assertEquals((await ask(2)).type, "depth_snapshot");
    assertEquals([first.restUrls.length, second.restUrls.length], [1, 1]);
    assertEquals(link.places, { rest: 1, streams: 0 });
  }));

Deno.test("ExchangeLink stays where it was refused: the address of the monitor has one budget", () =>
  withTwo(async ({ first, second, link, ask }) => {
    first.answers = [answer(429), answer(418), answer(400), () => new Response(SNAPSHOT)];
    for (const generation of [1, 2, 3]) {
      assertEquals((await ask(generation)).type, "snapshot_failed");
    }
    assertEquals((await ask(4)).type, "depth_snapshot");
    assertEquals([second.restUrls.length, link.places.rest], [0, 0]);
  }));

Deno.test("ExchangeLink holds nothing against an address whose answer it did not wait for", () =>
  withTwo(async ({ first, link, ask }) => {
    const late = Promise.withResolvers<Response>();
    first.answers = [() => late.promise, () => new Response(SNAPSHOT)];
    const waiting = ask(1);
    await eventually(() => first.restUrls.length === 1);
    link.run({ type: "cancel_snapshot" });
    const asked = await ask(2);
    late.resolve(new Response(SNAPSHOT));
    await waiting;
    assertEquals([asked.type, first.restUrls.length, link.places.rest], ["depth_snapshot", 2, 0]);
  }));

Deno.test("ExchangeLink connects to the next address when the first refuses, and names the one", () => {
  const port = freePort();
  return withTwo(async ({ second, link, open }) => {
    const closed = await open(1);
    const reason = closed.type === "closed" ? closed.reason : "";
    assertEquals(reason.startsWith(`ws://127.0.0.1:${port}: `), true, reason);
    assertEquals((await open(2)).type, "opened");
    await second.opened(1);
    assertEquals(link.places, { rest: 0, streams: 1 });
  }, port);
});

Deno.test("ExchangeLink connects to the next address after a 5xx or 451, and to the same after a 429", async () => {
  for (const fault of [503, 451]) {
    await withTwo(async ({ first, second, link, open }) => {
      first.refusals = 2;
      for (const [connection, status, place] of [[1, 429, 0], [2, fault, 1]] as const) {
        first.refusalStatus = status;
        assertEquals((await open(connection)).type, "closed");
        assertEquals([link.places.streams, second.open], [place, 0], `HTTP ${status}`);
      }
      await open(3);
      await second.opened(1);
      assertEquals(first.open, 0);
    });
  }
});

Deno.test("ExchangeLink leaves a second address that does not serve this location for the first", () =>
  withTwo(async ({ first, second, link, ask }) => {
    first.answers = [answer(502), () => new Response(SNAPSHOT)];
    second.answers = [answer(451)];
    for (const generation of [1, 2]) assertEquals((await ask(generation)).type, "snapshot_failed");
    assertEquals([(await ask(3)).type, link.places.rest], ["depth_snapshot", 0]);
  }));

Deno.test("ExchangeLink goes on from an address that accepts and ends before it has said a word", () =>
  withTwo(async ({ first, second, link, events, open }) => {
    for (const connection of [1, 2]) {
      assertEquals((await open(connection)).type, "opened");
      const on = connection === 1 ? first : second;
      await on.opened(1);
      if (on === second) second.send(combined({}));
      on.hangUp();
      await eventually(() => events.some(({ type }) => type === "closed"));
    }
    // The second has served before it ended: that is no fault.
    assertEquals((await open(3)).type, "opened");
    await second.opened(1);
    assertEquals(link.places.streams, 1);
  }));

Deno.test("ExchangeLink replaces a connection under suspicion at the next address, and any other at its own", () =>
  withTwo(async ({ first, second, open }) => {
    await open(1);
    await open(2);
    await first.opened(2);
    await open(3, 2);
    await second.opened(1);
    await open(4);
    await second.opened(2);
    assertEquals(first.open, 2);
  }));
