/**
 * Why no address of an exchange can be used, in one line: addresses that fail for one reason are named together,
 * and each reason has its own remedy. Pure.
 */
import { exchangeLabel } from "../../shared/exchange_url.ts";
import { networkTrouble, type Trouble } from "../../shared/network_trouble.ts";

/** One address that was asked and did not answer as an exchange does. */
export interface Failure {
  readonly url: string;
  /** HTTP; `null`: there was no answer, or none that can be read. */
  readonly status: number | null;
  readonly message: string;
  /** The proxy that was asked instead, as a person knows it; `null`: none. */
  readonly proxy: string | null;
}

const VARIABLE = "EXCHANGE_REST_URL";
const AWAY = "on a machine with no way out to the internet run `deno task demo`";

/** One sentence for each reason, and what to do about it. */
export function unreachable(failures: readonly Failure[]): string {
  const groups = new Map<string, { readonly trouble: Trouble; readonly places: string[] }>();
  for (const failure of failures) {
    const trouble = troubleOf(failure);
    const group = groups.get(trouble.reason) ?? { trouble, places: [] };
    groups.set(trouble.reason, group);
    group.places.push(exchangeLabel(failure.url));
  }
  const parts = [...groups.values()].map(({ trouble, places }) =>
    `at ${placesText(places)} (${trouble.reason})`
  );
  const remedies = new Set(
    [...groups.values()].map(({ trouble }) => trouble.remedy).filter((remedy) => remedy !== ""),
  );
  const advice = remedies.size === 0 ? "" : ` What helps: ${[...remedies].join("; or ")}.`;
  return `Cannot reach the exchange ${parts.join(", ")}. Trying again.${advice}`;
}

function placesText(places: readonly string[]): string {
  return places.length <= 2
    ? places.join(" and ")
    : `${places[0]} and ${places.length - 1} other addresses`;
}

function troubleOf({ url, status, message, proxy }: Failure): Trouble {
  const answered = STATUS_REMEDIES[status ?? 0];
  if (status !== null) return { reason: message, remedy: answered ?? "" };
  const place = { variable: VARIABLE, what: "the look-alike (`deno task exchange`)" };
  const network = networkTrouble(new Error(message), place);
  if (network === null) {
    const isStranger = message.startsWith("it answered");
    return { reason: message, remedy: isStranger ? STRANGER_REMEDY : "" };
  }
  if (proxy !== null) {
    return {
      reason: `through ${proxy}: ${network.reason}`,
      remedy: `correct or unset ${proxy.split(" ")[0]}, or name the host in NO_PROXY`,
    };
  }
  const isHere = /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);
  if (isHere || network.remedy.includes("DENO_CERT")) return network;
  const remedy = network.remedy.startsWith("start ")
    ? `correct host and port in ${VARIABLE}, or let this machine out to it`
    : network.remedy;
  return { reason: network.reason, remedy: `${remedy}; ${AWAY}` };
}

const STRANGER_REMEDY = `correct ${VARIABLE}, or log in to the network that answers in its place`;

const STATUS_REMEDIES: Readonly<Record<number, string>> = {
  403:
    `something before it refuses this address: try from another network, or name another in ${VARIABLE}`,
  404: `${VARIABLE} is the address before /api/v3, and there is no exchange at this one`,
  407: "write the user and password of the proxy into HTTPS_PROXY, http://USER:PASSWORD@HOST:PORT",
  451:
    `name an address in ${VARIABLE} that serves this place: https://data-api.binance.vision does for most`,
};
