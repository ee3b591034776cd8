import { assertEquals } from "@std/assert";
import { Connections, RETIRE_MS } from "../../../../actors/symbol/engine/connection/connections.ts";
import { Backoff } from "../../../../shared/backoff.ts";

const JOIN_MAX_MS = 30_000;
const HOUR_MS = 3_600_000;

function connections(): Connections {
  const age = { minMs: 22 * 3_600_000, maxMs: 23.5 * 3_600_000 };
  return new Connections(age, new Backoff({ firstMs: 250, capMs: 30_000 }, () => 0), () => 0, 0);
}

/** Connection 1 is in use since 0; its command has been taken. */
function inUse(): Connections {
  const made = connections();
  made.opened(1, 0);
  made.takeCommands();
  return made;
}

/** A connection beside another, and one for a feed that was lost. */
const beside = (connection: number) =>
  ({ type: "open_connection", connection, priority: "renew", delayMs: 0 }) as const;
const anew = (connection: number, delayMs: number) =>
  ({ type: "open_connection", connection, priority: "resync", delayMs }) as const;
const hurry = (connection: number) =>
  ({ type: "hurry_connection", connection, priority: "resync" }) as const;
const close = (connection: number) => ({ type: "close_connection", connection }) as const;

Deno.test("Connections asks for the first one at once, and hears it from its opening on", () => {
  const made = connections();
  assertEquals([made.takeCommands(), made.current, made.openedMs], [
    [{ type: "open_connection", connection: 1, priority: "sync", delayMs: 0 }],
    1,
    null,
  ]);
  assertEquals([made.hears(1), made.opened(1, 500), made.hears(1)], [false, true, true]);
  assertEquals([made.openedMs, made.opened(1, 600), made.opened(2, 600)], [500, false, false]);
});

Deno.test("Connections.closed() of the only one is a loss, and the next is asked for, later each time", () => {
  const made = inUse();
  assertEquals([made.closed(1, 0), made.takeCommands()], ["lost", [anew(2, 125)]]);
  assertEquals([made.closed(2, 0), made.takeCommands()], ["lost", [anew(3, 250)]]);
  made.forgive();
  assertEquals([made.closed(3, 0), made.takeCommands()], ["lost", [anew(4, 125)]]);
  assertEquals(
    [made.closed(1, 0), made.takeCommands()],
    ["none", []],
    "it is none of ours any more",
  );
});

Deno.test("Connections.replace() asks for one successor, and for none of one that has not opened", () => {
  const made = connections();
  made.takeCommands();
  made.replace(0);
  assertEquals(made.takeCommands(), []);
  made.opened(1, 0);
  made.replace(0);
  made.replace(0);
  assertEquals([made.takeCommands(), made.current], [[beside(2)], 1]);
});

Deno.test("Connections.suspect() names whom the successor is to replace, also when it must wait", () => {
  const made = inUse();
  made.suspect(0);
  assertEquals(made.takeCommands(), [{ ...beside(2), suspect: 1 }]);
  // It fails, and another is asked for when the wait is over.
  made.closed(2, 0);
  made.tick(125);
  assertEquals(made.takeCommands(), [{ ...beside(3), suspect: 1 }]);
  made.opened(3, 200);
  made.joined(3, 200);
  made.tick(200 + RETIRE_MS);
  made.takeCommands();
  made.endsSoon(3, 60_000);
  assertEquals(made.takeCommands(), [beside(4)], "an announced end is no suspicion");
});

Deno.test("Connections.joined() puts the successor into use; the one before it is heard a while longer", () => {
  const made = inUse();
  made.replace(0);
  made.opened(2, 100);
  assertEquals(made.joined(1, 200), false);
  assertEquals([made.joined(2, 200), made.joined(2, 200)], [true, false]);
  assertEquals([made.current, made.replacements, made.openedMs], [2, 1, 100]);
  assertEquals([made.hears(1), made.hears(2)], [true, true]);
  assertEquals(made.tick(200 + RETIRE_MS - 1), null);
  assertEquals([made.tick(200 + RETIRE_MS), made.hears(1)], [1, false]);
  assertEquals(made.takeCommands(), [beside(2), close(1)]);
});

Deno.test("Connections.closed() of the one in use is carried by an open successor, and lost with none", () => {
  const carried = inUse();
  carried.replace(0);
  carried.opened(2, 0);
  assertEquals([carried.closed(1, 0), carried.current], ["carried", 2]);
  const lost = inUse();
  lost.replace(0);
  lost.takeCommands();
  assertEquals([lost.closed(1, 0), lost.current, lost.takeCommands()], ["lost", 2, [hurry(2)]]);
});

Deno.test("Connections.closed() of a successor changes nothing, and the next is tried after a pause", () => {
  const made = inUse();
  made.replace(0);
  assertEquals([made.closed(2, 1_000), made.hears(1)], ["none", true]);
  made.takeCommands();
  made.replace(1_000);
  made.tick(1_124);
  assertEquals(made.takeCommands(), [], "however often it is asked for");
  made.tick(1_125);
  assertEquals(made.takeCommands(), [beside(3)]);
});

Deno.test("Connections.tick() closes a successor that does not join while the other speaks", () => {
  const made = inUse();
  made.replace(0);
  made.opened(2, 0);
  made.heard(1);
  assertEquals(made.tick(JOIN_MAX_MS - 1), null);
  assertEquals([made.tick(JOIN_MAX_MS), made.hears(2), made.current], [2, false, 1]);
  assertEquals(made.takeCommands(), [beside(2), close(2)]);
});

Deno.test("Connections.tick() puts a silent successor into use when there was nothing to hear", () => {
  const made = inUse();
  made.heard(1);
  made.replace(0);
  made.opened(2, 100);
  assertEquals([made.tick(JOIN_MAX_MS), made.current, made.replacements], [null, 2, 1]);
  assertEquals(made.tick(JOIN_MAX_MS + RETIRE_MS), 1);
});

Deno.test("Connections never has three: a replacement waits for the end of the one before", () => {
  const made = inUse();
  made.endsSoon(1, HOUR_MS);
  made.opened(2, HOUR_MS);
  made.endsSoon(2, HOUR_MS);
  made.joined(2, HOUR_MS);
  made.takeCommands();
  made.tick(HOUR_MS + RETIRE_MS - 1);
  assertEquals(made.takeCommands(), []);
  made.tick(HOUR_MS + RETIRE_MS);
  made.tick(HOUR_MS + RETIRE_MS + 100);
  assertEquals(made.takeCommands(), [close(1), beside(3)]);
});
