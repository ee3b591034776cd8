/** An engine that was held up once behaves later as one that never was: whatever waits, waits in the time that it has listened. */
import { assert, assertEquals } from "@std/assert";
import { EngineStage, states } from "./engine_stage.ts";
import { depthUpdate } from "./market.ts";

const SECOND_MS = 1_000;
/** Longer than anything that the scripts wait for. */
const HELD_UP_MS = 60 * SECOND_MS;

type Pass = (ms: number, isSpeaking?: boolean) => void;

const nextId = (stage: EngineStage) => (stage.engine.bookUpdateId ?? NaN) + 1;

/** What happens then, by what the engine waits for. */
const SCRIPTS: Readonly<Record<string, (stage: EngineStage, pass: Pass) => void>> = {
  "for a successor, which fails": (stage, pass) => {
    stage.accept({ type: "server_shutdown", connection: stage.connection });
    pass(100);
    stage.accept({ type: "closed", connection: stage.connection, reason: "-" });
    pass(20 * SECOND_MS);
  },
  "for the updates before one that is ahead": (stage, pass) => {
    stage.accept({ type: "server_shutdown", connection: stage.connection });
    stage.opened();
    const id = nextId(stage) + 1;
    const update = depthUpdate(id, id);
    stage.accept({ type: "depth_update", connection: stage.connection, update });
    pass(20 * SECOND_MS, false);
  },
  "for a ticker of a best price that has moved": (stage, pass) => {
    const id = nextId(stage);
    stage.update(depthUpdate(id, id, { bids: [[99.5, 1]] }));
    pass(30 * SECOND_MS);
  },
  "for the first word of a new connection": (stage, pass) => {
    stage.accept({ type: "closed", connection: stage.connection, reason: "-" });
    pass(5 * SECOND_MS, false);
    stage.opened();
    pass(20 * SECOND_MS, false);
  },
};

/** What the engine says and asks for from a script's begin on, and how many ms after that. */
function traceOf(heldUpMs: number, script: (stage: EngineStage, pass: Pass) => void): string[] {
  const stage = new EngineStage().goLive();
  const said: string[] = [];
  let fromMs = Infinity;
  let [commands, outputs] = [0, 0];
  const note = () => {
    const afterMs = stage.nowMs - fromMs;
    const told = [
      // Probes are numbered from the beginning of a life.
      ...stage.commands.slice(commands).map((command) => JSON.stringify({ ...command, probe: 0 })),
      ...states(stage.outputs.slice(outputs)),
    ];
    if (afterMs >= 0) said.push(...told.map((what) => `${afterMs} ${what}`));
    [commands, outputs] = [stage.commands.length, stage.outputs.length];
  };
  const pass: Pass = (ms, isSpeaking = true) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      const id = nextId(stage);
      if (isSpeaking) stage.update(depthUpdate(id, id));
      stage.ticks(100);
      note();
    }
  };
  pass(30 * SECOND_MS);
  stage.nowMs += heldUpMs;
  pass(10 * SECOND_MS);
  fromMs = stage.nowMs;
  script(stage, pass);
  note();
  return said;
}

for (const [what, script] of Object.entries(SCRIPTS)) {
  Deno.test(`An engine that was held up once waits ${what} as one that never was`, () => {
    const expected = traceOf(0, script);
    assert(expected.length > 0, "something comes of it");
    assertEquals(traceOf(HELD_UP_MS, script), expected);
  });
}
