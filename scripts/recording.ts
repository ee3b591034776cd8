/**
 * Reads recordings: one line per frame, `<local receive time, ns> <payload exactly as received>`, plain
 * or gzip. The same format that `deno task record` writes and hftbacktest's collector wrote, the older
 * files of which have microseconds: which of the two it is, is told by the size of the first time. What is
 * in another unit, or in no such format, is refused with its line and in words.
 */
import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { type TimeUnit, timeUnit } from "../actors/venue/binance_spot/time_unit.ts";
import { shownName } from "../shared/symbol_list.ts";
import { foreignFile, foreignLine } from "./foreign_format.ts";

/** One line of a recording. */
export interface RecordedLine {
  /** The recording, for messages to a person. */
  readonly path: string;
  /** Counts from 1 within the file, likewise. */
  readonly line: number;
  /** Our clock when the frame arrived, UTC milliseconds with a fraction. */
  readonly receivedMs: number;
  /** The frame or the snapshot, exactly as it was received. */
  readonly payload: string;
}

/** A recording that cannot be used; the message names the file, the line and what to do. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/** What a reader may want to know beside the lines. */
export interface ReadOptions {
  /** One line for a person who looks at the file: its end is missing, its times are in microseconds. */
  readonly onNote?: (text: string) => void;
}

/** A payload of a megabyte would already be ten snapshots; beyond this the file is no recording. */
const LINE_CHARS_MAX = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];
/** What zlib calls a stream that ends in the middle. */
const CUT_OFF = "Z_BUF_ERROR";
/** Of a line that is shown to a person. */
const SHOWN_CHARS = 60;
/** A stamp, or the beginning of one: the last line of a recorder that was killed. */
const TORN = /^\d{1,20}( (\{.*)?)?$/s;
/** From here on a number is a time since 1970, in seconds at least. */
const TIME_MIN = 1e9;

type LocalUnit = Extract<TimeUnit, "microseconds" | "nanoseconds">;
/** Digits of a local time behind its milliseconds. */
const FRACTION_DIGITS: Readonly<Record<LocalUnit, number>> = { microseconds: 3, nanoseconds: 6 };

/**
 * The lines of one recording, in the file's order, empty lines left out. Gzip is recognised by its
 * first bytes, not by its name; several gzip members in a row are one stream. Of a file whose end is
 * missing what is there is read; a last line that is not whole is left out. `onNote` is told both.
 *
 * @throws {RecordingError} if the file cannot be read, is empty, or a line is not `<ns> <json object>`.
 */
export async function* readRecording(
  path: string,
  { onNote = () => {} }: ReadOptions = {},
): AsyncGenerator<RecordedLine, void, void> {
  const lines = new LineReader(path, onNote);
  let rest = "";
  for await (const text of decodedChunks(path, onNote)) {
    rest += text;
    let start = 0;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
      const line = lines.next(rest.slice(start, end));
      if (line !== null) yield line;
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > LINE_CHARS_MAX) throw lines.tooLong(rest);
  }
  const last = lines.last(rest);
  if (last !== null) yield last;
  if (lines.isEmpty) throw new RecordingError(`${path}: it is empty: it holds not one whole line`);
}

/** Makes lines of texts; which unit their times are in, the first of them says. */
class LineReader {
  readonly #path: string;
  readonly #onNote: (text: string) => void;
  #line = 0;
  #unit: LocalUnit | null = null;

  constructor(path: string, onNote: (text: string) => void) {
    this.#path = path;
    this.#onNote = onNote;
  }

  /** Not one line was a frame. */
  get isEmpty(): boolean {
    return this.#unit === null;
  }

  /** `null`: an empty line. */
  next(text: string): RecordedLine | null {
    this.#line += 1;
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    return end === 0 ? null : this.#parse(text.slice(0, end));
  }

  /** What stands behind the last line feed: a whole line, or the torn one of a killed recorder. */
  last(text: string): RecordedLine | null {
    const isWhole = isJsonObject(text.slice(text.indexOf(" ") + 1)) || !TORN.test(text);
    if (text === "" || isWhole) return this.next(text);
    this.#onNote(`${this.#path} ends in the middle of line ${this.#line + 1}, which is left out`);
    return null;
  }

  tooLong(text: string): RecordingError {
    this.#line += 1;
    return this.#refusal(text, `it is longer than ${LINE_CHARS_MAX} characters`);
  }

