/** Where a store is, as an operator names it: a PostgreSQL server or the DATA_DIR of an embedded database. */
import type { Config } from "../../shared/config.ts";
import { databaseLabel, type DatabaseServer, readDatabaseUrl } from "../../shared/database_url.ts";
import { UrlProblem } from "../../shared/url_parts.ts";
import { FlagError } from "../flags.ts";

/** One of the two. */
export type StorePlace =
  | { readonly kind: "folder"; readonly dataDir: string }
  | { readonly kind: "server"; readonly server: DatabaseServer };

/**
 * Reads `postgres://…`, the word DATABASE_URL, which keeps a password out of the list of processes, or a folder.
 *
 * @throws {FlagError} in one line without a password.
 */
export function readStorePlace(
  text: string,
  { databaseUrl }: Pick<Config, "databaseUrl">,
): StorePlace {
  if (text === "DATABASE_URL") {
    if (databaseUrl !== null) return { kind: "server", server: databaseUrl };
    throw new FlagError("DATABASE_URL is not set, neither in the environment nor in .env");
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: "folder", dataDir: text };
  try {
    return { kind: "server", server: readDatabaseUrl(text) };
  } catch (error) {
    if (!(error instanceof UrlProblem)) throw error;
    throw new FlagError(`The URL of a store ${error.message}`);
  }
}

/** How a person knows it; no password is in it. */
export function placeText(place: StorePlace): string {
  return place.kind === "folder"
    ? `the embedded database in ${place.dataDir}`
    : databaseLabel(place.server);
}

/** Whether two names lead to one store, as far as they tell. */
export function isSamePlace(one: StorePlace, other: StorePlace): boolean {
  if (one.kind === "folder" && other.kind === "folder") {
    return realPath(one.dataDir) === realPath(other.dataDir);
  }
  if (one.kind === "folder" || other.kind === "folder") return false;
  return JSON.stringify([one.server.hosts, one.server.database]) ===
    JSON.stringify([other.server.hosts, other.server.database]);
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}
