/** JSON Schemas of answers, put together: parts that are defined elsewhere are taken from there. Pure. */
import { eventSchema } from "../shared/catalogue/event_fields.ts";
import type { Schema } from "../shared/catalogue/field_schema.ts";
import { schemaOf, type ShownField } from "../shared/catalogue/field_schema.ts";
import { OUTPUT_FIELDS } from "../shared/catalogue/output_check.ts";
import { type TableName, tableOf } from "../shared/catalogue/tables.ts";

/** A word or a sentence, of a length that nobody bounds. */
export const TEXT: Schema = { type: "string" };
/** True or false. */
export const FLAG: Schema = { type: "boolean" };
/** With a fraction or without, negative too. */
export const NUMBER: Schema = { type: "number" };
/** A whole number, or an id. */
export const COUNT: Schema = { type: "integer", minimum: 0 };
/** Milliseconds: of time that passes, or of UTC. */
export const MS: Schema = { type: "number", minimum: 0 };
/** Of the feed of a symbol. */
export const STATE: Schema = schemaOf(OUTPUT_FIELDS.feed.state as ShownField);

/** An object of exactly these, of which some may be missing. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

/** As many as there are. */
export function list(items: Schema): Schema {
  return { type: "array", items };
}

/** By names that are not known before; `keys`: of these. */
export function map(values: Schema, keys: readonly string[] | null = null): Schema {
  const names = keys === null ? {} : { propertyNames: { enum: keys } };
  return { type: "object", ...names, additionalProperties: values };
}

/** … or nothing. */
export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

/** One of these words. */
export function words(...names: readonly string[]): Schema {
  return { enum: names };
}

/** What is there, and whose form may change with any release. */
export function open(description: string): Schema {
  return { description };
}

/** Under which metrics are computed. */
export const SETTINGS: Schema = propertyOf(eventSchema("hello"), "settings");
/** Under which metrics are computed, and the id under which rows name them. */
export const SETTINGS_WITH_ID: Schema = withId(SETTINGS);

/** What an object has under a name. */
export function propertyOf({ properties }: Schema, name: string): Schema {
  return (properties as Readonly<Record<string, Schema>>)[name] ?? {};
}

function withId({ properties, ...settings }: Schema): Schema {
  const all = { id: COUNT, ...properties as Readonly<Record<string, Schema>> };
  return { ...settings, properties: all, required: Object.keys(all) };
}

/** A row of a table as it is answered: what its columns keep of the fields of its output, within the same bounds. */
export function storedSchema(name: TableName): Schema {
  const { output, columns } = tableOf(name);
  // The definitions of all outputs are of one form, which the compiler does not see of a union of them.
  const fields = OUTPUT_FIELDS[output] as unknown as Readonly<Record<string, ShownField>>;
  const whole: Record<string, Schema> = {};
  for (const always of ["type", "venue", "symbol"]) {
    whole[always] = schemaOf(fieldIn(fields, always));
  }
  const parts = new Map<string, string[]>();
  for (const { source } of columns) {
    if (source.from !== "field") continue;
    const [field = "", part] = source.field.split(".");
    if (part !== undefined) parts.set(field, [...parts.get(field) ?? [], part]);
    else if (field === "incarnation") whole[field] = COUNT;
    else whole[field] = schemaOf(fieldIn(fields, field));
  }
  for (const [field, names] of parts) whole[field] = partsSchema(fieldIn(fields, field), names);
  return object(whole);
}

function fieldIn(fields: Readonly<Record<string, ShownField>>, name: string): ShownField {
  const field = fields[name];
  if (field === undefined) throw new TypeError(`Cannot describe a row: received the field ${name}`);
  return field;
}

/** Of an object that is stored in parts, those that are. */
function partsSchema(field: ShownField, names: readonly string[]): Schema {
  if (field.kind === "nullable") return orNull(partsSchema(field.of, names));
  if (field.kind !== "record") throw new TypeError(`Cannot part a field: received ${field.kind}`);
  return object(
    Object.fromEntries(names.map((name) => [name, schemaOf(fieldIn(field.fields, name))])),
  );
}
