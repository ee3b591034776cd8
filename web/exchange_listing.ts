/** HeardListing: what the exchange lists, as the process has told it last; the process keeps it for a day. */
import type { SymbolListing } from "../shared/symbol_listing.ts";
import type { OperationResult } from "../shared/protocol.ts";

/** After so long the process is asked whether it has a newer one: thousands of symbols come with its answer. */
const HELD_MS = 60_000;

/** There is no list; the message is fit for a person. */
export class ExchangeUnavailable extends Error {
  override readonly name = "ExchangeUnavailable";
}

/** Asked by many, it asks once. */
export class HeardListing {
  readonly #ask: () => Promise<OperationResult>;
  readonly #monotonicMs: () => number;
  #heard: { readonly listing: SymbolListing; readonly heardMs: number } | null = null;
  #asking: Promise<SymbolListing> | null = null;

  /** `ask` brings the process's answer to `list_symbols`. */
  constructor(ask: () => Promise<OperationResult>, monotonicMs: () => number) {
    this.#ask = ask;
    this.#monotonicMs = monotonicMs;
  }

  /** The list, as old as it is now. @throws {ExchangeUnavailable} */
  async take(): Promise<SymbolListing> {
    if (this.#heard !== null) {
      const { listing, heardMs } = this.#heard;
      const agedMs = this.#monotonicMs() - heardMs;
      if (agedMs < HELD_MS) return { ...listing, ageMs: listing.ageMs + agedMs };
    }
    this.#asking ??= this.#hear().finally(() => {
      this.#asking = null;
    });
    return await this.#asking;
  }

  async #hear(): Promise<SymbolListing> {
    const result = await this.#ask();
    if (result.kind === "refused") throw new ExchangeUnavailable(result.reason);
    if (result.kind !== "listed") {
      throw new TypeError(`Cannot take a list of symbols: received ${result.kind}`);
    }
    this.#heard = { listing: result.listing, heardMs: this.#monotonicMs() };
    return result.listing;
  }
}
