/** The supervisor with real workers: crash, hang, wiring, drain. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Answer, ChildSpec } from "../../actors/supervisor/child.ts";
import { Supervisor } from "../../actors/supervisor/supervisor.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import type { ActorId } from "../../shared/protocol.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { PuppetArgs } from "../support/puppet_actor.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");

/** A stage of puppets; `diary()` tells what happened to them, in order. */
async function stage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/diary`;
  await Deno.writeTextFile(path, "");
  const supervisor = new Supervisor({
    logLevel: "error",
    limits: LIMITS,
    symbols: [],
    onListening: () => {},
  });
  const diary = () => Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
  const puppet = (
    actorId: ActorId,
    puppetAct: PuppetArgs["act"],
    overrides: Partial<ChildSpec> = {},
  ): ChildSpec => ({
    actorId,
    url: new URL("../support/puppet_actor.ts", import.meta.url),
    args: (isFirst): PuppetArgs => ({ diary: path, act: puppetAct, isFirst }),
    permissions: { read: true, write: [path] },
    limits: { intensity: 3, periodMs: 60_000 },
    readyMaxMs: 20_000,
    heartbeatMaxMs: 20_000,
    isEssential: !actorId.startsWith("symbol:"),
    ...overrides,
  });
  try {
    await act({ supervisor, puppet, diary });
  } finally {
    await supervisor.drain();
    await Deno.remove(dir, { recursive: true });
  }
}

interface Stage {
  readonly supervisor: Supervisor;
  readonly puppet: (
    actorId: ActorId,
    act: PuppetArgs["act"],
    overrides?: Partial<ChildSpec>,
  ) => ChildSpec;
  readonly diary: () => string[];
}

const count = (lines: readonly string[], start: string) =>
  lines.filter((line) => line.startsWith(start)).length;

Deno.test("Supervisor wires every symbol to the writer and the web, and to nobody else", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    for (const id of ["writer", "web", "symbol:A", "symbol:B"] as const) {
      supervisor.start(puppet(id, "live"));
    }
    await eventually(() => count(diary(), "symbol:A hears") === 2);
    await eventually(() => count(diary(), "symbol:B hears") === 2);
    await eventually(() => count(diary(), "writer hears") === 2);
    assertEquals(count(diary(), "writer connect web"), 0);
    assertEquals(count(diary(), "symbol:A connect symbol:B"), 0);
  }));

Deno.test("Supervisor starts a crashed actor again, wires it anew and hands back its checkpoint", () =>
  stage(async ({ supervisor, puppet, diary }) => {
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
  }));

Deno.test("Supervisor gives an answer to the life that has asked, and to no later one", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    const asked: { readonly probe: number; readonly answer: Answer }[] = [];
    supervisor.start(puppet("symbol:A", "probe", {
      onBboRequest: (probe, answer) => asked.push({ probe, answer }),
    }));
    await eventually(() => asked.length === 1, "the first life has asked");
    asked[0]?.answer({ type: "probe_failed", probe: 1, reason: "the puppet falls" });
    await eventually(() => asked.length === 2, "the second life has asked");
    const best = { bidPrice: 1, bidQty: 1, askPrice: 2, askQty: 1 };
    for (const { probe, answer } of asked) answer({ type: "bbo_probed", probe, best });
    await eventually(() => diary().includes("symbol:A bbo_probed 2"));
    assertEquals(count(diary(), "symbol:A bbo_probed 1"), 0);
  }));

Deno.test("Supervisor ends an actor whose event loop hangs and starts it again", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "hang_once", { heartbeatMaxMs: 2_500 }));
    await eventually(() => count(diary(), "symbol:A init") === 2);
    const ages = diary().flatMap((line) => /init .* age=(.+)/.exec(line)?.[1] ?? []).map(Number);
    assertEquals(ages[0], 0, "a first life has no checkpoint");
    assert((ages[1] ?? 0) > 2_500, `the checkpoint is ${ages[1]} ms old`);
  }));

Deno.test("Supervisor ends an actor that does not become ready and starts it again", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "never_ready_once", { readyMaxMs: 1_500 }));
    await eventually(() => count(diary(), "symbol:A init") === 2);
  }));

Deno.test("Supervisor quarantines a symbol that keeps crashing, and the others live on", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("web", "live"));
    supervisor.start(puppet("symbol:B", "live"));
    supervisor.start(puppet("symbol:A", "crash_always"));
    await eventually(() => diary().some((line) => line.includes("symbol:A=quarantined")));
    assertEquals(count(diary(), "symbol:A init"), 4, "the first life and three restarts");
    const last = diary().findLast((line) => line.startsWith("web system"));
    assertStringIncludes(last ?? "", "symbol:B=running");
  }));

Deno.test("Supervisor ends with a reason when an essential actor keeps crashing", () =>
  stage(async ({ supervisor, puppet }) => {
    supervisor.start(puppet("writer", "crash_always"));
    const ending = await supervisor.ended;
    assertEquals(ending.kind, "failed");
    if (ending.kind === "failed") assertStringIncludes(ending.reason, "the puppet fell");
  }));

Deno.test("Supervisor ends with the line of an actor that calls an operator's mistake", () =>
  stage(async ({ supervisor, puppet }) => {
    supervisor.start(puppet("symbol:A", "live"));
    supervisor.start(puppet("web", "fatal"));
    assertEquals(await supervisor.ended, { kind: "failed", reason: "PUPPET is wrong: mend it" });
  }));

Deno.test("Supervisor.drain() ends symbols, web, writer and store in this order", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    for (const id of ["store", "writer", "web", "symbol:A", "symbol:B"] as const) {
      supervisor.start(puppet(id, "live"));
    }
    await eventually(() => count(diary(), "web connect") === 2);
    await supervisor.drain();
    const drained = diary().filter((line) => line.endsWith(" drained"));
    assertEquals(drained.slice(0, 2).toSorted(), ["symbol:A drained", "symbol:B drained"]);
    assertEquals(drained.slice(2), ["web drained", "writer drained", "store drained"]);
    assertEquals(await supervisor.ended, { kind: "drained", unacked: 0 });
  }));

Deno.test("Supervisor.drain() brings back a writer that dies while the feeds drain", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "drain_needs_new_writer"));
    supervisor.start(puppet("writer", "crash_once"));
    await eventually(() => count(diary(), "symbol:A connect writer") >= 1);
    await supervisor.drain();
    const lines = diary();
    assertEquals(count(lines, "writer init"), 2);
    const wired = lines.lastIndexOf("symbol:A connect writer");
    assertEquals(lines.indexOf("symbol:A drained") > wired, true);
    assertEquals(lines.indexOf("writer drain") > lines.indexOf("symbol:A drained"), true);
    assertEquals(await supervisor.ended, { kind: "drained", unacked: 3 });
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

Deno.test("Supervisor.remove() drains one symbol, tells its siblings, and leaves the others alone", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    for (const id of ["writer", "web", "symbol:A", "symbol:B"] as const) {
      supervisor.start(puppet(id, "live"));
    }
    await eventually(() => count(diary(), "writer connect") === 2);
    await eventually(() => count(diary(), "web connect") === 2);
    assertEquals(await supervisor.remove("A", Date.now() + 20_000), 0);
    await eventually(() => diary().includes("web disconnect symbol:A"));
    await eventually(() => diary().includes("writer disconnect symbol:A"));
    assertEquals(diary().includes("symbol:A drained"), true);
    assertEquals(count(diary(), "symbol:B drain"), 0);
    supervisor.start(puppet("symbol:A", "live"));
    await eventually(() => count(diary(), "symbol:A connect") === 4, "it can come back");
  }));

Deno.test("Supervisor.remove() of a symbol that has not started yet prevents its start", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "live"), 100);
    supervisor.start(puppet("symbol:B", "live"), 200);
    assertEquals(await supervisor.remove("A", Date.now() + 20_000), 0);
    await eventually(() => count(diary(), "symbol:B init") === 1);
    assertEquals(count(diary(), "symbol:A init"), 0);
  }));

Deno.test("Supervisor.drain() ends a symbol that is being removed, in its own time", () =>
  stage(async ({ supervisor, puppet, diary }) => {
    supervisor.start(puppet("symbol:A", "drain_needs_new_writer"));
    await eventually(() => count(diary(), "symbol:A init") === 1);
    const removed = supervisor.remove("A", Date.now() + 60_000);
    await supervisor.drain();
    assertEquals(diary().includes("symbol:A drained"), false);
    assertEquals(await removed, 0);
  }));
