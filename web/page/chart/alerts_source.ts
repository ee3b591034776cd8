/// <reference lib="dom" />
/** Stored alerts of one symbol that are too old to be among the newest, which the page has anyway. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { AlertEvent } from "../../../shared/output.ts";
import { NEWEST_ALERTS } from "../api.ts";
import type { Loading } from "../loading.ts";
import { fetchAlertsIn } from "./chart_questions.ts";
import { lengthOf, type TimeSpan } from "./time_view.ts";

/** So much of what is shown is asked for beside it. */
const BESIDE = 1;
/** Who pans asks for nothing on the way, and who was answered nothing tries again. */
const PAUSE_MS = 400;
const RETRY_MS = 5_000;

/** One per chart and symbol; who makes it closes it. */
export class AlertsSource {
  readonly #symbol: string;
  readonly #stored = signal<readonly AlertEvent[]>([]);
  #asked: TimeSpan | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  get stored(): ReadonlySignal<readonly AlertEvent[]> {
    return this.#stored;
  }

  /** This is shown; `newest`: how many of the newest alerts of all symbols have come. */
  want(span: TimeSpan, newest: Loading): void {
    if (newest.kind !== "loaded" || newest.rows < NEWEST_ALERTS) return;
    const asked = this.#asked;
    if (asked !== null && asked.fromMs <= span.fromMs) return;
    const fromMs = Math.max(0, span.fromMs - BESIDE * lengthOf(span));
    this.#ask({ fromMs, toMs: span.toMs + BESIDE * lengthOf(span) }, PAUSE_MS);
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asked = null;
  }

  #ask(span: TimeSpan, pauseMs: number): void {
    this.#asked = span;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(span), pauseMs);
  }

  async #load(span: TimeSpan): Promise<void> {
    const answer = await fetchAlertsIn(this.#symbol, span);
    if (this.#asked !== span) return;
    if (answer.ok) this.#stored.value = answer.value;
    else this.#ask(span, RETRY_MS);
  }
}
