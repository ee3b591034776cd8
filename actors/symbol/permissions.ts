/** What a symbol actor may do: reach the exchange's hosts, and nothing else. */
import { hostAndPort } from "../../shared/database_address.ts";
import type { SymbolArgs } from "../../shared/protocol.ts";

/** Least privilege for the worker of one symbol. */
export function symbolPermissions(
  { restUrl, wsUrl }: Pick<SymbolArgs, "restUrl" | "wsUrl">,
): Deno.PermissionOptionsObject {
  return { net: [hostOf(restUrl), hostOf(wsUrl)] };
}

function hostOf(url: string): string {
  return hostAndPort(url, /^(https|wss):/.test(url) ? 443 : 80);
}
