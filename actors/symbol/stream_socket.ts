/** StreamSocket: one WebSocket to the exchange's streams, from its permit to its end. */
import { monotonicMs } from "../../shared/clock.ts";
import { type Endpoints, isFault } from "../../shared/endpoints.ts";
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import { type Guard, unguarded } from "../../shared/guard.ts";
import { startDeadline } from "../../shared/heard_deadline.ts";
import type { ConnectionPriority } from "./engine/event.ts";
import type { RateLimiter } from "./rate_limiter.ts";

/** What the socket tells of itself; nothing is told after `close`. */
export interface SocketEvents {
  onOpen(): void;
  onFrame(text: unknown): void;
  /** It is over, and why, for a person. */
  onClosed(reason: string): void;
}

/** What all connections of a symbol have in common. */
export interface SocketOptions {
  readonly limiter: RateLimiter;
  readonly endpoints: Endpoints;
  /** The streams at a base URL. */
  readonly urlAt: (baseUrl: string) => string;
  /** A handshake that takes longer is a failure. */
  readonly timeoutMs: number;
  /** Absent: what an event leads to may throw. */
  readonly guard?: Guard | undefined;
}

/** One connection. */
export class StreamSocket {
  readonly #options: SocketOptions;
  readonly #events: SocketEvents;
  readonly #guard: Guard;
  /** The base URL that it has gone to; `null`: it has not yet. */
  #endpoint: string | null = null;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Takes back the deadline of its handshake. */
  #endDeadline: () => void = () => {};
  #priority: ConnectionPriority = "sync";
  /** It waits for a permit, which `#withdraw` takes back; afterwards that does nothing. */
  #isWaiting = false;
  #withdraw: () => void = () => {};

  constructor(options: SocketOptions, events: SocketEvents) {
    this.#options = options;
    this.#events = events;
    this.#guard = options.guard ?? unguarded;
  }

  /** It is under suspicion: further connections go another way, if there is one. */
  avoid(): void {
    if (this.#endpoint !== null) this.#fail(this.#endpoint, "its stream is under suspicion");
  }

  /** Connects after `delayMs`, when it may. */
  open(priority: ConnectionPriority, delayMs: number): void {
    this.#priority = priority;
    this.#timer = setTimeout(this.#guard(() => this.#ask()), delayMs);
  }

  /** It is needed sooner: while it waits for its permit, it asks for it anew. */
  hurry(priority: ConnectionPriority): void {
    this.#priority = priority;
    if (!this.#isWaiting) return;
    this.#withdraw();
    this.#ask();
  }

  /** Whether it carries streams now. */
  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Sends a request, if it is open. */
  send(message: string): void {
    if (this.isOpen) this.#socket?.send(message);
  }

  /** Ends it; nothing is called back afterwards. */
  close(): void {
    clearTimeout(this.#timer);
    this.#endDeadline();
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

  #ask(): void {
    this.#isWaiting = true;
    const request = { kind: "connection", weight: 1, priority: this.#priority } as const;
    this.#withdraw = this.#options.limiter.ask(request, (tell) => {
      this.#isWaiting = false;
      this.#connect();
      // An attempt counts whatever comes of it, and its answer has no headers to read.
      tell(NO_ANSWER);
    });
  }

  #connect(): void {
    const { endpoints, urlAt, timeoutMs } = this.#options;
    const endpoint = endpoints.choose(monotonicMs());
    this.#endpoint = endpoint;
    const socket = new WebSocket(urlAt(endpoint));
    this.#socket = socket;
    // The first that is known of a failure is its reason; what follows from it is not.
    let problem: string | null = null;
    let hasSpoken = false;
    this.#endDeadline = startDeadline(timeoutMs, () => {
      problem = `no answer within ${timeoutMs / 1_000} s`;
      socket.close();
    });
    socket.onopen = this.#guard<Event>(() => {
      this.#endDeadline();
      endpoints.worked(endpoint);
      this.#events.onOpen();
    });
    socket.onmessage = this.#guard(({ data }: MessageEvent) => {
      hasSpoken = true;
      this.#events.onFrame(data);
    });
    socket.onerror = (event) => {
      if (event instanceof ErrorEvent && event.message !== "") problem ??= event.message;
    };
    socket.onclose = this.#guard(({ code, reason }: CloseEvent) => {
      this.#endDeadline();
      const detail = reason === "" ? `code ${code}` : `code ${code}, ${reason}`;
      const ending = problem ?? `the connection was closed (${detail})`;
      // What ended after it had served has to end some time; its endpoint is none the worse for it.
      if (!hasSpoken && isFault(statusIn(ending))) this.#fail(endpoint, ending);
      this.#events.onClosed(hasSpoken ? ending : endpoints.blame(endpoint, ending));
    });
  }

  #fail(endpoint: string, reason: string): void {
    this.#options.endpoints.failed(endpoint, reason, monotonicMs());
  }
}

/** The status of a refused handshake, which the runtime tells in words only; `null`: there is none. */
function statusIn(problem: string): number | null {
  const status = /Invalid status code: (\d{3})\b/.exec(problem)?.[1];
  return status === undefined ? null : Number(status);
}
