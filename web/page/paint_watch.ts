/// <reference lib="dom" />
/** Watches when a symbol's frames are painted: on the animation frame in which they are drawn, and after it. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { ClockStep } from "./clock_step.ts";
import { type Page, usePage } from "./context.ts";
import { type Painted, PaintTimes } from "./painted.ts";
import type { SymbolShown } from "./symbol_store.ts";

const TOLD_MS = 1_000;
const ROUND_TRIP_MS = 15_000;
const TIMEOUT_MS = 5_000;

/** How long frames of the symbol take from being written until they are on this screen, told once a second. */
export function usePainted(symbol: SymbolShown): ReadonlySignal<Painted> {
  const page = usePage();
  const times = useMemo(() => new PaintTimes(), [symbol]);
  const painted = useMemo(() => signal(times.at(performance.now())), [times]);
  useEffect(() => {
    const end = new AbortController();
    const tell = setInterval(() => painted.value = times.at(performance.now()), TOLD_MS);
    const ask = setInterval(() => void timeRoundTrip(times, end.signal), ROUND_TRIP_MS);
    void timeRoundTrip(times, end.signal);
    const stop = watchFrames(page, symbol, times);
    return () => {
      end.abort();
      clearInterval(tell);
      clearInterval(ask);
      stop();
    };
  }, [times]);
  return painted;
}

function watchFrames(page: Page, symbol: SymbolShown, times: PaintTimes): () => void {
  // Signals change within an animation frame (`pictures.ts`): a message that is posted there comes when that is painted.
  const after = new MessageChannel();
  const clock = new ClockStep();
  let isBelieved = true;
  after.port1.onmessage = ({ data }: MessageEvent<number>) => {
    // Since the page's clock was set it does not know the monitor's, until a stream's first word tells it anew.
    if (clock.look()) isBelieved = false;
    if (isBelieved) times.take(data, page.serverNow(), performance.now());
  };
  // What comes first, after a stream began or the page was hidden or stopped, may be of long before.
  let isFirst = true;
  const forget = () => isFirst = true;
  document.addEventListener("visibilitychange", forget);
  const stops = [
    effect(() => {
      void page.shown.connection.value;
      void page.isPaused.value;
      forget();
    }),
    page.hear("hello", () => {
      clock.look();
      isBelieved = true;
    }),
    effect(() => {
      const book = symbol.book.value;
      const writtenMs = book?.writtenMs ?? null;
      if (book === null || isFirst || document.hidden) isFirst = book === null;
      else if (writtenMs !== null) after.port2.postMessage(writtenMs);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    document.removeEventListener("visibilitychange", forget);
    after.port1.close();
  };
}

async function timeRoundTrip(times: PaintTimes, signal: AbortSignal): Promise<void> {
  if (document.hidden) return;
  const startMs = performance.now();
  try {
    const answer = await fetch("livez", {
      cache: "no-store",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.text();
    if (answer.ok) times.takeRoundTrip(performance.now() - startMs);
  } catch (error) {
    // The stream says whether the server is there.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}
