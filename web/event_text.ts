/**
 * Server-sent events as bytes, encoded once and handed to every browser.
 * Source: WHATWG HTML, section 9.2 "Server-sent events".
 */
import type { EventName, EventPayloads } from "../shared/catalogue/events.ts";

const encoder = new TextEncoder();

/** One event; with an `id` the browser sends it back as `Last-Event-ID` when it reconnects. */
export function encodeEvent<Name extends EventName>(
  name: Name,
  payload: EventPayloads[Name],
  id: string | null,
): Uint8Array {
  // JSON has no raw line break, so one `data:` line holds any value.
  const idLine = id === null ? "" : `id: ${id}\n`;
  return encoder.encode(`event: ${name}\n${idLine}data: ${JSON.stringify(payload)}\n\n`);
}

/** Moves the browser's `Last-Event-ID` without an event that the page would see. */
export function encodeId(id: string): Uint8Array {
  return encoder.encode(`id: ${id}\n\n`);
}

/** How long a browser waits before it reconnects, as the stream's first line tells it. */
export function encodeRetry(retryMs: number): Uint8Array {
  return encoder.encode(`retry: ${retryMs}\n\n`);
}

/** Invisible to the page; it keeps proxies from closing a quiet stream. */
export const KEEP_ALIVE = encoder.encode(": keep-alive\n\n");

/** One chunk out of many; O(bytes). */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
