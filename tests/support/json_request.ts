/** Requests that carry JSON. */

/** What a request that carries JSON must say. */
export const JSON_TYPE = { "content-type": "application/json" };

/** A request that posts JSON. */
export function json(body: unknown): RequestInit {
  return { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) };
}
