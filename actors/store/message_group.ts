/**
 * Cuts what one client sends into message groups, the unit in which the one session may change hands.
 *
 * A group ends with Sync, Flush or Query. Between two groups of a client another client's may run only
 * when the session is idle; within a group never. On the way each message is made fit to share the
 * session:
 * - Prepared statements get the connection's prefix: there is one session, so one name space.
 * - A CopyFail follows whatever may start a `COPY … FROM STDIN`. Embedded Postgres reads the next
 *   message at once and would exit for want of one; so it finds a refusal and answers with an error.
 *   Outside of a copy the protocol ignores CopyFail.
 */
import { concatenate, endOfText, message, readInt32, WireError } from "./wire.ts";

/** A simple query, the end of an exchange, or a question for the answers so far. */
export type GroupEnd = "query" | "sync" | "flush";

/** What leaves the cutter. */
export interface MessageGroup {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The message that ends it. */
  readonly end: GroupEnd;
  /** True when a prepared statement was named: it must go when the connection goes. */
  readonly namesStatement: boolean;
  /** True when it uses the unnamed statement of an earlier group. */
  readonly usesUnnamed: boolean;
  /** The last Parse of an unnamed statement in it. */
  readonly unnamedParse: Uint8Array | null;
}

/** A group or message may be this large: a thousand wide rows have about half a megabyte. */
export const GROUP_BYTES_MAX = 16 * 1024 * 1024;
/** Postgres cuts statement names here (NAMEDATALEN - 1), which could make two of them one. */
const STATEMENT_NAME_BYTES_MAX = 63;

const HEADER_BYTES = 5;
const PARSE = "P".charCodeAt(0);
const COPY_REFUSAL = message("f", "COPY FROM STDIN is not available in the embedded database\0");
const encoder = new TextEncoder();

/** Cuts one connection's bytes. `push` what arrives, then `take` until it gives `null`. */
export class GroupCutter {
  readonly #prefix: Uint8Array;
  /** Received and not yet cut; joined when a whole message has arrived. */
  #chunks: Uint8Array[] = [];
  #chunksBytes = 0;
  /** As many bytes must be there before looking again is worth while. */
  #wantedBytes = HEADER_BYTES;
  /** Whole messages of a group that is not complete. */
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #namesStatement = false;
  #usesUnnamed = false;
  #unnamedParse: Uint8Array | null = null;
  #ended = false;

  /** `prefix` must differ between connections and be plain ASCII. */
  constructor(prefix: string) {
    this.#prefix = encoder.encode(prefix);
  }

  /** True when the client has said goodbye (Terminate). */
  get ended(): boolean {
    return this.#ended;
  }

  /** Adds bytes as they came; they are copied. O(chunk). */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk.slice());
    this.#chunksBytes += chunk.length;
  }

  /**
   * The next complete group, or `null` when more bytes are needed.
   *
   * @throws {WireError} on what is no message, too large, or not to be had here.
   */
  take(): MessageGroup | null {
    if (this.#chunksBytes < this.#wantedBytes) return null;
    const bytes = concatenate(this.#chunks);
    let at = 0;
    let complete: GroupEnd | null = null;
    this.#wantedBytes = HEADER_BYTES;
    while (complete === null && !this.#ended && at + HEADER_BYTES <= bytes.length) {
      const length = readInt32(bytes, at + 1);
      if (length < 4) throw new WireError("08P01", `invalid message length ${length}`);
      if (length + this.#partsBytes > GROUP_BYTES_MAX) {
        throw new WireError("54000", `message larger than ${GROUP_BYTES_MAX} bytes`);
      }
      if (at + 1 + length > bytes.length) {
        this.#wantedBytes = 1 + length;
        break;
      }
      complete = this.#accept(bytes.slice(at, at + 1 + length));
      at += 1 + length;
    }
    this.#chunks = [bytes.subarray(at)];
    this.#chunksBytes = bytes.length - at;
    return complete === null ? null : this.#finish(complete);
  }

  #finish(end: GroupEnd): MessageGroup {
    const group = {
      bytes: concatenate(this.#parts),
      end,
      namesStatement: this.#namesStatement,
      usesUnnamed: this.#usesUnnamed,
      unnamedParse: this.#unnamedParse,
    };
    this.#parts = [];
    this.#partsBytes = 0;
    this.#namesStatement = false;
    this.#usesUnnamed = false;
    this.#unnamedParse = null;
    return group;
  }

  /** Takes one whole message; tells which end of a group it is, if any. */
  #accept(bytes: Uint8Array): GroupEnd | null {
    const letter = String.fromCharCode(bytes[0] ?? 0);
    switch (letter) {
      case "P":
        this.#add(this.#renamed(bytes, 5));
        return null;
      case "B":
        this.#add(this.#renamed(bytes, endOfText(bytes, 5)));
        return null;
      case "C":
      case "D":
        // 0x53 is S, a statement; portals end with their transaction and keep their names.
        this.#add(bytes[5] === 0x53 ? this.#renamed(bytes, 6) : bytes);
        return null;
      case "E":
        this.#add(bytes, COPY_REFUSAL);
        return null;
      case "Q":
        this.#add(bytes, COPY_REFUSAL);
        return "query";
      case "S":
      case "H":
        this.#add(bytes);
        return letter === "S" ? "sync" : "flush";
      case "d":
      case "c":
      case "f":
        // The copy they belong to has been refused.
        return null;
      case "X":
        this.#ended = true;
        return null;
      default:
        // Whatever else there is would end the embedded Postgres, and all connections with it.
        throw new WireError("0A000", `message type ${letter} is not available here`);
    }
  }

  #add(...parts: Uint8Array[]): void {
    for (const part of parts) this.#partsBytes += part.length;
    this.#parts.push(...parts);
  }

  /** The message with the prefix before the statement name at `from`; unnamed stays unnamed. */
  #renamed(bytes: Uint8Array, from: number): Uint8Array {
    const nameBytes = endOfText(bytes, from) - 1 - from;
    if (nameBytes === 0) {
      if (bytes[0] === PARSE) this.#unnamedParse = bytes;
      else this.#usesUnnamed ||= this.#unnamedParse === null;
      return bytes;
    }
    if (nameBytes + this.#prefix.length > STATEMENT_NAME_BYTES_MAX) {
      const room = STATEMENT_NAME_BYTES_MAX - this.#prefix.length;
      throw new WireError("42622", `prepared statement name is longer than ${room} bytes`);
    }
    this.#namesStatement = true;
    const longer = concatenate([bytes.subarray(0, from), this.#prefix, bytes.subarray(from)]);
    new DataView(longer.buffer).setInt32(1, longer.length - 1);
    return longer;
  }
}
