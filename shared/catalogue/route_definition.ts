/** What a route of the web server is: how it is asked, what that needs, and within which limits. Types only. */

/**
 * What a request must bring, once the operator asks for tokens; each includes those before it.
 * `public`: nothing. That is for who must get in first, and for who asks only whether the process is
 * there. `read`: whoever may see the numbers. `operate`: whoever may change something.
 */
export type Need = "public" | "read" | "operate";

/** A number that a request may choose, and what it is otherwise. */
export interface Bound {
  readonly default: number;
  readonly max: number;
}

/** What a request must be to reach its answer, and who may make it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As the router reads it: `:symbol` stands for one part, `:id{.+}` for one or more. */
  readonly path: string;
  readonly need: Need;
  /** Parameters of the query; others are not looked at. */
  readonly query?: readonly string[];
  /** How many items, or points, are answered at most: the parameter `limit`. */
  readonly limit?: Bound;
  /** How many days back it looks: the parameter `days`. */
  readonly days?: Bound;
  /** How many columns an answer may have in all: the parameter `points` of each symbol. */
  readonly pointsMax?: number;
  /** How long the time from `from` to `to` is, where `from` is not said, in milliseconds. */
  readonly rangeMs?: number;
  /** Rows that one answer may be made of. */
  readonly rowsMax?: number;
  /** How many symbols `symbols` may name. */
  readonly symbolsMax?: number;
  /** A body of JSON, by example, and how many bytes it may have. */
  readonly body?: { readonly example: string; readonly bytesMax: number };
  /** A form, by its fields, and how many bytes it may have. */
  readonly form?: { readonly fields: readonly string[]; readonly bytesMax: number };
  /** A file of the bundled page, which is the answer; of a folder, whose name ends in a slash, the one that the path ends in. */
  readonly file?: { readonly name: string; readonly contentType: string };
  /** For a person, in Markdown. */
  readonly answers: string;
}
