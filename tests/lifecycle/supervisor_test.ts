/** The supervisor with real workers: crash, hang, wiring, drain. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Incarnations } from "../../actors/supervisor/incarnations.ts";
import { type Kept, keptText } from "../../shared/kept.ts";
import { exactly, lastKnown, NONE, type Unacked } from "../../shared/unacked.ts";
import { setLogLevel } from "../../shared/log.ts";
import { eventually } from "../support/eventually.ts";
import type { PuppetArgs } from "../support/puppet_actor.ts";
import { count, inBothForms, stage } from "./puppet_stage.ts";

setLogLevel("error");
/** What a puppet keeps that is a writer. */
const KEPT: Kept = { kind: "exact", count: 7 };

inBothForms(
  "Supervisor wires every symbol to the writer and the web, and to nobody else",
  async ({ supervisor, puppet, diary }) => {
    for (const id of ["writer", "web", "symbol:A", "symbol:B"] as const) {
      supervisor.start(puppet(id, "live"));
    }
    await eventually(() => count(diary(), "symbol:A hears") === 2);
    await eventually(() => count(diary(), "symbol:B hears") === 2);
    await eventually(() => count(diary(), "writer hears") === 2);
    assertEquals(count(diary(), "writer connect web"), 0);
    assertEquals(count(diary(), "symbol:A connect symbol:B"), 0);
  },
);

inBothForms(
  "Supervisor starts a crashed actor again, wires it anew and hands back its checkpoint",
  async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("writer", "crash_once"));
    supervisor.start(puppet("symbol:A", "live"));
    await eventually(() => diary().includes("symbol:A hears writer#2"));
    const inits = diary().filter((line) => line.startsWith("writer init"));
    assertEquals(inits.length, 2);
    assertStringIncludes(inits[0] ?? "", "checkpoint=null");
    assertStringIncludes(inits[1] ?? "", 'checkpoint={"lives":1}');
    const [first, second] = inits.map((line) => Number(line.split(" ")[2]));
    assertEquals((second ?? 0) > (first ?? 0), true, "a later life has a higher incarnation");
    const symbol = diary().filter((line) => line.startsWith("symbol:A"));
    const lost = symbol.indexOf("symbol:A disconnect writer");
    const again = symbol.lastIndexOf("symbol:A connect writer");
    assertEquals(lost !== -1 && lost < again, true, "told of the death before the new port");
  },
);

const FUTURE_MS = Date.UTC(2100, 0, 1);

Deno.test("Supervisor gives every life a higher incarnation than is stored, and than any before it", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    const incarnations = () =>
      diary().filter((line) => line.includes(" init ")).map((line) => Number(line.split(" ")[2]));
    supervisor.start(puppet("symbol:A", "crash_once"));
    await eventually(() => incarnations().length === 2);
    await supervisor.remove("symbol:A", Date.now() + 20_000);
    supervisor.start(puppet("symbol:A", "live"));
    await eventually(() => incarnations().length === 3);
    assertEquals(incarnations(), [1, 2, 3].map((life) => FUTURE_MS + life));
  }, { incarnations: new Incarnations(FUTURE_MS) }));

inBothForms(
  "Supervisor gives an answer to the life that has asked, and to no later one",
  async ({ supervisor, puppet, diary, errands }) => {
    supervisor.start(puppet("symbol:A", "probe"));
    await eventually(() => errands.length === 1, "the first life has asked");
    errands[0]?.answer({ type: "probe_failed", probe: 1, reason: "the puppet falls" });
    await eventually(() => errands.length === 2, "the second life has asked");
    assertEquals(errands.map(({ actorId, errand }) => [actorId, errand]), [
      ["symbol:A", { type: "bbo_request", probe: 1 }],
      ["symbol:A", { type: "bbo_request", probe: 2 }],
    ]);
    const best = { bidPrice: 1, bidQty: 1, askPrice: 2, askQty: 1 };
    for (const [i, { answer }] of errands.entries()) {
      answer({ type: "bbo_probed", probe: i + 1, best });
    }
    await eventually(() => diary().includes("symbol:A bbo_probed 2"));
    assertEquals(count(diary(), "symbol:A bbo_probed 1"), 0);
  },
);

