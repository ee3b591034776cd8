/** How a page comes to its stream: over the connection that all windows of its browser share, or over one of its own. Types only. */
import type { EventName } from "../../shared/catalogue/events.ts";

/** What comes of a stream, until it is closed. */
export interface StreamEvents {
  onOpen(): void;
  /** `isRefused`: the server does not let it in, and nobody but the page tries again. */
  onLost(isRefused: boolean): void;
  /** `data`: what the server encoded. */
  onEvent(name: EventName, data: string): void;
}

/** An open stream, or one that is on its way. */
export interface Source {
  /** Whether silence is a fault, and no attempt to connect that goes on. */
  readonly isOpen: boolean;
  close(): void;
}

/** One of the ways; every method may be called at any time. */
export interface Way {
  /** Claims a stream or renews the claim, and tells why this window may not have one now; `null`: it may. */
  claim(): string | null;
  /** Gives up the claim. */
  leave(): void;
  /** `null`: this way leads nowhere, and that has been told. */
  open(asked: Pick<Asked, "focus" | "names">, on: StreamEvents): Source | null;
}

/** What a stream is opened with. */
export interface Asked {
  /** Symbols in detail. */
  readonly focus: readonly string[];
  /** Up to there the page has been told all; `null`: nothing. */
  readonly since: string | null;
  /** Of all events that there are. */
  readonly names: readonly EventName[];
}

/** What a page tells the worker that holds the connection; the answer to its `here` is the same word. */
export type ToWorker = Asked | "here" | "over";

/** What it is told. */
export type ToPage =
  | { readonly kind: "here" }
  | { readonly kind: "event"; readonly name: EventName; readonly data: string }
  /** `since`: up to there it has been told all; `null`: nothing. */
  | { readonly kind: "lost"; readonly isRefused: boolean; readonly since: string | null };
