/**
 * A whole monitor that gets no processor for a while: it reads what has come meanwhile before it judges. No book begins
 * anew, no connection is replaced, no feed is called stale and no actor is started anew.
 */
import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { ChildStatus } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { startMonitor } from "../support/monitor.ts";

const SYMBOLS = Array.from({ length: 8 }, (_, n) => `S${String.fromCharCode(65 + n)}USDT`);
/**
 * Longer than any silence of these streams may be, and shorter than the exchange waits for the answer to a ping: it ends the
 * connection of whoever is away for longer.
 */
const STOPPED_MS = 8_000;
/** A stream is known after a hundred intervals; what a late verdict would do shows in as long. */
const CALM_MS = 12_000;

interface Health {
  readonly symbols: readonly { readonly state: string; readonly timeMs: number | null }[];
  readonly children: readonly ChildStatus[];
}

Deno.test("A monitor that was stopped for 8 s comes back without a resync, a new connection or a restart", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-held-up-" });
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 16 },
  });
  const monitor = startMonitor({
    DATA_DIR: dataDir,
    SYMBOLS: SYMBOLS.join(),
    SYMBOLS_PER_WORKER: "4",
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
  });
  try {
    const url = await monitor.url();
    // It answers alike while it is down.
    const health = async (): Promise<Health> => await (await fetch(`${url}/healthz`)).json();
    const areLiveSince = async (sinceMs: number) =>
      (await health()).symbols.every(({ state, timeMs }) =>
        state === "live" && timeMs !== null && timeMs > sinceMs
      );
    await eventually(() => areLiveSince(0), "every symbol is live");
    await delay(CALM_MS);
    const said = monitor.log().length;
    const before = (await health()).children;
    const lives = before.map(({ incarnation }) => incarnation);
    const booksOf = (children: readonly ChildStatus[]) =>
      children.map(({ actorId, gauges }) => [actorId, gauges["snapshots"] ?? null]);
    monitor.signal("SIGSTOP");
    await delay(STOPPED_MS);
    monitor.signal("SIGCONT");
    const sinceMs = Date.now();
    await eventually(() => areLiveSince(sinceMs), "every symbol goes on");
    await delay(CALM_MS);
    const { children } = await health();
    assertEquals(children.map(({ incarnation }) => incarnation), lives, monitor.log());
    for (const { actorId, restarts, gauges } of children) {
      assertEquals([actorId, restarts], [actorId, 0]);
      if (!actorId.startsWith("symbol:")) continue;
      const { gaps, resyncs, replacements } = gauges;
      assertEquals(
        { gaps, resyncs, replacements },
        { gaps: 0, resyncs: 0, replacements: 0 },
        actorId,
      );
    }
    assertEquals(booksOf(children), booksOf(before), monitor.log());
    const lost = monitor.log().slice(said).split("\n").filter((line) =>
      /stale|resyncing|reconnecting|crashed|no heartbeat/.test(line)
    );
    assertEquals(lost, []);
  } finally {
    await monitor.end("SIGKILL");
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});
