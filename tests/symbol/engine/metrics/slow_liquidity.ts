/**
 * Shocks, walls and the micro-price in the obvious way: plain arrays that are walked anew for each number. It shares no
 * code with the engine.
 */

/** One side of a book near mid, in the order of its prices' coming. */
type Near = readonly { readonly p: number; readonly q: number }[];

interface SlowUpdate {
  readonly E: number;
  readonly u: number;
  readonly mid: number;
  readonly bid: { readonly near: Near; readonly book: ReadonlyMap<number, number> };
  readonly ask: { readonly near: Near; readonly book: ReadonlyMap<number, number> };
  readonly state: number;
}

interface SlowWall {
  readonly price: number;
  readonly bornMs: number;
  readonly bornQty: number;
  peak: number;
  endMs: number;
  lost: number;
  distanceBps: number;
}

/** Below which the micro-price is not told. */
export interface SlowLimits {
  readonly countedMs: number;
  readonly moves: number;
  readonly visits: number;
}

type Side = "bid" | "ask";
const SIDES = ["bid", "ask"] as const;
const worth = (near: Near) => near.reduce((sum, { p, q }) => sum + p * q, 0);

/** A whole recording, update by update: of one snapshot and no gap. */
export class SlowLiquidity {
  readonly updates: SlowUpdate[] = [];
  readonly #trades: { T: number; p: number; q: number; side: Side }[] = [];
  readonly #shocks: { readonly overAt: number; readonly halfLifeMs: number }[] = [];
  readonly #walls: Record<Side, SlowWall[]> = { bid: [], ask: [] };

