/**
 * Connection: the exchange's end of one socket. It closes its batches of depth changes at moments of
 * its own, so two connections see other boundaries of the same ids; what it sends arrives in order.
 */
import { Levels } from "../../actors/symbol/engine/book/level_columns.ts";
import { Random } from "../../shared/random.ts";
import { type FrameFault, isFrameFault, type PlannedFault } from "./fault.ts";
import { type Frame, type FrameEvent, frameText } from "./frame.ts";
import type { Market, MarketListener } from "./market.ts";
import type { Fill } from "./order_flow.ts";
import { spoiledFrame } from "./spoiled_frame.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Condition } from "./trouble.ts";
import type { Truth, Units } from "./truth.ts";

const BATCH_MS = 100;
/** Whose frames pile up for longer is left by the exchange. */
const BACKLOG_MAX_MS = 20_000;
/** This share of the faults of single frames hits another stream than the diffs. */
const OTHER_STREAM_SHARE = 0.2;

/** The streams of one symbol. */
export type Stream = "depth" | "book_ticker" | "trade";

/** The monitor's end. */
export interface Receiver {
  frame(frame: Frame): void;
  /** The socket is gone; never called when the receiver left first. */
  closed(reason: string): void;
}

/** One open socket. */
export class Connection implements MarketListener {
  readonly market: Market;
  readonly openedMs: number;
  /** Streams that have stopped without a word. */
  readonly muted = new Set<Stream>();
  /** Nothing arrives any more, and no close is told. */
  isDeaf = false;
  /** At least so long between two frames that arrive. */
  spacingMs = 0;
  readonly #world: Surroundings;
  readonly #receiver: Receiver;
  readonly #random: Random;
  readonly #late: { readonly event: FrameEvent; left: number }[] = [];
  readonly #conditions: Condition[] = [];
  #truth: Truth;
  #sentPosition: number;
  /** Nothing leaves any more; what is on its way still arrives. */
  #isClosed = false;
  /** What is on its way is lost too. */
  #isCut = false;
  #arrivesMs = 0;
  #firstId = Infinity;

