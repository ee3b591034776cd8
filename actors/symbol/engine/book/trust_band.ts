/**
 * TrustBand: the span of prices in which a book knows every level. A snapshot holds so many levels
 * a side and no more; beyond its last ones the stream tells of a level only when it changes. A side
 * with fewer levels than were asked for is whole, and has no edge.
 *
 * What reaches beyond the band is a lower bound and says so (docs/METRICS.md). Levels beyond it are
 * kept, because what the stream says of them is right. A best price beyond it need not be the best:
 * `out_of_band.ts`.
 */
import type { DepthSnapshot } from "../event.ts";
import type { LevelColumns } from "./level_columns.ts";

/** Where the levels known from the snapshot end; `null`: the snapshot held the whole side. */
export interface Edges {
  readonly bidEdge: number | null;
  readonly askEdge: number | null;
}

/** A side with fewer levels than were asked for is complete: its band has no edge. */
export function edgesOf({ bids, asks }: DepthSnapshot, limit: number): Edges {
  const edge = (side: LevelColumns) =>
    side.count < limit || side.count === 0 ? null : side.price(side.count - 1);
  return { bidEdge: edge(bids), askEdge: edge(asks) };
}

/** Nothing is known to be missing. */
export const NO_EDGES: Edges = { bidEdge: null, askEdge: null };

/** The band between two edges, both included. */
export class TrustBand {
  readonly edges: Edges;

  constructor(edges: Edges) {
    this.edges = edges;
  }

  get low(): number {
    return this.edges.bidEdge ?? 0;
  }

  get high(): number {
    return this.edges.askEdge ?? Infinity;
  }

  /** Whether every level at this price is known. */
  includes(price: number): boolean {
    return price >= this.low && price <= this.high;
  }

  /**
   * Whether no level of this side (+1: bids, −1: asks) is missing from the best up to a price. An empty side's
   * best, `NaN`, is known only if the side is whole.
   */
  reaches(sign: 1 | -1, price: number): boolean {
    const edge = sign === 1 ? this.edges.bidEdge : this.edges.askEdge;
    return edge === null || sign * price >= sign * edge;
  }

  /** What both know. */
  common(other: TrustBand): TrustBand {
    const max = (one: number | null, two: number | null) =>
      one === null ? two : two === null ? one : Math.max(one, two);
    const min = (one: number | null, two: number | null) =>
      one === null ? two : two === null ? one : Math.min(one, two);
    return new TrustBand({
      bidEdge: max(this.edges.bidEdge, other.edges.bidEdge),
      askEdge: min(this.edges.askEdge, other.edges.askEdge),
    });
  }

  /**
   * How far beyond best bid and ask everything is known on both sides, bps of mid; `Infinity`: there is no
   * edge. Below 0: the price has left.
   */
  reachBps(bidPrice: number, askPrice: number): number {
    const room = Math.min(bidPrice - (this.edges.bidEdge ?? -Infinity), this.high - askPrice);
    return room / (bidPrice + askPrice) * 2e4;
  }
}
