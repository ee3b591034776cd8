/**
 * What the world already says and understands, and the engine does not yet: events and commands of the
 * full feed. An engine ignores events that it does not know. When it knows them, this file goes.
 */
import type { Command, EngineEvent } from "../../actors/symbol/engine/event.ts";
import type { BookTicker, SymbolInfo } from "../../shared/market.ts";

/** Events that are to come. */
export type NewEvent =
  | { readonly type: "subscriptions_listed"; readonly connection: number }
  | {
    readonly type: "best_probed";
    readonly probe: number;
    readonly best: Omit<BookTicker, "symbol" | "updateId">;
  }
  | { readonly type: "probe_failed"; readonly probe: number; readonly reason: string }
  | { readonly type: "symbol_info"; readonly info: SymbolInfo | null };

/** Commands that are to come. */
export type NewCommand =
  | { readonly type: "list_subscriptions"; readonly connection: number }
  | { readonly type: "probe_best"; readonly probe: number };

/** Everything that the world tells. */
export type WorldEvent = EngineEvent | NewEvent;

/** Everything that the world carries out. */
export type WorldCommand = Command | NewCommand;

/** As the engine's own type says it. */
export function asEngineEvent(event: WorldEvent): EngineEvent {
  return event as EngineEvent;
}

/** What the snapshot is for; an engine that does not say has lost a book, or never had one. */
export function purposeOf(command: Command): "resync" | "sync" | "widen" | "renew" | "audit" {
  const purpose = "purpose" in command ? command.purpose : "resync";
  return purpose as ReturnType<typeof purposeOf>;
}
