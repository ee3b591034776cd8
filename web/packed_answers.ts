/**
 * Answers of the API that are JSON, packed for who unpacks them: a tenth of what they are. Streams and files that leave pack
 * themselves (`event_sink.ts`, `export/`), and have another type.
 */
import type { MiddlewareHandler } from "hono";
import { brotliCompress, type CompressCallback, constants, gzip } from "node:zlib";
import type { AppEnv } from "./app_env.ts";
import { type Bytes, type Coding, codingFor, CODINGS, type Pack } from "./content_coding.ts";

/** What fits into one packet comes no sooner packed. */
const PACKED_FROM_BYTES = 1_400;
/** Made anew for each answer, but for those that are kept: the quality from which on more of it costs more time than it saves bytes. */
const BROTLI_QUALITY = 4;

const PACKERS: Readonly<Record<Coding, (bytes: Uint8Array, done: CompressCallback) => void>> = {
  br: (bytes, done) =>
    brotliCompress(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }, done),
  gzip: (bytes, done) => gzip(bytes, done),
};

function packed(coding: Coding, bytes: Bytes): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    PACKERS[coding](bytes, (error, made) => error ? reject(error) : resolve(new Uint8Array(made)));
  });
}

/** For the paths of the API. An ETag becomes a weak one: the same answer, in other bytes. */
export function packAnswers(pack: Pack = packed): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const answer = c.res;
    if (!answer.headers.get("content-type")?.startsWith("application/json")) return;
    answer.headers.append("vary", "accept-encoding");
    const coding = codingFor(c.req.header("accept-encoding"), CODINGS);
    if (coding === null || answer.body === null || c.req.method === "HEAD") return;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const headers = new Headers(answer.headers);
    const isPacked = bytes.length >= PACKED_FROM_BYTES;
    const kept = c.get("packedForms");
    const isKept = kept !== undefined && kept.etag === headers.get("etag");
    if (isPacked) {
      headers.set("content-encoding", coding);
      headers.delete("content-length");
      const etag = headers.get("etag");
      if (etag?.startsWith('"')) headers.set("etag", `W/${etag}`);
    }
    const { status } = answer;
    const body = !isPacked ? bytes : await (isKept ? kept.of(coding, pack) : pack(coding, bytes));
    // Else its headers would be joined with those of the answer before.
    c.res = undefined;
    c.res = new Response(body, { status, headers });
  };
}
