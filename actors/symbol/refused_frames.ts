/** RefusedFrames: what came from the exchange and could not be read, counted by kind; each kind is logged once. */
import { log } from "../../shared/log.ts";
import type { SymbolId } from "../../shared/market.ts";
import type { Malformed } from "../venue/venue.ts";

/** Of one symbol. */
export class RefusedFrames {
  readonly #symbol: SymbolId;
  readonly #counts = new Map<string, number>();

  constructor(symbol: SymbolId) {
    this.#symbol = symbol;
  }

  /** Of all kinds. */
  get count(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  add({ kind, reason }: Malformed): void {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    if (count > 0) return;
    log("warn", this.#symbol, `refused a frame: it ${reason} (${kind}; further ones are counted)`);
  }
}
