/** Twenty power cuts of the embedded store of either kind, at moments of its load that chance chooses. */
// deno-lint-ignore-file no-console
import { underLoad } from "../support/power_cuts.ts";
import { randomOf } from "../support/random.ts";
import { cutRecorded } from "../support/recorded_cuts.ts";
import { loopDevice } from "../support/services.ts";

const CUTS = 20;
/** Rows between two cuts, at most: some seconds of load, so that checkpoints come between them too. */
const ROWS_MAX = 8_000;

function chance(): () => number {
  const seed = Deno.env.get("SEED") ?? String(crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`SEED=${seed}`);
  return randomOf(Number(seed));
}

if (loopDevice !== null) {
  Deno.test("store: of twenty power cuts none takes an acknowledged row, or what is needed to start", () =>
    underLoad(async ({ more, cut }) => {
      const random = chance();
      await more(1);
      for (let n = 0; n < CUTS; n++) {
        const { stored, due } = await cut();
        console.log(`cut ${n}: opened; ${due} rows were acknowledged, ${stored} are there`);
        await more(1 + Math.floor(random() * ROWS_MAX));
      }
    }));
}

Deno.test("store: nor does any of twenty in the middle of a statement, whatever the disk had taken by itself", () =>
  cutRecorded(
    CUTS,
    chance(),
    (stored, due) => console.log(`opened; ${due} rows were acknowledged, ${stored} are there`),
  ));