  #parse(text: string): RecordedLine {
    const space = text.indexOf(" ");
    const stamp = text.slice(0, space);
    if (!/^\d{1,20}$/.test(stamp) || text[space + 1] !== "{") throw this.#refusal(text);
    const receivedMs = this.#receivedMs(stamp);
    return { path: this.#path, line: this.#line, receivedMs, payload: text.slice(space + 1) };
  }

  #receivedMs(stamp: string): number {
    const unit = Number(stamp) < TIME_MIN ? null : timeUnit(Number(stamp));
    if (unit === null) throw this.#timeRefusal(stamp, "no time since 1970");
    if (unit !== "nanoseconds" && unit !== "microseconds") {
      throw this.#timeRefusal(stamp, `in ${unit}`);
    }
    if (this.#unit === null && unit === "microseconds") {
      this.#onNote(`${this.#path}: its local times are in microseconds, and are read so`);
    }
    this.#unit ??= unit;
    if (unit !== this.#unit) {
      throw this.#timeRefusal(stamp, `in ${unit}, those before it in ${this.#unit}`);
    }
    // A double cannot hold nanoseconds since 1970; milliseconds and the rest apart lose nothing more.
    const digits = FRACTION_DIGITS[unit];
    return Number(stamp.slice(0, -digits)) + Number(stamp.slice(-digits)) / 10 ** digits;
  }

  #timeRefusal(stamp: string, what: string): RecordingError {
    return new RecordingError(
      `${this.#path} line ${this.#line}: its local time ${stamp} is ${what}: those of a recording ` +
        `are all in nanoseconds, or all in microseconds`,
    );
  }

  #refusal(text: string, words: string | null = foreignLine(text)): RecordingError {
    const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
    return new RecordingError(
      `${this.#path} line ${this.#line}: not a recorded frame${
        words === null ? "" : `, ${words}`
      }: ` +
        `expected "<time in ns> {…}", received ${shownName(JSON.stringify(shown))}`,
    );
  }
}

function isJsonObject(text: string): boolean {
  try {
    return text.startsWith("{") && typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

async function* decodedChunks(
  path: string,
  onNote: (text: string) => void,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  const isGzip = startsWith(await headOf(path), GZIP_MAGIC);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const onCutOff = () =>
    onNote(`${path}: its gzip stream is cut off, so its end is missing; what is there is read`);
  let isFirst = true;
  try {
    for await (const chunk of isGzip ? unzipped(file, onCutOff) : file) {
      if (!(chunk instanceof Buffer)) continue;
      const foreign = isFirst ? foreignFile(chunk) : null;
      if (foreign !== null) throw new RecordingError(`${path}: not a recording, but ${foreign}`);
      isFirst = false;
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw error instanceof RecordingError ? error : unreadable(path, error);
  } finally {
    // A reader that stops early leaves the file open otherwise.
    file.destroy();
  }
}

/**
 * What a gzip stream holds. The end is handed to zlib apart from the last bytes: so it gives all that a
 * stream holds which is cut off, before it says that it is.
 */
async function* unzipped(
  file: AsyncIterable<unknown>,
  onCutOff: () => void,
): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const output: Buffer[] = [];
  let failure: Error & { readonly code?: string } | null = null;
  gunzip.on("data", (chunk: Buffer) => output.push(chunk));
  const closed = new Promise<void>((resolve) => {
    gunzip.once("end", resolve);
    gunzip.once("error", (error: Error) => {
      failure = error;
      resolve();
    });
  });
  try {
    for await (const chunk of file) {
      const written = new Promise<void>((resolve) => gunzip.write(chunk, () => resolve()));
      await Promise.race([written, closed]);
      yield* output.splice(0);
      if (failure !== null) throw failure;
    }
    gunzip.end();
    await closed;
    yield* output.splice(0);
    if (failure !== null) throw failure;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === CUT_OFF)) throw error;
    onCutOff();
  } finally {
    gunzip.destroy();
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(GZIP_MAGIC.length);
    return head.subarray(0, await file.read(head) ?? 0);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

function unreadable(path: string, error: unknown): RecordingError {
  const reason = error instanceof Deno.errors.NotFound
    ? "no such file"
    : error instanceof Error
    ? error.message
    : String(error);
  return new RecordingError(`${path}: cannot be read: ${reason}`, { cause: error });
}
