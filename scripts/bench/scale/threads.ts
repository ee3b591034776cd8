/**
 * Whose the processor time of a monitor is, by the names and numbers of its threads. Deno numbers the workers of a process in
 * the order in which they start, which is store, writer, web, and then the symbols' (`actors/children.ts`). Pure.
 */
import type { ProcStat } from "../proc_stat.ts";

/** Kinds of threads, as they are told. */
export const THREAD_KINDS = [
  "symbols",
  "web",
  "writer",
  "store",
  "main",
  "v8",
  "pool",
  "workers",
  "rest",
] as const;

/**
 * `main`: the process's own thread, with supervisor and exchange desk. `v8`: collection and compilation, of all workers.
 * `pool`: where Deno reads files, looks up names and the like. `workers`: of which it is not known whose they are.
 * `rest`: others, and those that have ended.
 */
export type ThreadKind = typeof THREAD_KINDS[number];

/** Processor time by kind of thread, milliseconds. */
export type CpuByKind = Readonly<Record<ThreadKind, number>>;

/** A process at one moment. */
export interface ProcessSnapshot {
  readonly atMs: number;
  /** Of the whole process, with threads that have ended. */
  readonly cpuMs: number;
  readonly threads: readonly ProcStat[];
}

/** What is known of a monitor's workers from what it says itself. */
export interface KnownWorkers {
  /** With an embedded store. */
  readonly hasStore: boolean;
  /** How many the symbols have. */
  readonly ofSymbols: number;
  /** One that is started again has another place in the order. */
  readonly areFirstLives: boolean;
}

/** Whose each thread is, by its id; `pid` is the process's. */
export function kindsOf(
  pid: number,
  threads: readonly ProcStat[],
  { hasStore, ofSymbols, areFirstLives }: KnownWorkers,
): ReadonlyMap<number, ThreadKind> {
  const workers = threads.flatMap(({ id, name }) => {
    const number = /^worker-(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [{ id, number: Number(number) }];
  }).sort((a, b) => a.number - b.number);
  const essential: readonly ThreadKind[] = [...hasStore ? ["store" as const] : [], "writer", "web"];
  // One more or less than there should be, and the order says nothing.
  const isKnown = areFirstLives && workers.length === essential.length + ofSymbols;
  const kinds = new Map<number, ThreadKind>(
    workers.map(({ id }, i) => [id, isKnown ? essential[i] ?? "symbols" : "workers"]),
  );
  for (const { id, name } of threads) {
    if (kinds.has(id)) continue;
    if (id === pid) kinds.set(id, "main");
    else if (name.startsWith("V8 ")) kinds.set(id, "v8");
    else kinds.set(id, name.startsWith("tokio-") ? "pool" : "rest");
  }
  return kinds;
}

/** What each kind has used from one moment to another; it adds up to what the process has. */
export function cpuBetween(
  before: ProcessSnapshot,
  after: ProcessSnapshot,
  kinds: ReadonlyMap<number, ThreadKind>,
): CpuByKind {
  const usedBefore = new Map(before.threads.map(({ id, cpuMs }) => [id, cpuMs]));
  const used = Object.fromEntries(THREAD_KINDS.map((kind) => [kind, 0])) as Record<
    ThreadKind,
    number
  >;
  let sum = 0;
  for (const { id, cpuMs } of after.threads) {
    const ms = cpuMs - (usedBefore.get(id) ?? 0);
    used[kinds.get(id) ?? "rest"] += ms;
    sum += ms;
  }
  // Of a thread that has ended only the process knows; sums of whole ticks may differ by some.
  used.rest += Math.max(0, after.cpuMs - before.cpuMs - sum);
  return used;
}
