/** What of a configuration must never be said. */
import type { Config } from "./config.ts";
import type { Environment } from "./environment.ts";
import { pathSecrets } from "./exchange_url.ts";

/** Deno's names of a proxy, whose URL may hold a user and a password. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/** Passwords, tokens, and paths of addresses that may be keys; decoded, some of them empty. */
export function secretsOf(config: Config, environment: Environment): string[] {
  const { databaseUrl, databaseReadUrl, redisUrl, restUrls, wsUrls } = config;
  return [
    databaseUrl?.password ?? "",
    databaseReadUrl?.password ?? "",
    redisUrl?.password ?? "",
    redisUrl?.sentinelPassword ?? "",
    config.authToken ?? "",
    config.authReadToken ?? "",
    ...[...restUrls, ...wsUrls].flatMap(pathSecrets),
    ...PROXIES.flatMap((name) => [environment[name], environment[name.toLowerCase()]])
      .map(proxyPassword),
  ];
}

function proxyPassword(text: string | undefined): string {
  const [, raw = ""] = /\/\/[^/@]*:([^/]*)@/.exec(text ?? "") ?? [];
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    if (error instanceof URIError) return raw;
    throw error;
  }
}
