/**
 * RedisOutbox: what waits for Redis, which is away for as long as it likes: of each market the newest metrics and the
 * newest book, and every revision of an alert, so many that a flood of them takes a few megabytes. What gives way is
 * counted. Pure.
 */
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { marketText } from "../../shared/market.ts";
import type { AlertEvent, BookFrame, MetricsFrame, Output } from "../../shared/output.ts";

/** One thing that waits. */
export type RedisItem =
  | { readonly kind: "metrics"; readonly output: MetricsFrame; readonly settings: MetricSettings }
  | { readonly kind: "book"; readonly output: BookFrame }
  /** Without its evidence, which is most of it: that is in the database. */
  | { readonly kind: "alert"; readonly output: Omit<AlertEvent, "evidence"> };

type State = Exclude<RedisItem, { kind: "alert" }>;
type Alert = Extract<RedisItem, { kind: "alert" }>;

/** Revisions of alerts that wait: about 1 kB each. */
export const ALERTS_WAITING_MAX = 2_000;

/** What waits, until it is taken. */
export class RedisOutbox {
  readonly #newest = new Map<string, State>();
  #alerts: Alert[] = [];
  #replaced = 0;
  #dropped = 0;

  /** Rows of metrics, so far, that were replaced by a newer one before they could be written. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Revisions of alerts, so far, that gave way to newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Revisions of alerts that wait. */
  get alerts(): number {
    return this.#alerts.length;
  }

  /** How much waits. */
  get size(): number {
    return this.#newest.size + this.#alerts.length;
  }

  /** Takes what Redis is given of an output; nothing of most. */
  offer(output: Output, settings: MetricSettings): void {
    if (output.type === "metrics") this.#keep({ kind: "metrics", output, settings });
    if (output.type === "book") this.#keep({ kind: "book", output });
    if (output.type !== "alert") return;
    const { evidence: _, ...told } = output;
    this.#alerts.push({ kind: "alert", output: told });
    this.#bound();
  }

  /** All that waits, and is the caller's now: alerts last and in order, so that one that is refused holds up nothing else. */
  take(): RedisItem[] {
    const items = [...this.#newest.values(), ...this.#alerts];
    this.#alerts = [];
    this.#newest.clear();
    return items;
  }

  /** Takes back, in their order, what could not be written: what has become old meanwhile is left out. */
  giveBack(items: readonly RedisItem[]): void {
    this.#alerts = [...items.filter((item) => item.kind === "alert"), ...this.#alerts];
    this.#bound();
    for (const item of items) if (item.kind !== "alert") this.#keep(item);
  }

  /** The newer of two of one market; of two of one moment the first. */
  #keep(item: State): void {
    const key = `${item.kind}:${marketText(item.output)}`;
    const known = this.#newest.get(key);
    if (known !== undefined && item.kind === "metrics") this.#replaced += 1;
    if (known !== undefined && item.output.timeMs <= known.output.timeMs) return;
    this.#newest.set(key, item);
  }

  #bound(): void {
    const over = this.#alerts.length - ALERTS_WAITING_MAX;
    if (over <= 0) return;
    this.#alerts.splice(0, over);
    this.#dropped += over;
  }
}
