/** What a table of outputs is: its columns, what makes two of its rows the same, and how long they are kept. */
import type { Output } from "../output.ts";
import type { StoredType } from "./metric_definition.ts";
import type { MetricName } from "./metrics.ts";

/**
 * `time` is UTC milliseconds here and `timestamptz` there; `texts` and `float4s` are lists here and arrays there, `flag` is
 * a `boolean` there, and `json` anything plain here and `jsonb` there.
 */
export type ColumnType = StoredType | "text" | "texts" | "float4s" | "flag" | "json" | "time";

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

/** How a table is cut, by `time`. */
export type Partition = "day" | null;

/** For how long rows are kept; `null`: for ever. */
export type RetentionDays = number | null;

/** Where the rows of one output are, what makes two of them the same, and how long they are kept. */
export interface TableDefinition<Type extends Output["type"] = Output["type"]> {
  /** The output whose rows these are. */
  readonly output: Type;
  readonly columns: readonly ColumnOf<PathIn<Told<Type>>>[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  readonly conflict: Conflict;
  readonly partition: Partition;
  readonly retentionDays: RetentionDays;
  /** The same rows with `venue` and `symbol` in words, for readers from outside. */
  readonly view: string;
}

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
