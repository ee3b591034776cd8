/** ExchangeLink: the sockets and the snapshots of one symbol, as the engine's commands ask for them. */
import type { SymbolId } from "../../shared/market.ts";
import type { Command, EngineEvent } from "./engine/event.ts";
import { decodeSnapshot } from "./engine/json_decode.ts";
import type { Permits } from "./permit_desk.ts";
import { depthWeight } from "./request_weight.ts";
import { type CallResult, RestCall } from "./rest_call.ts";
import { StreamSocket } from "./stream_socket.ts";

/** A handshake or an answer that takes longer than this is a failure. */
const ANSWER_TIMEOUT_MS = 10_000;

/** What the link tells its actor. */
export interface LinkCallbacks {
  onEvent(event: EngineEvent): void;
  onFrame(connection: number, text: unknown): void;
}

/** What the link carries out; probes are one call for all symbols, which the supervisor makes. */
export type LinkCommand = Exclude<Command, { type: "probe_best" }>;

/** Connections by their numbers, and one snapshot request at a time. */
export class ExchangeLink {
  readonly #symbol: SymbolId;
  readonly #restUrl: string;
  readonly #streamUrl: string;
  readonly #permits: Permits;
  readonly #callbacks: LinkCallbacks;
  readonly #timeoutMs: number;
  readonly #sockets = new Map<number, StreamSocket>();
  readonly #snapshot: RestCall;

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
    this.#snapshot = new RestCall(permits, timeoutMs);
    const name = encodeURIComponent(symbol.toLowerCase());
    const streams = ["depth@100ms", "bookTicker", "aggTrade"].map((kind) => `${name}@${kind}`);
    this.#streamUrl = `${wsUrl}/stream?streams=${streams.join("/")}`;
  }

  /** Carries out one command of the engine. */
  run(command: LinkCommand): void {
    switch (command.type) {
      case "open_connection":
        return this.#open(command.connection, command.delayMs);
      case "close_connection":
        this.#sockets.get(command.connection)?.close();
        this.#sockets.delete(command.connection);
        return;
      case "list_subscriptions":
        return this.#sockets.get(command.connection)?.list();
      case "fetch_snapshot":
        return this.#askSnapshot(command);
      case "cancel_snapshot":
        return this.#snapshot.cancel();
    }
  }

  /** The connection has answered `list_subscriptions`. */
  listed(connection: number): void {
    this.#callbacks.onEvent({ type: "subscriptions_listed", connection });
  }

  /** Closes everything; nothing is called back afterwards. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
    this.#snapshot.cancel();
  }

  #open(connection: number, delayMs: number): void {
    const priority = connection === 1 ? "sync" : this.#sockets.size > 0 ? "renew" : "resync";
    const socket = new StreamSocket(this.#streamUrl, this.#permits, {
      onOpen: () => this.#callbacks.onEvent({ type: "opened", connection }),
      onFrame: (text) => this.#callbacks.onFrame(connection, text),
      onClosed: (reason) => {
        this.#sockets.delete(connection);
        this.#callbacks.onEvent({ type: "closed", connection, reason });
      },
    }, this.#timeoutMs);
    this.#sockets.set(connection, socket);
    socket.open(priority, delayMs);
  }

  #askSnapshot(command: Extract<Command, { type: "fetch_snapshot" }>): void {
    const { generation, limit, purpose, delayMs } = command;
    const { onEvent } = this.#callbacks;
    const query = new URLSearchParams({ symbol: this.#symbol, limit: String(limit) });
    this.#snapshot.make({
      url: `${this.#restUrl}/api/v3/depth?${query}`,
      weight: depthWeight(limit),
      priority: purpose,
      delayMs,
      onLeave: () => onEvent({ type: "snapshot_asked", generation }),
      onAnswer: (result) => onEvent(snapshotEvent(result, generation, limit)),
    });
  }
}

function snapshotEvent(result: CallResult, generation: number, limit: number): EngineEvent {
  if (result.kind === "failed") {
    const { reason, retryAfterMs } = result;
    return { type: "snapshot_failed", generation, reason, retryAfterMs };
  }
  const decoded = decodeSnapshot(result.text);
  if (decoded.type === "depth_snapshot") return { ...decoded, generation, limit };
  const reason = `the answer ${decoded.reason}`;
  return { type: "snapshot_failed", generation, reason, retryAfterMs: null };
}
