/** One sync rule for venues that count in different ways: what an update covers is the decoder's to say. */
import { assertEquals } from "@std/assert";
import { Sync } from "../../../../actors/symbol/engine/sync/sync.ts";
import { depthSnapshot, depthUpdate } from "../market.ts";

/** USD-M futures: `pu` is the last `u`, and `U` is beyond `pu + 1` as a rule. */
const futures = (pu: number, u: number) => depthUpdate(pu + 1, u);

Deno.test("Sync follows a venue whose ids leave holes, when the decoder says what an update covers", () => {
  const sync = new Sync();
  sync.open(1);
  for (const [pu, u] of [[80, 90], [90, 104], [104, 111]] as const) {
    sync.update(futures(pu, u), 1, 0);
  }
  // The snapshot lies between the first update's end and the second one's own `U`.
  const joined = sync.snapshot(depthSnapshot(93), 0);
  assertEquals(
    joined.kind === "joined" && joined.replay.map(({ finalUpdateId }) => finalUpdateId),
    [
      ...[104, 111],
    ],
  );
  assertEquals(sync.update(futures(111, 130), 1, 0), { kind: "apply", then: [] });
  assertEquals(sync.update(futures(131, 140), 1, 0).kind, "gap", "what came after 130 was missed");
});
