/** What an offline replay knows at every update id of a recording. */
import { computeMetrics } from "../../actors/symbol/engine/metrics.ts";
import { readRecording } from "../../scripts/recording.ts";
import { ReplayRun, symbolOf } from "../../scripts/replay_run.ts";
import type { BookMetrics } from "../../shared/output.ts";

/** Windowless metrics by update id, and the imbalance by time for the windowed ones. */
export interface Offline {
  readonly symbol: string;
  readonly metrics: ReadonlyMap<number, BookMetrics>;
}

/** Replays a recording and takes the metrics after every applied update. */
export async function offlineMetrics(file: string): Promise<Offline> {
  let run: ReplayRun | null = null;
  const metrics = new Map<number, BookMetrics>();
  for await (const line of readRecording(file)) {
    if (run === null) {
      const symbol = symbolOf(line.payload);
      if (symbol === null) continue;
      run = new ReplayRun(symbol, line.receivedMs, { metricsIntervalMs: 1_000 });
    }
    run.line(line);
    const id = run.engine.bookUpdateId;
    if (id === null || metrics.has(id)) continue;
    metrics.set(id, computeMetrics(run.engine.book, { bidEdge: null, askEdge: null }));
  }
  if (run === null) throw new Error(`No market frame in ${file}`);
  return { symbol: run.symbol, metrics };
}
