/** What a symbol actor may do: reach the exchange's hosts, and nothing else. */
import { hostAndPort } from "../../shared/database_address.ts";
import type { SymbolArgs } from "../../shared/protocol.ts";

/** Least privilege for the worker of one symbol. */
export function symbolPermissions(
  { restUrls, wsUrls }: Pick<SymbolArgs, "restUrls" | "wsUrls">,
): Deno.PermissionOptionsObject {
  return { net: [...restUrls, ...wsUrls].map(hostAndPort) };
}
