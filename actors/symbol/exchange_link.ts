/**
 * ExchangeLink: the sockets and the snapshots of one symbol, as the engine's commands ask for them.
 * Each call and each connection waits for its permit, and goes to the address that
 * `shared/endpoints.ts` names.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import type { Guard } from "../../shared/guard.ts";
import { log } from "../../shared/log.ts";
import type { SymbolId } from "../../shared/market.ts";
import type { VenueMarketData } from "../venue/venue.ts";
import type { Command, EngineEvent } from "./engine/event.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import { type CallResult, RestCall } from "./rest_call.ts";
import { StreamSocket } from "./stream_socket.ts";

/** A handshake or an answer that takes longer than this is a failure. */
const ANSWER_TIMEOUT_MS = 10_000;

type OpenCommand = Extract<Command, { type: "open_connection" }>;

/** What the link tells its actor. */
export interface LinkCallbacks {
  onEvent(event: EngineEvent): void;
  onFrame(connection: number, text: unknown): void;
}

/** What the link carries out; probes are one call for all symbols, which the exchange desk makes. */
export type LinkCommand = Exclude<Command, { type: "probe_bbo" }>;

/** Where the symbol is to be found. */
export interface LinkTarget {
  readonly venue: VenueMarketData;
  readonly symbol: SymbolId;
  /** Base URLs without a slash at the end, the preferred one first. */
  readonly restUrls: readonly string[];
  readonly wsUrls: readonly string[];
  /** Stands before whatever comes from there; absent: nothing does. */
  readonly guard?: Guard;
}

/** Connections by their numbers, and one snapshot request at a time. */
export class ExchangeLink {
  readonly #target: LinkTarget;
  readonly #rest: Endpoints;
  readonly #streams: Endpoints;
  readonly #limiter: RateLimiter;
  readonly #callbacks: LinkCallbacks;
  readonly #timeoutMs: number;
  readonly #sockets = new Map<number, StreamSocket>();
  readonly #snapshot: RestCall;

  /** `timeoutMs`: a handshake or an answer that takes longer is a failure. */
  constructor(
    target: LinkTarget,
    limiter: RateLimiter,
    callbacks: LinkCallbacks,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    this.#target = target;
    this.#limiter = limiter;
    this.#callbacks = callbacks;
    this.#timeoutMs = timeoutMs;
    const onNews = (news: string) => log("warn", target.symbol, news);
    this.#rest = new Endpoints(target.restUrls, { onNews });
    this.#streams = new Endpoints(target.wsUrls, { onNews });
    this.#snapshot = new RestCall({
      limiter,
      endpoints: this.#rest,
      venue: target.venue,
      timeoutMs,
      guard: target.guard,
    });
  }

  /** Carries out one command of the engine. */
  run(command: LinkCommand): void {
    switch (command.type) {
      case "open_connection":
        return this.#open(command);
      case "hurry_connection":
        return this.#sockets.get(command.connection)?.hurry(command.priority);
      case "close_connection":
        this.#sockets.get(command.connection)?.close();
        this.#sockets.delete(command.connection);
        return;
      case "list_subscriptions":
        return this.#sockets.get(command.connection)?.send(this.#target.venue.listSubscriptions);
      case "fetch_snapshot":
        return this.#askSnapshot(command);
      case "cancel_snapshot":
        return this.#snapshot.cancel();
      default:
        return assertNever(command, "carry out a command");
    }
  }

  /** Which of the configured addresses are in use, of REST and of streams; 0: the first. */
  get places(): { readonly rest: number; readonly streams: number } {
    return { rest: this.#rest.place, streams: this.#streams.place };
  }

  /** Closes everything; nothing is called back afterwards. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
    this.#snapshot.cancel();
  }

  #open({ connection, priority, delayMs, suspect }: OpenCommand): void {
    if (suspect !== undefined) this.#sockets.get(suspect)?.avoid();
    const { venue, symbol, guard } = this.#target;
    const socket = new StreamSocket({
      limiter: this.#limiter,
      endpoints: this.#streams,
      urlAt: (baseUrl) => venue.streamUrl(baseUrl, symbol),
      timeoutMs: this.#timeoutMs,
      guard,
    }, {
      onOpen: () => this.#callbacks.onEvent({ type: "opened", connection }),
      onFrame: (text) => this.#callbacks.onFrame(connection, text),
      onClosed: (reason) => {
        this.#sockets.delete(connection);
        this.#callbacks.onEvent({ type: "closed", connection, reason });
      },
    });
    this.#sockets.set(connection, socket);
    socket.open(priority, delayMs);
  }

  #askSnapshot(command: Extract<Command, { type: "fetch_snapshot" }>): void {
    const { generation, limit, purpose, delayMs } = command;
    const { onEvent } = this.#callbacks;
    const { venue, symbol } = this.#target;
    const { path, weight } = venue.snapshotRequest(symbol, limit);
    this.#snapshot.make({
      path,
      weight,
      priority: purpose,
      delayMs,
      onLeave: () => onEvent({ type: "snapshot_asked", generation }),
      onAnswer: (result) => onEvent(snapshotEvent(result, generation, limit)),
    });
  }
}

function snapshotEvent(result: CallResult, generation: number, limit: number): EngineEvent {
  if (result.type === "depth_snapshot") return { ...result, generation, limit };
  const { reason, retryAfterMs } = result;
  return { type: "snapshot_failed", generation, reason, retryAfterMs };
}
