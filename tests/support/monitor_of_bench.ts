/** As a benchmark that has just started a monitor, until it is ended: prints the monitor's process and its address as JSON. */
import { startMonitorProcess } from "../../scripts/bench/monitor_process.ts";

if (import.meta.main) {
  const { pid, url } = await startMonitorProcess([], null, {
    depthLevels: 1_000,
    liveMsMax: 120_000,
  });
  // deno-lint-ignore no-console
  console.log(JSON.stringify({ pid, url }));
  setInterval(() => {}, 60_000);
}
