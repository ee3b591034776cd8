// deno-lint-ignore-file explicit-module-boundary-types -- it runs in Node, where there are no types.
/** What a peer's process tells the benchmark: a line of JSON a second, as `PeerLine` of `latency/peer_process.ts` has it. */
import { createRequire } from "node:module";
import process from "node:process";

const LINE_MS = 1_000;
const SAID_MAX = 200;

/** What is measured: `PeerTask`. */
export const task = JSON.parse(process.argv[2]);
/** Loads what npm has put into the benchmark's folder, as a program there would. */
export const load = createRequire(`${process.argv[3]}/`);

/** Gathers in the peer's process, which ends when its standard input does. */
export class HostReport {
  #books = new Set();
  #latenciesMs = [];
  #notices = 0;
  #said = null;

  constructor() {
    setInterval(() => this.#tell(), LINE_MS);
    process.stdin.resume().on("end", () => process.exit(0));
  }

  /** The peer's user has a book that is of this time of the exchange; `null`: it does not say. */
  saw(symbol, eventMs) {
    const nowMs = performance.timeOrigin + performance.now();
    this.#books.add(symbol);
    if (eventMs !== null) this.#latenciesMs.push(Math.round((nowMs - eventMs) * 10) / 10);
  }

  /** The peer has let its user know that something is wrong. */
  noticed(said) {
    this.#notices += 1;
    this.#said = String(said).slice(0, SAID_MAX);
  }

  #tell() {
    const line = {
      books: this.#books.size,
      latenciesMs: this.#latenciesMs,
      notices: this.#notices,
      said: this.#said,
    };
    this.#latenciesMs = [];
    this.#notices = 0;
    console.log(JSON.stringify(line));
  }
}
