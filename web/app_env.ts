/** What the handlers of the app find in their context. Types only. */
import type { Right, Session } from "./authority.ts";
import type { PackedForms } from "./content_coding.ts";

/** Who asks. */
export interface Visitor {
  /** Theirs, where the proxies between are trusted ones. */
  readonly address: string;
  /** `null`: nothing but what is public. */
  readonly right: Right | null;
  /** `null`: they have none, but a token, or need neither. */
  readonly session: Session | null;
  /** Why `right` is `null` though they brought something, for a person; `null`: they brought nothing. */
  readonly problem: string | null;
  /** How long they must wait before they may try another token. */
  readonly waitMs: number;
}

/** For `Hono<AppEnv>`. */
export interface AppEnv {
  readonly Bindings: {
    /** The address at the other end of the connection. */
    readonly peer: string;
  };
  readonly Variables: {
    visitor: Visitor;
    /** Of an answer that is kept. */
    packedForms?: PackedForms;
  };
}
