/**
 * FrameScanner: reads the bytes of one frame in the one strict shape in which the exchange writes it,
 * with integer arithmetic and without intermediate objects. What it does not recognise it refuses, and
 * the caller takes the JSON path, which reads any legal form of the same message.
 *
 * Four digits are read with one 32-bit load (SIMD within a register); a price of `12345.67000000` is
 * the integer 1234567000000 divided by 10^8. Integers below 2^53 divided by a power of ten round
 * correctly, so the result equals that of `Number()` to the bit.
 */
import type { Levels } from "./levels.ts";

/** Frames longer than this take the JSON path: the largest seen are a hundredth of it. */
const CHARS_MAX = 1 << 20;
/** A character is at most three bytes of UTF-8; eight bytes may be read beyond the last. */
const BUFFER_BYTES = CHARS_MAX * 3 + 16;
const INITIAL_BYTES = 1 << 14;
const FRACTION_UNITS = 1e8;
/** Whole parts below this, with eight decimals, are integers below 2^53. */
const WHOLE_MAX = 90_000_000;
/** The schema's bound on digits, which leading zeros could pass. */
const WHOLE_DIGITS_MAX = 20;
/** More digits than this may not fit a double exactly. */
const ID_DIGITS_MAX = 15;

const QUOTE = 0x22;
const POINT = 0x2e;
const ZERO = 0x30;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
// Two characters at once, the first in the lower byte.
const EMPTY_LIST = 0x5d5b;
const LEVEL_BEGIN = 0x225b;
const LEVEL_MIDDLE = 0x222c;
const LEVEL_END = 0x2c5d;
const LIST_END = 0x5d5d;

/** The literal parts of frames, as bytes. */
export type Literal = Uint8Array;

/** The bytes of a literal. */
export function literal(text: string): Literal {
  return new TextEncoder().encode(text);
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
    if (text.length * 3 + 16 > this.#bytes.length) this.#grow(text.length * 3 + 16);
    this.#end = this.#encoder.encodeInto(text, this.#bytes).written;
    // What follows the frame must not look like more of it.
    this.#view.setFloat64(this.#end, 0);
    this.#at = 0;
    return true;
  }

  /** Steps over `expected`, if it stands here. */
  skip(expected: Literal): boolean {
    const at = this.#at;
    for (let i = 0; i < expected.length; i++) {
      if (this.#bytes[at + i] !== expected[i]) return false;
    }
    this.#at = at + expected.length;
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
    const from = this.#at;
    let at = from;
    let value = 0;
    while (isFourDigits(this.#view.getInt32(at, true))) {
      value = value * 10_000 + fourDigits(this.#view.getInt32(at, true));
      at += 4;
      if (at - from > ID_DIGITS_MAX) return -1;
    }
    for (let digit = this.#digit(at); digit >= 0; digit = this.#digit(at)) {
      value = value * 10 + digit;
      at += 1;
    }
    const digits = at - from;
    if (digits === 0 || digits > ID_DIGITS_MAX) return -1;
    if (digits > 1 && this.#view.getUint8(from) === ZERO) return -1;
    this.#at = at;
    return value;
  }

  /** Digits, a point, eight digits and a closing quote; -1: another shape. */
  readDecimal(): number {
    const view = this.#view;
    let at = this.#at;
    const last = at + WHOLE_DIGITS_MAX;
    let whole = 0;
    for (;;) {
      const digit = view.getUint8(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      whole = whole * 10 + digit;
      at += 1;
    }
    if (whole >= WHOLE_MAX || at === this.#at || at > last) return -1;
    const high = view.getInt32(at + 1, true);
    const low = view.getInt32(at + 5, true);
    if (view.getUint8(at) !== POINT || view.getUint8(at + 9) !== QUOTE) return -1;
    if (!isFourDigits(high) || !isFourDigits(low)) return -1;
    this.#at = at + 10;
    const fraction = fourDigits(high) * 10_000 + fourDigits(low);
    return (whole * FRACTION_UNITS + fraction) / FRACTION_UNITS;
  }

  /** `[["price","qty"],…]`, appended to `levels`. */
  readLevels(levels: Levels): boolean {
    const view = this.#view;
    if (view.getUint16(this.#at, true) === EMPTY_LIST) {
      this.#at += 2;
      return true;
    }
    if (view.getUint8(this.#at) !== OPEN) return false;
    this.#at += 1;
    for (;;) {
      if (view.getUint16(this.#at, true) !== LEVEL_BEGIN) return false;
      this.#at += 2;
      const price = this.readDecimal();
      if (price < 0 || view.getUint16(this.#at, true) !== LEVEL_MIDDLE) return false;
      this.#at += 2;
      const qty = this.readDecimal();
      if (qty < 0) return false;
      levels.push(price, qty);
      const next = view.getUint16(this.#at, true);
      this.#at += 2;
      if (next === LIST_END) return true;
      if (next !== LEVEL_END) return false;
    }
  }

  #digit(at: number): number {
    const digit = this.#view.getUint8(at) - ZERO;
    return digit <= 9 ? digit : -1;
  }

  #grow(bytes: number): void {
    const size = Math.min(BUFFER_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** Whether four bytes are all ASCII digits. */
function isFourDigits(word: number): boolean {
  return (word & 0xf0f0f0f0 | 0) === 0x30303030 &&
    ((word + 0x06060606) & 0xf0f0f0f0 | 0) === 0x30303030;
}

/** The number that four ASCII digits spell, the first in the lowest byte. */
function fourDigits(word: number): number {
  const digits = word & 0x0f0f0f0f;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}
