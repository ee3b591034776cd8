/**
 * What metrics were found to have to do with the moves of mid, in two recordings: `evidence.json`, which
 * `deno task evidence` makes. It speaks of those minutes, and of no other.
 */
import type { MetricName } from "./metrics.ts";
import found from "./evidence.json" with { type: "json" };

/**
 * R² with a move of mid, 0 to 1 (`null`: one of both does not vary); the share of chance's tries that gave as much
 * (`null`: too few moves to say); and how many moves there were that do not overlap.
 */
export type Measured = readonly [r2: number | null, p: number | null, moves: number];

/** What one recording shows. */
export interface RecordingEvidence {
  readonly symbol: string;
  /** The exchange's time of its first update, and how long it is. */
  readonly startMs: number;
  readonly spanMs: number;
  readonly updates: number;
  /** Of each metric: with the move of the next second, of the next ten, and of its own window. */
  readonly metrics: Readonly<Record<string, readonly Measured[]>>;
}

/** Recording by recording. */
export const EVIDENCE: readonly RecordingEvidence[] =
  // The file is written by the task that knows the type.
  (found as unknown as { readonly recordings: readonly RecordingEvidence[] }).recordings;

/** What each recording shows of a metric; a recording that was measured before there was the metric shows nothing. */
export function evidenceFor(
  name: MetricName,
): readonly { readonly symbol: string; readonly measured: readonly Measured[] | null }[] {
  return EVIDENCE.map(({ symbol, metrics }) => ({ symbol, measured: metrics[name] ?? null }));
}

/** Less often than once in a hundred tries it is no chance. */
const P_MAX = 0.01;

/** The sentence on the next second: what was found, in numbers, and whether that could be chance. */
export function evidenceSentence(name: MetricName): string {
  const all = evidenceFor(name);
  if (all.some(({ measured }) => measured === null)) return "Not measured yet.";
  const next = all.map(({ symbol, measured }) => ({
    symbol,
    of: measured?.[0] ?? [null, null, 0],
  }));
  const told = next.map(({ symbol, of: [r2] }) => `${shareText(r2)} (${symbol})`).join(" and ");
  if (next.every(({ of: [r2] }) => r2 === null)) return "It was not known, or did not vary.";
  const sure = next.filter(({ of: [r2, p] }) => r2 !== null && p !== null && p <= P_MAX).length;
  const verdict = sure === next.length
    ? "more than chance gives"
    : sure === 0
    ? "no more than chance gives"
    : "more than chance gives in one of them";
  return `R² with the next second's move is ${told}: ${verdict}.`;
}

/** R² to three digits, without the 0 before the point; a dash where there is none. */
export function shareText(r2: number | null): string {
  return r2 === null ? "–" : r2.toFixed(3).replace(/^0/, "");
}
