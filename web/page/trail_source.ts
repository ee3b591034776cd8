/// <reference lib="dom" />
/** Follows some metrics of a symbol over the last hour: what is stored is asked for, and what comes is added. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { settingsText } from "../../shared/catalogue/settings.ts";
import { fetchTrail } from "./trail_answer.ts";
import { type Page, usePage } from "./context.ts";
import { type Loading, ON_ITS_WAY } from "./loading.ts";
import { MetricTrail } from "./metric_trail.ts";
import type { SymbolShown } from "./symbol_store.ts";

/** What is known, and how far; another object whenever that is more. */
export interface TrailShown {
  readonly trail: MetricTrail;
  readonly loading: Loading;
}

/** So often it is looked whether something is missing: a writer may be that late. */
const LOOK_MS = 5_000;
/** What was not stored by then will not be. */
const TRIES_MAX = 3;
/** Beyond the span: the row before its beginning. */
const MARGIN_MS = 5_000;

/** The last `spanMs` of these metrics, and what of the last hour was watched before. */
export function useTrail(
  symbol: SymbolShown,
  names: readonly MetricName[],
  spanMs: number,
): ReadonlySignal<TrailShown> {
  const page = usePage();
  const shown = useMemo(
    () => signal<TrailShown>({ trail: new MetricTrail(names), loading: ON_ITS_WAY }),
    [symbol, names.join()],
  );
  useEffect(() =>
    effect(() => {
      const { value: metrics } = symbol.metrics;
      const { trail, loading } = shown.peek();
      if (metrics !== null && trail.take(metrics)) shown.value = { trail, loading };
    }), [symbol, shown]);
  useEffect(() => {
    const { name } = symbol;
    return name === null ? undefined : keepLoaded(page, name, spanMs, shown);
  }, [symbol, shown, spanMs]);
  return shown;
}

/** Asks at once, and again where something is missing that may be stored by now; ends with the function that it gives. */
function keepLoaded(
  { shown: { settings }, serverNow }: Page,
  symbol: string,
  spanMs: number,
  shown: { value: TrailShown; peek(): TrailShown },
): () => void {
  const { trail } = shown.peek();
  const stored = trail.names.filter((name) => definitionOf(name).stored !== null);
  let isOver = false;
  let isAsked = false;
  let isAnswered = false;
  /** How often it was asked for what is in each hole. */
  const tries = new Map<string, number>();
  const look = async () => {
    const now = settings.peek();
    if (isAsked || document.hidden || now === null) return;
    const fromMs = serverNow() - spanMs - MARGIN_MS;
    const holes = trail.holes(fromMs);
    if (isAnswered && holes.every((hole) => (tries.get(hole) ?? 0) >= TRIES_MAX)) return;
    isAsked = true;
    const answer = await fetchTrail(symbol, stored, fromMs, serverNow(), settingsText(now));
    isAsked = false;
    if (isOver) return;
    isAnswered ||= answer.ok;
    if (answer.ok) {
      trail.takeStored(answer.value);
      for (const hole of trail.holes(fromMs)) tries.set(hole, (tries.get(hole) ?? 0) + 1);
    }
    const loading: Loading = answer.ok
      ? { kind: "loaded", rows: answer.value.timeMs.length }
      : { kind: "failed", reason: answer.error };
    shown.value = { trail, loading };
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  // When the settings are told.
  const stop = settings.subscribe(() => void look());
  return () => {
    isOver = true;
    clearInterval(timer);
    stop();
  };
}