  constructor(payloads: readonly string[], tick: number) {
    const lines = payloads.map((payload) => JSON.parse(payload)).map((json) => json.data ?? json);
    const snapshot = lines.find((data) => data.lastUpdateId !== undefined);
    const kind = lines.find((data) => data.e === "trade" || data.e === "aggTrade")?.e;
    const set = (side: Map<number, number>, levels: [string, string][]) => {
      for (const [price, qty] of levels) {
        if (Number(qty) === 0) side.delete(Number(price));
        else side.set(Number(price), Number(qty));
      }
    };
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    set(bids, snapshot.bids);
    set(asks, snapshot.asks);
    for (const data of lines) {
      if (data.e === kind) {
        const side = data.m ? "bid" : "ask";
        this.#trades.push({ T: data.T, p: Number(data.p), q: Number(data.q), side });
      }
      if (data.e !== "depthUpdate" || data.u <= snapshot.lastUpdateId) continue;
      set(bids, data.b);
      set(asks, data.a);
      const best = [...bids.keys()].reduce((a, b) => Math.max(a, b));
      const ask = [...asks.keys()].reduce((a, b) => Math.min(a, b));
      // In whole ticks, so that the same mid is the same number.
      const mid = Math.round((best + ask) / tick) * tick / 2;
      const nearOf = (side: Map<number, number>): Near =>
        [...side].filter(([p]) => isWithin(p, best, ask)).map(([p, q]) => ({ p, q }));
      const [qb = NaN, qa = NaN] = [bids.get(best), asks.get(ask)];
      const ticks = Math.round((ask - best) / tick);
      const width = ticks <= 1 ? 0 : ticks <= 20 ? 1 : 2;
      // A share that is a whole number of tenths is not left to rounding.
      const share = Math.round(qb * 1e8) * 10 / (Math.round(qb * 1e8) + Math.round(qa * 1e8));
      this.updates.push({
        E: data.E,
        u: data.u,
        mid,
        bid: { near: nearOf(bids), book: new Map(this.#wanted(bids, "bid")) },
        ask: { near: nearOf(asks), book: new Map(this.#wanted(asks, "ask")) },
        state: width * 10 + Math.min(9, Math.floor(share)),
      });
      for (const side of SIDES) this.#followWalls(side);
    }
    for (const side of SIDES) this.#findShocks(side);
    this.#shocks.sort((one, other) => one.overAt - other.overAt);
  }

  /** Half-life in seconds, and how many shocks it is of, after an update. */
  resilience(n: number): readonly [number | null, number] {
    const last = this.#shocks.filter(({ overAt }) => overAt <= n).slice(-20);
    const sorted = last.map(({ halfLifeMs }) => halfLifeMs).sort((a, b) => a - b);
    if (sorted.length === 0) return [null, 0];
    const middle = sorted.length >> 1;
    const high = sorted[middle] ?? NaN;
    const low = sorted.length % 2 === 0 ? sorted[middle - 1] ?? NaN : high;
    return [(low + high) / 2 / 1_000, sorted.length];
  }

  /** How many walls stand near mid after an update. */
  walls(side: Side, n: number): number {
    const { E, mid } = this.updates[n] ?? NONE;
    return this.#walls[side].filter((wall) =>
      wall.bornMs <= E - 3_000 && !(wall.endMs <= E) && Math.abs(wall.price - mid) / mid * 1e4 <= 10
    ).length;
  }

  /** The share that was pulled; `undefined`: an end is so fresh that it may not have been judged. */
  pullRate(side: Side, n: number): number | null | undefined {
    const { E } = this.updates[n] ?? NONE;
    const told = this.#walls[side].filter(({ bornMs, endMs }) => endMs - bornMs >= 3_000);
    if (told.some(({ endMs }) => endMs <= E && endMs > E - 1_000)) return undefined;
    if (E - (this.updates[0]?.E ?? NaN) < 300_000) return null;
    let pulled = 0;
    let eaten = 0;
    for (const wall of told) {
      if (!(wall.endMs <= E && wall.endMs > E - 300_000) || wall.distanceBps > 10) continue;
      const traded = this.#trades
        .filter(({ T, p, side: of }) =>
          of === side && p === wall.price && T > wall.bornMs && T <= wall.endMs
        ).reduce((sum, { q }) => sum + q, 0);
      const hasMoved = this.#walls[side].some((other) =>
        other !== wall && Math.abs(other.bornMs - wall.endMs) <= 500 &&
        Math.abs(other.price - wall.price) / wall.price * 1e4 <= 10 &&
        other.bornQty / wall.lost >= 0.8 && other.bornQty / wall.lost <= 1.25
      );
      if (traded / wall.lost >= 0.6) eaten += wall.price * wall.peak;
      else if (!hasMoved) pulled += wall.price * wall.peak;
    }
    return pulled + eaten === 0 ? null : pulled / (pulled + eaten);
  }

  /** The micro-price after an update, with moves and hours of what was counted by then. */
  microPrice(
    n: number,
    limits: SlowLimits,
    tables: Map<number, readonly number[]>,
  ): readonly [price: number | null, hours: number, moves: number] {
    const movesTo = (end: number) =>
      this.updates.slice(1, end + 1).filter(({ mid }, i) => mid !== this.updates[i]?.mid).length;
    const msTo = (end: number) => (this.updates[end]?.E ?? NaN) - (this.updates[0]?.E ?? NaN);
    let solved = -1;
    const enough = this.updates.findIndex((_, at) =>
      at <= n && msTo(at) >= limits.countedMs && movesTo(at) >= limits.moves
    );
    for (let at = enough; at >= 0 && at <= n;) {
      solved = at;
      const dueMs = (this.updates[at]?.E ?? NaN) + 60_000;
      at = this.updates.findIndex(({ E }) => E >= dueMs);
    }
    const told = [msTo(n) / 3_600_000, movesTo(n)] as const;
    const { mid, state } = this.updates[n] ?? NONE;
    const steps = this.#steps(solved);
    const visits = steps.filter(({ from }) => from === state).length;
    if (solved < 0 || visits < limits.visits) return [null, ...told];
    const table = tables.get(solved) ?? sixMoves(steps);
    tables.set(solved, table);
    return [mid * (1 + (table[state] ?? NaN) / 1e4), ...told];
  }

  /** Steps up to an update, and their mirror images. */
  #steps(end: number): Step[] {
    const mirror = (state: number) => state - state % 10 + 9 - state % 10;
    return this.updates.slice(1, end + 1).flatMap(({ state: to, mid }, i) => {
      const before = this.updates[i] ?? NONE;
      const bps = 1e4 * (mid - before.mid) / before.mid;
      return [
        { from: before.state, to, bps },
        { from: mirror(before.state), to: mirror(to), bps: -bps },
      ];
    });
  }

  /** Of a whole side only what walls are asked about is kept. */
  #wanted(side: ReadonlyMap<number, number>, of: Side): [number, number][] {
    return this.#walls[of].filter(({ endMs }) => Number.isNaN(endMs))
      .map(({ price }) => [price, side.get(price) ?? 0]);
  }

