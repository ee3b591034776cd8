/** Texts as a fault leaves them: cut, blown up, of another symbol, crossed, at another time. */
import type { Fault } from "./faults.ts";
import { Frame } from "./frames.ts";

/** What a proxy on the way says when it has nothing better. */
export const HTML_PAGE = "<html><head><title>502 Bad Gateway</title></head>" +
  "<body><center><h1>502 Bad Gateway</h1></center></body></html>";

/** The text of a frame or of an answer, for the kinds that hit texts; others leave it alone. */
export function tamperedText(fault: Fault, text: string): string {
  if (fault.kind === "truncated") return text.slice(0, text.length >> 1);
  if (fault.kind === "oversized") {
    return text + " ".repeat(Math.max(0, (fault.bytes ?? 0) - text.length));
  }
  return fault.kind === "non_json" ? HTML_PAGE : text;
}

/** The frame under another symbol's name; its stream stays what it is. */
export function misnamed(frame: Frame, name: string): Frame {
  return new Frame(
    frame.stream,
    frame.raw.replace(/"s":"(?:[^"\\]|\\.)*"/, () => `"s":${JSON.stringify(name)}`),
  );
}

/** The diff with a bid of `qty` at `price` that was never there. */
export function crossed(frame: Frame, price: string, qty: string): Frame {
  const level = `["${price}","${qty}"]`;
  return new Frame(
    frame.stream,
    frame.raw.replace(
      /"b":\[(\])?/,
      (_, isEmpty) => isEmpty ? `"b":[${level}]` : `"b":[${level},`,
    ),
  );
}

/** Every time of the exchange in a frame or an answer, `skewMs` later. */
export function shifted(text: string, skewMs: number): string {
  return text.replace(
    /"(E|T|serverTime)":(\d+)/g,
    (_, key, ms) => `"${key}":${Number(ms) + Math.round(skewMs)}`,
  );
}
