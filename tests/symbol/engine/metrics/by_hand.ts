/** Where the values of others stand, and how a fraction among them is read. */

const FIXTURES = new URL("../../../fixtures/reference/", import.meta.url);

/** A file of values that other programs, or hands, have worked out. */
export function referenceFixture(name: string): URL {
  return new URL(name, FIXTURES);
}

/** `1/3` as a number. */
export function numberOf(text: number | string | null): number | null {
  if (typeof text !== "string") return text;
  const [above = NaN, below = 1] = text.split("/").map(Number);
  return above / below;
}
