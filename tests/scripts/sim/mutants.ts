/** Mutants: the sync with one mistake each, as people make them. */

export interface Mutant {
  readonly mistake: string;
  /** Of `actors/symbol/engine`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    mistake: "a single missed id is no gap",
    file: "sync.ts",
    from: "update.firstUpdateId > id + 1",
    to: "update.firstUpdateId > id + 2",
  },
  {
    mistake: "the exchange's old text: U > id is a gap",
    file: "sync.ts",
    from: "update.firstUpdateId > id + 1",
    to: "update.firstUpdateId > id",
  },
  {
    mistake: "no update is ever a gap",
    file: "sync.ts",
    from: "if (update.firstUpdateId > id + 1) {",
    to: "if (update.firstUpdateId < 0) {",
  },
  {
    mistake: "an update that is just new is taken for an old one",
    file: "sync.ts",
    from: "this.#isIgnoring = update.finalUpdateId <= id;",
    to: "this.#isIgnoring = update.finalUpdateId <= id + 1;",
  },
  {
    mistake: "old updates are applied",
    file: "sync.ts",
    from: "this.#isIgnoring = update.finalUpdateId <= id;",
    to: "this.#isIgnoring = false;",
  },
  {
    mistake: "a snapshot that is one id too old joins",
    file: "sync.ts",
    from: "lastId + 1 < first.firstUpdateId",
    to: "lastId + 2 < first.firstUpdateId",
  },
  {
    mistake: "any snapshot joins",
    file: "sync.ts",
    from: "lastId + 1 < first.firstUpdateId",
    to: "lastId < 0",
  },
  {
    mistake: "the first update after the snapshot is discarded",
    file: "sync.ts",
    from: "update.finalUpdateId > lastId)",
    to: "update.finalUpdateId > lastId + 1)",
  },
  {
    mistake: "updates from before the snapshot are replayed",
    file: "sync.ts",
    from: "this.#buffer.filter((update) => update.finalUpdateId > lastId)",
    to: "this.#buffer",
  },
  {
    mistake: "the book has the snapshot's id after the replay",
    file: "sync.ts",
    from: "replay.at(-1)?.finalUpdateId ?? lastId",
    to: "lastId",
  },
  {
    mistake: "a hole inside the buffer is not seen",
    file: "sync.ts",
    from: "update.firstUpdateId > last.finalUpdateId + 1",
    to: "update.firstUpdateId < 0",
  },
  {
    mistake: "a hole of one id inside the buffer is not seen",
    file: "sync.ts",
    from: "update.firstUpdateId > last.finalUpdateId + 1",
    to: "update.firstUpdateId > last.finalUpdateId + 2",
  },
  {
    mistake: "what was buffered before a hole is kept",
    file: "sync.ts",
    from: "this.#buffer = [keep(update)];",
    to: "this.#buffer.push(keep(update));",
  },
  {
    mistake: "a gap does not start again",
    file: "sync.ts",
    from: "      this.restart();\n      this.#buffer.push",
    to: "      this.#buffer.push",
  },
  {
    mistake: "a decoder's columns are kept without a copy",
    file: "sync.ts",
    from: "{ ...update, bids: update.bids.copy(), asks: update.asks.copy() }",
    to: "{ ...update }",
  },
  {
    mistake: "the id of an applied update is not noted",
    file: "sync.ts",
    from: "this.#bookUpdateId = update.finalUpdateId;",
    to: "this.#bookUpdateId = update.firstUpdateId;",
  },
  {
    mistake: "the late answer of an old request is taken",
    file: "snapshot_request.ts",
    from: "!this.#awaited || generation !== this.#generation",
    to: "!this.#awaited",
  },
  {
    mistake: "the end of an old connection ends the new one",
    file: "engine.ts",
    from: "if (event.connection === this.#connection) this.#loseConnection(event.reason);",
    to: "this.#loseConnection(event.reason);",
  },
  {
    mistake: "a crossed book goes on",
    file: "live_book.ts",
    from: 'if (this.book.isCrossed) return "the book was crossed";',
    to: "",
  },
];
