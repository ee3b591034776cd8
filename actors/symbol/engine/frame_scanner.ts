/**
 * FrameScanner: reads the bytes of one frame in the one strict shape in which the exchange writes it,
 * with integer arithmetic and without intermediate objects. What it does not recognise it refuses, and
 * the caller takes the JSON path, which reads any legal form of the same message.
 *
 * Four digits are read with one 32-bit load (SIMD within a register); a price of `12345.67000000` is
 * the integer 1234567000000 divided by 10^8. Integers below 2^53 divided by a power of ten round
 * correctly, so the result equals that of `Number()` to the bit.
 */
import { ATOMS_PER_UNIT, HALF } from "./grid.ts";
import type { Levels } from "./levels.ts";

/** Frames longer than this take the JSON path: the largest seen are a hundredth of it. */
const CHARS_MAX = 1 << 20;
/** Words are read beyond the last byte: as far as the longest number, its quote and a word more. */
const MARGIN = 64;
/** A character is at most three bytes of UTF-8. */
const BUFFER_BYTES = CHARS_MAX * 3 + MARGIN;
const INITIAL_BYTES = 1 << 14;
/** `["0.00000000","0.00000000"],` */
const LEVEL_BYTES_MIN = 28;
/** Whole parts below this, with eight decimals and a half, are below 2^52 and have room for it. */
const WHOLE_MAX = 45_000_000;
/** Those below this, with eight decimals, are below 2^53. */
const LONG_WHOLE_MAX = 90_000_000;
/** Without decimals they are exact for longer: below 2^53 / 5^8, because 10^8 is 2^8 times 5^8. */
const ROUND_WHOLE_MAX = 23_000_000_000;
/** The schema's bound on digits, which leading zeros could pass. */
const WHOLE_DIGITS_MAX = 20;
/** More digits than this may not fit a double exactly. */
const ID_DIGITS_MAX = 15;

const QUOTE = 0x22;
const POINT = 0x2e;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
/** Four digits 0: what XOR takes from a digit to leave its value. */
const ZEROS = 0x30303030;
const TO_HIGH_BIT = 0x76767676;
const HIGH_BITS = 0x80808080;
/** Of the four bytes before a point those that belong to a whole part of 0 to 8 digits. */
const TAIL_MASK = Int32Array.from([0, -1 << 24, -1 << 16, -1 << 8, -1, -1, -1, -1, -1]);
/** Of the four bytes before those. */
const HEAD_MASK = Int32Array.from([0, 0, 0, 0, 0, -1 << 24, -1 << 16, -1 << 8, -1]);
// Two to four characters at once, the first in the lowest byte.
const EMPTY_LIST = 0x5d5b;
const LIST_BEGIN = 0x225b5b;
const MIDDLE = 0x222c22;
const NEXT_LEVEL = 0x5b2c5d22;
const LIST_END = 0x5d5d22;
const THREE_BYTES = 0xffffff;

/** A literal part of frames, as words of four bytes; of the last word only `mask` counts. */
export interface Literal {
  readonly bytes: number;
  readonly words: Int32Array;
  readonly last: number;
  readonly mask: number;
}

/** The words of an ASCII text that is not empty. */
export function literal(text: string): Literal {
  const bytes = text.length;
  const padded = new DataView(new TextEncoder().encode(text.padEnd(bytes + 3, "\0")).buffer);
  const words = Int32Array.from(
    { length: Math.ceil(bytes / 4) },
    (_, i) => padded.getInt32(4 * i, true),
  );
  const mask = -1 >>> (4 * words.length - bytes) * 8;
  return { bytes, words: words.slice(0, -1), last: words.at(-1) ?? 0, mask };
}

/** A cursor over one frame. Every `read…` answers -1 or `false` when the shape is another. */
export class FrameScanner {
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #at = 0;
  /** The last symbol's bytes and text: nearly every frame of a connection has the same. */
  #symbolBytes = new Uint8Array(0);
  #symbol = "";

