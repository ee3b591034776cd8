/** StreamSocket: one WebSocket to the exchange's streams, from its permit to its end. */
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { Permits } from "./permit_desk.ts";

/** What the socket tells of itself; nothing is told after `close`. */
export interface SocketEvents {
  onOpen(): void;
  onFrame(text: unknown): void;
  /** It is over, and why, for a person. */
  onClosed(reason: string): void;
}

/** One connection. */
export class StreamSocket {
  readonly #url: string;
  readonly #permits: Permits;
  readonly #events: SocketEvents;
  readonly #timeoutMs: number;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Takes back the wish for a permit; afterwards it does nothing. */
  #withdraw: () => void = () => {};

  /** `timeoutMs`: a handshake that takes longer is a failure. */
  constructor(url: string, permits: Permits, events: SocketEvents, timeoutMs: number) {
    this.#url = url;
    this.#permits = permits;
    this.#events = events;
    this.#timeoutMs = timeoutMs;
  }

  /** Connects after `delayMs`, when it may. */
  open(priority: "sync" | "resync" | "renew", delayMs: number): void {
    this.#timer = setTimeout(() => {
      const wish = { kind: "connection", weight: 1, priority } as const;
      this.#withdraw = this.#permits.ask(wish, (tell) => {
        this.#connect();
        // An attempt counts whatever comes of it, and its answer has no headers to read.
        tell(NO_ANSWER);
      });
    }, delayMs);
  }

  /** Sends a request, if it is open. */
  send(message: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /** Ends it; nothing is called back afterwards. */
  close(): void {
    clearTimeout(this.#timer);
    this.#withdraw();
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

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    // The first that is known of a failure is its reason; what follows from it is not.
    let problem: string | null = null;
    this.#timer = setTimeout(() => {
      problem = `no answer within ${this.#timeoutMs / 1_000} s`;
      socket.close();
    }, this.#timeoutMs);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#events.onOpen();
    };
    socket.onmessage = ({ data }) => this.#events.onFrame(data);
    socket.onerror = (event) => {
      if (event instanceof ErrorEvent && event.message !== "") problem ??= event.message;
    };
    socket.onclose = ({ code, reason }) => {
      clearTimeout(this.#timer);
      const detail = reason === "" ? `code ${code}` : `code ${code}, ${reason}`;
      this.#events.onClosed(problem ?? `the connection was closed (${detail})`);
    };
  }
}
