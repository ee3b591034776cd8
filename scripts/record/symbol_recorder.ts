/** Records one symbol: one combined socket, one snapshot per connection, lines as they arrive. */
import { decodeFrame } from "../../actors/venue/binance_spot/decode.ts";
import { isOfAnother } from "../recorded_refusal.ts";
import type { RecordOptions } from "./flags.ts";
import { RecordingWriter } from "./recording_writer.ts";

/** How a recording stands. */
export interface RecordProgress {
  readonly symbol: string;
  readonly path: string;
  readonly frames: number;
  readonly snapshots: number;
  readonly connections: number;
  readonly bytes: number;
}

/** A running recording. */
export interface SymbolRecorder {
  /** Resolves when the file is complete. */
  readonly done: Promise<void>;
  progress(): RecordProgress;
}

const STREAMS = ["depth@100ms", "bookTicker", "trade", "aggTrade"];
/** After a lost connection: 1 s, doubled up to this. */
const RECONNECT_MIN_MS = 1_000;
const RECONNECT_MAX_MS = 30_000;
const SNAPSHOT_TIMEOUT_MS = 10_000;
const SNAPSHOT_RETRY_MS = 2_000;
/** A connection on which nothing came for this long is lost, whatever the socket says. */
const SILENCE_MAX_MS = 60_000;

/** Starts recording `symbol` until `signal` aborts; `say` gets one line per thing that goes wrong. */
export function recordSymbol(
  symbol: string,
  options: RecordOptions,
  signal: AbortSignal,
  say: (text: string) => void,
): SymbolRecorder {
  const path = options.paths[options.symbols.indexOf(symbol)] ?? "";
  const counts = { frames: 0, snapshots: 0, connections: 0, bytes: 0 };
  const run = async () => {
    const writer = await openFile(path);
    const seen = (payload: string, kind: "frames" | "snapshots") => {
      writer.write(performance.timeOrigin + performance.now(), payload);
      counts[kind] += 1;
      counts.bytes = writer.bytes;
    };
    try {
      let waitMs = RECONNECT_MIN_MS;
      while (!signal.aborted && writer.error === null) {
        const framesBefore = counts.frames;
        counts.connections += 1;
        const reason = await connection(symbol, options, signal, seen, say);
        if (signal.aborted) break;
        if (counts.frames > framesBefore) waitMs = RECONNECT_MIN_MS;
        say(`connection lost: ${reason}; again in ${waitMs / 1_000} s, with a new snapshot`);
        await pause(waitMs, signal);
        waitMs = Math.min(RECONNECT_MAX_MS, waitMs * 2);
      }
    } finally {
      await writer.close();
      counts.bytes = writer.bytes;
    }
  };
  return { done: run(), progress: () => ({ symbol, path, ...counts }) };
}

async function openFile(path: string): Promise<RecordingWriter> {
  try {
    return await RecordingWriter.create(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--out ${path} cannot be written: ${reason}`, { cause: error });
  }
}

/** One connection's life; resolves with why it ended, and rejects when it is of another market. */
function connection(
  symbol: string,
  options: RecordOptions,
  signal: AbortSignal,
  seen: (payload: string, kind: "frames" | "snapshots") => void,
  say: (text: string) => void,
): Promise<string> {
  const lower = encodeURIComponent(symbol.toLowerCase());
  const names = STREAMS.map((stream) => `${lower}@${stream}`).join("/");
  const socket = new WebSocket(`${options.wsUrl}/stream?streams=${names}`);
  const life = new AbortController();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let hasAsked = false;
  return new Promise((resolve, reject) => {
    const end = (reason: string, settle: () => void = () => resolve(reason)) => {
      if (life.signal.aborted) return;
      life.abort();
      clearTimeout(silence);
      signal.removeEventListener("abort", onStop);
      socket.onmessage = null;
      // The close is complete before the next connection opens, or the process ends.
      if (socket.readyState === WebSocket.CLOSED) return settle();
      const deadline = setTimeout(settle, RECONNECT_MIN_MS);
      socket.onclose = () => {
        clearTimeout(deadline);
        settle();
      };
      socket.close();
    };
    const onStop = () => end("stopped");
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => end(`nothing for ${SILENCE_MAX_MS / 1_000} s`), SILENCE_MAX_MS);
    };
    signal.addEventListener("abort", onStop);
    listen();
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      listen();
      // Not a stream's frame: an answer or a notice of the exchange.
      if (!data.startsWith('{"stream":')) return say(`received ${data.slice(0, 200)}`);
      const refused = hasAsked ? null : decodeFrame(data);
      if (refused?.type === "malformed" && isOfAnother(refused)) {
        const words = `${options.wsUrl} cannot be recorded: a frame ${refused.reason}`;
        return end(words, () => reject(new Error(words)));
      }
      seen(data, "frames");
      if (hasAsked || !data.includes('"depthUpdate"')) return;
      hasAsked = true;
      void snapshots(symbol, options, life.signal, (text) => seen(text, "snapshots"), say);
    };
    socket.onclose = ({ code, reason }) =>
      // No code: nobody said goodbye, and `onerror` has told why.
      end(code === 0 ? "no connection" : `closed by the exchange, ${code} ${reason}`.trim());
    socket.onerror = (event) => {
      if (event instanceof ErrorEvent) say(event.message);
    };
  });
}

/** Asks for a snapshot until there is one that is a snapshot, or the connection is gone. */
async function snapshots(
  symbol: string,
  { restUrl, limit }: RecordOptions,
  signal: AbortSignal,
  seen: (text: string) => void,
  say: (text: string) => void,
): Promise<void> {
  const url = `${restUrl}/api/v3/depth?symbol=${encodeURIComponent(symbol)}&limit=${limit}`;
  while (!signal.aborted) {
    let waitMs = SNAPSHOT_RETRY_MS;
    try {
      const timeout = AbortSignal.timeout(SNAPSHOT_TIMEOUT_MS);
      const answer = await fetch(url, { signal: AbortSignal.any([signal, timeout]) });
      const text = await answer.text();
      if (answer.ok) return seen(text.replaceAll("\n", ""));
      const retryAfter = Number(answer.headers.get("retry-after"));
      if (retryAfter > 0) waitMs = retryAfter * 1_000;
      say(`snapshot refused, HTTP ${answer.status}: ${text.slice(0, 200)}`);
    } catch (error) {
      if (signal.aborted) return;
      say(`no snapshot: ${error instanceof Error ? error.message : String(error)}`);
    }
    await pause(waitMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