  /** Takes a frame; `false`: it is too long to be scanned. */
  load(text: string): boolean {
    if (text.length > CHARS_MAX) return false;
    if (text.length * 3 + MARGIN > this.#bytes.length) this.#grow(text.length * 3 + MARGIN);
    this.#end = this.#encoder.encodeInto(text, this.#bytes).written;
    // What follows the frame must not look like more of it.
    this.#view.setFloat64(this.#end, 0);
    this.#at = 0;
    return true;
  }

  /** Steps over `expected`, if it stands here. */
  skip({ bytes, words, last, mask }: Literal): boolean {
    const view = this.#view;
    let at = this.#at;
    for (let i = 0; i < words.length; i++, at += 4) {
      if (view.getInt32(at, true) !== words[i]) return false;
    }
    if ((view.getInt32(at, true) & mask) !== last) return false;
    this.#at += bytes;
    return true;
  }

  /** Steps over a string's rest and its closing quote; escapes are refused. */
  skipString(): boolean {
    for (let at = this.#at; at < this.#end; at++) {
      const byte = this.#view.getUint8(at);
      if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      if (byte === BACKSLASH || byte < 0x20) return false;
    }
    return false;
  }

  /** True when the frame ends here. */
  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** A string's rest as text, and its closing quote; `null`: empty or not plain. */
  readSymbol(): string | null {
    const from = this.#at;
    if (!this.skipString()) return null;
    const to = this.#at - 1;
    const known = this.#symbolBytes;
    if (known.length === to - from) {
      let i = 0;
      while (i < known.length && known[i] === this.#bytes[from + i]) i++;
      if (i === known.length && i > 0) return this.#symbol;
    }
    if (to === from) return null;
    const bytes = this.#bytes.slice(from, to);
    const symbol = this.#decoder.decode(bytes);
    // Half a surrogate pair does not survive UTF-8: the JSON path sees the text as it is.
    if (symbol.includes("\ufffd")) return null;
    this.#symbolBytes = bytes;
    this.#symbol = symbol;
    return symbol;
  }

  /** A whole number without leading zeros; -1: not here. */
  readId(): number {
    const view = this.#view;
    const from = this.#at;
    let at = from;
    let value = 0;
    for (let word = view.getInt32(at, true) ^ ZEROS; areDigits(word);) {
      value = value * 10_000 + fourDigits(word);
      at += 4;
      if (at - from > ID_DIGITS_MAX) return -1;
      word = view.getInt32(at, true) ^ ZEROS;
    }
    for (let digit = view.getUint8(at) ^ ZERO; digit <= 9;) {
      value = value * 10 + digit;
      at += 1;
      digit = view.getUint8(at) ^ ZERO;
    }
    const digits = at - from;
    if (digits === 0 || digits > ID_DIGITS_MAX) return -1;
    if (digits > 1 && view.getUint8(from) === ZERO) return -1;
    this.#at = at;
    return value;
  }

  /** Digits, a point, eight digits and a closing quote; -1: another shape. */
  readDecimal(): number {
    const view = this.#view;
    const point = pointAfter(view, this.#at);
    const atoms = atomsAround(view, point, point - this.#at);
    if (atoms < 0 || view.getUint8(point + 9) !== QUOTE) return -1;
    this.#at = point + 10;
    return atoms / ATOMS_PER_UNIT;
  }

  /** `[["price","qty"],…]`, appended to `levels`. */
  readLevels(levels: Levels): boolean {
    const view = this.#view;
    let at = this.#at;
    if (view.getUint16(at, true) === EMPTY_LIST) {
      this.#at = at + 2;
      return true;
    }
    if ((view.getInt32(at, true) & THREE_BYTES) !== LIST_BEGIN) return false;
    at += 3;
    levels.reserve(Math.ceil((this.#end - at) / LEVEL_BYTES_MIN));
    const { numbers } = levels;
    let count = 2 * levels.count;
    // Neighbours mostly have whole parts of one length, so the point is looked for there first.
    let digits = 1;
    let otherDigits = 1;
    for (let isPrice = true;; isPrice = !isPrice) {
      let point = at + digits;
      if (view.getUint8(point) !== POINT) {
        point = pointAfter(view, at);
        digits = point - at;
      }
      const atoms = atomsAround(view, point, digits);
      if (atoms < 0) return false;
      numbers[count] = atoms;
      count += 1;
      const usual = otherDigits;
      otherDigits = digits;
      digits = usual;
      const next = view.getInt32(point + 9, true);
      if (isPrice) {
        if ((next & THREE_BYTES) !== MIDDLE) return false;
        at = point + 12;
      } else if (next === NEXT_LEVEL && view.getUint8(point + 13) === QUOTE) at = point + 14;
      else {
        if ((next & THREE_BYTES) !== LIST_END) return false;
        this.#at = point + 12;
        levels.count = count / 2;
        return true;
      }
    }
  }

  #grow(bytes: number): void {
    const size = Math.min(BUFFER_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** Where the next point is, if a whole part ends there; else no further than one cannot reach. */
function pointAfter(view: DataView, from: number): number {
  let at = from;
  while (at - from <= WHOLE_DIGITS_MAX && view.getUint8(at) !== POINT) at += 1;
  return at;
}

/**
 * The decimal with a whole part of so many digits before `point` and eight decimals after it, in whole
 * atoms; -1: it is none, or not exact. It asks only what the neighbours answer alike, because a wrong
 * guess of the processor costs more than the arithmetic.
 */
function atomsAround(view: DataView, point: number, wholeDigits: number): number {
  if (wholeDigits < 1 || wholeDigits > 8) return longAtoms(view, point, wholeDigits);
  const tail = (view.getInt32(point - 4, true) ^ ZEROS) & (TAIL_MASK[wholeDigits] ?? 0);
  const high = view.getInt32(point + 1, true) ^ ZEROS;
  const low = view.getInt32(point + 5, true) ^ ZEROS;
  // A byte above 9 sets its highest bit, before or after 0x76 is added.
  let flags = tail | (tail + TO_HIGH_BIT) | high | (high + TO_HIGH_BIT) | low | (low + TO_HIGH_BIT);
  let whole = fourDigits(tail);
  const fraction = fourDigits(high) * 10_000 + fourDigits(low);
  if (wholeDigits > 4) {
    const head = (view.getInt32(point - 8, true) ^ ZEROS) & (HEAD_MASK[wholeDigits] ?? 0);
    flags |= head | (head + TO_HIGH_BIT);
    whole += fourDigits(head) * 10_000;
    if (whole >= WHOLE_MAX) return longAtoms(view, point, wholeDigits);
  }
  if ((flags & HIGH_BITS) !== 0) return -1;
  return Math.floor(whole * ATOMS_PER_UNIT + (fraction + HALF));
}

/** The same for whole parts of any length, digit by digit. */
function longAtoms(view: DataView, point: number, wholeDigits: number): number {
  if (wholeDigits < 1 || wholeDigits > WHOLE_DIGITS_MAX) return -1;
  let whole = 0;
  for (let at = point - wholeDigits; at < point; at++) {
    const digit = view.getUint8(at) ^ ZERO;
    if (digit > 9) return -1;
    whole = whole * 10 + digit;
  }
  let fraction = 0;
  for (let at = point + 1; at <= point + 8; at++) {
    const digit = view.getUint8(at) ^ ZERO;
    if (digit > 9) return -1;
    fraction = fraction * 10 + digit;
  }
  if (whole >= (fraction === 0 ? ROUND_WHOLE_MAX : LONG_WHOLE_MAX)) return -1;
  return whole * ATOMS_PER_UNIT + fraction;
}

/** Whether four bytes, each as its distance from the digit 0, are digits. */
function areDigits(word: number): boolean {
  return ((word | (word + TO_HIGH_BIT)) & HIGH_BITS) === 0;
}

/** The number of four digits, the first in the lowest byte, each as its value 0 to 9. */
function fourDigits(digits: number): number {
  const pairs = (Math.imul(digits, 0x0a01) >>> 8) & 0x00ff00ff;
  return Math.imul(pairs, 0x00640001) >>> 16;
}
