/**
 * Two power cuts of the embedded store; twenty of either kind are in tests/long. Where a disk can be made it is a copy
 * of that disk that is started again; elsewhere what Postgres did to its files is recorded, and played back.
 */
import { assert } from "@std/assert";
import { underLoad } from "../support/power_cuts.ts";
import { randomOf } from "../support/random.ts";
import { cutRecorded } from "../support/recorded_cuts.ts";
import { loopDevice } from "../support/services.ts";

const SEED = 20_261_129;

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
} else {
  Deno.test("store: a power cut takes no acknowledged row, as what it does to its files shows", () =>
    cutRecorded(2, randomOf(SEED)));
}
