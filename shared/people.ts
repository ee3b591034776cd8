/** How what people say to alerts travels: from web to the symbols' actors, and back. Types only. */
import type { SymbolId } from "./market.ts";
import type { AlertEvent } from "./output.ts";
import type { MuteRecord, Said } from "./said.ts";

/** To a symbol, at its begin. */
export interface PeopleArgs {
  /** What was muted in this process, of the symbol and of every symbol; the store tells of earlier ones. */
  readonly mutes: readonly MuteRecord[];
}

/** From web: a person asks for this. */
export type PeopleOperation =
  /** Calls nobody for a rule or a symbol until a time, or calls again: whatever is the newest word of this mute. */
  | { readonly type: "mute"; readonly mute: MuteRecord }
  /** They have seen an episode of this symbol. */
  | {
    readonly type: "acknowledge";
    readonly symbol: SymbolId;
    readonly alertId: string;
    readonly said: Said;
  };

/** To a symbol, which answers `acknowledged` with the same `id`. */
export interface Acknowledging {
  readonly type: "acknowledge";
  readonly id: number;
  readonly alertId: string;
  readonly said: Said;
}

/** What actors are told of it. */
export type PeopleNews =
  /** To symbols and to web: what is muted, or not any more. */
  | { readonly type: "mute"; readonly mute: MuteRecord }
  | Acknowledging;

/** An episode as it stands now; `null`: it does not fire, `unknown`: that is not known before the store has answered. */
export type Firing = AlertEvent | null | "unknown";

/** From a symbol, in answer to `acknowledge` of this `id`. */
export interface PeopleErrand {
  readonly type: "acknowledged";
  readonly id: number;
  readonly alert: Firing;
}

/** What came of an operation that was not refused. */
export type PeopleResult =
  /** Those whom the mute concerns heed it. */
  | { readonly kind: "muted" }
  /** The episode says so, from this revision on. */
  | { readonly kind: "acknowledged"; readonly alert: AlertEvent };
