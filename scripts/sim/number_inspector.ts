/**
 * NumberInspector: what frames say of a live book must be true of the exchange's, at the same id: a
 * number equals the one that all of its levels give, and a bound is one. One metrics frame in eight
 * is compared, and each in which something is not known; every level that is shown is held against
 * those that are the best.
 */
import type { MetricValues } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { BookFrame, MetricsFrame, Output } from "../../shared/output.ts";
import type { Market } from "./market.ts";
import type { Break } from "./output_inspector.ts";
import type { Units } from "./truth.ts";
import type { Witness } from "./witness.ts";

/** One metrics frame in so many is compared, and each in which something is not known. */
const EVERY = 8;
const { imbalanceLevels: IMBALANCE_LEVELS, weightLambdaBps: WEIGHT_LAMBDA_BPS } = DEFAULT_SETTINGS;
const BPS = 10_000;
const TOLERANCE = 1e-9;
/** A line through values between −1 and 1 over a second at least is no steeper, per second. */
const VELOCITY_MAX = 3;
const NONE: Units = [NaN, NaN];
const PROMISE = "a number that is shown is the exchange's";

/** A depth, and whether a level this many whole units away from mid belongs to it. */
interface Depth {
  readonly name: `${"bid" | "ask"}Depth${10 | 50 | 100}Bps`;
  readonly covered: "bidCoveredBps" | "askCoveredBps";
  readonly isBid: boolean;
  readonly bps: number;
}

const DEPTHS: readonly Depth[] = ([10, 50, 100] as const).flatMap((bps) => [
  { name: `bidDepth${bps}Bps`, covered: "bidCoveredBps", isBid: true, bps },
  { name: `askDepth${bps}Bps`, covered: "askCoveredBps", isBid: false, bps },
]);

/** The distance-weighted imbalances and their λ. */
const WEIGHTED = [["weightedImbalance", WEIGHT_LAMBDA_BPS], ["weightedImbalance1Bps", 1]] as const;

/** Watches the numbers of one engine. */
export class NumberInspector {
  readonly #market: Market;
  readonly #witness: Witness;
  readonly #break: Break;
  #frames = 0;
  #compared = 0;
  #bounds = 0;

  constructor(market: Market, witness: Witness, onBreak: Break) {
    this.#market = market;
    this.#witness = witness;
    this.#break = onBreak;
  }

  /** Frames compared so far. */
  get compared(): number {
    return this.#compared;
  }

  /** Depths among them that said that they are a lower bound. */
  get bounds(): number {
    return this.#bounds;
  }

  /** The outputs of a step, after which the book is at `id`; only what is of that id is compared. */
  check(outputs: readonly Output[], id: number | null): void {
    for (const output of outputs) {
      const isFrame = output.type === "metrics" || output.type === "book";
      if (!isFrame || id === null || output.bookUpdateId !== id) continue;
      if (output.type === "book") this.#checkBook(output);
      else this.#checkMetrics(output);
    }
  }

