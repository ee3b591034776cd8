/** What a table of outputs is: its columns, what makes two of its rows the same, and how long they are kept. */
import type { Output } from "../output.ts";
import type { StoredType } from "./metric_definition.ts";
import type { MetricName } from "./metrics.ts";

/**
 * `time` is UTC milliseconds here and `timestamptz` there; `texts`, `int4s` and `float4s` are lists here and arrays there,
 * `qtys` a list of quantities here and an array of their codes there (`qty_codes.ts`), `flag` is a `boolean` there, and `json`
 * anything plain here and `jsonb` there.
 */
export type ColumnType = StoredType | ListType | "text" | "flag" | "json" | "time";

/** The columns that hold lists, and of what, for who reads them. */
export const LIST_ELEMENTS = {
  texts: "text",
  int4s: "int4",
  float4s: "float4",
  qtys: "float4",
} as const;

/** One of these. */
export type ListType = keyof typeof LIST_ELEMENTS;

/** Whether it is one. */
export function isList(type: ColumnType): type is ListType {
  return Object.hasOwn(LIST_ELEMENTS, type);
}

/** What a column keeps. */
export type ColumnSource<Field extends string = string> =
  /** The id of the output's market. */
  | { readonly from: "market" }
  /** The id of the settings that its delivery names. */
  | { readonly from: "settings" }
  /** A field of the output, a field of that as in `buy.qty`, or the life of the actor that said it. */
  | { readonly from: "field"; readonly field: Field }
  /** One of the frame's values. */
  | { readonly from: "metric"; readonly metric: MetricName };

/** How a column stands in the database, and which field of the output it keeps. */
export interface Column<Field extends string = string> {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
  readonly source: ColumnSource<Field>;
}

/** What becomes of a row whose key is there already: deliveries may come more than once. */
export type Conflict =
  /** The first stays: a second one says the same. */
  | { readonly rule: "once" }
  /** The greater value of this column wins. */
  | { readonly rule: "newest revision"; readonly column: string }
  /** What a later life of the actor, or the same one later, has told wins. */
  | { readonly rule: "newest told" }
  /** What was told before this column was known is completed, and then stays. */
  | { readonly rule: "complete once"; readonly column: string };

/** How a table is cut, by `time` in UTC, so that what is old goes at once; `null`: it is one piece. */
export type Partition = "day" | "month" | "year" | null;

/** Which variable says for how many days rows are kept. */
export type AgeVariable =
  | "keepMetricsDays"
  | "keepBooksDays"
  | "keepTradesDays"
  | "keep10sDays"
  | "keep1mDays"
  | "keep1hDays"
  | "keepAlertsDays"
  | "keepFeedDays";

/** What tables share a part of the size that history may have in all. */
export type SizeShare = "metrics" | "books" | "rollups" | "rest";

/** How a table that grows is bounded. */
export interface Keeping {
  readonly partition: Partition;
  /** `null`: its rows stay, because there are few of them and the newest is what counts. */
  readonly age: AgeVariable | null;
  readonly share: SizeShare;
}

/** Where rows of outputs are, what makes two of them the same, and how long they are kept. */
export interface StoredRows extends Keeping {
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  readonly conflict: Conflict;
  /** The same rows with `venue` and `symbol` in words, for readers from outside. */
  readonly view: string;
}

/** A table, whose rows are one output. */
export type TableDefinition = TableOf<Output>;

/** (Of each output by itself: of any one the compiler would ask too much.) */
type TableOf<One> = One extends Output ? StoredRows & {
    readonly output: One["type"];
    readonly columns: readonly ColumnOf<PathIn<One & { readonly incarnation: number }>>[];
  }
  : never;

/** An output and the life of the actor that said it: what a row is made of. */
export type Told<Type extends Output["type"]> = Extract<Output, { type: Type }> & {
  readonly incarnation: number;
};

/**
 * A column that keeps one of these. (That they are words is asked of each output and not of all at once, for which the
 * compiler would need a minute and 4 GB.)
 */
type ColumnOf<Field> = [Field] extends [infer Word extends string] ? Column<Word> : never;

/** Where a value is found: the name of a field, or `<field>.<part>` of one that is an object, or `null`. */
type PathIn<Whole> = {
  [Field in keyof Whole & string]: Whole[Field] extends readonly unknown[] | null ? Field
    : Whole[Field] extends object | null
      ? Field | `${Field}.${keyof NonNullable<Whole[Field]> & string}`
    : Field;
}[keyof Whole & string];
