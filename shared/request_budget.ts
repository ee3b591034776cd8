/** The exchange's budget, in what actors say of it: all of them share one IP address. */

/** What a call is for, the most urgent first. */
export type PermitPriority =
  /** Is a silent symbol alive? */
  | "probe"
  /** A book that was lost. */
  | "resync"
  /** A first book. */
  | "sync"
  /** More levels than the first snapshot had. */
  | "widen"
  /** The trust band anew, or a connection before it grows too old. */
  | "renew"
  /** The live proof: level by level against a snapshot. */
  | "audit";

/** What an actor wants to do at the exchange. */
export interface PermitRequest {
  /** REST weight and connection attempts are two budgets. */
  readonly kind: "rest" | "connection";
  /** Request weight; a connection attempt is 1. */
  readonly weight: number;
  readonly priority: PermitPriority;
}

/** The start of many symbols: first books go before all else until each that can have a book has had one. */
export interface StartStatus {
  /** Symbols that have had a book, and those that are waited for. */
  readonly booked: number;
  readonly awaited: number;
  /** Those that are not waited for: the exchange does not know them, their actor has failed, or their stream is dead. */
  readonly leftOut: number;
  /** When the last of those that are waited for can have its book by the budget at the earliest, UTC; `null`: not known yet. */
  readonly lastMs: number | null;
}

/** How the budget of this IP address stands. */
export interface BudgetStatus {
  /** Weight of the last minute: the larger of the two counts that follow, never above the limit unless the exchange says so. */
  readonly usedWeight: number;
  /** Our count: of calls that may have come to the exchange within the last minute, those on their way included. */
  readonly ownWeight: number;
  /** The most that the exchange's answers of the last minute have told of its own minute; `null`: none has told it. */
  readonly toldWeight: number | null;
  /** So much of that at least is not this monitor's of now: others behind this address, or a run before this one. */
  readonly othersWeight: number;
  /** What the exchange allows per minute; at most 90 % of it are used. */
  readonly weightLimit: number;
  /** Connection attempts of the last five minutes, and what the exchange allows. */
  readonly usedConnections: number;
  readonly connectionLimit: number;
  /** Permits given whose answer has not come. */
  readonly unreported: number;
  /** Requests that wait for a permit. */
  readonly waiting: Readonly<Record<PermitPriority, number>>;
  /** The start, while it goes on; `null`: the exchange has not been reached yet, or the start is over. */
  readonly start: StartStatus | null;
  /** Requests turned away so far, because an actor asked for too much at once. */
  readonly refused: number;
  /** The exchange takes no REST call until then (UTC), and why; `null`: it does. */
  readonly ban: { readonly untilMs: number; readonly reason: string } | null;
}
