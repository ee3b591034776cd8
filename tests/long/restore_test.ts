/** A process that starts learns in one question how the rules of all its symbols stood. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { startWriter, SymbolPort, testOnBothDatabases } from "../integration/writer_stage.ts";
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
    const before = startWriter({ database: address });
    for (const symbol of names) {
      const port = new SymbolPort(before, symbol);
      const rules = Array.from(
        { length: RULES },
        (_, i) => ruleState({ symbol, rule: `rule_${i}`, number: i + 1, memory }),
      );
      port.send(delivery(1, [alertEvent({ symbol, alertId: symbol }), ...rules]));
      await port.acked(1);
      port.close();
    }
    await before.drain();
    const fromMs = performance.now();
    const writer = startWriter({ database: address });
    const ports = names.map((symbol) => new SymbolPort(writer, symbol));
    for (const [i, port] of ports.entries()) {
      const { firing, rules } = await port.remembered();
      assertEquals([firing.map(({ alertId }) => alertId), rules.length], [[names[i]], RULES]);
      port.close();
    }
    const tookMs = performance.now() - fromMs;
    console.log(`${SYMBOLS} symbols with ${RULES} rules each: ${Math.round(tookMs)} ms`);
    assert(tookMs < RESTORED_MS_MAX, `${tookMs} ms`);
    await writer.drain();
  },
});
