/// <reference lib="dom" />
/** Asks for the last hour of the symbols whose rows are seen, some at a time; of what nobody sees nothing is asked or drawn. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Answer, fetchJson } from "./api.ts";
import type { Asked } from "./asked.ts";
import type { StoredHour } from "./overview_hour.ts";

const HOUR_MS = 3_600_000;
/** Of two minutes each: more points than a cell can show are not worth their way. */
const POINTS = 30;
/** The server reads one symbol after the other, and others wait for the database too. */
const SYMBOLS_AT_ONCE = 20;
const LOOK_MS = 1_000;
/** A point later there is something new. */
const AGAIN_MS = HOUR_MS / POINTS;
const RETRY_MS = 10_000;

const NOT_YET: Asked<StoredHour> = { value: null, localMs: null, problem: null };

/** One symbol's. */
interface Line {
  readonly asked: Signal<Asked<StoredHour>>;
  readonly isSeen: Signal<boolean>;
  /** When it is to be asked for again, by the page's monotonic clock. */
  dueMs: number;
}

/** What a cell follows. */
export interface HourShown {
  readonly asked: ReadonlySignal<Asked<StoredHour>>;
  readonly isSeen: ReadonlySignal<boolean>;
}

interface MetricsAnswer {
  readonly symbols: readonly {
    readonly symbol: string;
    readonly columns: {
      readonly timeMs: readonly number[];
      readonly mid?: readonly (number | null)[];
    };
  }[];
}

/** Of all symbols; `end` lets go of the timer. */
export class HourLines {
  readonly #now: () => number;
  readonly #lines = new Map<string, Line>();
  readonly #names = new WeakMap<Element, string>();
  readonly #observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      this.#lineOf(this.#names.get(target) ?? "").isSeen.value = isIntersecting;
    }
    void this.#look();
  });
  readonly #timer = setInterval(() => void this.#look(), LOOK_MS);
  #isAsking = false;

  /** `now`: the server's clock, UTC milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is known of a symbol. */
  of(symbol: string): HourShown {
    return this.#lineOf(symbol);
  }

  /** Asks for a symbol while this element is seen; ends with the function that it gives. */
  watch(element: Element, symbol: string): () => void {
    this.#names.set(element, symbol);
    this.#observer.observe(element);
    return () => {
      this.#observer.unobserve(element);
      this.#lineOf(symbol).isSeen.value = false;
    };
  }

  /** Nothing is asked any more. */
  end(): void {
    clearInterval(this.#timer);
    this.#observer.disconnect();
    this.#isAsking = true;
  }

  #lineOf(symbol: string): Line {
    let line = this.#lines.get(symbol);
    if (line === undefined) {
      line = { asked: signal(NOT_YET), isSeen: signal(false), dueMs: 0 };
      this.#lines.set(symbol, line);
    }
    return line;
  }

  async #look(): Promise<void> {
    const nowMs = performance.now();
    if (this.#isAsking || document.hidden) return;
    const due = [...this.#lines].filter(([, { isSeen, dueMs }]) => isSeen.peek() && dueMs <= nowMs)
      .slice(0, SYMBOLS_AT_ONCE);
    if (due.length === 0) return;
    this.#isAsking = true;
    const answer = await fetchHours(due.map(([symbol]) => symbol), this.#now());
    this.#isAsking = false;
    for (const [symbol, line] of due) {
      line.dueMs = performance.now() + (answer.ok ? AGAIN_MS : RETRY_MS);
      line.asked.value = answer.ok
        ? { value: answer.value.get(symbol) ?? [], localMs: Date.now(), problem: null }
        : { ...line.asked.peek(), problem: answer.error };
    }
  }
}

async function fetchHours(
  symbols: readonly string[],
  toMs: number,
): Promise<Answer<ReadonlyMap<string, StoredHour>>> {
  const fromMs = Math.round(toMs - HOUR_MS);
  const query = new URLSearchParams({
    symbols: symbols.join(),
    from: String(fromMs),
    to: String(Math.round(toMs)),
    limit: String(POINTS),
    columns: "mid",
  });
  const answer = await fetchJson<MetricsAnswer>(`api/metrics?${query}`);
  if (!answer.ok) return answer;
  const found = answer.value.symbols.map(({ symbol, columns: { timeMs, mid = [] } }) => {
    const stored: (number | null)[] = Array.from({ length: POINTS }, () => null);
    // Each point has the time of its end; in a hole there are none, or one that is `null`.
    timeMs.forEach((ms, i) => {
      const at = Math.ceil((ms - fromMs) / AGAIN_MS) - 1;
      stored[Math.min(POINTS - 1, Math.max(0, at))] = mid[i] ?? null;
    });
    return [symbol, stored] as const;
  });
  return { ok: true, value: new Map(found) };
}
