/** Whose request it is, where proxies stand between, and which addresses count as one. Pure. */

const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^[0-9a-f:]+(:\d{1,3}(\.\d{1,3}){3})?$/i;
/** As some proxies write one, with a port: `192.0.2.1:80`, `[2001:db8::1]:80`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/**
 * The address of whoever asked: `peer`, or, while that is a proxy that is trusted, what it and those before
 * it have added at the end of `X-Forwarded-For`. What a stranger wrote at its beginning is not looked at.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let address = plainAddress(peer) ?? peer;
  const hops = forwardedFor?.split(",") ?? [];
  while (isTrusted(address)) {
    const hop = plainAddress(hops.pop()?.trim() ?? "");
    if (hop === null) break;
    address = hop;
  }
  return address;
}

/** An address without port, brackets and zone, IPv4 as such; `null`: it is none. */
export function plainAddress(text: string): string | null {
  const [, inBrackets, bare] = WITH_PORT.exec(text) ?? [];
  const address = (inBrackets ?? bare ?? text).split("%")[0] ?? "";
  const [, mapped] = MAPPED_IPV4.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  return IPV4.test(address) || address.includes(":") && IPV6.test(address) ? address : null;
}

/** Where an address is: on this machine, in a network of one's own, or anywhere. */
export type AddressKind = "loopback" | "private" | "public";

/** RFC 1918, 6598 and 3927; RFC 4193 and 4291 for IPv6. */
const PRIVATE =
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab])/i;

/** The kind of a plain address. */
export function addressKind(address: string): AddressKind {
  if (/^127\.|^::1$/.test(address)) return "loopback";
  return PRIVATE.test(address) ? "private" : "public";
}

/** What counts as one: an IPv4 address, or the /64 that one customer of IPv6 has at least. */
export function addressGroup(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail === undefined) return `${groups.slice(0, 4).join(":")}::/64`;
  const rest = tail === "" ? [] : tail.split(":");
  while (groups.length + rest.length < 8) groups.push("0");
  return `${groups.concat(rest).slice(0, 4).join(":")}::/64`;
}

/** How many of something each address has. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  /** How many it has now. */
  of(address: string): number {
    return this.#counts.get(addressGroup(address)) ?? 0;
  }

  add(address: string): void {
    this.#counts.set(addressGroup(address), this.of(address) + 1);
  }

  remove(address: string): void {
    const left = this.of(address) - 1;
    if (left > 0) this.#counts.set(addressGroup(address), left);
    else this.#counts.delete(addressGroup(address));
  }
}
