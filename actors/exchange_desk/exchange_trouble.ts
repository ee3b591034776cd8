/**
 * Why no address of an exchange can be used, in one line: addresses that fail for one reason are named together,
 * and each reason has its own remedy. Pure.
 */
import { exchangeLabel } from "../../shared/exchange_url.ts";
import { LOST, networkTrouble, type Trouble } from "../../shared/network_trouble.ts";

/** One address that was asked and did not answer as an exchange does. */
export interface Failure {
  readonly url: string;
  /** HTTP; `null`: there was no answer, or none that can be read. */
  readonly status: number | null;
  readonly message: string;
  /** The proxy that was asked instead, as a person knows it; `null`: none. */
  readonly proxy: string | null;
}

/** What is wrong with one address, and what to do about it. */
interface Finding extends Trouble {
  /** In the words of what answered; empty: the reason says it all. */
  readonly said: string;
}

/** Addresses that fail for one reason. */
interface Group extends Finding {
  readonly places: string[];
  /** Whether all have said the same. */
  isUnanimous: boolean;
}

const VARIABLE = "EXCHANGE_REST_URL";
const AWAY = "on a machine with no way out to the internet run `deno task demo`";
const STRANGER = `correct ${VARIABLE}, or log in to the network that answers in its place`;
const ELSEWHERE = `try from another network, or name another address in ${VARIABLE}`;

/** One sentence for each reason, and what to do about it. */
export function unreachable(failures: readonly Failure[]): string {
  const groups = new Map<string, Group>();
  for (const failure of failures) {
    const finding = findingOf(failure);
    const group = groups.get(finding.reason) ?? { ...finding, places: [], isUnanimous: true };
    groups.set(finding.reason, group);
    group.places.push(exchangeLabel(failure.url));
    group.isUnanimous &&= group.said === finding.said;
  }
  const all = [...groups.values()];
  const parts = all.map((group) => `at ${placesText(group.places)} (${why(group)})`);
  const remedies = [...new Set(all.map(({ remedy }) => remedy))].join("; or ");
  return `Cannot reach the exchange ${parts.join(", ")}. Trying again. What helps: ${remedies}.`;
}

function placesText(places: readonly string[]): string {
  return places.length <= 2
    ? places.join(" and ")
    : `${places[0]} and ${places.length - 1} other addresses`;
}

function why({ reason, said, isUnanimous }: Group): string {
  return isUnanimous ? reason + said : `${reason}, the first in these words:${said}`;
}

function findingOf(failure: Failure): Finding {
  const { status, message } = failure;
  if (status === null) return { ...troubleOf(failure), said: "" };
  const reason = `HTTP ${status}`;
  const said = message.startsWith(reason) ? message.slice(reason.length) : ` ${message}`;
  return { reason, said, remedy: STATUS_REMEDIES[status] ?? remedyOf(status) };
}

function remedyOf(status: number): string {
  return status >= 500
    ? `wait, as it is a trouble of its own or of a proxy before it; or name another address in ${VARIABLE}`
    : `correct ${VARIABLE}: what is at this address knows no such question`;
}

/** Of an address that gave no answer, or none that can be read. */
function troubleOf({ url, message, proxy }: Failure): Trouble {
  const answer = ANSWERS.find(({ pattern }) => pattern.test(message));
  if (answer !== undefined) {
    const { reason, remedy } = answer;
    const told = through(proxy, reason ?? message);
    return { reason: told, remedy: remedy.replace("HTTPS_PROXY", variableOf(proxy)) };
  }
  const what = "the look-alike (`deno task exchange`)";
  const network = networkTrouble(new Error(message), { variable: VARIABLE, what });
  if (network === null) return { reason: withoutPlace(message, url), remedy: ELSEWHERE };
  const { reason, remedy } = network;
  if (proxy !== null) {
    return {
      reason: through(proxy, reason),
      remedy: `correct or unset ${variableOf(proxy)}, or name the host in NO_PROXY`,
    };
  }
  const isHere = /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);
  return isHere || remedy.includes("DENO_CERT") ? network : { reason, remedy: farRemedy(network) };
}

function through(proxy: string | null, reason: string): string {
  return proxy === null ? reason : `through ${proxy}: ${reason}`;
}

/** Which variable names it. */
function variableOf(proxy: string | null): string {
  return proxy?.split(" ")[0] ?? "HTTPS_PROXY";
}

/** Nobody here can start what is elsewhere, or look into its log. */
function farRemedy({ reason, remedy }: Trouble): string {
  if (reason === LOST) return `a firewall or proxy between may hang up: ${ELSEWHERE}; ${AWAY}`;
  const far = remedy.startsWith("start ")
    ? `correct host and port in ${VARIABLE}, or let this machine out to it`
    : remedy;
  return `${far}; ${AWAY}`;
}

/** What differs only by the address is one reason. */
function withoutPlace(message: string, url: string): string {
  const { host, hostname } = new URL(url);
  return message.replaceAll(host, "it").replaceAll(hostname, "it")
    .replace(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, "it");
}

/** What the venue and the runtime tell of answers that are none of an exchange, and of proxies. */
const ANSWERS: readonly {
  readonly pattern: RegExp;
  /** `null`: as it was told. */
  readonly reason: string | null;
  readonly remedy: string;
}[] = [
  {
    pattern: /^it answered, but not as/,
    reason: null,
    remedy: STRANGER,
  },
  {
    pattern: /^exchangeInfo of .* lacks /,
    reason: null,
    remedy:
      `name another address in ${VARIABLE}: this one does not speak as the exchange's manual does`,
  },
  {
    pattern: /invalid HTTP|head is too large|invalid (header|chunk)/i,
    reason: "what answers there speaks no HTTP",
    remedy: `correct scheme, host and port in ${VARIABLE}`,
  },
  {
    pattern: /redirect/i,
    reason: "it sends on to another address, and to none that answers",
    remedy: STRANGER,
  },
  {
    pattern: /proxy authentication required/i,
    reason: "the proxy wants a user and a password",
    remedy: "write them into HTTPS_PROXY, http://USER:PASSWORD@HOST:PORT",
  },
  {
    pattern: /unsuccessful tunnel|while tunneling/i,
    reason: "the proxy does not let this host through",
    remedy: "allow it there, or unset HTTPS_PROXY where it is reached without",
  },
  {
    pattern: /proxy server unreachable/i,
    reason: "the proxy cannot be reached",
    remedy: "correct or unset HTTPS_PROXY",
  },
  {
    pattern: /Requests to port \d+ are blocked/,
    reason: "it is at a port that the runtime never asks",
    remedy: `name another port in ${VARIABLE}`,
  },
];

const STATUS_REMEDIES: Readonly<Record<number, string>> = {
  401: `something before the exchange asks who comes: ${ELSEWHERE}`,
  403: `something before it refuses this address: ${ELSEWHERE}`,
  404: `${VARIABLE} is the address before /api/v3, and there is no exchange at this one`,
  407: "write the user and password of the proxy into HTTPS_PROXY, http://USER:PASSWORD@HOST:PORT",
  451:
    `name an address in ${VARIABLE} that serves this place: https://data-api.binance.vision does for most`,
};
