/** An actor that shares its worker: it ends without one, and leaves nothing; and what the runtime calls of it goes through its guard. */
import { assert, assertEquals } from "@std/assert";
import { RestCall } from "../../actors/symbol/rest_call.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import type { Guard } from "../../shared/guard.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";
import { depthFrame, linkTarget, TinyExchange } from "./tiny_exchange.ts";

Deno.test("SymbolActor.end() closes sockets, timers and ports, and what was sent stays noted as sent", async () => {
  const stage = new Stage();
  const writer = stage.port("writer", false);
  stage.port("web", false);
  await stage.goLive();
  await eventually(() => stage.tally.read().sent.rows !== null, "rows are on their way");
  const before = stage.tally.read();
  stage.actor.end();
  assertEquals(stage.tally.read(), before, "it is in the writer's hands, and not lost");
  assert(before.sent.to > 0);
  await stage.exchange.opened(0);
  const { length } = writer.deliveries;
  writer.acknowledge();
  // A timer, a socket or a port that was left is what the sanitizers find.
  await stage.leave();
  assertEquals(stage.tally.read(), before);
  assert(writer.deliveries.length >= length);
});

Deno.test("SymbolActor.end() ends a drain that waits for the writer, and a connection that waits for its turn", async () => {
  const stage = new Stage();
  stage.port("writer", false);
  await stage.goLive();
  const drained = stage.actor.drain(Date.now() + 3_600_000);
  stage.actor.end();
  await drained;
  await stage.leave();
  const early = new Stage();
  early.actor.end();
  await early.leave();
});

Deno.test("SymbolActor sends nothing more of what its supervisor has counted at its end, before it knows of that", async () => {
  const stage = new Stage();
  const writer = stage.port("writer", false);
  await stage.goLive();
  await eventually(() => stage.tally.read().own.rows !== null, "rows wait for the window");
  stage.tally.close();
  const { own, sent } = stage.tally.read();
  const { length } = writer.deliveries;
  writer.acknowledge();
  await eventually(() => stage.actor.leftovers().unacked !== null);
  const before = stage.actor.gauges().writerUnacked ?? 0;
  await eventually(() => (stage.actor.gauges().writerUnacked ?? 0) > before, "more rows are made");
  assertEquals(stage.tally.read(), { own, sent });
  assertEquals(writer.deliveries.length, length);
  stage.actor.end();
  await stage.leave();
});

/** A guard that takes note of what comes, and lets it in only while it is open. */
class Door {
  isOpen = true;
  readonly refused: unknown[] = [];
  readonly guard: Guard = (act) => (given) => {
    if (this.isOpen) act(given);
    else this.refused.push(given);
  };

  /** Waits until something is refused that looks so. */
  async refuses(what: string, test: (given: unknown) => boolean): Promise<void> {
    await eventually(() => this.refused.some(test), `${what} comes to the guard`);
  }
}

Deno.test("Everything that the runtime calls of a symbol's actor goes through its guard", async () => {
  const door = new Door();
  const stage = new Stage({ guard: door.guard });
  const [writer, web] = [stage.port("writer"), stage.port("web")];
  await stage.goLive();
  door.isOpen = false;
  const { frames } = stage.actor.gauges();
  // More than the timers of connections and calls, of which each comes once.
  const ticks = () => door.refused.filter((given) => given === undefined).length;
  await eventually(() => ticks() > 5, "ticks come to the guard");
  stage.exchange.send(depthFrame(101, 102));
  await door.refuses(
    "a frame",
    (given) => given instanceof MessageEvent && typeof given.data === "string",
  );
  writer.ack(1);
  web.focus(true);
  for (const type of ["ack", "focus"]) {
    const isReply = (given: unknown) => given instanceof MessageEvent && given.data.type === type;
    await door.refuses(`a reply, ${type}`, isReply);
  }
  stage.exchange.hangUp();
  await door.refuses("the end of a connection", (given) => given instanceof CloseEvent);
  assertEquals(stage.actor.gauges().frames, frames, "nothing went past it");
  door.isOpen = true;
  stage.actor.end();
  await stage.leave();
});

Deno.test("A connection and a call go through the guard from their first timer on, and what follows an answer too", async () => {
  const exchange = new TinyExchange();
  const thrown: unknown[] = [];
  const guard: Guard = (act) => (given) => {
    try {
      act(given);
    } catch (error) {
      thrown.push(error);
    }
  };
  const { venue } = linkTarget(exchange);
  const options = { venue, timeoutMs: 10_000, guard, endpoints: new Endpoints([exchange.restUrl]) };
  const call = { path: "/x", weight: 1, priority: "sync", delayMs: 0 } as const;
  const fall = (what: string) => () => {
    throw new Error(what);
  };
  const refusing = { ask: fall("at the permit") };
  new RestCall({ ...options, limiter: refusing }).make({ ...call, onAnswer: () => {} });
  await eventually(() => thrown.length === 1, "what its timer leads to");
  const granting = {
    ask: (_request: unknown, use: (tell: () => void) => void) => {
      use(() => {});
      return () => {};
    },
  };
  new RestCall({ ...options, limiter: granting }).make({
    ...call,
    onAnswer: fall("at the answer"),
  });
  await eventually(() => thrown.length === 2, "what its answer leads to");
  assertEquals(thrown.map(String), ["Error: at the permit", "Error: at the answer"]);
  await exchange.stop();
});