inBothForms(
  "Supervisor greets each life with what is known by then, and tells of each life's end",
  async ({ supervisor, puppet, diary, greetings, ended }) => {
    const source = (label: string) =>
      [{ type: "source", source: { kind: "exchange", label } }] as const;
    greetings.set("writer", source("before"));
    supervisor.start(puppet("writer", "crash_once"));
    await eventually(() => diary().includes("writer source before"));
    greetings.set("writer", source("after"));
    await eventually(() => diary().includes("writer source after"));
    assertEquals(count(diary(), "writer source"), 2);
    assertEquals(ended, ["writer"]);
    await supervisor.drain();
    assertEquals(ended, ["writer", "writer"]);
  },
);

Deno.test("Supervisor.statuses shows a child that is yet to start as waiting", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "live"), 100);
    assertEquals(supervisor.statuses.map(({ actorId, state }) => `${actorId} ${state}`), [
      "symbol:A waiting",
    ]);
    await eventually(() => supervisor.statuses[0]?.state === "running");
    assertEquals(count(diary(), "symbol:A init"), 1);
  }));

Deno.test("Supervisor.start() refuses a child of no group, which nobody would end", () =>
  stage(({ supervisor, puppet }) => {
    const stray = puppet("symbol:A", "live", { group: "trees" });
    assertThrows(() => supervisor.start(stray), TypeError, "received trees");
    return Promise.resolve();
  }));

Deno.test("Supervisor ends an actor whose event loop hangs and starts it again", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "hang_once", { heartbeatMaxMs: 2_500 }));
    await eventually(() => count(diary(), "symbol:A init") === 2);
    const ages = diary().flatMap((line) => /init .* age=(.+)/.exec(line)?.[1] ?? []).map(Number);
    assertEquals(ages[0], 0, "a first life has no checkpoint");
    assert((ages[1] ?? 0) > 2_500, `the checkpoint is ${ages[1]} ms old`);
  }));

Deno.test("Supervisor bears with a child that is slow on a starved machine, and still finds one that hangs", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    // Twice as long where half of the time is not granted: four seconds more than the slow one takes.
    const limit = { heartbeatMaxMs: 6_000 };
    supervisor.start(puppet("symbol:A", "slow_once", limit));
    supervisor.start(puppet("symbol:B", "hang_once", limit));
    await eventually(() => count(diary(), "symbol:B init") === 2, "the hung one is found");
    await eventually(() => count(diary(), "symbol:A awake") === 1, "the slow one goes on");
    assertEquals(count(diary(), "symbol:A init"), 1);
    // Each in a worker of its own: with one that hangs its neighbours do.
  }, { starvation: { take: () => 500 }, plan: undefined }));

Deno.test("Supervisor takes its own absence for nobody's silence", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "live", { heartbeatMaxMs: 2_500 }));
    await eventually(() => supervisor.statuses[0]?.state === "running");
    const pulses = () => count(diary(), "web system");
    supervisor.start(puppet("web", "live"));
    await eventually(() => pulses() > 0);
    for (let absences = 0; absences < 2; absences++) {
      const before = pulses();
      // Nothing is heard in this thread meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_500);
      await eventually(() => pulses() > before + 1);
    }
    assertEquals(count(diary(), "symbol:A init"), 1);
  }));

Deno.test("Supervisor ends an actor that does not become ready and starts it again", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "never_ready_once", { readyMaxMs: 1_500 }));
    await eventually(() => count(diary(), "symbol:A init") === 2);
  }));

inBothForms(
  "Supervisor quarantines a symbol that keeps crashing, and the others live on",
  async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("web", "live"));
    supervisor.start(puppet("symbol:B", "live"));
    supervisor.start(puppet("symbol:A", "crash_always"));
    await eventually(() => diary().some((line) => line.includes("symbol:A=quarantined")));
    assertEquals(count(diary(), "symbol:A init"), 4, "the first life and three restarts");
    const last = diary().findLast((line) => line.startsWith("web system"));
    assertStringIncludes(last ?? "", "symbol:B=running");
  },
);

