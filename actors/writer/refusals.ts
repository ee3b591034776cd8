/** Refusals: the rows that Postgres will never take. They are counted, kept in a file, and one of each kind is told. */
import { log } from "../../shared/log.ts";
import type { DeadLetters } from "./dead_letters.ts";
import { codeOf } from "../../shared/error_text.ts";
import { reasonOf } from "./failures.ts";
import type { Poison } from "./isolate.ts";
import { lossesOf, type OnLoss } from "./losses.ts";
import type { Row } from "./rows.ts";

const WHO = "writer";
/** Kinds of poison that are logged; beyond that they are only counted. */
const KINDS_MAX = 20;

/** What was refused in this life. */
export class Refusals {
  readonly #deadLetters: DeadLetters;
  readonly #onLoss: OnLoss;
  readonly #kinds = new Set<string>();

  constructor(deadLetters: DeadLetters, onLoss: OnLoss) {
    this.#deadLetters = deadLetters;
    this.#onLoss = onLoss;
  }

  /** These were left out of a flush. */
  take(poison: readonly Poison<Row>[]): void {
    this.#deadLetters.add(
      poison.map(({ row: { table, item }, error }) => ({ reason: reasonOf(error), table, item })),
    );
    const [first] = poison;
    if (first === undefined) return;
    this.#onLoss(lossesOf(poison.map(({ row }) => row), "poison", reasonOf(first.error)));
    for (const { row, error } of poison) {
      const kind = `${row.table} ${codeOf(error)}`;
      if (this.#kinds.has(kind) || this.#kinds.size >= KINDS_MAX) continue;
      this.#kinds.add(kind);
      const text = JSON.stringify(row.item).slice(0, 300);
      log("error", WHO, `left out a row of ${row.table}: ${reasonOf(error)}: ${text}`);
    }
  }
}
