/** What one chart shows and how a person came there, in step with the address and what is kept. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { PanelSettings } from "../panel_settings.ts";
import {
  type ChartSettings,
  keptSettings,
  passingSettings,
  readChartSettings,
  viewOf,
} from "./chart_settings.ts";
import {
  beginView,
  isSameView,
  type ViewAction,
  viewAfter,
  type ViewHistory,
} from "./time_view.ts";

/** Browsers let an address change only so often: one step is written at once, of several close together the first and the last. */
const REST_MS = 300;

/** One per chart and symbol; who makes it closes it. */
export class ChartLook {
  readonly #settings: PanelSettings;
  readonly #chosen: ReadonlySignal<ChartSettings>;
  readonly #view;
  readonly #stop: () => void;
  /** While it runs steps are close together. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is shown is not written yet. */
  #isDue = false;

  constructor(settings: PanelSettings) {
    this.#settings = settings;
    this.#chosen = computed(() => readChartSettings(settings.chosen.value));
    const { rangeMs } = this.#chosen.peek();
    this.#view = signal(beginView(viewOf(this.#chosen.peek()), rangeMs));
    this.#stop = effect(() => this.#heed(this.#chosen.value));
  }

  get chosen(): ReadonlySignal<ChartSettings> {
    return this.#chosen;
  }

  get view(): ReadonlySignal<ViewHistory> {
    return this.#view;
  }

  /** Shows something else of the same lines. */
  look(action: ViewAction): void {
    this.#view.value = viewAfter(this.#view.peek(), action);
    const isFirst = this.#timer === undefined;
    if (isFirst) this.#write({});
    else this.#isDue = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rest(), REST_MS);
  }

  /** Shows other lines, or the same otherwise. */
  choose(part: Partial<Pick<ChartSettings, "metrics" | "averageMs" | "isOverlaid">>): void {
    this.#write(part);
  }

  close(): void {
    this.#forget();
    this.#stop();
  }

  #rest(): void {
    const isDue = this.#isDue;
    this.#forget();
    if (isDue) this.#write({});
  }

  /** What is on its way to the address. */
  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
  }

  #write(part: Partial<ChartSettings>): void {
    this.#isDue = false;
    const { shown, liveMs } = this.#view.peek();
    const fixed = shown.kind === "fixed" ? { fromMs: shown.fromMs, toMs: shown.toMs } : null;
    const next = { ...this.#chosen.peek(), ...part, rangeMs: liveMs, fixed };
    this.#settings.choose(keptSettings(next), passingSettings(next));
  }

  /** The address may lead elsewhere at any time: what was on its way there is of before. */
  #heed(chosen: ChartSettings): void {
    const wanted = viewOf(chosen);
    if (isSameView(wanted, this.#view.peek().shown)) return;
    this.#forget();
    this.#view.value = beginView(wanted, chosen.rangeMs);
  }
}
