/**
 * The look-alike exchange as a process of the benchmark: prints its addresses as one line of JSON and
 * ends when its standard input does, so that it cannot outlive the process that measures.
 */
import { startExchange } from "../exchange/exchange.ts";
import { parseFlags } from "../exchange/flags.ts";

if (import.meta.main) {
  const options = parseFlags(Deno.args);
  if (options === "help") Deno.exit(1);
  const exchange = await startExchange({ ...options, port: 0 });
  // deno-lint-ignore no-console
  console.log(JSON.stringify({ restUrl: exchange.restUrl, wsUrl: exchange.wsUrl }));
  for await (const _ of Deno.stdin.readable);
  await exchange.stop();
  Deno.exit(0);
}
