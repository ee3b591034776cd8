/**
 * A monitor as an operator runs it, whose workers can be ended in the middle of whatever they do. Its one argument names a
 * folder: a file in it with the name of an actor ends that actor's worker, as a crash does, and goes with it.
 */
import { processEnvironment } from "../../actors/environment.ts";
import { runMonitor, tellCrashes } from "../../actors/main.ts";

const POLL_MS = 5;
const living = new Map<string, Worker>();

globalThis.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    living.set(options?.name ?? "", this);
  }
};

function endMarked(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    const worker = living.get(name);
    living.delete(name);
    worker?.terminate();
    worker?.dispatchEvent(new ErrorEvent("error", { message: "ended because the test wanted it" }));
    // Last, because it tells the test that it is done.
    Deno.removeSync(`${folder}/${name}`);
  }
}

tellCrashes();
const [folder = ""] = Deno.args;
setInterval(() => endMarked(folder), POLL_MS);
Deno.exit(await runMonitor(() => processEnvironment([])));
