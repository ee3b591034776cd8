/** Brings the alerts of one filter, page by page, and keeps them as the stream tells of them; while the database is away it asks again. */
import { batch, signal } from "@preact/signals";
import type { AlertEvent } from "../../shared/output.ts";
import { AlertFeed, type FeedRows, NO_ROWS } from "./alert_feed.ts";
import type { AlertFilter } from "./alerts_place.ts";
import { fetchAlertPage } from "./alerts_api.ts";
import { type Loading, ON_ITS_WAY } from "./loading.ts";

/** As many as the page has loaded for every view: what is shown until they come is what is shown then. */
const PAGE_ROWS = 100;
/** More than this nobody looks through: a filter finds what is sought. */
export const FEED_ROWS_MAX = 1_000;
const RETRY_MS = 5_000;

/** What it is told of, and asks. */
export interface FeedSource {
  /** Whether an episode that has not ended goes on. */
  readonly isFiring: (alert: AlertEvent) => boolean;
  /** What the stream has told of. */
  readonly heard: () => readonly AlertEvent[];
}

/** One per filter, as long as it is shown. */
export class FeedLoader {
  readonly rows = signal<FeedRows>(NO_ROWS);
  readonly loading = signal<Loading>(ON_ITS_WAY);
  /** Whether there is a page more. */
  readonly isMore = signal(false);
  /** Whether it is on its way. */
  readonly isBusy = signal(false);
  readonly #filter: AlertFilter;
  readonly #source: FeedSource;
  readonly #feed: AlertFeed;
  /** Counts up, so that a late answer to an earlier question is recognised. */
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(filter: AlertFilter, source: FeedSource) {
    this.#filter = filter;
    this.#source = source;
    this.#feed = new AlertFeed(filter);
  }

  /** The stream has told of something. */
  hear(): void {
    this.#feed.hear(this.#source.heard());
    this.#show();
  }

  /** Loads as much as is shown anew, and a page at least: what ended while nobody told of it is not known. */
  async begin(): Promise<void> {
    const asked = this.#begin();
    this.loading.value = ON_ITS_WAY;
    const limit = Math.min(FEED_ROWS_MAX, Math.max(PAGE_ROWS, this.#feed.size));
    const answer = await fetchAlertPage(this.#filter, limit, null);
    if (asked !== this.#asked) return;
    if (!answer.ok) {
      this.loading.value = { kind: "failed", reason: answer.error };
      this.#timer = setTimeout(() => void this.begin(), RETRY_MS);
      return;
    }
    this.#feed.begin(answer.value, this.#source.heard());
    this.#loaded();
  }

  /** Loads the next page. */
  async more(): Promise<void> {
    const { next } = this.#feed;
    if (next === null || this.isBusy.peek()) return;
    const asked = this.#begin();
    this.isBusy.value = true;
    const answer = await fetchAlertPage(this.#filter, PAGE_ROWS, next);
    if (asked !== this.#asked) return;
    this.isBusy.value = false;
    if (!answer.ok) {
      this.loading.value = { kind: "failed", reason: answer.error };
      this.#timer = setTimeout(() => void this.more(), RETRY_MS);
      return;
    }
    this.#feed.add(answer.value);
    this.#loaded();
  }

  /** Nothing is asked for any more. */
  end(): void {
    this.#begin();
  }

  #begin(): number {
    clearTimeout(this.#timer);
    this.isBusy.value = false;
    return ++this.#asked;
  }

  #loaded(): void {
    this.loading.value = { kind: "loaded", rows: this.#feed.size };
    this.#show();
  }

  #show(): void {
    batch(() => {
      this.rows.value = this.#feed.rows(this.#source.isFiring);
      this.isMore.value = this.#feed.next !== null && this.#feed.size < FEED_ROWS_MAX;
    });
  }
}
