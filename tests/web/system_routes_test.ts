import { assertEquals } from "@std/assert";
import type { ShownVariable } from "../../shared/about.ts";
import { systemStatus } from "../support/outputs.ts";
import type { ChildStatus } from "../../shared/protocol.ts";
import { setUp } from "./app_stage.ts";

function childStatus(over: Partial<ChildStatus> & Pick<ChildStatus, "actorId">): ChildStatus {
  return { state: "running", reason: null, incarnation: 1, restarts: 0, gauges: {}, ...over };
}

Deno.test("GET /api/system tells of each actor what its heartbeat has said, and of one that does not run nothing of before", async () => {
  const { hub, ask } = setUp();
  const gauges = {
    heapBytes: 5e6,
    lagMs: 3,
    heartbeatAgeMs: 400,
    writerUnacked: 2,
    learningRules: 4,
    overload: 2,
  };
  hub.setSystem(systemStatus({
    children: [
      childStatus({ actorId: "symbol:BTCUSDT", restarts: 1, gauges }),
      childStatus({ actorId: "symbol:ETHUSDT", state: "failed", reason: "unknown", gauges }),
      childStatus({
        actorId: "symbol:BNBUSDT",
        worker: { name: "symbol worker 2", actors: 13 },
        gauges: { workerHeapBytes: 6e7 },
      }),
      childStatus({ actorId: "writer", gauges: { rows: 12 } }),
    ],
  }));
  const answer = await (await ask("/api/system")).json();
  const shown = answer.actors.map((one: Record<string, unknown>) => [
    one["actorId"],
    one["heapBytes"],
    one["lagMs"],
    one["heartbeatAgeMs"],
    one["unacked"],
    one["learningRules"],
    one["overload"],
    one["worker"],
  ]);
  assertEquals(shown, [
    ["symbol:BTCUSDT", 5e6, 3, 400, 2, 4, 2, null],
    ["symbol:ETHUSDT", null, null, 400, null, null, null, null],
    ["symbol:BNBUSDT", null, null, null, null, null, null, {
      name: "symbol worker 2",
      actors: 13,
      heapBytes: 6e7,
    }],
    ["writer", null, null, null, null, null, null, null],
  ]);
  assertEquals([answer.store, answer.writer], [null, { rows: 12 }]);
  assertEquals(answer.versions.monitor, "0.0.0");
  assertEquals(answer.versions.database, null);
  assertEquals(answer.databaseProblem, "The database does not say");
});

Deno.test("GET /api/system is answered while the database is away, and says why its version is not known", async () => {
  const { history, ask } = setUp();
  history.outage = "the database refuses connections";
  const response = await ask("/api/system");
  const { versions, databaseProblem } = await response.json();
  assertEquals([response.status, versions.migration], [200, null]);
  assertEquals(databaseProblem, "History is not available: the database refuses connections");
});

Deno.test("GET /api/configuration is what the program says of itself", async () => {
  const variables: ShownVariable[] = [
    { name: "PORT", value: "8000", isHidden: false, origin: "default", meaning: "Port." },
    { name: "AUTH_TOKEN", value: null, isHidden: true, origin: "file", meaning: "A secret." },
  ];
  const { ask } = setUp({ about: { versions: { monitor: "1", deno: "2", v8: "14" }, variables } });
  assertEquals(await (await ask("/api/configuration")).json(), { variables });
});
