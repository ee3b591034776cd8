/** RestServer: the exchange's REST half: answers, their weight, and what it does to who asks too much. */
import { assertNever } from "../../shared/assert_never.ts";
import { decodeSnapshot } from "../../actors/venue/binance_spot/json_decode.ts";
import { Levels } from "../../actors/symbol/engine/book/level_columns.ts";
import type { DepthSnapshot } from "../../actors/symbol/engine/event.ts";
import { bestWeight, depthWeight } from "../../actors/venue/binance_spot/request_weight.ts";
import type { ExchangeAnswer } from "../../shared/exchange_answer.ts";
import type { SymbolId, TopOfBook } from "../../shared/market.ts";
import { Random } from "../../shared/random.ts";
import { isRequestFault, type PlannedFault } from "./fault.ts";
import { snapshotText } from "./frame.ts";
import type { Market } from "./market.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Units } from "./truth.ts";

const MINUTE_MS = 60_000;
/** `REQUEST_WEIGHT` per minute and IP address (binance spot enums.md). */
export const WEIGHT_LIMIT = 6_000;
/** Monitors promise to stay below this share of it. */
const WEIGHT_SHARE = 0.9;
const LATENCY_MS = 40;
/** This share of the snapshots comes as text. */
const TEXT_SHARE = 0.1;
/** A stale snapshot is at most so old. */
const STALE_MAX_MS = 20_000;
/** An old snapshot is behind the stream by this many ids, on average. */
const OLD_IDS_MEAN = 3;

/** This share of the seeds has others behind its address, who use up to so much weight in a minute. */
const NEIGHBOURS_SHARE = 0.3;
const NEIGHBOURS_MAX = 1_500;

/** Who else uses the address, and where in ours the exchange's minutes begin. */
interface Neighbours {
  readonly minuteOffsetMs: number;
  readonly weightPerMinute: number;
}

/** Drawn apart, so that all else is what it would be without it. */
function neighboursOf(seed: number): Neighbours {
  const random = new Random(seed, "neighbours");
  const minuteOffsetMs = random.uniform() * MINUTE_MS;
  const weight = NEIGHBOURS_MAX * random.uniform();
  return { minuteOffsetMs, weightPerMinute: random.chance(NEIGHBOURS_SHARE) ? weight : 0 };
}

/** What a caller gets. */
export interface RestAnswer extends ExchangeAnswer {
  readonly snapshot: DepthSnapshot | null;
  readonly tops: ReadonlyMap<SymbolId, TopOfBook> | null;
}

/** What an answer holds besides its headers. */
type Content = Pick<RestAnswer, "snapshot" | "tops">;

const NOTHING: Content = { snapshot: null, tops: null };

/** Serves snapshots and best prices. */
export class RestServer {
  readonly #world: Surroundings;
  readonly #random: Random;
  readonly #others: Neighbours;
  #minute = 0;
  /** Of the monitors alone. */
  #weight = 0;
  #peakWeight = 0;
  /** `toldMs`: when the first caller knew of it. */
  #ban: { readonly status: number; readonly untilMs: number; toldMs: number } | null = null;
  /** The first thing that a monitor did wrong; `null`: nothing. */
  #offence: string | null = null;

  constructor(world: Surroundings, seed: number) {
    this.#world = world;
    this.#random = new Random(seed, "rest");
    this.#others = neighboursOf(seed);
  }

  /** The most weight that was used in one minute. */
  get peakWeight(): number {
    return this.#peakWeight;
  }

  /** What a monitor did that its budget forbids. */
  get offence(): string | null {
    return this.#offence;
  }

