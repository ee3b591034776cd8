import { recordingsDir } from "../support/services.ts";
import { assertLossesAreCaught } from "../scripts/replayed.ts";

for (const symbol of ["btcusdt", "ethusdt"]) {
  Deno.test({
    name: `ReplayRun catches each of 1,000 lost depth updates of ${symbol} at the next one`,
    ignore: recordingsDir === null,
    fn: () => assertLossesAreCaught(`${recordingsDir}/${symbol}_20240808.gz`, 3_000, 1_000),
  });
}
