/// <reference lib="dom" />
/** The rows of a tape in a table: each is made once, and only what is new is written. */
import type { Picture } from "./canvas.tsx";
import { make, setAttribute, setText } from "./dom.ts";
import { formatPrice, formatQty } from "./format.ts";
import type { TapeNote } from "./tape.ts";
import type { TapeRow, TapeRows } from "./tape_rows.ts";
import { tapeTime, tapeTitle } from "./tape_text.ts";
import { zoneText } from "./times.ts";

/** Rows, and the decimals of their prices. */
export interface TapeShown extends TapeRows {
  readonly decimals: number;
}

const HEADS = ["time", "price", "size", "side"] as const;
const WORDS = { buy: "buy", sell: "sell" } as const;

/** A row, and what stands in it. */
interface Place {
  readonly node: HTMLElement;
  shown: TapeRow | TapeNote | null;
  decimals: number;
}

/** A table with a head; what a row is keyed by stays its own. */
export class TapePicture implements Picture<TapeShown> {
  readonly #room: HTMLElement;
  readonly #body = make("tbody", "");
  readonly #zone = make("small", "");
  #places = new Map<string, Place>();

  constructor(room: HTMLElement, caption: string) {
    this.#room = room;
    const table = make("table", "tape-table");
    const head = make("thead", "");
    const row = make("tr", "");
    for (const word of HEADS) {
      const cell = make("th", word, word);
      setAttribute(cell, "scope", "col");
      if (word === "time") cell.append(" ", this.#zone);
      row.append(cell);
    }
    head.append(row);
    table.append(make("caption", "unseen", caption), head, this.#body);
    room.append(table);
  }

  draw({ rows, decimals }: TapeShown): void {
    const places = new Map<string, Place>();
    for (const row of rows) places.set(row.key, this.#places.get(row.key) ?? placeOf(row));
    for (const [key, { node }] of this.#places) if (!places.has(key)) node.remove();
    this.#places = places;
    const [newest] = rows;
    if (newest !== undefined) setText(this.#zone, zoneText(newest.timeMs));
    this.#room.style.setProperty("--length", String(longestOf(rows, decimals)));
    let next = this.#body.firstElementChild;
    for (const row of rows) {
      const place = places.get(row.key);
      if (place === undefined) continue;
      fill(place, row, decimals);
      if (place.node === next) next = next.nextElementSibling;
      else this.#body.insertBefore(place.node, next);
    }
  }

  destroy(): void {}
}

/** Characters of the longest price: one that were cut off would be another. */
function longestOf(rows: TapeRows["rows"], decimals: number): number {
  const highest = Math.max(0, ...rows.map((row) => row.kind === "note" ? 0 : row.price));
  return formatPrice(highest, decimals).length;
}

function placeOf(row: TapeRow | TapeNote): Place {
  const node = make("tr", row.kind === "note" ? "tape-gap" : `tape-row ${row.side}`);
  if (row.kind === "note") {
    const cell = make("td", "", row.text);
    setAttribute(cell, "colspan", String(HEADS.length));
    node.append(cell);
  } else {
    node.append(...HEADS.map((word) => make("td", word)));
  }
  return { node, shown: row.kind === "note" ? row : null, decimals: 0 };
}

function fill(place: Place, row: TapeRow | TapeNote, decimals: number): void {
  const { shown, node } = place;
  if (row.kind === "note") return;
  const before = shown?.kind === "trades" ? shown : null;
  const isSame = before !== null && before.qty === row.qty && before.isLarge === row.isLarge &&
    before.count === row.count && place.decimals === decimals;
  place.shown = row;
  place.decimals = decimals;
  if (isSame) return;
  const [time, price, size, side] = node.children;
  if (time === undefined || price === undefined || size === undefined || side === undefined) return;
  setText(time, tapeTime(row));
  setText(price, formatPrice(row.price, decimals));
  setText(size, formatQty(row.qty));
  setText(side, row.count === 1 ? WORDS[row.side] : `${WORDS[row.side]} ×${row.count}`);
  setAttribute(node, "data-large", row.isLarge ? "true" : null);
  const title = tapeTitle(row, decimals);
  setAttribute(node, "title", title === "" ? null : title);
}
