/** JSON in gzip, as fixtures keep it: every double comes back with the same bits, a negative zero too. */
import { gunzipSync, gzipSync } from "node:zlib";

/** JSON has no negative zero; no text of a fixture looks like this. */
const NEGATIVE_ZERO = "-0";

/** Writes a value whose numbers are all finite. */
export async function writePackedJson(path: URL, value: unknown): Promise<void> {
  const text = JSON.stringify(
    value,
    (_, each: unknown) => Object.is(each, -0) ? NEGATIVE_ZERO : each,
  );
  await Deno.writeFile(path, gzipSync(text, { level: 9 }));
}

/** Reads what `writePackedJson` wrote; that it is a `T` is the caller's knowledge. */
export async function readPackedJson<T>(path: URL): Promise<T> {
  const text = new TextDecoder().decode(gunzipSync(await Deno.readFile(path)));
  return JSON.parse(text, (_, each: unknown) => each === NEGATIVE_ZERO ? -0 : each);
}
