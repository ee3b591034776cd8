/** Thread: a worker as it is started, listened to and stopped, whoever is in it. */
import type { FromWorker, ToWorker } from "../../shared/worker_messages.ts";

/** What a worker needs to be there. */
export interface WorkerSpec {
  readonly url: URL;
  readonly permissions: Deno.PermissionOptions;
}

/** One worker. */
export class Thread {
  readonly #worker: Worker;

  /** `onFailed`: it is over, and why; nothing is told after `stop`. */
  constructor(
    name: string,
    { url, permissions }: WorkerSpec,
    onMessage: (message: FromWorker) => void,
    onFailed: (reason: string) => void,
  ) {
    const worker = new Worker(url, { type: "module", name, deno: { permissions } });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data);
    worker.onerror = (event) => {
      // Otherwise an uncaught error in a worker ends the whole process.
      event.preventDefault();
      onFailed(event.message === "" ? "an uncaught error" : event.message);
    };
    worker.onmessageerror = () => onFailed("a message that could not be read");
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Ends it, at once unless it loops. */
  stop(): void {
    const worker = this.#worker;
    worker.onmessage = worker.onerror = worker.onmessageerror = null;
    // An error that is already on its way must still not end the process.
    worker.onerror = (event) => event.preventDefault();
    worker.terminate();
  }
}
