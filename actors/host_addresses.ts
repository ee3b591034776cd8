/** The addresses of this machine that HOST names: whoever listens there is let to each, and to no other. */
import { lookup } from "node:dns/promises";

/** None: no address is known of this name, which whoever listens tells. */
export async function hostAddresses(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
