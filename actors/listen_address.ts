/** The address of this machine that HOST names. Whoever listens there may not ask for it: it may speak to that address only. */
import { lookup } from "node:dns/promises";
import { ConfigError } from "../shared/config.ts";

/** @throws {ConfigError} when no address is known of this name. */
export async function listenAddressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch {
    throw new ConfigError(
      `HOST ${host} is a name that no address is known of: set HOST to 127.0.0.1, or to 0.0.0.0 for ` +
        "every address",
    );
  }
}
