/** What a definition of fields says to others, as JSON Schema (draft 2020-12). Pure. */
import { assertNever } from "../assert_never.ts";
import type { AnyField } from "./fields.ts";

/** A JSON Schema, as JSON. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** An object whose keys are not told one by one. */
export interface MapField {
  readonly kind: "map";
  readonly keys: readonly string[];
  readonly of: AnyField;
}

/** What is there, and whose form may change with any release. */
export interface OpenField {
  readonly kind: "open";
  /** For a person. */
  readonly meaning: string;
}

/** Any field that is told of. */
export type ShownField = AnyField | MapField | OpenField;

/** As JSON Schema. */
export function schemaOf(field: ShownField): Schema {
  switch (field.kind) {
    case "flag":
      return { type: "boolean" };
    case "text":
      return { type: "string", maxLength: field.lengthMax };
    case "word":
      return { enum: Object.keys(field.words) };
    case "number":
      return {
        type: field.isWhole ? "integer" : "number",
        ...field.min === null ? {} : { minimum: field.min },
        ...field.max === null ? {} : { maximum: field.max },
      };
    case "list":
      return { type: "array", items: schemaOf(field.of), maxItems: field.lengthMax };
    case "pair":
      return { type: "array", items: schemaOf(field.of), minItems: 2, maxItems: 2 };
    case "nullable":
      return { anyOf: [schemaOf(field.of), { type: "null" }] };
    case "record":
      return objectSchema(field.fields);
    case "map":
      return {
        type: "object",
        propertyNames: { enum: field.keys },
        additionalProperties: schemaOf(field.of),
      };
    case "open":
      return { description: field.meaning };
    default:
      return assertNever(field, "describe a field");
  }
}

/** An object of exactly these fields. */
export function objectSchema(fields: Readonly<Record<string, ShownField>>): Schema {
  const properties = Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: Object.keys(fields),
    additionalProperties: false,
  };
}
