/** What every client and the server of the embedded database must agree on, and how to reach either. */
import type { DatabaseAddress } from "./protocol.ts";

/**
 * How history is to be planned. It is read in the order of an index; without statistics, which the embedded
 * database never gathers and a server only after a while, the planner takes every symbol for a rare one, and
 * would collect all of its rows in a bitmap and sort them. Nor does a page of an index cost a turn of a disk.
 */
export const PLANNER_SETTINGS = { enable_bitmapscan: "off", random_page_cost: "1.1" } as const;

/** The embedded database's socket in its folder: the name that every Postgres client looks for. */
export function socketPath(socketDir: string): string {
  return `${socketDir}/.s.PGSQL.5432`;
}

/** Host and port of a URL as Deno's `net` permission wants them. */
export function hostAndPort(url: string, defaultPort: number): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port === "" ? defaultPort : port}`;
}

/** What a client of this database must be allowed, and nothing else. */
export function databasePermissions(
  address: DatabaseAddress,
): { readonly net: string[]; readonly paths: string[] } {
  if (address.kind === "server") return { net: [hostAndPort(address.url, 5432)], paths: [] };
  // A Unix socket is a file that is read and written, and Deno asks for the network as well.
  const path = socketPath(address.socketDir);
  return { net: [`unix:${path}`], paths: [path] };
}
