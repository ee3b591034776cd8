/**
 * What an operator must hear of proxies that are not what TRUSTED_PROXIES says: all of their visitors count as one
 * address, and meet its limits together. Who writes such a header may be a stranger too, so that each kind of
 * address is told of once. Pure.
 */
import { type AddressKind, addressKind, plainAddress } from "./client_address.ts";

/** Headers in which proxies say for whom they ask; the second is that of RFC 7239. */
export interface ForwardedHeaders {
  readonly forwardedFor: string | undefined;
  readonly forwarded: string | undefined;
}

/** What one web server has said of the proxies before it. */
export class ProxyHints {
  readonly #told = new Set<AddressKind | "other header">();

  /** A line for the log about this request; `null`: there is nothing to say, or it was said. */
  of(
    peer: string,
    { forwardedFor, forwarded }: ForwardedHeaders,
    isTrusted: (address: string) => boolean,
  ): string | null {
    if (forwardedFor === undefined && forwarded === undefined) return null;
    const address = plainAddress(peer) ?? peer;
    if (!isTrusted(address)) {
      if (!this.#isFirst(addressKind(address))) return null;
      const header = forwardedFor === undefined ? "Forwarded" : "X-Forwarded-For";
      return `Requests come from ${address} with ${header}, which is not believed. If that is a proxy ` +
        "of yours, name it in TRUSTED_PROXIES: until then all of its visitors count as one address";
    }
    if (forwardedFor !== undefined || !this.#isFirst("other header")) return null;
    return `The proxy ${address} says only in Forwarded for whom it asks, which is not read: let it send ` +
      "X-Forwarded-For, until then all of its visitors count as one address";
  }

  #isFirst(what: AddressKind | "other header"): boolean {
    const isFirst = !this.#told.has(what);
    this.#told.add(what);
    return isFirst;
  }
}
