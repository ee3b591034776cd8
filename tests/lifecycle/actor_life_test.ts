/** One life on the worker's side: whatever is thrown in it ends it alone, is told once, and nothing is said after it. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Actor, ActorHost } from "../../actors/actor.ts";
import { ActorLife } from "../../actors/actor_life.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { Control, Report } from "../../shared/protocol.ts";
import { Tally } from "../../shared/tally.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");
const LOST = { type: "removed" } as const satisfies Control;

interface On {
  readonly life: ActorLife<unknown>;
  readonly host: ActorHost;
  readonly reports: Report[];
  /** How often the actor was ended, and what it was told. */
  readonly ends: () => number;
  readonly told: Control[];
  readonly crashes: () => string[];
}

function begin(
  over: Partial<Actor> = {},
  create: (actor: Actor) => Actor | Promise<Actor> = (actor) => actor,
): On {
  const reports: Report[] = [];
  const told: Control[] = [];
  let ends = 0;
  let host: ActorHost | undefined;
  const actor: Actor = {
    connect: () => {},
    disconnect: () => {},
    control: (message) => told.push(message),
    drain: () => Promise.resolve(),
    end: () => ends += 1,
    gauges: () => ({}),
    ...over,
  };
  const life = new ActorLife<unknown>(
    {
      type: "init",
      actorId: "symbol:A",
      incarnation: 1,
      args: null,
      checkpoint: null,
      checkpointAgeMs: 0,
      tally: new Tally().memory,
    },
    (_init, given) => {
      host = given;
      return create(actor);
    },
    { post: (report) => reports.push(report), workerGauges: () => ({}), secrets: ["hunter2"] },
  );
  if (host === undefined) throw new Error("it is created at once");
  const crashes = () =>
    reports.flatMap((report) => report.type === "crashed" ? [report.reason] : []);
  return { life, host, reports, ends: () => ends, told, crashes };
}

const isReady = (on: On) =>
  eventually(() => on.reports.some(({ type }) => type === "heartbeat"), "it is ready");

const fall = () => {
  throw new Error("fell over hunter2");
};

Deno.test("ActorLife ends by what is thrown at any entry into its actor, says so once, without secrets, and nothing after it", async () => {
  const entries: readonly (readonly [string, (on: On) => void, Partial<Actor>?])[] = [
    ["a message", (on) => on.life.take(LOST), { control: fall }],
    ["a drain", (on) => on.life.take({ type: "drain", deadlineMs: 0 }), {
      drain: () => Promise.reject(new Error("fell over hunter2")),
    }],
    ["a callback", (on) => on.host.guard(fall)()],
  ];
  for (const [what, enter, over] of entries) {
    const on = begin(over);
    await isReady(on);
    enter(on);
    await eventually(() => on.crashes().length > 0, `${what} is told`);
    assertMatch(on.crashes()[0] ?? "", /^Uncaught .*Error: fell over \*\*\*$/, what);
    const { length } = on.reports;
    on.host.guard(fall)();
    on.host.beat();
    on.host.tellMid(5);
    on.life.take(LOST);
    on.life.end();
    assertEquals([on.ends(), on.reports.length, on.told.length], [1, length, 0], what);
  }
});

Deno.test("ActorLife ends by what its actor throws while it is made", async () => {
  const on = begin({}, () => Promise.reject(new Error("not today")));
  on.life.take(LOST);
  await eventually(() => on.crashes().length === 1, "it is told");
  assertEquals([on.ends(), on.told.length, on.reports.length], [0, 0, 1]);
});

Deno.test("ActorLife that is ended before its actor is there ends that when it comes, and closes ports that nobody takes", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const on = begin({}, async (actor) => {
    await promise;
    return actor;
  });
  const { port1, port2 } = new MessageChannel();
  const connect = { type: "connect", peer: "writer", incarnation: 1 } as const;
  on.life.take({ ...connect, port: port1 });
  on.life.end();
  const late = new MessageChannel();
  on.life.take({ ...connect, port: late.port1 });
  resolve();
  await eventually(() => on.ends() === 1, "the actor is ended");
  assertEquals(on.reports, []);
  // The sanitizer would find those that were left open.
  for (const port of [port2, late.port2]) port.close();
});

Deno.test("ActorLife leaves no heartbeat behind, and an actor that fails to end is over all the same", async () => {
  const on = begin({ end: fall });
  await isReady(on);
  on.life.end();
  on.host.beat();
  assertEquals(on.reports.map(({ type }) => type), ["ready", "heartbeat"]);
});
