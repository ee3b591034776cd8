/** What is in the hands of actors that die, as the supervisor tells it. */
import { assertEquals, assertMatch } from "@std/assert";
import type { ActorId } from "../../shared/protocol.ts";
import { setLogLevel } from "../../shared/log.ts";
import { eventually } from "../support/eventually.ts";
import { count, type Stage, stage } from "./puppet_stage.ts";

setLogLevel("error");

function withoutCrash(lost: Stage["lost"][number] | undefined): unknown {
  const { crash: _, ...rest } = lost ?? {} as Partial<Stage["lost"][number]>;
  return rest;
}

/** The number of a puppet's first life, as it has noted it itself. */
function firstLife(lines: readonly string[], actorId: ActorId): number {
  const first = lines.find((line) => line.startsWith(`${actorId} init `));
  return Number(/ init (\d+) /.exec(first ?? "")?.[1]);
}

Deno.test("Supervisor tells what a life had in hand that crashed, or was removed and did not hand it over", () =>
  stage(async ({ supervisor, puppet, lost, diary, heard }) => {
    const rows = { rows: 2, fromMs: 1_000, toMs: 2_000 };
    supervisor.start(puppet("symbol:A", "crash_once"));
    await eventually(() => lost.length === 1, "the crash is told");
    const told = { rows, alerts: 1, left: { to: null, rows: null, alerts: 0 } };
    const fell = { actorId: "symbol:A" as const, incarnation: firstLife(diary(), "symbol:A") };
    assertEquals(lost.map(withoutCrash), [{ ...fell, ...told }]);
    assertMatch(lost[0]?.crash ?? "", /the puppet fell/);
    supervisor.start(puppet("symbol:B", "ignore_drain"));
    supervisor.start(puppet("symbol:C", "live"));
    await heard();
    await supervisor.remove("symbol:B", Date.now() + 500);
    await supervisor.remove("symbol:C", Date.now() + 60_000);
    const removed = { actorId: "symbol:B" as const, incarnation: firstLife(diary(), "symbol:B") };
    assertEquals(lost.slice(1).map(withoutCrash), [{ ...removed, ...told }]);
    assertEquals(lost[1]?.crash, null);
  }));

Deno.test("Supervisor tells whose hands a dead life has left something in, and that it is lost where these are dead too", () =>
  stage(async ({ supervisor, puppet, lost, diary }) => {
    const kill = (actorId: ActorId) =>
      supervisor.tell(actorId, { type: "probe_failed", probe: 1, reason: "for a test" });
    const own = { rows: 2, fromMs: 1_000, toMs: 2_000 };
    supervisor.start(puppet("writer", "live"));
    for (const id of ["symbol:A", "symbol:B"] as const) supervisor.start(puppet(id, "sends_once"));
    await eventually(() => count(diary(), "writer connect") === 2, "both are wired");
    for (const id of ["symbol:A", "symbol:B"]) {
      await eventually(() => diary().includes(`${id} connect writer`), "and know it");
    }
    kill("symbol:A");
    await eventually(() => lost.length === 1, "the first death is told");
    await eventually(() => diary().includes("writer disconnect symbol:A #9"), "to its heir too");
    const left = {
      to: "writer" as const,
      rows: { rows: 5, fromMs: 3_000, toMs: 4_000 },
      alerts: 0,
    };
    assertEquals(lost.map(withoutCrash), [{
      actorId: "symbol:A",
      incarnation: firstLife(diary(), "symbol:A"),
      rows: own,
      alerts: 1,
      left,
    }]);
    kill("writer");
    await eventually(() => count(diary(), "symbol:B connect writer") === 2, "a second life of it");
    kill("symbol:B");
    await eventually(() => lost.length === 2, "the next death is told");
    await eventually(() => diary().includes("writer disconnect symbol:B"), "nothing is on its way");
    const all = { rows: 7, fromMs: 1_000, toMs: 4_000 };
    assertEquals(withoutCrash(lost[1]), {
      actorId: "symbol:B",
      incarnation: firstLife(diary(), "symbol:B"),
      rows: all,
      alerts: 1,
      left: { to: null, rows: null, alerts: 0 },
    });
  }));
