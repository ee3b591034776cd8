/** States that a fault brings about and time ends: a market's, the clock's, a ban, a storm. */
import { assertNever } from "../../shared/assert_never.ts";
import type { Fault, MarketFault } from "./faults.ts";
import { unitsE8 } from "./agg_trades.ts";
import type { Listing } from "./listing.ts";

/** All REST of everyone is refused. */
export interface Ban {
  readonly status: number;
  /** On the wall clock, because that is how clients count `Retry-After`. */
  readonly endsMs: number;
}

interface Change {
  readonly untilMs: number;
  undo(): void;
}

/** The exchange's own state under faults. Pure: time comes with each call. */
export class Conditions {
  readonly #listings: ReadonlyMap<string, Listing>;
  #changes: Change[] = [];
  #storm = { untilMs: -Infinity, code: 1001 };
  #ban: Ban | null = null;
  #askedWhileBanned = 0;
  #skewMs = 0;

  /** By the symbol as REST writes it. */
  constructor(listings: ReadonlyMap<string, Listing>) {
    this.#listings = listings;
  }

  /** How far the exchange's clock is ahead. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Requests that came although 429 or 418 had said until when to wait. */
  get askedWhileBanned(): number {
    return this.#askedWhileBanned;
  }

  /** The close code for connections that are opened now; `null`: they may stay. */
  stormCode(nowMs: number): number | null {
    return nowMs < this.#storm.untilMs ? this.#storm.code : null;
  }

  /** The ban that a request at `wallMs` meets; it is counted. */
  meetBan(utcNowMs: number): Ban | null {
    if (this.#ban === null || utcNowMs >= this.#ban.endsMs) return null;
    this.#askedWhileBanned += 1;
    return this.#ban;
  }

  /** From now on every request is refused until then. */
  ban(ban: Ban): void {
    this.#ban = ban;
  }

  /** Begins a state; without a symbol it is that of every market. */
  begin(fault: Fault, symbol: string | null): void {
    const { kind } = fault;
    if (kind === "clock_skew") return this.#skew(fault);
    if (kind === "close_storm") {
      this.#storm = { untilMs: fault.untilMs, code: fault.code ?? 1001 };
      return;
    }
    if (kind !== "status" && kind !== "delisting" && kind !== "tick_size") {
      throw new TypeError(`Cannot begin a state: the fault is none, received ${kind}`);
    }
    for (const listing of this.#listings.values()) {
      if (symbol === null || listing.symbol === symbol) this.#change(kind, fault, listing);
    }
  }

  /** Ends what is over. */
  turn(nowMs: number): void {
    if (this.#changes.length === 0) return;
    const over = this.#changes.filter(({ untilMs }) => untilMs <= nowMs);
    if (over.length === 0) return;
    this.#changes = this.#changes.filter(({ untilMs }) => untilMs > nowMs);
    for (const change of over) change.undo();
  }

  /** Ends everything. */
  clear(): void {
    this.turn(Infinity);
    this.#storm = { ...this.#storm, untilMs: -Infinity };
    this.#ban = null;
  }

  #skew({ ms = 0, untilMs }: Fault): void {
    this.#skewMs += ms;
    this.#changes.push({ untilMs, undo: () => this.#skewMs -= ms });
  }

  #change(
    kind: Exclude<MarketFault, "clock_skew">,
    { status, tickSize, untilMs }: Fault,
    listing: Listing,
  ): void {
    switch (kind) {
      case "status":
        listing.status = status ?? "HALT";
        this.#changes.push({ untilMs, undo: () => listing.status = "TRADING" });
        return;
      case "delisting":
        listing.isListed = false;
        this.#changes.push({ untilMs, undo: () => listing.isListed = true });
        return;
      case "tick_size": {
        const before = listing.source.spec.tickSizeE8;
        listing.tickSizeE8 = tickSize === undefined
          ? Math.max(1, Math.round(before / 10))
          : Math.max(1, unitsE8(tickSize));
        this.#changes.push({ untilMs, undo: () => listing.tickSizeE8 = before });
        return;
      }
      default:
        return assertNever(kind, "change a market");
    }
  }
}
