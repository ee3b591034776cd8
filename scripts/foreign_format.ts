/**
 * What a file is that is no recording, in words: the formats that people of this field have lying beside
 * their recordings. Told by its first bytes, or by the line that is no recorded frame. Pure.
 */

const SIGNATURES: readonly (readonly [bytes: readonly number[], words: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive (converted data of hftbacktest, .npz, is one)"],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "an array of NumPy (converted data of hftbacktest)"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd: decompress it first, or use gzip"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed with xz: decompress it first, or use gzip"],
  [[0x42, 0x5a, 0x68], "compressed with bzip2: decompress it first, or use gzip"],
  [[0x1f, 0x8b], "compressed with gzip twice: decompress it once"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "a SQLite database"],
  [[0xff, 0xfe], "a text in UTF-16, where a recording is in UTF-8"],
  [[0xfe, 0xff], "a text in UTF-16, where a recording is in UTF-8"],
];

/** The first that matches says it. */
const LINES: readonly (readonly [form: RegExp, words: string])[] = [
  [/^exchange,symbol,timestamp/, "it is a CSV file of Tardis"],
  [/^\d{4}-\d\d-\d\d[T ]/, "its local time is a date, as in raw files of Tardis"],
  [/^\d+[.,]\d+\s+\{/, "its local time is in seconds with a fraction"],
  [/^\s*\[/, "it is a JSON array"],
  [/^\s*\{/, "it is JSON without a local time before it"],
  [/^\d+[^\d {]+\{/, "one space must stand between its local time and its frame"],
  [/^\d+ {2,}\{/, "one space must stand between its local time and its frame"],
  [/^\d+ \S/, "after its local time there is no JSON object"],
  // deno-lint-ignore no-control-regex
  [/[\x00-\x08\x0e-\x1f\ufffd]/, "it is no text"],
  [/^[^{]*,[^{]*,/, "it is a table with commas (CSV)"],
];

/** What a file is that begins with these bytes; `null`: it may be a recording. */
export function foreignFile(head: Uint8Array): string | null {
  const found = SIGNATURES.find(([bytes]) => bytes.every((byte, at) => head[at] === byte));
  return found?.[1] ?? null;
}

/** What is wrong with a line that is no recorded frame; `null`: nobody knows. */
export function foreignLine(text: string): string | null {
  return LINES.find(([form]) => form.test(text))?.[1] ?? null;
}

/** Fields that together are another venue's; of each pair the text, if there is one, begins so. */
const VENUES:
  readonly (readonly [venue: string, fields: Readonly<Record<string, string | null>>])[] = [
    ["Deribit", { jsonrpc: null, params: null }],
    ["KuCoin", { topic: "/", data: null }],
    ["Bybit", { topic: null, ts: null }],
    ["Bitget", { arg: null, data: null, ts: null }],
    ["OKX", { arg: null, data: null }],
    ["BitMEX", { table: null, action: null }],
    ["HTX", { ch: "market.", tick: null }],
    ["Gate", { channel: "spot.", result: null }],
    ["Hyperliquid", { channel: "l2Book", data: null }],
    ["Bitstamp", { channel: null, event: null, data: null }],
    ["Coinbase", { channel: null, events: null }],
    ["Coinbase", { type: null, product_id: null }],
    ["Kraken", { channel: null, type: null, data: null }],
  ];

/** The venue whose frame this is, as far as its fields tell; `null`: it is not known. */
export function foreignFrame(payload: string): string | null {
  let frame: Readonly<Record<string, unknown>>;
  try {
    frame = JSON.parse(payload);
  } catch {
    return null;
  }
  const found = VENUES.find(([, fields]) =>
    Object.entries(fields).every(([name, begin]) =>
      name in frame && (begin === null || String(frame[name]).startsWith(begin))
    )
  );
  return found?.[0] ?? null;
}
