/**
 * Reads recordings: one line per frame, `<local receive time, ns> <payload exactly as received>`, plain
 * or gzip. The same format that `deno task record` writes and hftbacktest's collector wrote.
 */
import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { constants, createGunzip } from "node:zlib";

/** One line of a recording. */
export interface RecordedLine {
  /** Our clock when the frame arrived, UTC milliseconds with a fraction. */
  readonly receivedMs: number;
  /** The frame or the snapshot, exactly as it was received. */
  readonly payload: string;
  /** Counts from 1 within the file, for messages to a person. */
  readonly line: number;
}

/** A recording that cannot be used; the message names the file, the line and what to do. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/** What a reader may want to know beside the lines. */
export interface ReadOptions {
  /** The file ends in the middle of a line (its recorder was killed); that line is left out. */
  readonly onTruncated?: (line: number) => void;
}

/** A payload of a megabyte would already be ten snapshots; beyond this the file is no recording. */
const LINE_CHARS_MAX = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The lines of one recording, in the file's order, empty lines left out. Gzip is recognised by its
 * first bytes, not by its name; several gzip members in a row are one stream. A last line that the
 * recorder did not finish is left out and told to `onTruncated`.
 *
 * @throws {RecordingError} if the file cannot be read or a line is not `<ns> <json object>`.
 */
export async function* readRecording(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<RecordedLine, void, void> {
  let line = 0;
  let rest = "";
  for await (const text of decodedChunks(path)) {
    rest += text;
    let start = 0;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
      line += 1;
      if (end > start) yield parseLine(path, line, rest.slice(start, end));
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > LINE_CHARS_MAX) {
      throw new RecordingError(
        `${path} line ${line + 1}: longer than ${LINE_CHARS_MAX} characters; is it a recording?`,
      );
    }
  }
  if (rest === "") return;
  // No line feed at the end: either a complete line or the torn one of a killed recorder.
  line += 1;
  if (isJsonObject(rest.slice(rest.indexOf(" ") + 1))) yield parseLine(path, line, rest);
  else options.onTruncated?.(line);
}

function parseLine(path: string, line: number, text: string): RecordedLine {
  const space = text.indexOf(" ");
  const ns = text.slice(0, space);
  // 13 to 19 digits: from milliseconds' length up to the largest time in ns that is plausible.
  if (space < 13 || space > 19 || !/^\d+$/.test(ns) || text[space + 1] !== "{") {
    throw new RecordingError(
      `${path} line ${line}: not a recorded frame, expected "<time in ns> {…}", received ` +
        JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text),
    );
  }
  // A double cannot hold nanoseconds since 1970; milliseconds and the rest apart lose nothing more.
  const receivedMs = Number(ns.slice(0, -6)) + Number(ns.slice(-6)) / 1e6;
  return { receivedMs, payload: text.slice(space + 1), line };
}

function isJsonObject(text: string): boolean {
  try {
    return text.startsWith("{") && typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

async function* decodedChunks(path: string): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  const isGzip = await startsAsGzip(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  // Z_SYNC_FLUSH at the end: a gzip file cut off by a killed recorder gives what it holds.
  const stream = isGzip
    ? pipeline(
      file,
      createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES }),
      () => {},
    )
    : file;
  try {
    for await (const chunk of stream) {
      if (chunk instanceof Buffer) yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RecordingError(`${path}: cannot be read: ${reason}`, { cause: error });
  } finally {
    // A reader that stops early leaves the file open otherwise.
    stream.destroy();
    file.destroy();
  }
}

async function startsAsGzip(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(2);
    return await file.read(head) === 2 && head[0] === GZIP_MAGIC[0] && head[1] === GZIP_MAGIC[1];
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "no such file"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new RecordingError(`${path}: cannot be read: ${reason}`, { cause: error });
  }
}
