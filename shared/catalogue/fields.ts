/**
 * Fields: what a value of a type may be, as data that the compiler holds against the type, and the check
 * that is made of it. For what has crossed a disk or a network; never for the hot path.
 */

import { assertNever } from "../assert_never.ts";

interface NumberField {
  readonly kind: "number";
  /** Whole, and exact as a double. */
  readonly isWhole: boolean;
  /** Both included; `null`: no bound. */
  readonly min: number | null;
  readonly max: number | null;
}
interface TextField {
  readonly kind: "text";
  readonly lengthMax: number;
}
interface FlagField {
  readonly kind: "flag";
}
interface WordField<Word extends string> {
  readonly kind: "word";
  /** Every word of the union. */
  readonly words: Readonly<Record<Word, true>>;
}
interface ListField<Item> {
  readonly kind: "list";
  readonly of: FieldOf<Item>;
  readonly lengthMax: number;
}
interface PairField {
  readonly kind: "pair";
  readonly of: NumberField;
}
interface RecordField<Value> {
  readonly kind: "record";
  readonly fields: FieldsOf<Value>;
}
interface NullableField<Value> {
  readonly kind: "nullable";
  readonly of: FieldOf<Value>;
}

/** The definition that fits one type and no other. */
export type FieldOf<Value> = null extends Value ? NullableField<NonNullable<Value>>
  : [Value] extends [boolean] ? FlagField
  : [Value] extends [number] ? NumberField
  : [Value] extends [string] ? string extends Value ? TextField : WordField<Value>
  : [Value] extends [readonly [number, number]] ? PairField
  : [Value] extends [readonly (infer Item)[]] ? ListField<Item>
  : RecordField<Value>;

/** A definition for each field of an interface: the compiler misses one that is missing. */
export type FieldsOf<Value> = { readonly [Key in keyof Value]-?: FieldOf<Value[Key]> };

/** Any definition, as the check walks it. */
export type AnyField =
  | NumberField
  | TextField
  | FlagField
  | WordField<string>
  | PairField
  | { kind: "list"; of: AnyField; lengthMax: number }
  | { kind: "record"; fields: Readonly<Record<string, AnyField>> }
  | { kind: "nullable"; of: AnyField };

/** A number within bounds, both included; `null`: none. */
export function number(min: number | null = null, max: number | null = null): NumberField {
  return { kind: "number", isWhole: false, min, max };
}

/** A whole number within bounds. */
export function whole(min: number, max = Number.MAX_SAFE_INTEGER): NumberField {
  return { kind: "number", isWhole: true, min, max };
}

/** A moment in UTC milliseconds, which may have a fraction: from 1970 to the year 9999. */
export function moment(): NumberField {
  return number(0, 253_402_300_799_999);
}

/** A text of so many UTF-16 units at most. */
export function text(lengthMax: number): TextField {
  return { kind: "text", lengthMax };
}

/** True or false. */
export const FLAG: FlagField = { kind: "flag" };

/** One of these words. */
export function word<Word extends string>(words: Readonly<Record<Word, true>>): WordField<Word> {
  return { kind: "word", words };
}

/** Two numbers of one kind. */
export function pair(of: NumberField): PairField {
  return { kind: "pair", of };
}

/** A list of so many at most. */
export function list<Item>(of: FieldOf<Item>, lengthMax: number): ListField<Item> {
  return { kind: "list", of, lengthMax };
}

/** What may be unknown as well. */
export function orNull<Value>(of: FieldOf<Value>): NullableField<Value> {
  return { kind: "nullable", of };
}

/** An object of exactly these fields. */
export function record<Value>(fields: FieldsOf<Value>): RecordField<Value> {
  return { kind: "record", fields };
}

/**
 * Why a value is none that the definition allows, with the place: `buy.qty is less than 0`; `null`: it
 * is one. Nothing that was received stands in the answer: it may be long.
 */
export function problemOf<Value>(
  field: FieldOf<Value> | RecordField<Value>,
  value: unknown,
): string | null {
  // The types hold definition and type together; the walk needs only the definition.
  return problemAt(field as unknown as AnyField, value, "");
}

function problemAt(field: AnyField, value: unknown, at: string): string | null {
  const wrong = (what: string) => `${at === "" ? "it" : at} ${what}`;
  switch (field.kind) {
    case "nullable":
      return value === null ? null : problemAt(field.of, value, at);
    case "flag":
      return typeof value === "boolean" ? null : wrong("is neither true nor false");
    case "text":
      if (typeof value !== "string") return wrong("is no text");
      return value.length <= field.lengthMax ? null : wrong("is too long");
    case "word":
      return typeof value === "string" && Object.hasOwn(field.words, value)
        ? null
        : wrong("is none of its words");
    case "number": {
      const problem = numberProblem(field, value);
      return problem === null ? null : wrong(problem);
    }
    case "list": {
      if (!Array.isArray(value)) return wrong("is no list");
      if (value.length > field.lengthMax) return wrong("has too many items");
      return firstProblem(value.keys(), (i) => problemAt(field.of, value[i], `${at}[${i}]`));
    }
    case "pair":
      if (!Array.isArray(value) || value.length !== 2) return wrong("is no pair");
      return firstProblem([0, 1], (i) => problemAt(field.of, value[i], `${at}[${i}]`));
    case "record":
      return recordProblem(field.fields, value, at, wrong);
    default:
      return assertNever(field, "check a field");
  }
}

function numberProblem({ isWhole, min, max }: NumberField, value: unknown): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return "is no number";
  if (isWhole && !Number.isSafeInteger(value)) return "is no whole number";
  if (min !== null && value < min) return `is less than ${min}`;
  if (max !== null && value > max) return `is more than ${max}`;
  return null;
}

function recordProblem(
  fields: Readonly<Record<string, AnyField>>,
  value: unknown,
  at: string,
  wrong: (what: string) => string,
): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong("is no object");
  }
  const given = value as Readonly<Record<string, unknown>>;
  // What nobody defined must not travel on.
  if (Object.keys(given).some((key) => !Object.hasOwn(fields, key))) {
    return wrong("has a field that is not defined");
  }
  return firstProblem(Object.keys(fields), (key) => {
    const field = fields[key];
    const place = at === "" ? key : `${at}.${key}`;
    if (!Object.hasOwn(given, key)) return `${place} is missing`;
    return field === undefined ? null : problemAt(field, given[key], place);
  });
}

function firstProblem<Key>(
  keys: Iterable<Key>,
  problemAtKey: (key: Key) => string | null,
): string | null {
  for (const key of keys) {
    const problem = problemAtKey(key);
    if (problem !== null) return problem;
  }
  return null;
}
