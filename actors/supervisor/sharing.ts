/** Sharing: how many of so many actors have one worker together. Pure. */

/** What an operator has said, and on which machine. */
export interface Sharing {
  /** In one worker, 1: each has its own; `auto`: by the machine. */
  readonly perWorker: number | "auto";
  readonly cores: number;
}

/** A worker costs memory and ticks of its own, and more than so many on a core bring nothing. */
const WORKERS_PER_CORE = 8;
/** What one that is lost may take with it, where the machine is to choose. */
const PER_WORKER_MAX = 16;

/**
 * How many may sit in one worker when there are to be so many actors, of which some have workers of their own already; 1: the
 * next one has its own too.
 */
export function seatsPerWorker({ perWorker, cores }: Sharing, actors: number, alone = 0): number {
  if (perWorker !== "auto") return perWorker;
  const workers = WORKERS_PER_CORE * Math.max(1, cores);
  if (actors <= workers) return 1;
  const shared = Math.max(1, workers - alone);
  return Math.min(PER_WORKER_MAX, Math.max(2, Math.ceil((actors - alone) / shared)));
}
