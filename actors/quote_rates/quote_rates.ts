/**
 * QuoteRates: which of the followed pairs tell what a quote asset is worth in US dollars, and who needs to know it. BTCUSDT
 * tells it to ETHBTC; USDTTRY tells it, turned over, to BTCTRY. A rate is made of one pair, never of several in a row. Pure.
 */
import { dollarAssets, dollarsPer } from "../../shared/catalogue/quote_assets.ts";
import type { SymbolId, SymbolInfo } from "../../shared/market.ts";
import type { RateNews } from "../../shared/rate_news.ts";

/** A followed pair, and what it tells of its asset. */
interface RateSource {
  readonly symbol: SymbolId;
  readonly asset: string;
  /** Dollars per unit of the asset, at this mid. */
  readonly dollarsAt: (mid: number) => number;
  /** The lowest is taken first, if its mid is known. */
  readonly rank: number;
}

/** News for one symbol. */
export interface ToldRate {
  readonly symbol: SymbolId;
  readonly news: RateNews;
}

/** The pairs of one monitor. */
export class QuoteRates {
  readonly #followed = new Map<SymbolId, SymbolInfo>();
  /** What each that tells has told last, until its life ends. */
  readonly #mids = new Map<SymbolId, number | null>();
  /** Those that were asked to tell. */
  #telling: ReadonlySet<SymbolId> = new Set();

  /** One more symbol is followed: who is to be told what because of it. */
  follow(info: SymbolInfo): ToldRate[] {
    this.#followed.set(info.symbol, info);
    return this.#ask();
  }

  /** It is followed no more. */
  leave(symbol: SymbolId): ToldRate[] {
    const told = this.ended(symbol);
    this.#followed.delete(symbol);
    return [...told, ...this.#ask()];
  }

  /** What a new life of this symbol must know. */
  greeting(symbol: SymbolId): RateNews[] {
    return this.#telling.has(symbol) ? [{ type: "tell_mid", isWanted: true }] : [];
  }

  /** A life of this symbol is over: its mid is known no longer. */
  ended(symbol: SymbolId): ToldRate[] {
    return this.#mids.has(symbol) ? this.heard(symbol, null) : [];
  }

  /** A symbol tells its mid; `null`: it is not known. */
  heard(symbol: SymbolId, mid: number | null): ToldRate[] {
    if (!this.#telling.has(symbol)) return [];
    this.#mids.set(symbol, mid);
    const own = this.#sources().filter((source) => source.symbol === symbol);
    return own.flatMap(({ asset }) => {
      const best = this.#bestOf(asset);
      // It is heard, and another one is preferred.
      if (mid !== null && best?.symbol !== symbol) return [];
      const bestMid = best === undefined ? null : this.#mids.get(best.symbol) ?? null;
      const dollars = best === undefined || bestMid === null ? null : best.dollarsAt(bestMid);
      return this.#inNeedOf(asset)
        .map((needy) => ({ symbol: needy, news: { type: "quote_rate", dollars } as const }));
    });
  }

  /** Tells of who must tell, or need not any more, since this was last asked. */
  #ask(): ToldRate[] {
    const wanted = this.#sources()
      .filter(({ asset }) => this.#inNeedOf(asset).length > 0)
      .map(({ symbol }) => symbol);
    const before = this.#telling;
    const now = new Set(wanted);
    this.#telling = now;
    for (const symbol of before.difference(now)) this.#mids.delete(symbol);
    return [...before.symmetricDifference(now)].map((symbol) => ({
      symbol,
      news: { type: "tell_mid", isWanted: now.has(symbol) },
    }));
  }

  #bestOf(asset: string): RateSource | undefined {
    return this.#sources()
      .filter((source) => source.asset === asset)
      .sort((one, other) => one.rank - other.rank)
      .find(({ symbol }) => (this.#mids.get(symbol) ?? null) !== null);
  }

  #inNeedOf(asset: string): SymbolId[] {
    return [...this.#followed.values()]
      .filter(({ quoteAsset }) => quoteAsset === asset)
      .map(({ symbol }) => symbol);
  }

  #sources(): RateSource[] {
    return [...this.#followed.values()].flatMap((info) => sourceOf(info) ?? []);
  }
}

/** What a pair tells of which asset; `null`: of none, or of one that is a dollar by promise. */
function sourceOf({ symbol, baseAsset, quoteAsset }: SymbolInfo): RateSource | null {
  const assets = dollarAssets();
  const [base, quote] = [assets.indexOf(baseAsset), assets.indexOf(quoteAsset)];
  if (base < 0 && quote >= 0) {
    const dollarsAt = (mid: number) => mid * dollarsPer(quoteAsset);
    return { symbol, asset: baseAsset, dollarsAt, rank: quote };
  }
  if (base < 0 || quote >= 0) return null;
  const dollarsAt = (mid: number) => dollarsPer(baseAsset) / mid;
  return { symbol, asset: quoteAsset, dollarsAt, rank: assets.length + base };
}
