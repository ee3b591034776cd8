/**
 * The worker's side of the control protocol, the same for every actor; the only file that reads
 * `globalThis`. An actor's `worker.ts` is one call of `runActor`. A worker has one actor that is spoken to
 * directly, or several, each in a seat: what is said to and by these is addressed by their incarnations.
 */
import { hideInLog, setLogLevel } from "../shared/log.ts";
import type { Control } from "../shared/protocol.ts";
import type { FromWorker, ToldInit, ToWorker } from "../shared/worker_messages.ts";
import { ActorLife, crashReport, type CreateActor } from "./actor_life.ts";

export type { Actor, ActorHost, News } from "./actor.ts";

type Scope = {
  readonly name: string;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
  addEventListener(
    type: "unhandledrejection",
    listener: (event: PromiseRejectionEvent) => void,
  ): void;
  postMessage(message: FromWorker): void;
};

/**
 * Serves the actors of this worker. `create` gets `init` and resolves when the actor is
 * initialised and listening; what it throws ends this life and the supervisor starts the next.
 * Control messages that arrive meanwhile wait, in order.
 */
export function runActor<Args>(create: CreateActor<Args>): void {
  const scope = globalThis as unknown as Scope;
  /** The one that has this worker to itself. */
  let own: ActorLife<Args> | null = null;
  const seats = new Map<number, ActorLife<Args>>();
  let secrets: readonly string[] = [];

  const told = (init: ToldInit<Args>) => {
    setLogLevel(init.logLevel);
    secrets = init.secrets;
    hideInLog(secrets);
    return init;
  };
  const seat = (incarnation: number, message: ToldInit<Args> | Control) => {
    if (message.type !== "init") {
      const life = seats.get(incarnation);
      if (life !== undefined) return life.take(message);
      // Of a life that is over: the port's other end would wait for somebody.
      if (message.type === "connect") message.port.close();
      return;
    }
    const life = new ActorLife(told(message), create, {
      post: (report) => scope.postMessage({ type: "seat", incarnation, report }),
      workerGauges: () => ({ workerHeapBytes: Deno.memoryUsage().heapUsed }),
      secrets,
    });
    seats.set(incarnation, life);
  };
  // What is thrown outside of every guard is the fault of the only one that is here, or of nobody who is known.
  const crash = (what: string, error: unknown) => {
    if (own !== null) own.crash(what, error);
    else scope.postMessage(crashReport(scope.name, what, error, secrets));
    scope.onmessage = null;
  };
  scope.addEventListener("error", (event) => {
    event.preventDefault();
    crash("Uncaught", event.error);
  });
  scope.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    crash("Uncaught (in promise)", event.reason);
  });
  // Set synchronously: a message posted before `onmessage` is set would be lost.
  scope.onmessage = ({ data }) => {
    if (data.type === "init") {
      own = new ActorLife(told(data as ToldInit<Args>), create, {
        post: (report) => scope.postMessage(report),
        workerGauges: () => ({ heapBytes: Deno.memoryUsage().heapUsed }),
        secrets,
      });
    } else if (data.type === "seat") {
      seat(data.incarnation, data.message as ToldInit<Args> | Control);
    } else if (data.type === "vacate") {
      seats.get(data.incarnation)?.end();
      seats.delete(data.incarnation);
    } else own?.take(data);
  };
}