  #followWalls(side: Side): void {
    const update = this.updates.at(-1) ?? NONE;
    const { near, book } = update[side];
    for (const wall of this.#walls[side]) {
      if (!Number.isNaN(wall.endMs)) continue;
      const qty = book.get(wall.price) ?? 0;
      wall.peak = Math.max(wall.peak, qty);
      if (qty >= wall.peak / 2) continue;
      wall.endMs = update.E;
      wall.lost = wall.peak - qty;
      wall.distanceBps = Math.abs(wall.price - update.mid) / update.mid * 1e4;
    }
    const clean = near.map(({ p, q }) => p * q).filter((some) => some >= 1_000).sort((a, b) =>
      a - b
    );
    const middle = clean.length >> 1;
    const high = clean[middle] ?? NaN;
    const median = clean.length % 2 === 1 ? high : ((clean[middle - 1] ?? NaN) + high) / 2;
    const all = worth(near);
    for (const { p, q } of near) {
      if (!(p * q >= 20 * median && p * q >= all / 10)) continue;
      const stands = this.#walls[side].some((wall) => wall.price === p && Number.isNaN(wall.endMs));
      if (stands) continue;
      const wall = { price: p, bornMs: update.E, bornQty: q, peak: q };
      this.#walls[side].push({ ...wall, endMs: NaN, lost: NaN, distanceBps: NaN });
    }
  }

  #findShocks(side: Side): void {
    const worths = this.updates.map((update) => worth(update[side].near));
    const at = (n: number) => this.updates[n]?.E ?? NaN;
    for (let n = 0; n < worths.length; n++) {
      const lastSecond = worths.slice(0, n + 1).filter((_, k) => at(k) > at(n) - 1_000);
      const before = Math.max(...lastSecond);
      if ((worths[n] ?? NaN) > before / 2) continue;
      const overAt = worths.findIndex((now, k) => {
        if (k < n) return false;
        const low = Math.min(...worths.slice(n, k + 1));
        return at(k) - at(n) > 30_000 || now >= low + (before - low) / 2;
      });
      if (overAt < 0) return;
      this.#shocks.push({ overAt, halfLifeMs: Math.min(30_000, at(overAt) - at(n)) });
      n = overAt;
    }
  }
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly bps: number;
}

const NO_SIDE = { near: [], book: new Map<number, number>() };
const NONE: SlowUpdate = { E: NaN, u: NaN, mid: NaN, bid: NO_SIDE, ask: NO_SIDE, state: NaN };

/** Levels are compared in hundredths of a tick of 10⁻⁸, as far as doubles go: nothing lies that near the edge. */
function isWithin(price: number, bid: number, ask: number): boolean {
  return Math.abs(2 * price - bid - ask) * 1_000 <= (bid + ask) * (1 + 1e-13);
}

/** The mean of the next six moves by state: walked on and on, until nothing more comes. */
function sixMoves(steps: readonly Step[]): number[] {
  const states = Array.from({ length: 30 }, (_, state) => {
    const from = steps.filter((step) => step.from === state);
    return from.map((step) => ({ ...step, share: 1 / from.length }));
  });
  /** What comes of a state, of which a step with a move brings so much. */
  const untilMove = (brings: (step: Step) => number): number[] => {
    let value = states.map(() => 0);
    for (let round = 0; round < 20_000; round++) {
      const next = states.map((from) =>
        from.reduce(
          (sum, step) => sum + step.share * (step.bps === 0 ? value[step.to] ?? NaN : brings(step)),
          0,
        )
      );
      const change = Math.max(...next.map((one, i) => Math.abs(one - (value[i] ?? NaN))));
      value = next;
      if (change < 1e-13) break;
    }
    return value;
  };
  let move = untilMove(({ bps }) => bps);
  const sum = [...move];
  for (let k = 1; k < 6; k++) {
    const before = move;
    move = untilMove(({ to }) => before[to] ?? NaN);
    move.forEach((one, i) => sum[i] = (sum[i] ?? NaN) + one);
  }
  return sum;
}