Deno.test("Supervisor ends with a reason when an essential actor keeps crashing", () =>
  stage(async ({ supervisor, puppet }) => {
    supervisor.start(puppet("writer", "crash_always"));
    const ending = await supervisor.ended;
    assertStringIncludes(ending.failure ?? "", "the puppet fell");
  }));

Deno.test("Supervisor never hears from a crash what must not be said", () =>
  stage(async ({ supervisor, puppet }) => {
    supervisor.start(puppet("writer", "crash_always"));
    const { failure } = await supervisor.ended;
    assertStringIncludes(failure ?? "", "the ***");
    assertEquals(failure?.includes("puppet fell"), false, failure ?? "");
  }, { secrets: ["puppet fell"] }));

inBothForms(
  "Supervisor ends with the line of an actor that calls an operator's mistake",
  async ({ supervisor, puppet }) => {
    supervisor.start(puppet("symbol:A", "live"));
    supervisor.start(puppet("web", "fatal"));
    assertEquals((await supervisor.ended).failure, "PUPPET is wrong: mend it");
  },
);

inBothForms(
  "Supervisor.drain() ends symbols, web, writer and store in this order",
  async ({ supervisor, puppet, diary }) => {
    for (const id of ["store", "writer", "web", "symbol:A", "symbol:B"] as const) {
      supervisor.start(puppet(id, "live"));
    }
    await eventually(() => count(diary(), "web connect") === 2);
    await supervisor.drain();
    const drained = diary().filter((line) => line.endsWith(" drained"));
    assertEquals(drained.slice(0, 2).toSorted(), ["symbol:A drained", "symbol:B drained"]);
    assertEquals(drained.slice(2), ["web drained", "writer drained", "store drained"]);
    assertEquals(await supervisor.ended, { failure: null, unacked: NONE, kept: KEPT });
    assertEquals(count(diary(), "writer ending"), 1, "told before its own turn");
    assertEquals(count(diary(), "symbol:A drain"), 2, "what has nothing left is not asked again");
  },
);

inBothForms(
  "Supervisor.drain() starts nothing any more, neither what waits for its start nor what comes late",
  async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "drain_needs_new_writer"));
    await eventually(() => count(diary(), "symbol:A init") === 1);
    supervisor.start(puppet("writer", "live"), 50);
    const drained = supervisor.drain();
    supervisor.start(puppet("symbol:B", "live"));
    await drained;
    assertEquals([count(diary(), "writer init"), count(diary(), "symbol:B init")], [0, 0]);
    assertEquals(supervisor.statuses, []);
  },
);

inBothForms(
  "Supervisor.drain() brings back a writer that dies while the symbols drain",
  async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "drain_needs_new_writer"));
    supervisor.start(puppet("writer", "crash_once"));
    await eventually(() => count(diary(), "symbol:A connect writer") >= 1);
    await supervisor.drain();
    const lines = diary();
    assertEquals(count(lines, "writer init"), 2);
    const wired = lines.lastIndexOf("symbol:A connect writer");
    assertEquals(lines.indexOf("symbol:A drained") > wired, true);
    assertEquals(lines.indexOf("writer drain") > lines.indexOf("symbol:A drained"), true);
    assertEquals(await supervisor.ended, { failure: null, unacked: exactly(3), kept: KEPT });
  },
);

const ENDS: readonly [acts: readonly PuppetArgs["act"][], what: string, unacked: Unacked][] = [
  [["drain_to_deadline", "live"], "what answers when its own time is up is heard", exactly(3)],
  [["confirmed_late"], "what is confirmed until all have ended counts", exactly(1)],
  [["ignore_drain"], "what does not answer has its last known count", lastKnown(3)],
  [["crash_in_drain", "live"], "what dies has its last known count", lastKnown(3)],
  [["ignore_drain_empty"], "an old 0 is not known", { kind: "unknown" }],
  [["ignore_drain_empty", "drain_to_deadline"], "one not known makes a lower bound", lastKnown(3)],
];