  /** `name` separates its chances from those of other connections. */
  constructor(world: Surroundings, market: Market, name: string, seed: number, to: Receiver) {
    this.#world = world;
    this.market = market;
    this.openedMs = world.agenda.nowMs;
    this.#receiver = to;
    this.#random = new Random(seed, name);
    this.#truth = market.truth;
    this.#sentPosition = market.truth.position;
    market.listeners.add(this);
    world.agenda.after(this.#random.uniform() * BATCH_MS, () => this.#batch());
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** When the last frame that is on its way arrives. */
  get arrivesMs(): number {
    return this.#arrivesMs;
  }

  /** First id of the last diff that left. */
  get lastFirstId(): number {
    return this.#firstId;
  }

  /** Ends with the connection. */
  suffers(condition: Condition): void {
    this.#conditions.push(condition);
  }

  /** The monitor left; `arriving`: what is on its way still comes. */
  leave(arriving: boolean): void {
    this.#close(this.#world.agenda.nowMs);
    this.#isCut ||= !arriving;
  }

  /** The exchange ends it: at once, with what is on its way lost, or after it. */
  end(reason: string, isAbrupt: boolean): void {
    if (this.#isClosed) return;
    const { agenda } = this.#world;
    const latencyMs = this.#latency();
    const toldMs = isAbrupt ? agenda.nowMs + latencyMs : this.#arrivalMs(latencyMs);
    this.#close(toldMs);
    if (this.isDeaf) return;
    this.#isCut = isAbrupt;
    agenda.at(toldMs, () => this.#receiver.closed(reason));
  }

  /** Says something of the exchange itself. */
  tell(event: FrameEvent): void {
    if (!this.#isClosed) this.#deliver(event);
  }

  bestChanged({ truth: { bids, asks, lastId } }: Market): void {
    const { market } = this;
    this.#send("book_ticker", {
      type: "book_ticker",
      ticker: {
        symbol: market.character.name,
        updateId: lastId,
        bidPrice: market.price(bids.best),
        bidQty: market.qty(bids.qty(bids.best)),
        askPrice: market.price(asks.best),
        askQty: market.qty(asks.qty(asks.best)),
      },
    });
  }

  filled(market: Market, { price, qty, isBuy }: Fill, tradeId: number): void {
    const timeMs = this.#world.exchangeMs();
    this.#send("trade", {
      type: "trade",
      trade: {
        kind: "agg",
        symbol: market.character.name,
        tradeId,
        price: market.price(price),
        qty: market.qty(qty),
        side: isBuy ? "buy" : "sell",
        eventMs: timeMs,
        tradeMs: timeMs,
      },
    });
  }

  #batch(): void {
    if (this.#isClosed) return;
    this.#world.agenda.after(BATCH_MS, () => this.#batch());
    const { market } = this;
    const { truth } = market;
    if (truth !== this.#truth) {
      this.#truth = truth;
      this.#sentPosition = 0;
    }
    const from = this.#sentPosition;
    const to = truth.position;
    if (from === to || market.status === "DELISTED") return;
    const { bids, asks } = truth.diff(from, to);
    // Nothing to say; the next diff covers these ids too.
    if (bids.length + asks.length === 0) return;
    this.#sentPosition = to;
    this.#firstId = truth.firstId + from + 1;
    this.#send("depth", {
      type: "depth_update",
      update: {
        symbol: market.character.name,
        eventMs: this.#world.exchangeMs(),
        firstUpdateId: this.#firstId,
        finalUpdateId: truth.firstId + to,
        bids: this.#levels(bids),
        asks: this.#levels(asks),
      },
    });
  }

  #send(stream: Stream, event: FrameEvent): void {
    if (this.#isClosed || this.muted.has(stream)) return;
    const fault = this.#world.trouble.take(
      (each) => this.#fits(each, stream),
      this.#world.agenda.nowMs,
    );
    if (fault !== null && isFrameFault(fault.kind)) this.#spoil(event, fault.kind, fault.amount);
    else this.#deliver(event);
    this.#deliverLate();
  }

  #fits({ kind, symbol, amount }: PlannedFault, stream: Stream): boolean {
    if (!isFrameFault(kind) || symbol !== this.market.index) return false;
    const mayBeOther = kind !== "gap" && kind !== "crossed";
    const wanted = mayBeOther && amount < OTHER_STREAM_SHARE ? "book_ticker" : "depth";
    return stream === wanted;
  }

  #spoil(event: FrameEvent, kind: FrameFault, amount: number): void {
    const { now, againAfter } = spoiledFrame(event, kind, amount, this.market);
    if (now?.type === "text") this.#deliverFrame(now);
    else if (now !== null) this.#deliver(now);
    if (againAfter !== null) this.#late.push({ event, left: againAfter });
  }

  #deliver(event: FrameEvent): void {
    const isText = this.#random.chance(this.market.character.textShare);
    this.#deliverFrame(isText ? { type: "text", text: frameText(event) } : event);
  }

  #deliverFrame(frame: Frame): void {
    if (this.#arrivesMs - this.#world.agenda.nowMs > BACKLOG_MAX_MS) {
      return this.end("code 1008, too slow", true);
    }
    this.#world.agenda.at(this.#arrivalMs(this.#latency()), () => {
      if (!this.isDeaf && !this.#isCut) this.#receiver.frame(frame);
    });
  }

  /** Frames that wait behind others come one place nearer. */
  #deliverLate(): void {
    for (const late of this.#late) {
      late.left -= 1;
      if (late.left < 0) this.#deliver(late.event);
    }
    const kept = this.#late.filter(({ left }) => left >= 0);
    this.#late.splice(0, Infinity, ...kept);
  }

  #arrivalMs(latencyMs: number): number {
    const earliestMs = this.#arrivesMs + this.spacingMs;
    this.#arrivesMs = Math.max(earliestMs, this.#world.agenda.nowMs + latencyMs);
    return this.#arrivesMs;
  }

  #latency(): number {
    return this.market.character.latencyMs * (0.5 + this.#random.exponential(0.5));
  }

  #levels(levels: readonly Units[]): Levels {
    const { market } = this;
    return Levels.of(levels.map(([price, qty]) => [market.price(price), market.qty(qty)]));
  }

  /** `knownMs`: when the monitor is done with it. */
  #close(knownMs: number): void {
    this.#isClosed = true;
    this.market.listeners.delete(this);
    if (this.isDeaf && knownMs > this.#world.agenda.nowMs) return;
    for (const condition of this.#conditions) {
      condition.endMs = Math.min(condition.endMs, knownMs);
    }
  }
}
