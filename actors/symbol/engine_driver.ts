/**
 * EngineDriver: what every shell around an engine does alike, whatever it has for sockets and a clock: the
 * symbol's actor, a replay, the simulation, a benchmark. It makes the engine and the decoder of its symbol,
 * turns frames into events, and hands on what each step says and asks for, in order.
 */
import { assertNever } from "../../shared/assert_never.ts";
import type { Decoded, Decoder, Malformed, VenueMarketData } from "../venue/venue.ts";
import { Engine } from "./engine/engine.ts";
import type { Command, EngineEvent, EngineOptions, StepOutput } from "./engine/event.ts";

/** So often the engine is to be told that time passes, milliseconds. */
export const TICK_MS = 100;

/** What the engine is told besides what its venue says. */
export type DriverOptions = Omit<EngineOptions, "rules">;

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

  /** A frame of this connection as an event, to be accepted before the next is read. It never throws. */
  read(text: unknown, connection: number): FrameEvent | Malformed {
    if (typeof text !== "string") return malformed("binary", "is not text");
    return this.eventOf(this.#decoder.frame(text), connection);
  }

  /** What a decoded frame is to the engine: one that speaks of another symbol is refused. */
  eventOf(frame: Decoded, connection: number): FrameEvent | Malformed {
    switch (frame.type) {
      case "depth_update":
        return this.#strangerIn(frame.update) ?? { ...frame, connection };
      case "book_ticker":
        return this.#strangerIn(frame.ticker) ?? { ...frame, connection };
      case "trade":
        return this.#strangerIn(frame.trade) ?? { ...frame, connection };
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
      this.#waiting.push({ event, nowMs });
      return;
    }
    if (event.type === "symbol_info" && event.info !== null) this.#useTickLot(event.info);
    this.#carryOut(this.engine.accept(event, nowMs));
  }

  #carryOut(step: StepOutput): void {
    this.#isCarryingOut = true;
    try {
      this.#shell.take(step);
      for (const command of step.commands) this.#shell.run(command);
    } finally {
      this.#isCarryingOut = false;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) this.accept(next.event, next.nowMs);
  }

  #strangerIn({ symbol }: { readonly symbol: string }): Malformed | null {
    if (symbol === this.#symbol) return null;
    return malformed("wrong_symbol", `speaks of ${symbol.slice(0, 40)}`);
  }

  /** The decoder reads fastest in the exchange's own ticks and lots. */
  #useTickLot(tickLot: NonNullable<EngineOptions["tickLot"]>): void {
    const { tickSize, stepSize } = this.#tickLot ?? {};
    if (tickSize === tickLot.tickSize && stepSize === tickLot.stepSize) return;
    this.#tickLot = tickLot;
    this.#decoder = this.#venue.createDecoder(tickLot);
  }
}

function malformed(kind: string, reason: string): Malformed {
  return { type: "malformed", kind, reason };
}
