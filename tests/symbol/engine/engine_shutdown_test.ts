/** Connections that are announced to end, again and again: each costs an attempt of a small budget. */
import { assert, assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/book_sync.ts";
import { RETIRE_MS } from "../../../actors/symbol/engine/connection/connections.ts";
import type { Command } from "../../../actors/symbol/engine/event.ts";
import { EngineStage } from "./engine_stage.ts";
import { depthUpdate } from "./market.ts";

/** Keeps the sockets that the engine's commands ask for, and what of them is open at most. */
class Sockets {
  readonly driver: EngineStage;
  readonly open: Set<number> = new Set([1]);
  openMax = 1;
  asked = 0;

  constructor(driver: EngineStage) {
    this.driver = driver;
  }

  /** Carries out what was asked; `isRefused`: no connection opens. */
  run(commands: readonly Command[], isRefused = false): void {
    for (const command of commands) {
      if (command.type === "close_connection") this.open.delete(command.connection);
      if (command.type !== "open_connection") continue;
      this.asked += 1;
      const { connection } = command;
      if (isRefused) {
        const refused = { type: "closed", connection, reason: "refused" } as const;
        this.run(this.driver.accept(refused).commands, true);
        continue;
      }
      this.open.add(connection);
      this.openMax = Math.max(this.openMax, this.open.size);
      this.run(this.driver.accept({ type: "opened", connection }).commands);
    }
  }
}

Deno.test("Engine stays live over a server that announces its end on every connection, without a flood", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(STEADY_AFTER_MS);
  const sockets = new Sockets(driver);
  for (let id = 101; id <= 700; id++) {
    for (const connection of [...sockets.open]) {
      const update = depthUpdate(id, id);
      sockets.run(driver.accept({ type: "depth_update", connection, update }).commands);
      sockets.run(driver.accept({ type: "server_shutdown", connection }).commands);
    }
    sockets.run(driver.ticks(100).commands);
  }
  assertEquals([driver.engine.feed.state, driver.engine.feed.gaps], ["live", 0]);
  assertEquals(sockets.openMax, 2);
  assert(sockets.asked <= 12, `${sockets.asked} connections in a minute`);
  assertEquals(driver.engine.replacements, sockets.asked);
});

Deno.test("Engine asks no faster for a successor because its end is announced again", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(STEADY_AFTER_MS);
  const sockets = new Sockets(driver);
  for (let id = 101; id <= 700; id++) {
    driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(id, id) });
    sockets.run(driver.accept({ type: "server_shutdown", connection: 1 }).commands, true);
    sockets.run(driver.ticks(100).commands, true);
  }
  assertEquals(driver.engine.feed.state, "live");
  assert(sockets.asked <= 12, `${sockets.asked} attempts in a minute`);
});

Deno.test("Engine remembers an end that was announced before the connection was in use", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(60_000);
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  driver.accept({ type: "server_shutdown", connection: 2 });
  driver.accept({ type: "depth_update", connection: 2, update: depthUpdate(101, 101) });
  driver.ticks(RETIRE_MS + 1_000);
  assertEquals(driver.connection, 3);
});

Deno.test("Engine hands a quiet symbol over to a successor that has nothing to say either", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(60_000);
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  driver.ticks(60_000);
  assertEquals([driver.engine.replacements, driver.connection], [1, 2]);
  driver.accept({ type: "closed", connection: 1, reason: "cut" });
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 100]);
  driver.accept({ type: "depth_update", connection: 2, update: depthUpdate(101, 101) });
  assertEquals([driver.engine.bookUpdateId, driver.engine.feed.gaps], [101, 0]);
});

Deno.test("Engine gives a successor up that stays silent while the connection in use speaks", () => {
  const driver = new EngineStage().goLive();
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  for (let id = 101; id <= 140; id++) {
    driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(id, id) });
    driver.ticks(1_000);
  }
  assert(driver.commands.some(({ type }) => type === "close_connection"));
  assertEquals([driver.engine.replacements, driver.engine.feed.gaps], [0, 0]);
  assertEquals([driver.engine.feed.state, driver.connection], ["live", 3]);
});
