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
  | {
    readonly kind: "startup";
    readonly minor: number;
    /** What the client wants of its session, by name: `user`, `application_name` and so on. */
    readonly settings: ReadonlyMap<string, string>;
  }
  /** It asks for encryption, which a Unix socket does not need: answer `N`, it goes on in plain. */
  | { readonly kind: "encryption" }
  /** A CancelRequest, which has no answer: it names a connection by the key of its welcome. */
  | { readonly kind: "cancel"; readonly key: BackendKey };

/** By which a client can have its query cancelled over another connection. */
export interface BackendKey {
  readonly connectionId: number;
  /** Known to the client alone. */
  readonly secret: number;
}

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

/** ReadyForQuery of an idle session. */
export const READY = message("Z", "I");

/** An ErrorResponse; a FATAL one ends the connection. `code` is a SQLSTATE. */
export function errorResponse(
  severity: "ERROR" | "FATAL",
  code: string,
  text: string,
): Uint8Array<ArrayBuffer> {
  return message("E", `S${severity}\0V${severity}\0C${code}\0M${text}\0\0`);
}

/** The answer to a startup packet: accepted, how the server is set, ready. */
export function welcome(
  key: BackendKey,
  minor: number,
  settings: ReadonlyMap<string, string>,
  parameters: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  // A client that asks for more than 3.0 is told so (NegotiateProtocolVersion) and goes on with 3.0.
  const unknown = [...settings.keys()].filter((name) => name.startsWith("_pq_."));
  const negotiate = minor === 0 && unknown.length === 0
    ? []
    : [message("v", int32(0), int32(unknown.length), ...unknown.map((name) => `${name}\0`))];
  const statuses = [...parameters].map(([name, value]) => message("S", `${name}\0${value}\0`));
  return concatenate([
    ...negotiate,
    message("R", int32(0)),
    ...statuses,
    message("K", int32(key.connectionId), int32(key.secret)),
    READY,
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
  if (version === 80_877_102) {
    if (packet.length !== 12) throw new WireError("08P01", "invalid length of cancel request");
    return {
      kind: "cancel",
      key: { connectionId: readInt32(packet, 4), secret: readInt32(packet, 8) },
    };
  }
  if (version === 80_877_103 || version === 80_877_104) return { kind: "encryption" };
  if (version >> 16 !== 3) {
    throw new WireError(
      "0A000",
      `unsupported protocol version ${version >> 16}; this server has 3`,
    );
  }
  const words = decoder.decode(packet.subarray(4)).split("\0");
  const settings = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [name = "", value = ""] = words.slice(at, at + 2);
    if (name !== "") settings.set(name, value);
  }
  return { kind: "startup", minor: version & 0xffff, settings };
}

/** The messages in a sequence of whole ones: type and body. O(messages). */
function* messages(bytes: Uint8Array): Generator<[type: number, body: Uint8Array]> {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const end = at + 1 + readInt32(bytes, at + 1);
    yield [bytes[at] ?? 0, bytes.subarray(at + 5, end)];
    at = end;
  }
}

/**
 * The session's state after an answer; `null` when the answer does not end in ReadyForQuery, so the
 * client is in the middle of an exchange. O(messages).
 */
export function statusAfter(answer: Uint8Array): TransactionStatus | null {
  let status: TransactionStatus | null = null;
  for (const [type, [byte]] of messages(answer)) {
    status = null;
    if (type === 0x5a) status = byte === 0x49 ? "I" : byte === 0x54 ? "T" : "E";
  }
  return status;
}

/** What the first ErrorResponse of an answer says; `null`: there is none. O(messages). */
export function errorOf(answer: Uint8Array): { code: string; text: string } | null {
  for (const [type, body] of messages(answer)) {
    if (type !== 0x45) continue;
    const fields = decoder.decode(body).split("\0");
    const field = (letter: string) => fields.find((each) => each.startsWith(letter))?.slice(1);
    return { code: field("C") ?? "", text: field("M") ?? "" };
  }
  return null;
}

/** Index just behind the zero-terminated text that starts at `from`. @throws {WireError} */
export function endOfText(bytes: Uint8Array, from: number): number {
  const zero = bytes.indexOf(0, from);
  if (zero === -1) throw new WireError("08P01", "text without an end in a message");
  return zero + 1;
}
