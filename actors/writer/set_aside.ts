/**
 * SetAside: the buckets of roll-ups that cannot be made just now, which folding leaves alone for a while so that the others go on.
 * Retention lets nothing wait for them for ever. Pure.
 */
import { ROLLUP_NAMES, type RollupName } from "../../shared/catalogue/rollups.ts";
import { levelOf } from "./rollups.ts";

/** A bucket that cannot be made is tried again after this time. */
const ASIDE_MS = 60_000;
/** More than this, of one level, is no matter of single buckets. */
const ASIDE_MAX = 100;

/** One bucket that is due, as the database knows it. */
export interface Due {
  readonly symbol_id: number;
  readonly endMs: number;
}

interface Aside {
  readonly due: Due;
  /** In the clock of the job's steps. */
  readonly untilMs: number;
}

/** Those of one life of the writer. */
export class SetAside {
  readonly #aside = new Map<RollupName, readonly Aside[]>();

  /** Leaves one alone from now on. */
  add(name: RollupName, due: Due, nowMs: number): void {
    const known = this.#aside.get(name) ?? [];
    if (known.length >= ASIDE_MAX) return;
    this.#aside.set(name, [...known, { due, untilMs: nowMs + ASIDE_MS }]);
  }

  /** Those whose time is over are tried again. */
  release(name: RollupName, nowMs: number): void {
    const known = this.#aside.get(name) ?? [];
    this.#aside.set(name, known.filter(({ untilMs }) => nowMs < untilMs));
  }

  /** Those of a level. */
  of(name: RollupName): readonly Due[] {
    return (this.#aside.get(name) ?? []).map(({ due }) => due);
  }

  /** All of them, one column beside the other: levels as in `rollup_due`, ids of symbols, ends in UTC milliseconds. */
  get columns(): readonly [levels: number[], ids: number[], endsMs: number[]] {
    const all = ROLLUP_NAMES.flatMap((name) =>
      this.of(name).map(({ symbol_id, endMs }) => [levelOf(name), symbol_id, endMs] as const)
    );
    return [all.map(([level]) => level), all.map(([, id]) => id), all.map(([, , ms]) => ms)];
  }
}
