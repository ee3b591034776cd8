/** Two power cuts of the embedded store; twenty are in tests/long. */
import { assert } from "@std/assert";
import { underLoad } from "../support/power_cuts.ts";
import { loopDevice } from "../support/services.ts";

// Where no disk can be made it is told among the services that are missing, and is no skipped test.
if (loopDevice !== null) {
  Deno.test("store: a power cut takes no acknowledged row, a moment after its creation or under load", () =>
    underLoad(async ({ more, cut }) => {
      await more(1);
      const young = await cut();
      assert(young.due >= 1, `${young.due} rows were due`);
      await more(2_000);
      const old = await cut();
      assert(old.due >= 2_000, `${old.due} rows were due`);
    }));
}
