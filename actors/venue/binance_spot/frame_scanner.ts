/**
 * FrameScanner: reads the bytes of one frame in the one strict shape in which the exchange writes it,
 * with integer arithmetic and without intermediate objects. What it does not recognise it refuses, and
 * the caller takes the JSON path, which reads any legal form of the same message.
 */
import { longUnits } from "./decimal_scan.ts";
import { ATOMS } from "./decimal_unit.ts";
import { areDigits, digitsAt, eightDigits, pointAfter, QUOTE, ZERO } from "./level_scan.ts";
import { scanLevels } from "./list_scan.ts";
import type { ScannedLevels } from "./scanned_levels.ts";
import { isMs, spotTimeMs } from "./time_unit.ts";

/** Frames longer than this take the JSON path: the largest seen are a hundredth of it. */
const CHARS_MAX = 1 << 20;
/** Words are read beyond the last byte: as far as the longest number, its quote and a word more. */
const MARGIN = 64;
/** A character is at most three bytes of UTF-8. */
const BUFFER_BYTES = CHARS_MAX * 3 + MARGIN;
const INITIAL_BYTES = 1 << 14;
/** More digits than this fit no double exactly, and of so many not all: those of a time in microseconds. */
const ID_DIGITS_MAX = 16;

/** Names of streams that are known at once: a symbol's three, and one to spare. */
const STRINGS_MAX = 4;

const BACKSLASH = 0x5c;

/** A literal part of frames, as words of four bytes; of the last word only `mask` counts. */
export interface Literal {
  readonly bytes: number;
  readonly words: Int32Array;
  readonly last: number;
  readonly mask: number;
}

/** The words of a text that is not empty. */
export function literal(text: string): Literal {
  return literalOf(new TextEncoder().encode(text));
}

function literalOf(text: Uint8Array): Literal {
  const bytes = text.length;
  const padded = new DataView(new ArrayBuffer(bytes + 3));
  new Uint8Array(padded.buffer).set(text);
  const words = Int32Array.from(
    { length: Math.ceil(bytes / 4) },
    (_, i) => padded.getInt32(4 * i, true),
  );
  const mask = -1 >>> (4 * words.length - bytes) * 8;
  return { bytes, words: words.slice(0, -1), last: words.at(-1) ?? 0, mask };
}

/**
 * A cursor over one frame. Every `read…` answers `false` when the shape is another. What `readId`,
 * `readTime` and `readDecimal` have read is in `number`: a number that a function returns V8 makes an
 * object of.
 */
export class FrameScanner {
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #at = 0;
  /** Strings stepped over before, newest first: a connection has few streams. */
  #strings: Literal[] = [];
  /** The last symbol, with its quote and as text: nearly every frame of a connection has the same. */
  #symbolRest = literal(" ");
  #symbol = "";
  #number = NaN;

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
    for (let i = 0; i < this.#strings.length; i++) {
      const known = this.#strings[i];
      if (known !== undefined && this.skip(known)) return true;
    }
    const from = this.#at;
    if (!this.#findQuote()) return false;
    this.#strings = [literalOf(this.#bytes.slice(from, this.#at)), ...this.#strings];
    if (this.#strings.length > STRINGS_MAX) this.#strings.pop();
    return true;
  }

  #findQuote(): boolean {
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

  /** The number that was read last. */
  get number(): number {
    return this.#number;
  }

  /** A string's rest as text, and its closing quote; `null`: empty or not plain. */
  readSymbol(): string | null {
    if (this.skip(this.#symbolRest)) return this.#symbol;
    const from = this.#at;
    if (!this.#findQuote()) return null;
    const to = this.#at;
    if (to === from + 1) return null;
    const symbol = this.#decoder.decode(this.#bytes.subarray(from, to - 1));
    // Half a surrogate pair does not survive UTF-8: the JSON path sees the text as it is.
    if (symbol.includes("\ufffd")) return null;
    this.#symbolRest = literalOf(this.#bytes.slice(from, to));
    this.#symbol = symbol;
    return symbol;
  }

  /** A whole number without leading zeros, into `number`. */
  readId(): boolean {
    const view = this.#view;
    const from = this.#at;
    let at = from;
    let value = 0;
    const word = digitsAt(view, at);
    if (areDigits(word)) {
      value = eightDigits(word);
      at += 8;
    }
    for (let digit = view.getUint8(at) ^ ZERO; digit <= 9;) {
      value = value * 10 + digit;
      at += 1;
      if (at - from > ID_DIGITS_MAX) return false;
      digit = view.getUint8(at) ^ ZERO;
    }
    const digits = at - from;
    if (digits === 0 || digits > 1 && view.getUint8(from) === ZERO) return false;
    if (value > Number.MAX_SAFE_INTEGER) return false;
    this.#at = at;
    this.#number = value;
    return true;
  }

  /** A time of the exchange, in UTC milliseconds whichever of its units it is written in, into `number`. */
  readTime(): boolean {
    if (!this.readId()) return false;
    if (isMs(this.#number)) return true;
    this.#number = spotTimeMs(this.#number);
    return this.#number >= 0;
  }

  /** Digits, a point, eight digits and a closing quote, into `number`. */
  readDecimal(): boolean {
    const view = this.#view;
    const point = pointAfter(view, this.#at);
    const atoms = longUnits(view, point, point - this.#at, ATOMS);
    if (!(atoms < 2 ** 53) || view.getUint8(point + 9) !== QUOTE) return false;
    this.#at = point + 10;
    this.#number = atoms / ATOMS.perWhole;
    return true;
  }

  /** `[["price","qty"],…]` into `levels`, in their units. */
  readLevels(levels: ScannedLevels): boolean {
    const end = scanLevels(this.#view, this.#at, this.#end, levels);
    if (end >= 0) this.#at = end;
    return end >= 0;
  }

  #grow(bytes: number): void {
    const size = Math.min(BUFFER_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }
}
