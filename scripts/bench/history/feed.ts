/** The writing beside which history is asked, or which is measured: a real writer in a process of its own. */
import type { BenchDatabase } from "./databases.ts";
import type { Burst, Fed, FeederArgs } from "./feeder.ts";
import { cpuSecondsBelow, startHost } from "./host.ts";

/** Rows that go into a database. */
export interface Feed {
  /** Resolves when so many rows are acknowledged in all; 0: when the writer is ready, and the first are on their way. */
  acked(rows: number): Promise<void>;
  /** CPU time of the writer and of who feeds it. */
  cpuSeconds(): number;
  /** Lets the writer store what it has, and ends it. */
  stop(): Promise<void>;
}

/** Starts to feed so many symbols, as `FeederArgs` says. */
export async function startFeed(
  { address }: BenchDatabase,
  symbols: number,
  burst: Burst | null,
): Promise<Feed> {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-bench-" });
  const args: FeederArgs = { database: address, dataDir, symbols, burst };
  const host = startHost("feeder.ts", args);
  let acked = -1;
  let isOver = false;
  let heard = Promise.withResolvers<void>();
  const reading = (async () => {
    // Its words are read as they come, so that it never waits for a reader.
    for (;;) {
      const line = await host.line();
      acked = (JSON.parse(line) as Fed).acked;
      heard.resolve();
      heard = Promise.withResolvers();
    }
  })().catch((error: unknown) => {
    if (!isOver) heard.reject(error);
  });
  return {
    acked: async (rows) => {
      while (acked < rows) await heard.promise;
    },
    cpuSeconds: () => cpuSecondsBelow(host.pid),
    stop: async () => {
      isOver = true;
      heard.promise.catch(() => {});
      await host.stop();
      await reading;
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}
