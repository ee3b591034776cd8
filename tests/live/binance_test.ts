/** Two minutes of the real BTCUSDT; needs the internet, so it runs by `deno task test:live` only. */
import { assert, assertEquals } from "@std/assert";
import type { ChildStatus } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, startMonitor } from "../support/monitor.ts";

const WATCH_MS = 120_000;

Deno.test("Binance's BTCUSDT stays live and agrees with its book ticker for two minutes", async () => {
  const dataDir = await Deno.makeTempDir();
  const monitor = startMonitor({ DATA_DIR: dataDir, SYMBOLS: "BTCUSDT" });
  try {
    const url = await monitor.url();
    const health = () =>
      getJson<{ status: string; children: readonly ChildStatus[] }>(`${url}/healthz`);
    const isLive = async () =>
      (await fetch(`${url}/healthz`)).ok && (await health()).status === "ok";
    await eventually(isLive, "BTCUSDT is live", 60_000);
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    const { children, status } = await health();
    const gauges = children.find(({ actorId }) => actorId === "symbol:BTCUSDT")?.gauges ?? {};
    console.log(`exact ${gauges.exactChecked}, mismatched ${gauges.exactMismatched}`);
    assertEquals(status, "ok");
    assert((gauges.exactChecked ?? 0) > 0, "no exact check was possible");
    assertEquals(gauges.exactMismatched, 0);
    assertEquals(gauges.gaps, 0);
    assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
  } finally {
    await monitor.end("SIGKILL");
    await Deno.remove(dataDir, { recursive: true });
  }
});