Deno.test("Supervisor.drain() tells how much is not confirmed, and how far that is known", async (t) => {
  // Each waits for its time to be up, which is idle: they wait together.
  const told = await Promise.all(ENDS.map(([acts]) => unackedOf(acts)));
  for (const [i, [, what, unacked]] of ENDS.entries()) {
    await t.step(what, () => assertEquals(told[i], unacked));
  }
});

/** What a tree of such symbols says at its end. */
async function unackedOf(acts: readonly PuppetArgs["act"][]): Promise<Unacked | null> {
  let unacked: Unacked | null = null;
  await stage(async ({ supervisor, puppet, diary, heard }) => {
    supervisor.start(puppet("writer", "live"));
    for (const [i, act] of acts.entries()) supervisor.start(puppet(`symbol:${i}`, act));
    await eventually(() => count(diary(), "writer connect") === acts.length);
    await heard();
    await supervisor.drain();
    unacked = (await supervisor.ended).unacked;
  });
  return unacked;
}

Deno.test("Supervisor.drain() tells what a writer keeps that does not answer as not known", () =>
  stage(async ({ supervisor, puppet, heard }) => {
    supervisor.start(puppet("writer", "ignore_drain"));
    supervisor.start(puppet("web", "live"));
    await heard();
    await supervisor.drain();
    const { kept } = await supervisor.ended;
    assertEquals(kept, { kind: "unknown", lastKnown: 7 });
    assertEquals(
      keptText(kept),
      "an unknown number of rows are kept on disk (7 when that was last heard of), and the next start stores them",
    );
  }));

Deno.test("Supervisor.drain() goes on without an actor that does not answer or dies", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("writer", "live"));
    supervisor.start(puppet("symbol:A", "ignore_drain"));
    supervisor.start(puppet("symbol:B", "crash_in_drain"));
    await eventually(() => count(diary(), "writer connect") === 2);
    await supervisor.drain();
    assertEquals(diary().includes("writer drained"), true);
    assertEquals(count(diary(), "symbol:B init"), 1, "a draining symbol is not started again");
  }));

inBothForms(
  "Supervisor.remove() drains one symbol, tells its siblings, and leaves the others alone",
  async ({ supervisor, puppet, diary }) => {
    for (const id of ["writer", "web", "symbol:A", "symbol:B"] as const) {
      supervisor.start(puppet(id, "live"));
    }
    await eventually(() => count(diary(), "writer connect") === 2);
    await eventually(() => count(diary(), "web connect") === 2);
    assertEquals(await supervisor.remove("symbol:A", Date.now() + 20_000), NONE);
    await eventually(() => diary().includes("web disconnect symbol:A"));
    await eventually(() => diary().includes("writer disconnect symbol:A"));
    assertEquals(diary().includes("symbol:A drained"), true);
    assertEquals(count(diary(), "symbol:B drain"), 0);
    supervisor.start(puppet("symbol:A", "live"));
    await eventually(() => count(diary(), "symbol:A connect") === 4, "it can come back");
  },
);

inBothForms(
  "Supervisor.remove() of a symbol that has not started yet prevents its start",
  async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "live"), 100);
    supervisor.start(puppet("symbol:B", "live"), 200);
    assertEquals(await supervisor.remove("symbol:A", Date.now() + 20_000), NONE);
    await eventually(() => count(diary(), "symbol:B init") === 1);
    assertEquals(count(diary(), "symbol:A init"), 0);
  },
);

Deno.test("Supervisor.drain() ends a symbol that is being removed, in its own time", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "drain_needs_new_writer"));
    await eventually(() => count(diary(), "symbol:A init") === 1);
    const removed = supervisor.remove("symbol:A", Date.now() + 60_000);
    await supervisor.drain();
    assertEquals(diary().includes("symbol:A drained"), false);
    assertEquals(await removed, { kind: "at_least", count: 3 });
  }));
