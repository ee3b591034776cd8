/** As a benchmark that has just started a monitor, until it is ended, or with `--fail` fails: prints the monitor's process as JSON. */
import { startMonitorProcess } from "../../scripts/bench/monitor_process.ts";

if (import.meta.main) {
  const { pid } = await startMonitorProcess([], null, { liveMsMax: 120_000 });
  // deno-lint-ignore no-console
  console.log(JSON.stringify({ pid }));
  if (Deno.args.includes("--fail")) void Promise.reject(new Error("nobody waits for this"));
  setInterval(() => {}, 60_000);
}
