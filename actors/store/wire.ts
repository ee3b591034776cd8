/**
 * The Postgres wire protocol, as far as a gateway must know it: where messages end, which of them
 * name a prepared statement, what a session's state is after an answer, and the greeting.
 *
 * Source: postgresql.org/docs/18/protocol-message-formats.html (version 3.0).
 */

/** What the gateway refuses for good: the client gets it as FATAL and is disconnected. */
export class WireError extends Error {
  override readonly name = "WireError";
  /** SQLSTATE. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** State of the session after an answer: idle, in a transaction, in a failed one. */
export type TransactionStatus = "I" | "T" | "E";

/** The first thing a client sends. */
export type Greeting =
  | { readonly kind: "startup"; readonly minor: number; readonly options: readonly string[] }
  /** It asks for encryption, which a Unix socket does not need: answer `N`, it goes on in plain. */
  | { readonly kind: "encryption" }
  /** A CancelRequest, which has no answer. */
  | { readonly kind: "cancel" };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of the parts, one after the other. O(bytes). */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** One message: type, length, body. */
export function message(type: string, ...body: (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  const parts = body.map((part) => typeof part === "string" ? encoder.encode(part) : part);
  const bytes = concatenate([new Uint8Array(5), ...parts]);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, bytes.length - 1);
  return bytes;
}

/** A 32-bit number as the protocol writes it. */
function int32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/** The 32-bit number at an offset. */
export function readInt32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(offset);
}

/** A simple query. */
export function query(sql: string): Uint8Array<ArrayBuffer> {
  return message("Q", sql, "\0");
}

/** The end of an extended message group: commits what is implicit, asks for ReadyForQuery. */
export const SYNC = message("S");
/** Asks for the answers so far. */
export const FLUSH = message("H");

/** An ErrorResponse that ends the connection; `code` is a SQLSTATE. */
export function fatalError(code: string, text: string): Uint8Array<ArrayBuffer> {
  return message("E", `SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
}

/** The answer to a startup packet: accepted, how the server is set, ready. */
export function welcome(
  connectionId: number,
  minor: number,
  options: readonly string[],
  parameters: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  // A client that asks for more than 3.0 is told so (NegotiateProtocolVersion) and goes on with 3.0.
  const unknown = options.filter((name) => name.startsWith("_pq_."));
  const negotiate = minor === 0 && unknown.length === 0
    ? []
    : [message("v", int32(0), int32(unknown.length), ...unknown.map((name) => `${name}\0`))];
  const statuses = [...parameters].map(([name, value]) => message("S", `${name}\0${value}\0`));
  return concatenate([
    ...negotiate,
    message("R", int32(0)),
    ...statuses,
    // The key is for cancel requests, which are ignored: one backend, and it cannot be interrupted.
    message("K", int32(connectionId), int32(0)),
    message("Z", "I"),
  ]);
}

/**
 * Reads the packet a connection begins with, without its length.
 *
 * @throws {WireError} when it is none of protocol 3.
 */
export function readGreeting(packet: Uint8Array): Greeting {
  if (packet.length < 4) throw new WireError("08P01", "startup packet is too short");
  const version = readInt32(packet, 0);
  // 1234 << 16 | 5678, 5679, 5680: CancelRequest, SSLRequest, GSSENCRequest.
  if (version === 80_877_102) return { kind: "cancel" };
  if (version === 80_877_103 || version === 80_877_104) return { kind: "encryption" };
  if (version >> 16 !== 3) {
    throw new WireError(
      "0A000",
      `unsupported protocol version ${version >> 16}; this server has 3`,
    );
  }
  const words = decoder.decode(packet.subarray(4)).split("\0");
  const options = words.filter((_, index) => index % 2 === 0 && words[index + 1] !== undefined)
    .filter((name) => name !== "");
  return { kind: "startup", minor: version & 0xffff, options };
}

/** Types of the messages in a sequence of whole messages, each with its first body byte. O(messages). */
function* messageTypes(
  bytes: Uint8Array,
): Generator<[type: number, firstByte: number | undefined]> {
  let at = 0;
  while (at + 5 <= bytes.length) {
    yield [bytes[at] ?? 0, bytes[at + 5]];
    at += 1 + readInt32(bytes, at + 1);
  }
}

/**
 * The session's state after an answer; `null` when the answer does not end in ReadyForQuery, so the
 * client is in the middle of an exchange. O(messages).
 */
export function statusAfter(answer: Uint8Array): TransactionStatus | null {
  let status: TransactionStatus | null = null;
  for (const [type, byte] of messageTypes(answer)) {
    status = null;
    if (type === 0x5a) status = byte === 0x49 ? "I" : byte === 0x54 ? "T" : "E";
  }
  return status;
}

/** True when an answer carries an ErrorResponse. O(messages). */
export function hasError(answer: Uint8Array): boolean {
  for (const [type] of messageTypes(answer)) if (type === 0x45) return true;
  return false;
}

/** Index just behind the zero-terminated text that starts at `from`. @throws {WireError} */
export function endOfText(bytes: Uint8Array, from: number): number {
  const zero = bytes.indexOf(0, from);
  if (zero === -1) throw new WireError("08P01", "text without an end in a message");
  return zero + 1;
}
