/** The files of the page as they are answered: packed where the browser unpacks them. Pure. */
import type { Context } from "hono";
import { hasEtag } from "./answers.ts";
import { type Coding, codingFor } from "./content_coding.ts";
import { refuseWith } from "./refusals.ts";

/** One file of the page, read by the actor at its start. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, packed when the page was bundled. */
  readonly packed: ReadonlyMap<Coding, Uint8Array<ArrayBuffer>>;
  readonly contentType: string;
  /** Of the bytes as they are; a packed answer has another. */
  readonly etag: string;
  /** Under its name nothing else will ever be answered. */
  readonly isForGood: boolean;
}

/** A year, which is as long as anybody keeps anything. Private: it may have needed a token. */
const FOR_GOOD = "private, max-age=31536000, immutable";

/** The file at the path that is asked for. */
export function answerFile(c: Context, page: ReadonlyMap<string, PageFile>): Response {
  const file = page.get(c.req.path);
  if (file === undefined && page.size > 0) {
    return refuseWith(c, "no_such_path", `There is nothing at ${c.req.path}`);
  }
  if (file === undefined) {
    return c.text("The page has not been bundled: run deno task page, then start again", 503);
  }
  const coding = codingFor(c.req.header("accept-encoding"), [...file.packed.keys()]);
  const bytes = coding === null ? undefined : file.packed.get(coding);
  const etag = bytes === undefined ? file.etag : file.etag.replace(/"$/, `-${coding}"`);
  const headers = {
    "cache-control": file.isForGood ? FOR_GOOD : "no-cache",
    "vary": "accept-encoding",
    etag,
  };
  if (hasEtag(c, etag)) return c.body(null, 304, headers);
  const type = { "content-type": file.contentType };
  if (bytes === undefined) return c.body(file.bytes, 200, { ...headers, ...type });
  return c.body(bytes, 200, { ...headers, ...type, "content-encoding": coding ?? "" });
}
