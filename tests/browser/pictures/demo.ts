/** A demo for pictures: on a free port, in a folder that goes with it, with a simulated week behind it. */
import { eventually } from "../../support/eventually.ts";
import { startMonitor } from "../../support/monitor.ts";

/** How long the week may take on a busy machine. */
const SEED_MAX_MS = 60 * 60_000;
const TELL_EVERY_MS = 30_000;

/** A running demo. */
export interface Demo {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one, and waits until its history is whole; what it waits for is told now and then. */
export async function startDemo(tell: (text: string) => void): Promise<Demo> {
  const dataDir = await Deno.makeTempDir({ prefix: "obm pictures " });
  const monitor = startMonitor({ DATA_DIR: dataDir }, [], ["scripts/demo.ts"]);
  const close = async () => {
    await monitor.end("SIGTERM");
    await Deno.remove(dataDir, { recursive: true });
  };
  try {
    const url = await monitor.url();
    let ended = false;
    void monitor.status.then(() => ended = true);
    const timer = setInterval(() => {
      const told = monitor.log().match(/simulated history of .*/g)?.at(-1);
      tell(told ?? `${url} waits for its store`);
    }, TELL_EVERY_MS);
    const isWhole = () => ended || monitor.log().includes("simulated history is complete");
    await eventually(isWhole, "the simulated week", SEED_MAX_MS).finally(() =>
      clearInterval(timer)
    );
    if (ended) throw new Error(`The demo ended: ${monitor.log()}`);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
