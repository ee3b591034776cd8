/** DeskOutlet: the exchange desk's one way out. */
import type { SymbolId, SymbolInfo } from "../../shared/market.ts";
import type { Control } from "../../shared/protocol.ts";

/** What the desk tells a symbol's actor. */
export type DeskNews = Extract<
  Control,
  {
    readonly type:
      | "permit"
      | "budget"
      | "symbol_info"
      | "clock_offset"
      | "bbo_probed"
      | "probe_failed";
  }
>;

/** Whom the desk tells. A symbol that is not alive is told nothing: its next life's greeting says it. */
export interface DeskOutlet {
  tell(symbol: SymbolId, news: DeskNews): void;
  /** Tells every symbol. */
  tellAll(news: DeskNews): void;
  /** The exchange lists a symbol that is expected: each time it says so, until the symbol is followed. */
  onListed(info: SymbolInfo): void;
  /** Whether the exchange is reached, and where, has changed: `ExchangeDesk.status`. */
  onChange(): void;
}
