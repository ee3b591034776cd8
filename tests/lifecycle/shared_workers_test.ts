/** Workers that several symbols share, real ones: whose fault costs whom what, and who comes back where. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { SharingPlan } from "../../actors/supervisor/seating.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { ActorId } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { count, planOf, type Stage, stage } from "./puppet_stage.ts";

setLogLevel("error");
const plan = planOf({ perWorker: 3, cores: 1 });

function together(act: (stage: Stage) => Promise<void>): () => Promise<void> {
  return () => stage(act, { plan: plan as SharingPlan });
}

const statusOf = ({ supervisor }: Stage, id: ActorId) =>
  supervisor.statuses.find(({ actorId }) => actorId === id);
const workerOf = (on: Stage, id: ActorId) => statusOf(on, id)?.worker?.name ?? null;
const areRunning = (on: Stage) =>
  eventually(() => on.supervisor.statuses.every(({ state }) => state === "running"), "all run");

Deno.test(
  "A crash of one that shares its worker is its own: it is started again there, and its neighbours live on",
  together(async (on) => {
    const { supervisor, puppet, diary, lost } = on;
    for (const id of ["writer", "symbol:A"] as const) supervisor.start(puppet(id, "live"));
    supervisor.start(puppet("symbol:B", "crash_once"));
    await eventually(() => count(diary(), "symbol:B init") === 2, "its next life");
    await areRunning(on);
    assertEquals([count(diary(), "symbol:A init"), count(diary(), "symbol:A end")], [1, 0]);
    assertEquals(count(diary(), "symbol:B end"), 1, "the first life is ended, not only forgotten");
    assertEquals(
      [workerOf(on, "symbol:A"), workerOf(on, "symbol:B")],
      Array(2).fill("symbol worker 1"),
    );
    assertEquals(statusOf(on, "symbol:A")?.worker?.actors, 2);
    assertEquals(workerOf(on, "writer"), null);
    assertEquals(statusOf(on, "symbol:B")?.reason, null);
    assertMatch(lost[0]?.crash ?? "", /^Uncaught Error: the puppet fell$/);
    await eventually(() => diary().includes("symbol:B hears writer#1"), "it is wired anew");
    assert(diary().includes("symbol:B disconnect writer") === false, "the writer has not died");
  }),
);

Deno.test(
  "What nobody can be blamed for costs all that share the worker, and each is told why and comes back with its checkpoint",
  together(async (on) => {
    const { supervisor, puppet, diary, ended, lost } = on;
    supervisor.start(puppet("symbol:A", "live"));
    supervisor.start(puppet("symbol:B", "strays_once"));
    await on.heard();
    await eventually(() => count(diary(), "symbol:A init") === 2, "the neighbour's next life");
    await areRunning(on);
    assertEquals(count(diary(), "symbol:B init"), 2);
    assertEquals(ended, ["symbol:A", "symbol:B"]);
    const inits = diary().filter((line) => line.includes(" init "));
    assertEquals(inits.filter((line) => line.includes('checkpoint={"lives":1}')).length, 2);
    const why =
      /symbol worker 1, the worker that it shared with one other, was lost: Uncaught Error: a puppet strayed$/;
    assertMatch(lost[0]?.crash ?? "", why);
    for (const id of ["symbol:A", "symbol:B"] as const) {
      assertMatch(statusOf(on, id)?.reason ?? "", /^started again at 20\d\d-/);
      assertMatch(statusOf(on, id)?.reason ?? "", why);
      assertEquals(statusOf(on, id)?.worker, { name: "symbol worker 1", actors: 2 });
    }
  }),
);

Deno.test(
  "Those whose worker is lost again live apart, where the one who ends it is found and rests, and no other",
  together(async (on) => {
    const { supervisor, puppet, diary } = on;
    for (const id of ["symbol:A", "symbol:B"] as const) supervisor.start(puppet(id, "live"));
    supervisor.start(puppet("symbol:C", "strays_always"));
    await eventually(() => statusOf(on, "symbol:C")?.state === "quarantined", "it is found");
    assertMatch(statusOf(on, "symbol:C")?.reason ?? "", /^Uncaught Error: a puppet strayed$/);
    // Two lives with the others, and its own budget: a life and three restarts.
    assertEquals(count(diary(), "symbol:C init"), 6);
    for (const id of ["symbol:A", "symbol:B"] as const) {
      assertEquals(statusOf(on, id)?.state, "running");
      assertEquals([count(diary(), `${id} init`), workerOf(on, id)], [3, null], "apart, unharmed");
    }
  }),
);

Deno.test(
  "A loop that hangs costs all that share it, and one that is not ready in time itself alone",
  together(async (on) => {
    const { supervisor, puppet, diary, lost } = on;
    const limits = { heartbeatMaxMs: 2_500, readyMaxMs: 2_500 };
    supervisor.start(puppet("symbol:A", "live", limits));
    supervisor.start(puppet("symbol:B", "never_ready_once", limits));
    await eventually(() => count(diary(), "symbol:B init") === 2, "it is tried again");
    assertEquals(lost.map(({ crash }) => crash), [], "it had nothing in hand");
    assertEquals(count(diary(), "symbol:A init"), 1, "the loop turned for its neighbour");
    supervisor.start(puppet("symbol:C", "hang_once", limits));
    await eventually(() => count(diary(), "symbol:C init") === 2, "the hung one is found");
    await areRunning(on);
    for (const id of ["symbol:A", "symbol:B", "symbol:C"] as const) {
      assertMatch(
        statusOf(on, id)?.reason ?? "",
        /it shared with 2 others, was lost: no heartbeat for 2.5 s$/,
      );
    }
    assertEquals(count(diary(), "symbol:A init"), 2);
  }),
);

Deno.test(
  "Who is removed leaves its seat to the next, and a worker that is empty is ended",
  together(async (on) => {
    const { supervisor, puppet, diary } = on;
    for (const id of ["symbol:A", "symbol:B"] as const) supervisor.start(puppet(id, "live"));
    await areRunning(on);
    await supervisor.remove("symbol:A", Date.now() + 60_000);
    await eventually(() => diary().at(-1) === "symbol:A end", "drained, then ended");
    assertEquals([count(diary(), "symbol:A drained"), count(diary(), "symbol:B drain")], [1, 0]);
    supervisor.start(puppet("symbol:C", "live"));
    await areRunning(on);
    assertEquals(
      [workerOf(on, "symbol:B"), workerOf(on, "symbol:C")],
      Array(2).fill("symbol worker 1"),
    );
    for (const id of ["symbol:B", "symbol:C"] as const) {
      await supervisor.remove(id, Date.now() + 60_000);
    }
    supervisor.start(puppet("symbol:D", "live"));
    await areRunning(on);
    assertEquals(workerOf(on, "symbol:D"), "symbol worker 2");
    assertEquals(count(diary(), "symbol:C end"), 0, "it went with its worker");
  }),
);
