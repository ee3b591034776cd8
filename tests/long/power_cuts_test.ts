/** Twenty power cuts of the embedded store, at moments of its load that chance chooses. */
import { underLoad } from "../support/power_cuts.ts";
import { randomOf } from "../support/random.ts";
import { loopDevice } from "../support/services.ts";

const CUTS = 20;
/** Rows between two cuts, at most: some seconds of load, so that checkpoints come between them too. */
const ROWS_MAX = 8_000;

if (loopDevice !== null) {
  Deno.test("store: of twenty power cuts none takes an acknowledged row, or what is needed to start", () =>
    underLoad(async ({ more, cut }) => {
      const seed = Deno.env.get("SEED") ?? String(crypto.getRandomValues(new Uint32Array(1))[0]);
      console.log(`SEED=${seed}`);
      const random = randomOf(Number(seed));
      await more(1);
      for (let n = 0; n < CUTS; n++) {
        const { stored, due } = await cut();
        console.log(`cut ${n}: opened; ${due} rows were acknowledged, ${stored} are there`);
        await more(1 + Math.floor(random() * ROWS_MAX));
      }
    }));
}
