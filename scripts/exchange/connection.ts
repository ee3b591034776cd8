/** One WebSocket client: its subscriptions, when its batches close, its limits. */
import { assertNever } from "../../shared/assert_never.ts";
import type { BatchTiming } from "./batching.ts";
import { Delivery, type FaultFloor, type Line, type Outlet } from "./delivery.ts";
import type { Frame } from "./frames.ts";
import type { Random } from "../../shared/random.ts";
import type { Subscriber } from "./listing.ts";
import { parseControl, parseStream, type StreamName, STREAMS_MAX } from "./subscriptions.ts";

/** The part of a WebSocket that a connection uses. */
export interface Socket {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What a connection needs of the exchange. */
export interface Floor extends FaultFloor {
  nowMs(): number;
}

/** Incoming messages a second: web-socket-streams.md, WebSocket limits. */
const MESSAGES_PER_SECOND_MAX = 5;
/** A client that lets this much pile up is too slow to be served. */
const BUFFERED_BYTES_MAX = 32 * 1024 * 1024;
/** Batches take up to this long to leave the exchange, on top of the network. */
const DELAY_MAX_MS = 30;
const POLICY_VIOLATION = 1008;

/** A client of the exchange's streams. */
export class Connection implements Subscriber, Outlet {
  readonly id: number;
  /** Market time at the handshake. */
  readonly bornMs: number;
  readonly line: Line | null;
  readonly #socket: Socket;
  readonly #delivery: Delivery;
  readonly #floor: Floor;
  readonly #phase: number;
  readonly #delayMs: number;
  /** By the name the client wrote, in its order; `null`: accepted, and silent for ever. */
  readonly #streams = new Map<string, StreamName | null>();
  readonly #messageTimes: number[] = [];
  #isCombined: boolean;
  #isOpen = true;
  /** Nothing can be sent before the handshake is over. */
  #isReady = false;

  constructor(
    id: number,
    socket: Socket,
    line: Line | null,
    isCombined: boolean,
    floor: Floor,
    random: Random,
  ) {
    this.id = id;
    this.bornMs = floor.nowMs();
    this.line = line;
    this.#socket = socket;
    this.#delivery = new Delivery(this, floor);
    this.#isCombined = isCombined;
    this.#floor = floor;
    this.#phase = random.uniform();
    this.#delayMs = random.uniform() * DELAY_MAX_MS;
  }

  /** Bytes that the client has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  timing(intervalMs: number): BatchTiming {
    return { intervalMs, phaseMs: this.#phase * intervalMs, delayMs: this.#delayMs };
  }

  /** True when the client wants the stream's name around every frame. */
  get isCombined(): boolean {
    return this.#isCombined;
  }

  send(frame: Frame): void {
    const stream = this.#streams.get(frame.stream);
    if (this.#isOpen && stream) this.#delivery.send(frame, stream, this.#floor.nowMs());
  }

  /** Market time has come to `nowMs`. */
  turn(nowMs: number): void {
    if (this.#isOpen && this.#isReady) this.#delivery.turn(nowMs);
  }

  /** The handshake is over; `names`: what its URL subscribes to. */
  opened(names: readonly string[]): void {
    this.#isReady = true;
    this.subscribe(names);
  }

  /** Faults are over. */
  calm(): void {
    if (this.#isOpen) this.#delivery.calm();
  }

  /** Sends what a fault has put off. */
  flush(): void {
    if (this.#isOpen) this.#delivery.flush();
  }

  write(text: string): void {
    if (!this.#isOpen) return;
    this.#socket.send(text);
    if (this.#socket.bufferedAmount > BUFFERED_BYTES_MAX) this.close("Too slow");
  }

  /** Subscribes to the streams by name; one that is unknown is accepted and stays silent. */
  subscribe(names: readonly string[]): void {
    for (const name of names) {
      if (this.#streams.has(name)) continue;
      if (this.#streams.size >= STREAMS_MAX) return this.close("Too many streams");
      const stream = parseStream(name);
      this.#streams.set(name, stream);
      if (stream === null) continue;
      this.#floor.listing(stream.symbol)?.subscribe(this, stream.kind, name, this.#floor.nowMs());
    }
  }

  /** Ends streams by name. */
  unsubscribe(names: Iterable<string>): void {
    for (const name of names) {
      const stream = this.#streams.get(name);
      this.#streams.delete(name);
      if (stream) this.#floor.listing(stream.symbol)?.unsubscribe(this, stream.kind, name);
    }
  }

  /** A control message; `receivedMs` is a monotonic clock for the message limit. */
  receive(text: string, receivedMs: number): void {
    if (!this.#isOpen) return;
    this.#messageTimes.push(receivedMs);
    const first = this.#messageTimes.at(-MESSAGES_PER_SECOND_MAX - 1);
    if (first !== undefined && receivedMs - first < 1_000) return this.close("Too many requests");
    if (this.#messageTimes.length > MESSAGES_PER_SECOND_MAX) this.#messageTimes.shift();
    const request = parseControl(text);
    if ("error" in request) return this.#socket.send(request.error);
    const { control, id } = request;
    const reply = (result: unknown) => this.#socket.send(JSON.stringify({ result, id }));
    switch (control.method) {
      case "SUBSCRIBE":
        // The answer comes first, then data: that is the usual order on Binance.
        reply(null);
        return this.subscribe(control.names);
      case "UNSUBSCRIBE":
        this.unsubscribe(control.names);
        return reply(null);
      case "LIST_SUBSCRIPTIONS":
        return reply([...this.#streams.keys()]);
      case "GET_PROPERTY":
        return reply(this.#isCombined);
      case "SET_PROPERTY":
        this.#isCombined = control.isCombined;
        return reply(null);
      default:
        return assertNever(control, "answer a control message");
    }
  }

  /** Closes the socket from this side. */
  close(reason: string, code: number = POLICY_VIOLATION): void {
    if (!this.#isOpen) return;
    this.closed();
    this.#socket.close(code, reason);
  }

  /** The socket has closed: the subscriptions end. */
  closed(): void {
    this.#isOpen = false;
    this.unsubscribe([...this.#streams.keys()]);
  }
}
