/** The link waits for its permits, gives back what it does not need, and tells what it learnt. */
import { assertEquals } from "@std/assert";
import type { ConnectionPriority, EngineEvent } from "../../actors/symbol/engine/event.ts";
import { ExchangeLink } from "../../actors/symbol/exchange_link.ts";
import type { RateLimiter } from "../../actors/symbol/rate_limiter.ts";
import { type ExchangeAnswer, NO_ANSWER, type TellAnswer } from "../../shared/exchange_answer.ts";
import type { PermitRequest } from "../../shared/request_budget.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";
import { depthFrame, linkTarget, SNAPSHOT, TinyExchange } from "./tiny_exchange.ts";

/** Permits in the test's hands. */
class Desk implements RateLimiter {
  readonly requests: PermitRequest[] = [];
  readonly answers: ExchangeAnswer[] = [];
  withdrawn = 0;
  #use: ((tell: TellAnswer) => void) | null = null;

  ask(request: PermitRequest, use: (tell: TellAnswer) => void): () => void {
    this.requests.push(request);
    this.#use = use;
    return () => {
      if (this.#use !== use) return;
      this.#use = null;
      this.withdrawn += 1;
    };
  }

  grant(): void {
    const use = this.#use;
    this.#use = null;
    use?.((answer) => this.answers.push(answer));
  }
}

const fetchSnapshot = (limit: number) =>
  ({ type: "fetch_snapshot", generation: 1, limit, purpose: "widen", delayMs: 0 }) as const;

async function withLink(
  act: (
    on: { link: ExchangeLink; desk: Desk; exchange: TinyExchange; events: EngineEvent[] },
  ) => Promise<void>,
): Promise<void> {
  const exchange = new TinyExchange();
  const desk = new Desk();
  const events: EngineEvent[] = [];
  const link = new ExchangeLink(linkTarget(exchange), desk, {
    onEvent: (event) => {
      if (event.type !== "snapshot_asked") events.push(event);
    },
    onFrame: () => {},
  });
  try {
    await act({ link, desk, exchange, events });
  } finally {
    link.close();
    await exchange.stop();
  }
}

Deno.test("ExchangeLink asks for no snapshot before its permit, and tells what the answer told", () =>
  withLink(async ({ link, desk, exchange, events }) => {
    const headers = { "x-mbx-used-weight-1m": "300" };
    exchange.answers = [() => new Response(SNAPSHOT, { headers })];
    link.run(fetchSnapshot(5_000));
    await eventually(() => desk.requests.length === 1);
    assertEquals(desk.requests, [{ kind: "rest", weight: 250, priority: "widen" }]);
    assertEquals(exchange.restUrls, []);
    desk.grant();
    await eventually(() => events.length === 1);
    assertEquals(desk.answers, [{ status: 200, usedWeight: 300, retryAfterMs: null }]);
  }));

Deno.test("ExchangeLink tells of a ban", () =>
  withLink(async ({ link, desk, exchange, events }) => {
    const headers = { "retry-after": "120", "x-mbx-used-weight-1m": "6100" };
    exchange.answers = [() => new Response("", { status: 418, headers })];
    link.run(fetchSnapshot(5));
    await eventually(() => desk.requests.length === 1);
    desk.grant();
    await eventually(() => events.length === 1);
    assertEquals(events[0]?.type === "snapshot_failed" && events[0].retryAfterMs, 120_000);
    assertEquals(desk.answers, [{ status: 418, usedWeight: 6_100, retryAfterMs: 120_000 }]);
  }));

Deno.test("ExchangeLink tells that it gave a call up", () =>
  withLink(async ({ link, desk, exchange }) => {
    const late = Promise.withResolvers<Response>();
    exchange.answers = [() => late.promise];
    link.run(fetchSnapshot(5));
    await eventually(() => desk.requests.length === 1);
    desk.grant();
    await eventually(() => exchange.restUrls.length === 1);
    link.close();
    await eventually(() => desk.answers.length === 1);
    late.resolve(new Response(SNAPSHOT));
    assertEquals(desk.answers, [NO_ANSWER]);
    assertEquals(desk.withdrawn, 0, "it was used");
  }));

Deno.test("ExchangeLink takes a request back when a newer one replaces it", () =>
  withLink(async ({ link, desk, exchange }) => {
    link.run(fetchSnapshot(5));
    await eventually(() => desk.requests.length === 1);
    link.run(fetchSnapshot(1_000));
    await eventually(() => desk.requests.length === 2);
    assertEquals([desk.withdrawn, exchange.restUrls.length], [1, 0]);
    link.close();
    assertEquals(desk.withdrawn, 2);
  }));

const open = (connection: number, priority: ConnectionPriority) =>
  ({ type: "open_connection", connection, priority, delayMs: 0 }) as const;

Deno.test("ExchangeLink opens no connection before its permit, which it asks for as the engine says", () =>
  withLink(async ({ link, desk, exchange, events }) => {
    link.run(open(1, "sync"));
    await eventually(() => desk.requests.length === 1);
    assertEquals(exchange.streamUrls, []);
    desk.grant();
    await eventually(() => events.some(({ type }) => type === "opened"));
    assertEquals(desk.answers, [NO_ANSWER], "the attempt counts at once");
    link.run(open(2, "renew"));
    await eventually(() => desk.requests.length === 2);
    link.run({ type: "close_connection", connection: 1 });
    link.run({ type: "close_connection", connection: 2 });
    assertEquals(desk.withdrawn, 1);
    assertEquals(desk.requests, [
      { kind: "connection", weight: 1, priority: "sync" },
      { kind: "connection", weight: 1, priority: "renew" },
    ]);
  }));

Deno.test("ExchangeLink asks anew for the permit of a connection that is to hurry, until it has one", () =>
  withLink(async ({ link, desk, events }) => {
    const hurry = { type: "hurry_connection", connection: 1, priority: "resync" } as const;
    link.run(open(1, "renew"));
    await eventually(() => desk.requests.length === 1);
    link.run(hurry);
    assertEquals(desk.requests.map(({ priority }) => priority), ["renew", "resync"]);
    assertEquals(desk.withdrawn, 1);
    desk.grant();
    link.run(hurry);
    await eventually(() => events.some(({ type }) => type === "opened"));
    link.run(hurry);
    assertEquals(desk.requests.length, 2, "it has been used");
  }));

Deno.test("ExchangeLink asks as a loss for a connection that was to hurry before it could ask", () =>
  withLink(async ({ link, desk }) => {
    link.run(open(1, "renew"));
    link.run({ type: "hurry_connection", connection: 1, priority: "resync" });
    await eventually(() => desk.requests.length === 1);
    assertEquals(desk.requests.map(({ priority }) => priority), ["resync"]);
  }));

Deno.test("SymbolActor asks first to sync, after a gap to resync", async () => {
  await using stage = new Stage();
  await stage.goLive();
  stage.exchange.answers = [() => new Response(SNAPSHOT.replace("100", "200"))];
  stage.exchange.send(depthFrame(150, 200));
  await eventually(() => stage.actor.gauges().snapshots === 2);
  assertEquals(stage.requests.map(({ kind, weight, priority }) => [kind, weight, priority]), [
    ["connection", 1, "sync"],
    ["rest", 25, "sync"],
    ["rest", 25, "resync"],
  ]);
  assertEquals(stage.answers.map(({ status }) => status), [null, 200, 200]);
});

Deno.test("SymbolActor stays live while the exchange bans its address", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  await stage.goLive();
  await eventually(() => writer.feed.at(-1)?.state === "live");
  stage.actor.control({ type: "budget", bannedForMs: 120_000, reason: "banned" });
  stage.exchange.send(depthFrame(101, 105, 3));
  await eventually(() =>
    writer.items.some((item) => item.type === "metrics" && item.bookUpdateId === 105)
  );
  assertEquals(writer.feed.at(-1)?.state, "live");
});
