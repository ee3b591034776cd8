/** Checkpoints, and when they are put off. */
import { assertEquals } from "@std/assert";
import { Upkeep, type UpkeepParts } from "../../actors/store/upkeep.ts";
import { COPIER_NAME } from "../../shared/database_address.ts";
import { eventually } from "../support/eventually.ts";
import { onStage } from "./gateway_stage.ts";

/** Upkeep that looks all the time after a session that is always written to. */
function onLook(over: { isCopied: boolean; isAmple: boolean; intervalMs?: number }) {
  let writes = 0;
  const looks = { count: 0, checkpoints: 0 };
  const parts: UpkeepParts = {
    session: {
      get writes() {
        return ++writes;
      },
      maintain: () => {
        looks.checkpoints += 1;
        return Promise.resolve(null);
      },
    },
    room: { hasRoomForCheckpoint: () => true, isAmple: over.isAmple },
    isCopied: () => {
      looks.count += 1;
      return over.isCopied;
    },
    intervalMs: over.intervalMs ?? 1,
  };
  return { upkeep: new Upkeep(parts), looks };
}

Deno.test("Upkeep makes no checkpoint while the folder is copied, unless room is scarce or it takes for ever", async () => {
  const copied = onLook({ isCopied: true, isAmple: true });
  await eventually(() => copied.looks.count > 5);
  await copied.upkeep.stop();
  assertEquals(copied.looks.checkpoints, 0);
  const cases = [{ isCopied: false, isAmple: true }, { isCopied: true, isAmple: false }];
  for (const over of cases) {
    const { upkeep, looks } = onLook(over);
    await eventually(() => looks.checkpoints > 0);
    await upkeep.stop();
  }
});

Deno.test("Gateway knows who copies the folder by its name, until it has gone", () =>
  onStage({}, async ({ gateway, sql }) => {
    const other = sql({ max: 1, connection: { application_name: "psql" } });
    await other`SELECT 1`;
    assertEquals(gateway.isCopied, false);
    const copier = sql({ max: 1, connection: { application_name: COPIER_NAME } });
    await copier`SELECT 1`;
    assertEquals(gateway.isCopied, true);
    await copier.end();
    await eventually(() => !gateway.isCopied);
  }));
