/**
 * MicroPriceTable: how far mid will have moved after its next moves, by the state of the best queues (Stoikov 2018, SSRN
 * 2970694). With Q the chance of a step without a move of mid, T of one with a move, R the mean move: G1 = (1 − Q)⁻¹ R is
 * the mean of the next move, B = (1 − Q)⁻¹ T says in which state it ends, and G6 = Σ Bⁱ G1, i = 0 … 5, is that of six.
 */
import { mirrored, type QueueChain, STATES } from "./queue_chain.ts";

const MOVES = 6;
/** 1 − Q, T and R side by side. */
const WIDTH = 2 * STATES + 1;
const R = 2 * STATES;
/** A pivot below it: from some states mid has never moved. */
const PIVOT_MIN = 1e-9;

/** The table of one chain, made anew when it is told to. It allocates nothing. */
export class MicroPriceTable {
  /** By state, bps of mid. */
  readonly g1 = new Float64Array(STATES);
  readonly g6 = new Float64Array(STATES);
  readonly #rows = new Float64Array(STATES * WIDTH);
  readonly #last = new Float64Array(STATES);
  readonly #next = new Float64Array(STATES);

  /** Makes the table from counts; `false`: they do not suffice, and it stays as it was. O(states³), 0.1 ms. */
  solve(chain: QueueChain): boolean {
    for (let state = 0; state < STATES; state++) this.#fill(chain, state);
    if (!this.#eliminate()) return false;
    const rows = this.#rows;
    for (let state = 0; state < STATES; state++) this.g1[state] = rows[state * WIDTH + R] ?? NaN;
    this.g6.set(this.g1);
    this.#last.set(this.g1);
    for (let move = 1; move < MOVES; move++) {
      for (let state = 0; state < STATES; state++) {
        let sum = 0;
        const at = state * WIDTH + STATES;
        for (let to = 0; to < STATES; to++) sum += (rows[at + to] ?? NaN) * (this.#last[to] ?? NaN);
        this.#next[state] = sum;
        this.g6[state] = (this.g6[state] ?? NaN) + sum;
      }
      this.#last.set(this.#next);
    }
    return true;
  }

  /** One row of 1 − Q, T and R; a state that never was stays where it is 0. */
  #fill(chain: QueueChain, state: number): void {
    const rows = this.#rows;
    const at = state * WIDTH;
    const mirror = mirrored(state);
    const visits = Math.max(1, chain.visits(state));
    for (let to = 0; to < STATES; to++) {
      const one = state * STATES + to;
      const other = mirror * STATES + mirrored(to);
      const kept = ((chain.kept[one] ?? 0) + (chain.kept[other] ?? 0)) / visits;
      rows[at + to] = (to === state ? 1 : 0) - kept;
      rows[at + STATES + to] = ((chain.moved[one] ?? 0) + (chain.moved[other] ?? 0)) / visits;
    }
    rows[at + R] = ((chain.moveBps[state] ?? 0) - (chain.moveBps[mirror] ?? 0)) / visits;
  }

  /** Gauss and Jordan, with the greatest pivot of each column. */
  #eliminate(): boolean {
    const rows = this.#rows;
    for (let column = 0; column < STATES; column++) {
      let pivot = column;
      for (let row = column + 1; row < STATES; row++) {
        if (this.#sizeAt(row, column) > this.#sizeAt(pivot, column)) pivot = row;
      }
      if (!(this.#sizeAt(pivot, column) > PIVOT_MIN)) return false;
      this.#swap(pivot, column);
      const by = rows[column * WIDTH + column] ?? NaN;
      for (let i = column; i < WIDTH; i++) {
        rows[column * WIDTH + i] = (rows[column * WIDTH + i] ?? NaN) / by;
      }
      for (let row = 0; row < STATES; row++) if (row !== column) this.#subtract(row, column);
    }
    return true;
  }

  #sizeAt(row: number, column: number): number {
    return Math.abs(this.#rows[row * WIDTH + column] ?? NaN);
  }

  #swap(one: number, other: number): void {
    if (one === other) return;
    const rows = this.#rows;
    for (let i = 0; i < WIDTH; i++) {
      const value = rows[one * WIDTH + i] ?? NaN;
      rows[one * WIDTH + i] = rows[other * WIDTH + i] ?? NaN;
      rows[other * WIDTH + i] = value;
    }
  }

  /** Makes a column of a row 0 by the pivot's row. */
  #subtract(row: number, column: number): void {
    const rows = this.#rows;
    const factor = rows[row * WIDTH + column] ?? NaN;
    if (factor === 0) return;
    for (let i = column; i < WIDTH; i++) {
      const at = row * WIDTH + i;
      rows[at] = (rows[at] ?? NaN) - factor * (rows[column * WIDTH + i] ?? NaN);
    }
  }
}
