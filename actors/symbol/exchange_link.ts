/** ExchangeLink: the socket and the REST calls of one symbol, as the engine's commands ask for them. */
import { NO_ANSWER, readAnswer } from "../../shared/exchange_answer.ts";
import type { SymbolId } from "../../shared/market.ts";
import { decodeSnapshot } from "./engine/json_decode.ts";
import type { Command, EngineEvent } from "./engine/event.ts";
import type { Permits, TellAnswer } from "./permit_desk.ts";
import { depthWeight } from "./request_weight.ts";

/** A handshake or an answer that takes longer than this is a failure. */
const ANSWER_TIMEOUT_MS = 10_000;

type FetchSnapshot = Extract<Command, { type: "fetch_snapshot" }>;

/** What the link tells its actor. */
export interface LinkCallbacks {
  onEvent(event: EngineEvent): void;
  onFrame(connection: number, text: unknown): void;
}

/**
 * At most one connection and one snapshot request at a time; a newer command replaces the older. Each
 * waits for its permit of the exchange's budget.
 */
export class ExchangeLink {
  readonly #symbol: SymbolId;
  readonly #restUrl: string;
  readonly #streamUrl: string;
  readonly #permits: Permits;
  readonly #callbacks: LinkCallbacks;
  readonly #timeoutMs: number;
  #socket: WebSocket | null = null;
  #openTimer: ReturnType<typeof setTimeout> | undefined;
  #snapshotTimer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | null = null;
  /** Take back a wish that still waits for its permit; afterwards they do nothing. */
  #withdrawOpen: () => void = () => {};
  #withdrawFetch: () => void = () => {};

  /** `restUrl` and `wsUrl` are base URLs without a slash at the end. */
  constructor(
    symbol: SymbolId,
    restUrl: string,
    wsUrl: string,
    permits: Permits,
    callbacks: LinkCallbacks,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    this.#symbol = symbol;
    this.#restUrl = restUrl;
    this.#permits = permits;
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
        this.#openTimer = setTimeout(() => this.#askOpen(command.connection), command.delayMs);
        return;
      case "close_connection":
        return this.#closeSocket();
      case "fetch_snapshot":
        this.#cancelSnapshot();
        this.#snapshotTimer = setTimeout(() => this.#askFetch(command), command.delayMs);
    }
  }

  /** Closes everything; nothing is called back afterwards. */
  close(): void {
    this.#closeSocket();
    this.#cancelSnapshot();
  }

  #askOpen(connection: number): void {
    const priority = connection === 1 ? "sync" : "resync";
    this.#withdrawOpen = this.#permits.ask({ kind: "connection", weight: 1, priority }, (tell) => {
      this.#open(connection);
      // An attempt counts whatever comes of it, and its answer has no headers to read.
      tell(NO_ANSWER);
    });
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
    this.#withdrawOpen();
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
    this.#withdrawFetch();
    this.#request?.abort();
    this.#request = null;
  }

  #askFetch({ generation, limit, purpose }: FetchSnapshot): void {
    const wish = { kind: "rest", weight: depthWeight(limit), priority: purpose } as const;
    this.#withdrawFetch = this.#permits.ask(
      wish,
      (tell) => void this.#fetch(generation, limit, tell),
    );
  }

  async #fetch(generation: number, limit: number, tell: TellAnswer): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    const event = await this.#answer(generation, limit, request.signal, tell);
    if (this.#request !== request) return;
    this.#request = null;
    this.#callbacks.onEvent(event);
  }

  async #answer(
    generation: number,
    limit: number,
    signal: AbortSignal,
    tell: TellAnswer,
  ): Promise<EngineEvent> {
    const query = new URLSearchParams({ symbol: this.#symbol, limit: String(limit) });
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    let answer = NO_ANSWER;
    try {
      const response = await fetch(`${this.#restUrl}/api/v3/depth?${query}`, {
        signal: AbortSignal.any([signal, timeout]),
      });
      answer = readAnswer(response);
      const body = await response.text();
      if (!response.ok) {
        return {
          type: "snapshot_failed",
          generation,
          reason: `HTTP ${response.status} ${body.slice(0, 200)}`,
          retryAfterMs: answer.retryAfterMs,
        };
      }
      const decoded = decodeSnapshot(body);
      if (decoded.type === "depth_snapshot") return { ...decoded, generation, limit };
      const reason = `the answer ${decoded.reason}`;
      return { type: "snapshot_failed", generation, reason, retryAfterMs: null };
    } catch (error) {
      const reason = timeout.aborted ? this.#tooLate() : causeOf(error);
      return { type: "snapshot_failed", generation, reason, retryAfterMs: null };
    } finally {
      tell(answer);
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
