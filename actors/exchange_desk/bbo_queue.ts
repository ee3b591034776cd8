/**
 * BboQueue: which silent symbols one REST call asks about. It has no clock and calls nobody:
 * `bbo_prober.ts` is its shell.
 *
 * What comes within 500 ms, or while a call is under way, makes one call. So 200 symbols that fall
 * silent at once cost one call, and not one each. A newer request of a symbol replaces an older. A
 * symbol that the exchange does not know spoils the answer for all: the list is halved until it
 * stands alone, the others are answered on the way, and it is asked about in calls of its own from
 * then on.
 */
import type { SymbolId, TopOfBook } from "../../shared/market.ts";
import type { Control } from "../../shared/protocol.ts";

/** So long the others are waited for: of the 2.5 s at least from a probe to an unusual silence. */
const GATHER_MS = 500;
/** As many symbols as one monitor follows; their names make a URL of 5 kB or so. */
export const ASKED_MAX = 200;

/** What a symbol wants to know. */
export interface BboRequest {
  readonly symbol: SymbolId;
  readonly probe: number;
  /** To be called once, unless a newer request replaces this one first. */
  readonly answer: (message: BboAnswer) => void;
}

/** What it gets. */
export type BboAnswer = Extract<Control, { type: "bbo_probed" | "probe_failed" }>;

/** The requests of all symbols, at most one of each. */
export class BboQueue {
  /** The oldest first. */
  readonly #waiting = new Map<SymbolId, BboRequest>();
  /** What is left of lists that the exchange has refused; asked before anything else. */
  #halves: (readonly SymbolId[])[] = [];
  /** Those that it did not know: each is asked about alone until it does. */
  readonly #unknown = new Set<SymbolId>();

  /** When to make the next call, from now on; `null`: nobody waits. */
  get delayMs(): number | null {
    if (this.#waiting.size === 0) return null;
    return this.#halves.length > 0 ? 0 : GATHER_MS;
  }

  /** Takes a request in, instead of any earlier one of this symbol that has not left. */
  add(request: BboRequest): void {
    this.#waiting.set(request.symbol, request);
  }

  /** The symbol is not followed any more. */
  forget(symbol: SymbolId): void {
    this.#waiting.delete(symbol);
    this.#unknown.delete(symbol);
  }

  /** Whom the next call asks about; they wait on, because it may still have to wait for its permit. */
  next(): readonly SymbolId[] {
    for (let half = this.#halves.shift(); half !== undefined; half = this.#halves.shift()) {
      const asked = half.filter((symbol) => this.#waiting.has(symbol));
      if (asked.length > 0) return asked;
    }
    const [oldest] = this.#waiting.keys();
    if (oldest === undefined) return [];
    if (this.#unknown.has(oldest)) return [oldest];
    return [...this.#waiting.keys()].filter((symbol) => !this.#unknown.has(symbol))
      .slice(0, ASKED_MAX);
  }

  /** The call leaves now: what these symbols want to know at this moment. */
  take(symbols: readonly SymbolId[]): readonly BboRequest[] {
    const asked = symbols.flatMap((symbol) => this.#waiting.get(symbol) ?? []);
    for (const symbol of symbols) this.#waiting.delete(symbol);
    return asked;
  }

  /** The exchange has answered. */
  answered(asked: readonly BboRequest[], tops: ReadonlyMap<SymbolId, TopOfBook>): void {
    for (const { symbol, probe, answer } of asked) {
      this.#unknown.delete(symbol);
      const best = tops.get(symbol);
      answer(
        best === undefined
          ? { type: "probe_failed", probe, reason: "the answer lacks its best bid and ask" }
          : { type: "bbo_probed", probe, best },
      );
    }
  }

  /** It does not know one of them: who that is, the next calls tell. */
  refused(asked: readonly BboRequest[]): void {
    const [only] = asked;
    if (asked.length === 1 && only !== undefined) {
      this.#unknown.add(only.symbol);
      return this.failed(asked, "the exchange does not know the symbol");
    }
    // A newer request came while the call was under way.
    for (const request of asked) {
      if (!this.#waiting.has(request.symbol)) this.add(request);
    }
    this.#halves.push(...halvesOf(asked.map(({ symbol }) => symbol)));
  }

  /** There is no answer for any of them; `reason` is for a person. */
  failed(asked: readonly BboRequest[], reason: string): void {
    for (const { probe, answer } of asked) answer({ type: "probe_failed", probe, reason });
  }
}

/**
 * Both halves of a list; none of one that cannot be halved. One symbol that the exchange does not know spoils its
 * answer for all, so a list is halved until that one stands alone: of `n` symbols in about `2 log2 n` calls.
 */
export function halvesOf(symbols: readonly SymbolId[]): SymbolId[][] {
  if (symbols.length < 2) return [];
  const half = Math.ceil(symbols.length / 2);
  return [symbols.slice(0, half), symbols.slice(half)];
}