  #checkMetrics({ values }: MetricsFrame): void {
    this.#frames += 1;
    // Without a side there is no number; with an edge nearby there are fewer.
    if (values.mid === null) return;
    if (values.imbalance !== null && this.#frames % EVERY !== 0) return;
    this.#compared += 1;
    const { bids, asks } = this.#sides();
    const [[bid, bidQty], [ask, askQty]] = [bids[0] ?? NONE, asks[0] ?? NONE];
    const twiceMid = bid + ask;
    this.#equal("mid", values.mid, this.#market.price(twiceMid) / 2);
    this.#equal("spread", values.spread, this.#market.price(ask - bid));
    this.#equal("spreadBps", values.spreadBps, BPS * 2 * (ask - bid) / twiceMid);
    this.#equal("topQty", values.topQty, this.#market.qty(bidQty + askQty));
    const weighted = (bid * askQty + ask * bidQty) / (bidQty + askQty);
    this.#equal("weightedMid", values.weightedMid, this.#market.price(weighted));
    this.#checkWeighted(values, bids, asks, twiceMid);
    this.#checkTop(
      values,
      sum(bids.slice(0, IMBALANCE_LEVELS)),
      sum(asks.slice(0, IMBALANCE_LEVELS)),
    );
    for (const depth of DEPTHS) {
      const { name, bps } = depth;
      const said = values[name] ?? NaN;
      const most = this.#market.qty(sum(within(depth, bids, asks, twiceMid)));
      if ((values[depth.covered] ?? Infinity) >= bps) this.#equal(name, said, most);
      else {
        this.#bounds += 1;
        if (!(said <= most + TOLERANCE * most)) {
          this.#break(PROMISE, `${name} is ${said} ≤ ${most}`);
        }
      }
    }
  }

  #checkWeighted(
    values: MetricValues,
    bids: readonly Units[],
    asks: readonly Units[],
    twiceMid: number,
  ): void {
    for (const [name, lambdaBps] of WEIGHTED) {
      const said = values[name];
      if (said === null) continue;
      const sumOf = (isBid: boolean) =>
        within({ isBid, bps: 10 * lambdaBps }, bids, asks, twiceMid).reduce(
          (total, [price, qty]) => {
            const bps = Math.abs(2 * price - twiceMid) / twiceMid * BPS;
            return total + qty * Math.exp(-bps / lambdaBps);
          },
          0,
        );
      const [bid, ask] = [sumOf(true), sumOf(false)];
      this.#equal(name, said, (bid - ask) / (bid + ask));
    }
    const { velocity, imbalance } = values;
    if (velocity === null || imbalance !== null && Math.abs(velocity) <= VELOCITY_MAX) return;
    this.#break(PROMISE, `velocity is ${velocity} beside an imbalance of ${imbalance}`);
  }

  #checkTop(values: MetricValues, bids: number, asks: number): void {
    const { imbalance, topQty, topShare } = values;
    if (imbalance !== null) this.#equal("imbalance", imbalance, (bids - asks) / (bids + asks));
    if (topShare === null) return;
    this.#equal("topShare", topShare, (topQty ?? NaN) / this.#market.qty(bids + asks));
  }

  #checkBook(frame: BookFrame): void {
    const { bids, asks } = this.#sides();
    for (const [shown, levels] of [[frame.bids, bids], [frame.asks, asks]] as const) {
      shown.forEach(([price, qty], rank) => {
        const [units = NaN, lots = NaN] = levels[rank] ?? [];
        if (price === this.#market.price(units) && qty === this.#market.qty(lots)) return;
        const best = `${this.#market.price(units)} · ${this.#market.qty(lots)}`;
        this.#break(PROMISE, `level ${rank} is shown as ${price} · ${qty} and is ${best}`);
      });
    }
  }

  #equal(name: string, said: number | null, is: number): void {
    if (said !== null && Math.abs(said - is) <= TOLERANCE * Math.max(1, Math.abs(is))) return;
    this.#break(PROMISE, `${name} is shown as ${said} and is ${is}`);
  }

  #sides(): { readonly bids: readonly Units[]; readonly asks: readonly Units[] } {
    const { bids, asks } = this.#witness.levels;
    return {
      bids: [...bids].sort(([a], [b]) => b - a),
      asks: [...asks].sort(([a], [b]) => a - b),
    };
  }
}

function sum(levels: readonly Units[]): number {
  return levels.reduce((total, [, qty]) => total + qty, 0);
}

/** The levels within a depth's bps of mid, in whole numbers, so that an edge is exact. */
function within(
  { isBid, bps }: Pick<Depth, "isBid" | "bps">,
  bids: readonly Units[],
  asks: readonly Units[],
  twiceMid: number,
): readonly Units[] {
  return isBid
    ? bids.filter(([price]) => 2 * price * BPS >= twiceMid * (BPS - bps))
    : asks.filter(([price]) => 2 * price * BPS <= twiceMid * (BPS + bps));
}
