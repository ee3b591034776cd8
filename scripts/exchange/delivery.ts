/** Frames on their way to one connection, and what faults do to them there. */
import { assertNever } from "../../shared/assert_never.ts";
import type { FaultPlan } from "./fault_plan.ts";
import { type Fault, isFrameFault, isLineFault, type Thing } from "./faults.ts";
import { Frame } from "./frames.ts";
import type { StreamName } from "./subscriptions.ts";
import type { Listing } from "./listing.ts";
import { crossed, misnamed, shifted, tamperedText } from "./tampered_frame.ts";

/** The bytes under a WebSocket, where faults of the network happen. */
export interface Line {
  /** Ends it without a word. */
  cut(): void;
  /** Nothing passes any more, either way, and nobody is told. */
  mute(): void;
  /** At most so many bytes a second to the client; `null`: as they come. */
  drip(bytesPerSecond: number | null): void;
}

/** What faults need of the exchange. */
export interface FaultFloor {
  readonly plan: FaultPlan;
  /** How far the exchange's clock is ahead just now. */
  skewMs(): number;
  /** By lower-case symbol; `undefined` for one that is not traded here. */
  listing(symbol: string): Listing | undefined;
  /** Carries out what is not one connection's business. */
  begin(fault: Fault, symbol: string | null, nowMs: number): void;
}

/** What a delivery can do to its connection. */
export interface Outlet {
  readonly id: number;
  readonly bornMs: number;
  readonly isCombined: boolean;
  readonly line: Line | null;
  write(text: string): void;
  close(reason: string, code?: number): void;
  /** The connection is gone on this side; the wire was cut by a fault. */
  closed(): void;
}

interface HeldFrame {
  readonly frame: Frame;
  left: number;
}

/** The crossing bid lies so many asks deep: the client's own best ask cannot be behind it. */
const CROSSED_RANK = 20;

/** One connection's way out. */
export class Delivery {
  readonly #outlet: Outlet;
  readonly #floor: FaultFloor;
  readonly #silentUntil = new Map<string, number>();
  #held: HeldFrame[] = [];
  #closeAtMs = Infinity;
  #dripEndsMs = Infinity;

  constructor(outlet: Outlet, floor: FaultFloor) {
    this.#outlet = outlet;
    this.#floor = floor;
  }

  /** Sends a frame, or what a fault makes of it. */
  send(frame: Frame, stream: StreamName, nowMs: number): void {
    const { plan } = this.#floor;
    if (nowMs < (this.#silentUntil.get(frame.stream) ?? -Infinity)) return;
    if (plan.isIdle) return this.#pass(frame);
    const symbol = this.#floor.listing(stream.symbol)?.symbol ?? stream.symbol;
    const fault = plan.decide({
      point: "frame",
      ...this.#identity(nowMs),
      symbol,
      stream: stream.kind.type,
    });
    if (fault === null) return this.#pass(frame);
    this.#suffer(fault, frame, stream, symbol, nowMs);
  }

  /** Time goes on: faults of the whole connection, and what was put off. */
  turn(nowMs: number): void {
    if (nowMs >= this.#dripEndsMs) {
      this.#dripEndsMs = Infinity;
      this.#outlet.line?.drip(null);
    }
    if (nowMs >= this.#closeAtMs) return this.#outlet.close("Server shutdown", 1001);
    if (this.#floor.plan.isIdle) return;
    const fault = this.#floor.plan.decide({ point: "turn", ...this.#identity(nowMs) });
    if (fault !== null) this.#afflict(fault, null, nowMs);
  }

  /** Faults are over: all that is still going on ends, but for a half-open socket. */
  calm(): void {
    this.#silentUntil.clear();
    this.#dripEndsMs = Infinity;
    this.#outlet.line?.drip(null);
    this.flush();
  }

  /** Sends what waits for its turn. */
  flush(): void {
    for (const { frame } of this.#held.splice(0)) this.#write(frame);
  }

  #identity(nowMs: number): Pick<Thing & { point: "turn" }, "nowMs" | "connection" | "ageMs"> {
    const { id, bornMs } = this.#outlet;
    return { nowMs, connection: id, ageMs: nowMs - bornMs };
  }

  #suffer(
    fault: Fault,
    frame: Frame,
    { symbol: streamSymbol }: StreamName,
    symbol: string,
    nowMs: number,
  ): void {
    const { kind } = fault;
    if (!isFrameFault(kind)) {
      if (kind !== "abrupt_close" && kind !== "half_open") this.#pass(frame);
      return this.#afflict(fault, symbol, nowMs);
    }
    switch (kind) {
      case "gap":
        return this.#release(frame.stream);
      case "silence":
        this.#silentUntil.set(frame.stream, fault.untilMs);
        return;
      case "duplicate":
        this.#write(frame);
        return this.#pass(frame);
      case "reorder":
        this.#held.push({ frame, left: Math.max(1, fault.by ?? 1) });
        return;
      case "truncated":
      case "oversized":
      case "non_json":
        this.#outlet.write(tamperedText(fault, this.#textOf(frame)));
        return this.#release(frame.stream);
      case "wrong_symbol":
        return this.#pass(misnamed(frame, fault.name ?? ""));
      case "crossed": {
        const asks = this.#floor.listing(streamSymbol)?.book().asks ?? [];
        const [price, qty] = asks[Math.min(CROSSED_RANK, asks.length - 1)] ?? [];
        if (price === undefined || qty === undefined) return this.#pass(frame);
        return this.#pass(crossed(frame, price, qty));
      }
      default:
        return assertNever(kind, "spoil a frame");
    }
  }

  #afflict(fault: Fault, symbol: string | null, nowMs: number): void {
    const { kind } = fault;
    if (!isLineFault(kind)) {
      throw new TypeError(`Cannot hit a connection: it is no fault of one, received ${kind}`);
    }
    switch (kind) {
      case "abrupt_close":
        this.#outlet.closed();
        this.#outlet.line?.cut();
        return;
      case "half_open":
        this.#outlet.line?.mute();
        return;
      case "slow_drip":
        this.#outlet.line?.drip(fault.bytes ?? 1);
        this.#dripEndsMs = fault.untilMs;
        return;
      case "day_cut":
        return this.#outlet.close("24 hours are over", fault.code);
      case "server_shutdown":
        this.#closeAtMs = nowMs + (fault.ms ?? 0);
        return this.#write(
          new Frame("!serverShutdown", `{"e":"serverShutdown","E":${Math.floor(nowMs)}}`),
        );
      case "close_storm":
      case "clock_skew":
      case "status":
      case "delisting":
      case "tick_size":
        return this.#floor.begin(fault, symbol, nowMs);
      default:
        return assertNever(kind, "hit a connection");
    }
  }

  /** The frame as it is, and then those that have let enough others pass. */
  #pass(frame: Frame): void {
    this.#write(frame);
    this.#release(frame.stream);
  }

  #release(stream: string): void {
    if (this.#held.length === 0) return;
    const due: HeldFrame[] = [];
    for (const held of this.#held) {
      if (held.frame.stream !== stream) continue;
      held.left -= 1;
      if (held.left === 0) due.push(held);
    }
    this.#held = this.#held.filter((held) => held.left > 0);
    for (const { frame } of due) this.#write(frame);
  }

  #write(frame: Frame): void {
    this.#outlet.write(this.#textOf(frame));
  }

  #textOf(frame: Frame): string {
    const text = this.#outlet.isCombined ? frame.combined : frame.raw;
    const skewMs = this.#floor.skewMs();
    return skewMs === 0 ? text : shifted(text, skewMs);
  }
}
