/**
 * EngineDriver: what every shell around an engine does alike, whatever it has for sockets and a clock: the
 * symbol's actor, a replay, the simulation, a benchmark. It makes the engine and the decoder of its symbol,
 * turns frames into events, and hands on what each step says and asks for, in order.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { shownName } from "../../shared/symbol_list.ts";
import type { Decoded, Decoder, Malformed, VenueMarketData } from "../venue/venue.ts";
import type { Families } from "./engine/book_sync.ts";
import { Engine } from "./engine/engine.ts";
import type { Command, EngineEvent, EngineOptions, Reused, StepOutput } from "./engine/event.ts";
import { keep } from "./engine/sync/update_queue.ts";

/** What the engine is told besides what its venue says. */
export type DriverOptions = Omit<EngineOptions, "rules"> & Families;

/** What the driver needs of a venue. */
export type DriverVenue = Pick<VenueMarketData, "createDecoder" | "rules">;

/** The shell. An event that it hands on meanwhile is taken in when a step is carried out whole. */
export interface EngineShell {
  /** What a step has led to; its commands are carried out after this. */
  take(step: StepOutput): void;
  /** Carries one command out. */
  run(command: Command): void;
}

/** What a frame can be to the engine. */
type FrameEvent = Extract<
  EngineEvent,
  {
    type:
      | "depth_update"
      | "book_ticker"
      | "trade"
      | "server_shutdown"
      | "subscriptions_listed";
  }
>;

type EventOf<Type extends FrameEvent["type"]> = Reused<Extract<FrameEvent, { type: Type }>>;

/** One engine, and the decoder of its frames. */
export class EngineDriver {
  readonly engine: Engine;
  readonly #symbol: string;
  readonly #venue: DriverVenue;
  readonly #shell: EngineShell;
  #tickLot: EngineOptions["tickLot"];
  #decoder: Decoder;
  #isCarryingOut = false;
  /** Events that came meanwhile: no more than the commands of a step. */
  readonly #waiting: { readonly event: EngineEvent; readonly nowMs: number }[] = [];
  // The events of nearly all frames: one object each, used again, so that a frame costs no garbage.
  #depthEvent: EventOf<"depth_update"> | null = null;
  #tickerEvent: EventOf<"book_ticker"> | null = null;
  #tradeEvent: EventOf<"trade"> | null = null;

  /** `nowMs`: the engine's time, as in `accept`. The shell hears nothing before `start`. */
  constructor(venue: DriverVenue, options: DriverOptions, nowMs: number, shell: EngineShell) {
    this.#symbol = options.symbol;
    this.#venue = venue;
    this.#shell = shell;
    this.#tickLot = options.tickLot;
    this.#decoder = venue.createDecoder(options.tickLot);
    this.engine = new Engine({ ...options, rules: venue.rules }, nowMs);
  }

  /** Begins with what is to be done before any event. */
  start(): void {
    this.#carryOut(this.engine.start());
  }

  /**
   * A frame of this connection as an event, to be accepted before the next is read: it is an object that is
   * used again. It never throws.
   */
  read(text: unknown, connection: number): FrameEvent | Malformed {
    if (typeof text !== "string") return malformed("binary", "is not text");
    return this.eventOf(this.#decoder.frame(text), connection);
  }

  /** What a decoded frame is to the engine, as in `read`: one that speaks of another symbol is refused. */
  eventOf(frame: Decoded, connection: number): FrameEvent | Malformed {
    switch (frame.type) {
      case "depth_update": {
        const { update } = frame;
        if (update.symbol !== this.#symbol) return strangerIn(update.symbol);
        const event = this.#depthEvent ??= { type: "depth_update", connection, update };
        event.connection = connection;
        event.update = update;
        return event;
      }
      case "book_ticker": {
        const { ticker } = frame;
        if (ticker.symbol !== this.#symbol) return strangerIn(ticker.symbol);
        const event = this.#tickerEvent ??= { type: "book_ticker", connection, ticker };
        event.connection = connection;
        event.ticker = ticker;
        return event;
      }
      case "trade": {
        const { trade } = frame;
        if (trade.symbol !== this.#symbol) return strangerIn(trade.symbol);
        const event = this.#tradeEvent ??= { type: "trade", connection, trade };
        event.connection = connection;
        event.trade = trade;
        return event;
      }
      case "server_shutdown":
        return { ...frame, connection };
      case "reply":
        return { type: "subscriptions_listed", connection };
      case "malformed":
        return frame;
      default:
        return assertNever(frame, "make an event of a frame");
    }
  }

  /** Hands one event to the engine, and what it leads to to the shell. */
  accept(event: EngineEvent, nowMs: number): void {
    if (this.#isCarryingOut) {
      this.#waiting.push({ event: kept(event), nowMs });
      return;
    }
    if (event.type === "symbol_info" && event.info !== null) this.#useTickLot(event.info);
    this.#carryOut(this.engine.accept(event, nowMs));
  }

  #carryOut(step: StepOutput): void {
    this.#isCarryingOut = true;
    try {
      this.#shell.take(step);
      // Most steps ask for nothing, and to walk a list costs an iterator.
      if (step.commands.length > 0) {
        for (const command of step.commands) this.#shell.run(command);
      }
    } finally {
      this.#isCarryingOut = false;
    }
    if (this.#waiting.length === 0) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.accept(next.event, next.nowMs);
  }

  /** The decoder reads fastest in the exchange's own ticks and lots. */
  #useTickLot(tickLot: NonNullable<EngineOptions["tickLot"]>): void {
    const { tickSize, stepSize } = this.#tickLot ?? {};
    if (tickSize === tickLot.tickSize && stepSize === tickLot.stepSize) return;
    this.#tickLot = tickLot;
    this.#decoder = this.#venue.createDecoder(tickLot);
  }
}

/** An event that waits: reader and decoder use theirs again for the next frame. */
function kept(event: EngineEvent): EngineEvent {
  if (event.type === "depth_update") return { ...event, update: keep(event.update) };
  if (event.type === "book_ticker") return { ...event, ticker: { ...event.ticker } };
  if (event.type === "trade") return { ...event, trade: { ...event.trade } };
  return event;
}

function strangerIn(symbol: string): Malformed {
  return malformed("wrong_symbol", `speaks of ${JSON.stringify(shownName(symbol.slice(0, 40)))}`);
}

function malformed(kind: string, reason: string): Malformed {
  return { type: "malformed", kind, reason };
}
