/**
 * Lists as PostgreSQL reads them. The driver would ask each server for its types first, by a question that nobody awaits:
 * where that fails, behind a pooler whose server is away, it is an error that no code of ours could catch.
 */

/** Of the lists that statements send: int2, int4, text, int8, float4, float8. */
const OIDS = [1005, 1007, 1009, 1016, 1021, 1022];

/** An undefined element; the code is the driver's for an undefined value, which is the row's own fault. */
class UndefinedElement extends TypeError {
  override readonly name = "UndefinedElement";
  readonly code = "UNDEFINED_VALUE";
}

/** `{"a","b",NULL}`. @throws {UndefinedElement} */
export function arrayText(list: readonly (string | number | bigint | null | undefined)[]): string {
  const elements = list.map((element) => {
    if (element === undefined) throw new UndefinedElement("Cannot send a list: one is undefined");
    return element === null ? "NULL" : `"${String(element).replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}

/** The driver's options for them. Nothing that is read back is a list. */
export const LISTS = {
  fetch_types: false,
  types: { lists: { to: 1009, from: OIDS, serialize: arrayText, parse: (text: string) => text } },
};
