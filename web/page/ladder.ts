/// <reference lib="dom" />
/** The best rows of the book, side by side or one above the other, with a bar for each quantity. */
import type { BookFrame } from "../../shared/output.ts";
import type { Picture } from "./canvas.tsx";
import { make, setAttribute, setLength, setShare, setText } from "./dom.ts";
import { formatBps, formatDepth, formatPrice } from "./format.ts";
import { type LadderRow, ladderRows } from "./ladder_rows.ts";

/** How the sides stand. */
export type LadderLayout = "beside" | "above";

/** A book, or emptiness where there is none, and how it is to be shown. */
export interface LadderShown {
  readonly book: BookFrame | null;
  /** Of its prices. */
  readonly decimals: number;
  /** Prices that one row holds; `null`: each level is a row. */
  readonly step: number | null;
  /** Rows a side. */
  readonly count: number;
  readonly layout: LadderLayout;
}

/** The sign of a bar that is cut, characters. */
const SIGN_LENGTH = 2;
/** A quantity that changes by less than this part of itself is not worth a look. */
const CHANGE_MIN = 0.1;
/**
 * It fades in so many steps, each within a picture of the book: for an animation the browser lays out the page at once, for
 * each row anew.
 */
const LIT_STEPS = 3;
const LIT_STEP_MS = 150;

/** One row's place, and what stands in it: what is the same is neither written nor read again. */
interface Place {
  readonly level: HTMLElement;
  readonly price: HTMLElement;
  readonly qty: HTMLElement;
  readonly sum: HTMLElement;
  /** `null`: it is empty. */
  shown: LadderRow | null;
  decimals: number;
  /** Characters of price and quantity. */
  length: number;
  /** When it was lit. */
  litMs: number;
}

/** The rows are made once for each form; only texts and bars that are others are changed. */
export class Ladder implements Picture<LadderShown> {
  readonly #room: HTMLElement;
  readonly #spread = make("div", "ladder-spread");
  #form = "";
  #step: number | null = null;
  #bids: readonly Place[] = [];
  #asks: readonly Place[] = [];
  /** Where no other picture comes: what is lit goes out all the same. */
  #fading: ReturnType<typeof setTimeout> | undefined;

  constructor(room: HTMLElement) {
    this.#room = room;
    this.#spread.dataset["testid"] = "ladder-spread";
  }

  draw(shown: LadderShown): void {
    const { book, decimals, step, count, layout } = shown;
    this.#make(count, layout);
    const id = book === null ? null : String(book.bookUpdateId);
    setAttribute(this.#room, "data-book-update-id", id);
    const rows = book === null ? { bids: [], asks: [] } : ladderRows(book, step, count);
    // Rows that hold other stretches of prices have not changed, they are others.
    const mayFlash = step === this.#step;
    this.#step = step;
    let longest = 0;
    let longestSum = 0;
    let lit = 0;
    for (const [places, side] of [[this.#bids, rows.bids], [this.#asks, rows.asks]] as const) {
      const before = mayFlash ? quantitiesOf(places) : null;
      places.forEach((one, i) => {
        const row = side[i] ?? null;
        fill(one, row, decimals);
        if (row !== null && before !== null) light(one, before.get(row.price), row.qty);
        lit = Math.max(lit, fade(one));
        longest = Math.max(longest, one.length + ((row?.share ?? 0) > 1 ? SIGN_LENGTH : 0));
        longestSum = Math.max(longestSum, one.sum.textContent?.length ?? 0);
      });
    }
    setLength(this.#room, longest);
    this.#room.style.setProperty("--length-sum", String(longestSum));
    setText(this.#spread, spreadText(book, decimals));
    clearTimeout(this.#fading);
    if (lit > 0) this.#fading = setTimeout(() => this.draw(shown), LIT_STEP_MS);
  }

  destroy(): void {
    clearTimeout(this.#fading);
  }

  #make(count: number, layout: LadderLayout): void {
    const form = `${count} ${layout}`;
    if (form === this.#form) return;
    this.#form = form;
    this.#bids = Array.from({ length: count }, () => place("bid"));
    this.#asks = Array.from({ length: count }, () => place("ask"));
    const [bids, asks] = [this.#bids, this.#asks].map((side) => side.map(({ level }) => level));
    const rows = layout === "above"
      ? [...(asks ?? []).toReversed(), this.#spread, ...bids ?? []]
      : [this.#spread, ...(bids ?? []).flatMap((bid, i) => [bid, asks?.[i] ?? bid])];
    this.#room.replaceChildren(...rows);
    setAttribute(this.#room, "data-layout", layout);
    // The best prices first, wherever what is around them ends.
    const around = this.#room.parentElement;
    if (around === null) return;
    const { offsetTop } = this.#spread;
    around.scrollTop = layout === "above" ? offsetTop - around.clientHeight / 2 : 0;
  }
}

function place(side: "bid" | "ask"): Place {
  const [level, price, qty, sum] = [
    make("div", `level ${side}`),
    make("span", "price"),
    make("span", "qty"),
    make("span", "sum"),
  ];
  level.append(...side === "bid" ? [sum, qty, price] : [price, qty, sum]);
  return { level, price, qty, sum, shown: null, decimals: 0, length: 0, litMs: -Infinity };
}

function fill(place: Place, row: LadderRow | null, decimals: number): void {
  const { shown } = place;
  const isBound = row?.isLowerBound ?? false;
  const isPriced = shown?.price === row?.price && place.decimals === decimals;
  const isSame = isPriced && shown?.qty === row?.qty && (shown?.isLowerBound ?? false) === isBound;
  if (!isPriced) setText(place.price, row === null ? "" : formatPrice(row.price, decimals));
  if (!isSame) {
    setText(place.qty, row === null ? "" : formatDepth(row.qty, isBound));
    place.length = (place.price.textContent + place.qty.textContent).length;
  }
  if (!isSame || shown?.sum !== row?.sum) {
    setText(place.sum, row === null ? "" : formatDepth(row.sum, isBound));
  }
  place.shown = row;
  place.decimals = decimals;
  if (shown?.share === row?.share && shown?.isWall === row?.isWall) return;
  const share = row?.share ?? 0;
  setShare(place.level, "--share", Math.min(1, share));
  setAttribute(place.level, "data-cut", share > 1 ? "true" : null);
  setAttribute(place.level, "data-wall", row?.isWall ? "true" : null);
}

/** A quantity that has changed lights up softly; one that has come or gone moves all others anyway. */
function light(place: Place, before: number | undefined, qty: number): void {
  if (before === undefined || Math.abs(qty - before) < CHANGE_MIN * before) return;
  setAttribute(place.level, "data-change", qty > before ? "more" : "less");
  place.litMs = performance.now();
}

/** How brightly it is still lit, in steps. */
function fade({ level, litMs }: Place): number {
  const left = Math.ceil(LIT_STEPS - (performance.now() - litMs) / LIT_STEP_MS);
  setAttribute(level, "data-lit", left > 0 ? String(left) : null);
  return left;
}

function quantitiesOf(places: readonly Place[]): ReadonlyMap<number, number> {
  return new Map(places.flatMap(({ shown }) => shown === null ? [] : [[shown.price, shown.qty]]));
}

function spreadText(book: BookFrame | null, decimals: number): string {
  const [bid, ask] = [book?.bids[0]?.[0], book?.asks[0]?.[0]];
  if (bid === undefined || ask === undefined) return "";
  const bps = (ask - bid) / ((ask + bid) / 2) * 1e4;
  return `spread ${formatPrice(ask - bid, decimals)} · ${formatBps(bps)} bps`;
}
