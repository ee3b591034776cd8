/** A process that starts learns in one question how the rules of all its symbols stood. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { startWriter, SymbolPort, testOnBothDatabases } from "../integration/writer_stage.ts";
import { metricState } from "../support/memory_outputs.ts";
import { alertEvent, ruleState } from "../support/outputs.ts";
import { delivery } from "../writer/outputs.ts";

/** As many symbols as one monitor may follow, with as many rules as are built in. */
const SYMBOLS = 200;
const RULES = 13;
const RESTORED_MS_MAX = 5_000;

testOnBothDatabases("writer that starts", {
  [`restores ${SYMBOLS} symbols within ${RESTORED_MS_MAX} ms`]: async ({ address }) => {
    const names = Array.from({ length: SYMBOLS }, (_, i) => `S${i}USDT`);
    const memory = JSON.stringify({
      quantiles: Array.from({ length: 41 }, (_, i) => i * 1.234567),
    });
    // A micro-price that has seen a third of all steps.
    const steps = Array.from({ length: 3 * 300 }, (_, i) => i * 3.141592653589);
    const counts = JSON.stringify({ tickSize: 0.01, countedMs: 1e9, steps });
    const before = startWriter({ database: address });
    for (const symbol of names) {
      const port = new SymbolPort(before, symbol);
      const rules = Array.from(
        { length: RULES },
        (_, i) => ruleState({ symbol, rule: `rule_${i}`, number: i + 1, memory }),
      );
      const metrics = [
        metricState({ symbol, metric: "microPrice", memory: counts }),
        metricState({ symbol }),
        metricState({ symbol, metric: "resilienceHalfLife", memory: "[1,2,3]" }),
      ];
      port.send(delivery(1, [alertEvent({ symbol, alertId: symbol }), ...rules, ...metrics]));
      await port.acked(1);
      port.close();
    }
    await before.drain();
    const fromMs = performance.now();
    const writer = startWriter({ database: address });
    const ports = names.map((symbol) => new SymbolPort(writer, symbol));
    for (const [i, port] of ports.entries()) {
      const { firing, rules, metrics } = await port.remembered();
      assertEquals([firing.map(({ alertId }) => alertId), rules.length], [[names[i]], RULES]);
      assertEquals(metrics.find(({ metric }) => metric === "microPrice")?.memory, counts);
      assertEquals(metrics.length, 3);
      port.close();
    }
    const tookMs = performance.now() - fromMs;
    console.log(
      `${SYMBOLS} symbols with ${RULES} rules and ${counts.length} characters of counts each: ` +
        `${Math.round(tookMs)} ms`,
    );
    assert(tookMs < RESTORED_MS_MAX, `${tookMs} ms`);
    await writer.drain();
  },
});
