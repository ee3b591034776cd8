/** The environment of the process, and the files that it comes from: the only ones that are read before the configuration. */
import { ConfigError } from "../shared/config.ts";
import {
  type Environment,
  noProxyWithLoopback,
  type ReadFile,
  withoutMarks,
  withSecrets,
} from "../shared/environment.ts";
import { readEnvFile } from "../shared/env_file.ts";

/** A secret is short, and so is a file of variables. */
const FILE_BYTES_MAX = 65_536;
const OPTION = "--env-file";
const DEFAULT_FILE = ".env";

/** An environment, and which of its variables a file of variables has set. */
export interface NamedEnvironment {
  readonly environment: Environment;
  readonly fromFile: ReadonlySet<string>;
}

/**
 * What is set, and below it what the file of `--env-file[=FILE]` sets, which is `.env` where it is there. The runtime
 * and its workers see it as well, so that HTTPS_PROXY and DENO_CERT may stand in the file.
 *
 * @throws {ConfigError}
 */
export function processEnvironment(args: readonly string[]): NamedEnvironment {
  const set = Deno.env.toObject();
  const found = fileVariables(args);
  for (const [name, value] of Object.entries(found)) {
    if (set[name] === undefined) Deno.env.set(name, value);
  }
  const own = withoutMarks(set);
  const fromFile = new Set(Object.keys(found).filter((name) => own[name] === undefined));
  return { environment: { ...found, ...own }, fromFile };
}

/**
 * The environment with its secrets from files; from now on nothing on this machine is asked for through a proxy.
 *
 * @throws {ConfigError}
 */
export function completed(environment: Environment): Environment {
  const noProxy = noProxyWithLoopback(environment);
  // The runtime reads the name in small letters where both are set.
  if (noProxy !== null) {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      Deno.env.set(name, noProxy);
    }
  }
  return withSecrets(environment, readFile);
}

function fileVariables(args: readonly string[]): Record<string, string> {
  const unknown = args.find((arg) => arg !== OPTION && !arg.startsWith(`${OPTION}=`));
  if (unknown !== undefined) {
    throw new ConfigError(
      `The only option is ${OPTION}[=FILE]; everything else is an environment variable`,
    );
  }
  const option = args.at(-1);
  if (option === undefined) return {};
  const named = option.slice(OPTION.length + 1);
  const file = named === "" ? DEFAULT_FILE : named;
  const read = readFile(file);
  if (read instanceof Uint8Array) return readEnvFile(read, file);
  if (named === "" && read.reason === NOT_THERE) return {};
  throw new ConfigError(`${OPTION} names ${file}, which cannot be read: ${read.reason}`);
}

const NOT_THERE = "it is not there";

const readFile: ReadFile = (path) => {
  try {
    using file = Deno.openSync(path, { read: true });
    if (file.statSync().isDirectory) return { reason: "it is a folder" };
    const bytes = new Uint8Array(FILE_BYTES_MAX + 1);
    let length = 0;
    while (length < bytes.length) {
      const count = file.readSync(bytes.subarray(length));
      if (count === null) return bytes.slice(0, length);
      length += count;
    }
    return { reason: `it is longer than ${FILE_BYTES_MAX} bytes` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { reason: NOT_THERE };
    if (error instanceof Deno.errors.PermissionDenied) {
      return { reason: "this user may not read it" };
    }
    if (error instanceof Deno.errors.IsADirectory) return { reason: "it is a folder" };
    return { reason: "the system refuses it" };
  }
};
