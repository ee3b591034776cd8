/**
 * What an environment says before its variables are read: secrets from files, names that were meant to be ours,
 * and what is not to go through a proxy. Pure; files are read by whoever calls.
 */
import { ConfigError, variables } from "./config.ts";
import { textOf } from "./env_file.ts";
import { nearMisses } from "./near_miss.ts";

/** The names and values of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The bytes of a file, or for a person why there are none. */
export type ReadFile = (path: string) => Uint8Array | { readonly reason: string };

const FILE_SUFFIX = "_FILE";
const SECRETS = variables().filter(([, { isSecret }]) => isSecret).map(([, { name }]) => name);
const NAMES = [
  ...variables().map(([, { name }]) => name),
  ...SECRETS.map((name) => name + FILE_SUFFIX),
];

/** A name without the mark that an editor put before the first line of a file. */
export function withoutMarks(environment: Environment): Environment {
  const clean: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(environment)) {
    const plain = name.replace(/^\uFEFF/, "");
    if (plain === name || environment[plain] === undefined) clean[plain] = value;
  }
  return clean;
}

/**
 * The environment with each secret that it names a file for.
 *
 * @throws {ConfigError} naming every such variable that cannot be honoured; neither path nor content is said, as
 * either may be the secret itself.
 */
export function withSecrets(environment: Environment, readFile: ReadFile): Environment {
  const problems: string[] = [];
  const secrets: Record<string, string> = {};
  for (const name of SECRETS) {
    const path = environment[name + FILE_SUFFIX]?.trim() ?? "";
    if (path === "") continue;
    if ((environment[name]?.trim() ?? "") !== "") {
      problems.push(`${name} and ${name}${FILE_SUFFIX} must not both be set: unset one`);
      continue;
    }
    const found = secretIn(readFile(path), name + FILE_SUFFIX);
    if (found.problem === null) secrets[name] = found.text;
    else problems.push(`${name}${FILE_SUFFIX} must name a file ${found.problem}`);
  }
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return { ...environment, ...secrets };
}

/** One sentence for each name that is none of ours and was probably meant to be. */
export function strayNames(environment: Environment): string[] {
  return Object.keys(environment).sort().flatMap((name) => {
    if (NAMES.includes(name)) return [];
    const own = name.endsWith(FILE_SUFFIX) ? name.slice(0, -FILE_SUFFIX.length) : "";
    if (NAMES.includes(own)) {
      return [`${name} is not read: ${own} is no secret, and comes from no file`];
    }
    const near = nearMisses(name, NAMES);
    if (near.length === 0) return [];
    return [`${name} is no variable of this program: is ${near.join(" or ")} meant?`];
  });
}

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * What NO_PROXY must be so that nothing on this machine is asked for through a proxy elsewhere; `null`: no proxy is
 * set, or it is so already.
 */
export function noProxyWithLoopback(environment: Environment): string | null {
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const isSet = proxies.some((name) => environment[name] || environment[name.toLowerCase()]);
  if (!isSet) return null;
  const given = environment["NO_PROXY"] || environment["no_proxy"] || "";
  const excepted = given.split(",").map((each) => each.trim()).filter((each) => each !== "");
  const missing = LOOPBACK.filter((host) => !excepted.includes(host));
  return missing.length === 0 || excepted.includes("*")
    ? null
    : [...excepted, ...missing].join(",");
}

/**
 * The proxy by which the runtime reaches a URL, and the variable that names it, without what it may say of a user:
 * `HTTPS_PROXY http://proxy:3128`; `null`: it goes straight there.
 */
export function proxyFor(environment: Environment, url: string): string | null {
  const { protocol, hostname } = new URL(url);
  const own = /^(https|wss):$/.test(protocol) ? "HTTPS_PROXY" : "HTTP_PROXY";
  const excepted = (environment["NO_PROXY"] || environment["no_proxy"] || "").split(",")
    .map((each) => each.trim().replace(/^\./, ""));
  const isExcepted = [...LOOPBACK, "[::1]", ...excepted].some((name) =>
    name === "*" || name !== "" && (hostname === name || hostname.endsWith(`.${name}`))
  );
  if (isExcepted) return null;
  for (const name of [own, own.toLowerCase(), "ALL_PROXY", "all_proxy"]) {
    const proxy = environment[name];
    if (!proxy) continue;
    return `${name} ${URL.canParse(proxy) ? `//${new URL(proxy).host}` : ""}`.trim();
  }
  return null;
}

function secretIn(
  read: ReturnType<ReadFile>,
  file: string,
): { readonly text: string; readonly problem: string | null } {
  const bad = (problem: string) => ({ text: "", problem });
  if (!(read instanceof Uint8Array)) return bad(`that can be read: ${read.reason}`);
  const text = textOf(read, file).trim();
  if (text === "") return bad("that is not empty");
  return /[\r\n]/.test(text) ? bad("of one line") : { text, problem: null };
}
