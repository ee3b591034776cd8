/** What a failed connection means, whatever was to be spoken over it: for each reason its words and its remedy. Pure. */
import { codeOf, messageOf } from "./error_text.ts";

/** What is wrong, and what to do about it: phrases that a person reads in one line. */
export interface Trouble {
  readonly reason: string;
  readonly remedy: string;
}

/** Refers to what a variable names: `host` is whose name or address, `what` is what is to run there. */
interface Place {
  readonly variable: string;
  readonly what: string;
}

/**
 * The trouble of a connection that was not made, by the code of the driver or the words of the runtime;
 * `null`: it was made, or nothing is known of why not.
 */
export function networkTrouble(error: unknown, { variable, what }: Place): Trouble | null {
  const found = troubleOf(error);
  if (found === null) return null;
  return {
    reason: found.reason,
    remedy: found.remedy.replaceAll("$VARIABLE", variable).replaceAll("$WHAT", what),
  };
}

/** Whether nobody was there who could have refused anything: no name, no way, nobody who listens, or no answer. */
export function isUnreached(error: unknown): boolean {
  return troubleOf(error)?.isAway === true;
}

function troubleOf(error: unknown): KnownTrouble | null {
  const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
  const code = isTimeout ? "ETIMEDOUT" : codeOf(error);
  // It was made: PostgreSQL has answered, and may speak of a timeout of its own.
  if (isSqlState(code)) return null;
  const text = `${code} ${messageOf(error)}`;
  return TROUBLES.find(({ pattern }) => pattern.test(text)) ?? null;
}

/** The reason of a connection that was made and ended too early, whoever ended it. */
export const LOST = "the connection was lost";

/** … and of one that was taken, and over which nothing was ever heard. */
export const HUNG_UP = "it hangs up before it has answered";

/** As PostgreSQL numbers its answers, and no code of the system: `57014`, `42P01`. */
export function isSqlState(code: string): boolean {
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
}

interface KnownTrouble extends Trouble {
  readonly pattern: RegExp;
  /** For `isUnreached`. */
  readonly isAway?: true;
}

const TROUBLES: readonly KnownTrouble[] = [
  {
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID|not valid for name|NotValidForName/,
    reason: "its certificate is for another name",
    remedy: "connect under a name that the certificate has",
  },
  {
    pattern: /CERT_HAS_EXPIRED|certificate.*expired|CERT_NOT_YET_VALID|not valid yet/i,
    reason: "its certificate is not valid at this time",
    remedy: "renew it, or set the clock of this machine right",
  },
  {
    pattern: /UNABLE_TO_\w*(VERIFY|ISSUER)|SELF_SIGNED|UnknownIssuer|CaUsedAsEndEntity/i,
    reason: "its certificate is of an authority that is not known here",
    remedy:
      "if it is the server's own, or that of a proxy that looks into TLS, set DENO_CERT to the " +
      "file of that authority's certificate (PEM)",
  },
  {
    pattern: /NO_TLS|WRONG_VERSION_NUMBER|InvalidContentType|corrupt message/i,
    reason: "it speaks no TLS",
    remedy: "turn TLS on there, or ask for none in $VARIABLE",
  },
  {
    pattern: /ECONNREFUSED|Connection refused/i,
    isAway: true,
    reason: "connection refused",
    remedy: "start $WHAT there, or correct host and port in $VARIABLE",
  },
  {
    pattern: /ENOTFOUND|failed to lookup address|Name or service not known|No address associated/i,
    isAway: true,
    reason: "the host name is not known",
    remedy: "correct the host in $VARIABLE, or the DNS of this machine",
  },
  {
    pattern: /EAI_AGAIN|Temporary failure in name resolution|dns error/i,
    isAway: true,
    reason: "the host name cannot be looked up",
    remedy: "correct the host in $VARIABLE, or the DNS of this machine",
  },
  {
    pattern: /EHOSTUNREACH|ENETUNREACH|No route to host|Network is unreachable/i,
    isAway: true,
    reason: "no route to the host",
    remedy: "correct the host in $VARIABLE, or the network of this machine",
  },
  {
    pattern: /ETIMEDOUT|CONNECT_TIMEOUT|timed? ?out/i,
    isAway: true,
    reason: "it does not answer",
    remedy: "look for a firewall between, or correct host and port in $VARIABLE",
  },
  {
    pattern: /^HUNG_UP|before secure TLS connection/,
    reason: HUNG_UP,
    remedy: "see whether $WHAT is up behind what listens there (a proxy or balancer without it " +
      "hangs up so), or correct host and port in $VARIABLE",
  },
  {
    pattern: /^NOT_POSTGRESQL|Unknown RESP type/,
    reason: "something else answers there",
    remedy: "correct host and port in $VARIABLE, where $WHAT is to be",
  },
  {
    pattern: /^ENOENT/,
    isAway: true,
    reason: "it is not up",
    remedy: "start $WHAT there, or correct the socket's folder in $VARIABLE",
  },
  {
    // In the words of drivers, of the system, and of the runtime: of HTTP, of TLS, of a body.
    pattern:
      /CONNECTION_(CLOSED|DESTROYED|ENDED)|ECONNRESET|ECONNABORTED|EPIPE|connection (is )?closed|isn't writeable|connection (was )?(reset|aborted)|broken pipe|handshake eof|unexpected (eof|end of file)|reading a body from connection/i,
    reason: LOST,
    remedy: "look into the log of what answers there whether it is $WHAT, and why it hangs up",
  },
];
