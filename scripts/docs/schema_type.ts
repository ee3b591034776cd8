/** A JSON Schema as a type of TypeScript, as documents show it. */
import type { Schema } from "../../shared/catalogue/field_schema.ts";

/** A longer list of properties of one type is shown as a map. */
const PROPERTIES_SHOWN_MAX = 30;
/** A longer list of words is shown as any text. */
const WORDS_SHOWN_MAX = 12;
/** As documents are wide. */
const WIDTH_MAX = 110;

/** The properties of an object, by name. */
export function propertiesOf(schema: Schema): readonly (readonly [string, Schema])[] {
  return Object.entries((schema["properties"] ?? {}) as Readonly<Record<string, Schema>>);
}

/** On one line. */
export function typeOf(schema: Schema): string {
  const { anyOf, enum: words, type, items, minItems, maxItems } = schema;
  if (Array.isArray(anyOf)) {
    return [...new Set(anyOf.map((one: Schema) => typeOf(one)))].join(" | ");
  }
  if (Array.isArray(words)) {
    if (words.length > WORDS_SHOWN_MAX) return "string";
    return words.map((word) => JSON.stringify(word)).join(" | ");
  }
  if (type === "boolean" || type === "string" || type === "null") return type;
  if (type === "integer" || type === "number") return "number";
  if (type === "array") {
    const item = typeOf(items as Schema);
    if (minItems === 2 && maxItems === 2) return `[${item}, ${item}]`;
    return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
  }
  return type === "object" ? objectType(schema) : "unknown";
}

function objectType(schema: Schema): string {
  const all = membersOf(schema).map(([name, type]) => `${name}: ${type}`);
  return all.length === 0 ? "object" : `{ ${all.join("; ")} }`;
}

/** Names and types, those that are many and alike as one. */
function membersOf(schema: Schema): readonly (readonly [string, string])[] {
  const { required, additionalProperties } = schema;
  const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
  const members = propertiesOf(schema).map(([name, of]) =>
    [isRequired(name) ? name : `${name}?`, typeOf(of)] as const
  );
  if (typeof additionalProperties === "object" && additionalProperties !== null) {
    members.push(["[name: string]", typeOf(additionalProperties as Schema)]);
  }
  if (members.length <= PROPERTIES_SHOWN_MAX) return members;
  // What comes often is one thing under many names.
  const counts = Map.groupBy(members, ([, type]) => type);
  return [...counts].flatMap(([type, alike]) =>
    alike.length > PROPERTIES_SHOWN_MAX ? [["[name: string]", type] as const] : alike
  );
}

/** On as many lines as it needs, indented by `indent`; what fits on one stays on one. */
export function typeLines(schema: Schema, indent = ""): string {
  const line = typeOf(schema);
  if (indent.length + line.length <= WIDTH_MAX) return line;
  const { anyOf, items, type } = schema;
  if (Array.isArray(anyOf)) {
    const kinds = anyOf.map((one: Schema) => typeLines(one, indent));
    return kinds.join(" | ");
  }
  if (type === "array") return `${typeLines(items as Schema, indent)}[]`;
  if (type !== "object") return line;
  const inner = `${indent}  `;
  const shown = new Map(propertiesOf(schema));
  const lines = membersOf(schema).map(([name, of]) => {
    const property = shown.get(name.replace(/\?$/, ""));
    return `${inner}${name}: ${property === undefined ? of : typeLines(property, inner)};`;
  });
  return ["{", ...lines, `${indent}}`].join("\n");
}
