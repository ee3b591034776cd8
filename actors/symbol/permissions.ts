/** What a symbol actor may do: reach the exchange's hosts, and nothing else. */
import type { SymbolArgs } from "../../shared/protocol.ts";

/** Least privilege for the worker of one symbol. */
export function symbolPermissions(
  { restUrl, wsUrl }: Pick<SymbolArgs, "restUrl" | "wsUrl">,
): Deno.PermissionOptionsObject {
  return { net: [hostOf(restUrl), hostOf(wsUrl)] };
}

/** Host and port as Deno's `net` permission wants them; the default port is spelled out. */
function hostOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  if (port !== "") return `${hostname}:${port}`;
  return `${hostname}:${protocol === "https:" || protocol === "wss:" ? 443 : 80}`;
}
