/** ExchangeLink: the socket and the REST calls of one symbol, as the engine's commands ask for them. */
import type { SymbolId } from "../../shared/market.ts";
import { decodeSnapshot } from "./engine/json_decode.ts";
import type { Command, EngineEvent } from "./engine/event.ts";

/** A handshake or an answer that takes longer than this is a failure. */
const ANSWER_TIMEOUT_MS = 10_000;

/** What the link tells its actor. */
export interface LinkCallbacks {
  onEvent(event: EngineEvent): void;
  onFrame(connection: number, text: unknown): void;
}

/** At most one connection and one snapshot request at a time; a newer command replaces the older. */
export class ExchangeLink {
  readonly #symbol: SymbolId;
  readonly #restUrl: string;
  readonly #streamUrl: string;
  readonly #callbacks: LinkCallbacks;
  readonly #timeoutMs: number;
  #socket: WebSocket | null = null;
  #openTimer: ReturnType<typeof setTimeout> | undefined;
  #snapshotTimer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | null = null;

  /** `restUrl` and `wsUrl` are base URLs without a slash at the end. */
  constructor(
    symbol: SymbolId,
    restUrl: string,
    wsUrl: string,
    callbacks: LinkCallbacks,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    this.#symbol = symbol;
    this.#restUrl = restUrl;
    this.#callbacks = callbacks;
    this.#timeoutMs = timeoutMs;
    const name = encodeURIComponent(symbol.toLowerCase());
    const streams = ["depth@100ms", "bookTicker", "aggTrade"].map((kind) => `${name}@${kind}`);
    this.#streamUrl = `${wsUrl}/stream?streams=${streams.join("/")}`;
  }

  /** Carries out one command of the engine. */
  run(command: Command): void {
    switch (command.type) {
      case "open_connection":
        this.#closeSocket();
        this.#cancelSnapshot();
        this.#openTimer = setTimeout(() => this.#open(command.connection), command.delayMs);
        return;
      case "close_connection":
        return this.#closeSocket();
      case "fetch_snapshot":
        this.#cancelSnapshot();
        this.#snapshotTimer = setTimeout(
          () => void this.#fetch(command.generation, command.limit),
          command.delayMs,
        );
    }
  }

  /** Closes everything; nothing is called back afterwards. */
  close(): void {
    this.#closeSocket();
    this.#cancelSnapshot();
  }

  #open(connection: number): void {
    const socket = new WebSocket(this.#streamUrl);
    this.#socket = socket;
    // The first that is known of a failure is its reason; what follows from it is not.
    let problem: string | null = null;
    this.#openTimer = setTimeout(() => {
      problem = this.#tooLate();
      socket.close();
    }, this.#timeoutMs);
    socket.onopen = () => {
      clearTimeout(this.#openTimer);
      this.#callbacks.onEvent({ type: "opened", connection });
    };
    socket.onmessage = ({ data }) => this.#callbacks.onFrame(connection, data);
    socket.onerror = (event) => {
      if (event instanceof ErrorEvent && event.message !== "") problem ??= event.message;
    };
    socket.onclose = ({ code, reason }) => {
      clearTimeout(this.#openTimer);
      const detail = reason === "" ? `code ${code}` : `code ${code}, ${reason}`;
      this.#callbacks.onEvent({
        type: "closed",
        connection,
        reason: problem ?? `the connection was closed (${detail})`,
      });
    };
  }

  #closeSocket(): void {
    clearTimeout(this.#openTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen =
      socket.onmessage =
      socket.onerror =
      socket.onclose =
        null;
    // A socket that is still connecting reports its failure as an error event, which nobody needs.
    socket.close();
  }

  #cancelSnapshot(): void {
    clearTimeout(this.#snapshotTimer);
    this.#request?.abort();
    this.#request = null;
  }

  async #fetch(generation: number, limit: number): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    const event = await this.#answer(generation, limit, request.signal);
    if (this.#request !== request) return;
    this.#request = null;
    this.#callbacks.onEvent(event);
  }

  async #answer(generation: number, limit: number, signal: AbortSignal): Promise<EngineEvent> {
    const query = new URLSearchParams({ symbol: this.#symbol, limit: String(limit) });
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(`${this.#restUrl}/api/v3/depth?${query}`, {
        signal: AbortSignal.any([signal, timeout]),
      });
      const body = await response.text();
      if (!response.ok) {
        return {
          type: "snapshot_failed",
          generation,
          reason: `HTTP ${response.status} ${body.slice(0, 200)}`,
          retryAfterMs: retryAfterMs(response.headers.get("retry-after")),
        };
      }
      const decoded = decodeSnapshot(body);
      if (decoded.type === "depth_snapshot") return { ...decoded, generation, limit };
      const reason = `the answer ${decoded.reason}`;
      return { type: "snapshot_failed", generation, reason, retryAfterMs: null };
    } catch (error) {
      const reason = timeout.aborted ? this.#tooLate() : causeOf(error);
      return { type: "snapshot_failed", generation, reason, retryAfterMs: null };
    }
  }

  #tooLate(): string {
    return `no answer within ${this.#timeoutMs / 1_000} s`;
  }
}

/** A failed fetch says no more than that; why, such as a name not resolved, is its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** `Retry-After` in seconds, as Binance sends it with 429 and 418. */
function retryAfterMs(header: string | null): number | null {
  const seconds = header === null ? NaN : Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null;
}
