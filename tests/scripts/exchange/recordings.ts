/** Small made-up recordings for tests, and a folder to keep them in. */
import type { LevelText } from "../../../scripts/exchange/market_event.ts";

type Line = { ms: number; payload: unknown };

/** A snapshot line. */
export function snapshot(ms: number, id: number, bids: LevelText[], asks: LevelText[]): Line {
  return { ms, payload: { lastUpdateId: id, bids, asks } };
}

/** A depth line of TESTUSDT; `E` is 50 ms ahead of the recorder's clock. */
export function diff(
  ms: number,
  U: number,
  u: number,
  b: LevelText[] = [],
  a: LevelText[] = [],
): Line {
  const data = { e: "depthUpdate", E: ms + 50, s: "TESTUSDT", U, u, b, a };
  return { ms, payload: { stream: "testusdt@depth@100ms", data } };
}

/** A book ticker line. */
export function ticker(ms: number, u: number, b: LevelText, a: LevelText): Line {
  const data = { u, s: "TESTUSDT", b: b[0], B: b[1], a: a[0], A: a[1] };
  return { ms, payload: { stream: "testusdt@bookTicker", data } };
}

/** A trade line. */
export function trade(ms: number, t: number, p = "10", q = "1"): Line {
  const data = { e: "trade", E: ms + 50, s: "TESTUSDT", t, p, q, T: ms + 49, m: true, M: true };
  return { ms, payload: { stream: "testusdt@trade", data } };
}

/** Runs `body` with a recording of these lines per list, in a folder that is removed afterwards. */
export async function withRecordings<T>(
  files: readonly (readonly Line[])[],
  body: (paths: string[]) => Promise<T>,
): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    const paths: string[] = [];
    for (const lines of files) {
      const path = `${dir}/recording${paths.length}`;
      const text = lines.map(({ ms, payload }) => `${ms}000000 ${JSON.stringify(payload)}\n`);
      await Deno.writeTextFile(path, text.join(""));
      paths.push(path);
    }
    return await body(paths);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
