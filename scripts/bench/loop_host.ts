/**
 * The look-alike exchange's looped replay at the speed of a plain TCP socket, as a process of the
 * benchmark. The exchange writes to Deno's WebSocket, whose every frame is a task and a system call of
 * its own: dearer than what a receiver with much to read pays for it, so that it is the sender that is
 * measured. Here whole rounds of frames are written at once. Prints its addresses as one line of JSON
 * and ends when its standard input does.
 */
import { loadRecordings, type RecordedMarket } from "../exchange/recorded_market.ts";
import { ReplaySource } from "../exchange/replay_source.ts";
import { RequestWeight } from "../exchange/request_weight.ts";
import { answerRest } from "../exchange/rest.ts";
import { parseStream, parseStreamUrl } from "../exchange/subscriptions.ts";
import { Listing } from "../exchange/listing.ts";
import { FrameLoop } from "./frame_loop.ts";

/** RFC 6455, 1.3. */
const HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** RFC 6455, 5.2 and 5.5.1. */
const OPCODE_BITS = 0x0f;
const OPCODE_CLOSE = 8;
const CLOSE_FRAME = Uint8Array.of(0x88, 0);
/** So long the client has for the snapshot alone: its stream would fill its buffers meanwhile. */
const SNAPSHOT_LEAD_MS = 500;
const REQUEST_BYTES_MAX = 8 * 1024;
const HOST = "127.0.0.1";

/** A sender that listens. */
export interface LoopSender {
  readonly restUrl: string;
  readonly wsUrl: string;
  /** Closes both ports and every connection. */
  stop(): Promise<void>;
}

/**
 * Serves one recording for ever, to each client from its first moment on. As the exchange does with
 * `--hold`, it waits for the first request for a snapshot; that is the recording's own for ever. It
 * hears nothing on its WebSockets but their end.
 *
 * @throws {RecordingError} for a recording that cannot be replayed.
 */
export async function startLoopSender(file: string): Promise<LoopSender> {
  const [market] = await loadRecordings([file]);
  if (market === undefined) throw new TypeError(`Cannot send ${file}: it holds no market`);
  const listing = new Listing(new ReplaySource(market, { loop: true, keepTimes: true }));
  const floor = {
    label: listing.source.label,
    listings: new Map([[market.spec.symbol, listing]]),
    weight: new RequestWeight(),
    nowMs: () => Date.now(),
    utcNowMs: () => Date.now(),
  };
  const hasSnapshot = Promise.withResolvers<void>();
  let lead: ReturnType<typeof setTimeout> | undefined;
  const rest = Deno.serve(
    { hostname: HOST, port: 0, onListen: () => {} },
    (request, { remoteAddr }) => {
      const response = answerRest(request, remoteAddr.hostname, floor);
      if (listing.ledger().snapshots > 0) {
        lead ??= setTimeout(hasSnapshot.resolve, SNAPSHOT_LEAD_MS);
      }
      return response;
    },
  );
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  const sending = new Map<Deno.Conn, Promise<void>>();
  const accepting = (async () => {
    for await (const connection of listener) {
      const over = send(connection, market, hasSnapshot.promise);
      sending.set(connection, over.finally(() => sending.delete(connection)));
    }
  })();
  return {
    restUrl: `http://${HOST}:${rest.addr.port}`,
    wsUrl: `ws://${HOST}:${listener.addr.port}`,
    stop: async () => {
      listener.close();
      await accepting;
      clearTimeout(lead);
      const ending = [...sending];
      for (const [connection] of ending) connection.close();
      await Promise.all(ending.map(([, over]) => over));
      await rest.shutdown();
    },
  };
}

async function send(
  connection: Deno.Conn,
  market: RecordedMarket,
  hasSnapshot: Promise<void>,
): Promise<void> {
  try {
    const request = await requestOf(connection);
    const streams = parseStreamUrl(
      new URL(/^GET (\S+)/.exec(request)?.[1] ?? "/", "ws://exchange"),
    );
    const key = /^sec-websocket-key:\s*(\S+)/im.exec(request)?.[1];
    if (streams === null || key === undefined) return;
    const names = streams.names.map(parseStream).filter((stream) => stream !== null);
    const loop = new FrameLoop(market, names);
    await writeAll(connection, await handshake(key));
    await writeAll(connection, loop.opening);
    const client = new Leaving(connection);
    await Promise.race([hasSnapshot, client.left]);
    while (!client.hasLeft) await writeAll(connection, loop.next());
    await writeAll(connection, CLOSE_FRAME);
  } catch (error) {
    if (!isEnd(error)) throw error;
  } finally {
    close(connection);
  }
}

/** Waits for the client's close frame, or its end: nothing else that it may say matters. */
class Leaving {
  readonly left: Promise<void>;
  hasLeft = false;

  constructor(connection: Deno.Conn) {
    this.left = this.#read(connection).finally(() => this.hasLeft = true);
  }

  async #read(connection: Deno.Conn): Promise<void> {
    const bytes = new Uint8Array(REQUEST_BYTES_MAX);
    try {
      while (await connection.read(bytes) !== null) {
        if (((bytes[0] ?? 0) & OPCODE_BITS) === OPCODE_CLOSE) return;
      }
    } catch (error) {
      if (!isEnd(error)) throw error;
    }
  }
}

/** Whether it is closed already, by `stop`, a connection does not say. */
function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!isEnd(error)) throw error;
  }
}

/** The client has what it wanted, or the sender was stopped. */
function isEnd(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.Interrupted;
}

/** The head of the request that opens a connection. */
async function requestOf(connection: Deno.Conn): Promise<string> {
  const bytes = new Uint8Array(REQUEST_BYTES_MAX);
  const decoder = new TextDecoder();
  let text = "";
  while (!text.endsWith("\r\n\r\n")) {
    const count = await connection.read(bytes);
    if (count === null || text.length > REQUEST_BYTES_MAX) break;
    text += decoder.decode(bytes.subarray(0, count), { stream: true });
  }
  return text;
}

async function handshake(key: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const digest = await crypto.subtle.digest("SHA-1", encoder.encode(key + HANDSHAKE_GUID));
  return encoder.encode(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${new Uint8Array(digest).toBase64()}\r\n\r\n`,
  );
}

/** The socket takes what its buffer holds; the rest waits until the client has read. */
async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

if (import.meta.main) {
  const { restUrl, wsUrl } = await startLoopSender(Deno.args[0] ?? "");
  // deno-lint-ignore no-console
  console.log(JSON.stringify({ restUrl, wsUrl }));
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}