  /**
   * One request for the book. `oldId`: the first id of the newest diff, which an old snapshot is
   * older than. The answer comes later, or never before its caller has given up.
   */
  depth(
    market: Market,
    limit: number,
    oldId: number,
    reply: (answer: RestAnswer) => void,
  ): void {
    this.#call([market], depthWeight(limit), reply, (fault) => ({
      snapshot: this.#snapshot(market, limit, oldId, fault),
      tops: null,
    }));
  }

  /** One request for the best prices of several markets; one that is not listed spoils it. */
  tops(markets: readonly Market[], reply: (answer: RestAnswer) => void): void {
    this.#call(markets, bestWeight(markets.length), reply, () => ({
      snapshot: null,
      tops: new Map(markets.map((market) => [market.character.name, topOfBook(market)])),
    }));
  }

  #call(
    markets: readonly Market[],
    weight: number,
    reply: (answer: RestAnswer) => void,
    content: (fault: PlannedFault | null) => Content,
  ): void {
    const { agenda } = this.#world;
    const ban = this.#ban;
    if (ban !== null && agenda.nowMs > ban.toldMs && agenda.nowMs < ban.untilMs) {
      this.#offence ??= `called ${Math.round(ban.untilMs - agenda.nowMs)} ms before a ban ended`;
    }
    const thereMs = LATENCY_MS * (0.5 + this.#random.exponential(0.5));
    const backMs = LATENCY_MS * (0.5 + this.#random.exponential(0.5));
    agenda.after(thereMs, () => {
      const usedWeight = this.#spend(weight);
      const refusal = this.#refusal(markets);
      const fault = refusal === null ? this.#fault(markets) : null;
      const answer = refusal ?? this.#failure(fault) ??
        { status: 200, retryAfterMs: null, ...content(fault) };
      const lateMs = fault?.kind === "late_snapshot" ? fault.forMs : 0;
      const newest = this.#ban;
      agenda.after(backMs + lateMs, () => {
        const isBan = answer.status === newest?.status;
        if (newest !== null && isBan) newest.toldMs = Math.min(newest.toldMs, agenda.nowMs);
        reply({ ...answer, usedWeight });
      });
    });
  }

  /** What the exchange tells: what others behind the address have used in its minute is in it. */
  #spend(weight: number): number {
    const { minuteOffsetMs, weightPerMinute } = this.#others;
    const sinceMs = this.#world.agenda.nowMs + minuteOffsetMs;
    const minute = Math.floor(sinceMs / MINUTE_MS);
    if (minute !== this.#minute) this.#weight = 0;
    this.#minute = minute;
    this.#weight += weight;
    this.#peakWeight = Math.max(this.#peakWeight, this.#weight);
    if (this.#weight > WEIGHT_LIMIT * WEIGHT_SHARE) {
      this.#offence ??= `weight ${this.#weight} used in one minute`;
    }
    return this.#weight + Math.floor(weightPerMinute * (sinceMs / MINUTE_MS - minute));
  }

  #refusal(markets: readonly Market[]): Omit<RestAnswer, "usedWeight"> | null {
    const { nowMs } = this.#world.agenda;
    if (this.#ban !== null && nowMs < this.#ban.untilMs) {
      const { status, untilMs } = this.#ban;
      const retryAfterMs = Math.ceil((untilMs - nowMs) / 1_000) * 1_000;
      return { status, retryAfterMs, ...NOTHING };
    }
    if (markets.every(({ status }) => status !== "DELISTED")) return null;
    return { status: 400, retryAfterMs: null, ...NOTHING };
  }

  #fault(markets: readonly Market[]): PlannedFault | null {
    const { agenda, trouble } = this.#world;
    return trouble.take(
      ({ kind, symbol }) => markets.some(({ index }) => index === symbol) && isRequestFault(kind),
      agenda.nowMs,
    );
  }

  /** The answer that a fault puts in place of the right one. */
  #failure(fault: PlannedFault | null): Omit<RestAnswer, "usedWeight"> | null {
    const { agenda, trouble } = this.#world;
    if (fault === null) return null;
    const { kind } = fault;
    if (!isRequestFault(kind)) return null;
    switch (kind) {
      case "server_error":
        return { status: fault.amount < 0.5 ? 502 : 503, retryAfterMs: null, ...NOTHING };
      case "too_many_requests":
      case "banned": {
        const status = kind === "banned" ? 418 : 429;
        const retryAfterMs = Math.ceil(fault.forMs / 1_000) * 1_000;
        const untilMs = agenda.nowMs + retryAfterMs;
        this.#ban = { status, untilMs, toldMs: Infinity };
        trouble.prolong(kind, null, untilMs);
        return { status, retryAfterMs, ...NOTHING };
      }
      case "late_snapshot":
      case "stale_snapshot":
      case "old_snapshot":
        return null;
      default:
        return assertNever(kind, "fail a request");
    }
  }

  #snapshot(
    market: Market,
    limit: number,
    oldId: number,
    fault: PlannedFault | null,
  ): DepthSnapshot | null {
    const { truth } = market;
    const { nowMs } = this.#world.agenda;
    let position = truth.positionAt(nowMs - market.character.restLagMs);
    // As of some time ago, or just behind what the stream began with.
    if (fault?.kind === "stale_snapshot") {
      position = truth.positionAt(nowMs - STALE_MAX_MS * fault.amount ** 2);
    }
    if (fault?.kind === "old_snapshot" && truth.covers(oldId)) {
      position = oldId - truth.firstId - 1 - Math.floor(-Math.log(1 - fault.amount) * OLD_IDS_MEAN);
    }
    position = Math.max(0, position);
    const { bids, asks } = truth.snapshot(position, limit);
    const columns = (levels: readonly Units[]) =>
      Levels.of(levels.map(([price, qty]) => [market.price(price), market.qty(qty)]));
    const snapshot = {
      lastUpdateId: truth.firstId + position,
      bids: columns(bids),
      asks: columns(asks),
    };
    if (!this.#random.chance(TEXT_SHARE)) return snapshot;
    const text = snapshotText(snapshot.lastUpdateId, snapshot.bids, snapshot.asks);
    const decoded = decodeSnapshot(text);
    return decoded.type === "depth_snapshot" ? decoded.snapshot : null;
  }
}

function topOfBook(market: Market): TopOfBook {
  const { bids, asks } = market.truth;
  return {
    bidPrice: market.price(bids.best),
    bidQty: market.qty(bids.qty(bids.best)),
    askPrice: market.price(asks.best),
    askQty: market.qty(asks.qty(asks.best)),
  };
}
