/** What a program says of itself: its version, and how it was configured, without anything that must not be said. Pure. */
import { type Config, variables } from "./config.ts";
import { secretsOf } from "./config_secrets.ts";
import type { Environment } from "./environment.ts";
import { concealed } from "./secrets.ts";
import { plainText } from "./variable.ts";

/**
 * Where a variable's value came from: nobody has set it; the environment; the file of variables that `--env-file` names; a file
 * of its own, which `<name>_FILE` names.
 */
export const ORIGINS = ["default", "environment", "file", "secret file"] as const;

/** One of these. */
export type Origin = typeof ORIGINS[number];

/** One variable, as a person is shown it. */
export interface ShownVariable {
  readonly name: string;
  /** As an operator writes it; `null`: it is not set, or `isHidden`. */
  readonly value: string | null;
  /** It is set, and may hold a secret: nobody is told what it says. */
  readonly isHidden: boolean;
  readonly origin: Origin;
  /** For a person. */
  readonly meaning: string;
}

/** What a person is told of the program that runs. */
export interface About {
  /** Of the monitor, as in deno.json, and of what runs it. */
  readonly versions: { readonly monitor: string; readonly deno: string; readonly v8: string };
  readonly variables: readonly ShownVariable[];
}

/** Every variable in the order of their table; `fromFile`: the names that a file of variables has set. */
export function shownVariables(
  config: Config,
  environment: Environment,
  fromFile: ReadonlySet<string>,
): ShownVariable[] {
  const secrets = secretsOf(config, environment);
  return variables().map(([key, { name, isSecret, default: standard, meaning }]) => {
    const given = environment[name]?.trim() ?? "";
    const isHidden = given !== "" && isSecret === true;
    // The venue's own addresses are no secret of anybody.
    const usual = typeof standard === "string" || standard === null
      ? standard
      : String(config[key]).replaceAll(",", ", ");
    const value = given === "" ? usual || null : concealed(given, secrets);
    return {
      name,
      value: isHidden ? null : value,
      isHidden,
      origin: given === "" ? "default" : originOf(name, environment, fromFile),
      meaning: plainText(meaning),
    };
  });
}

function originOf(name: string, environment: Environment, fromFile: ReadonlySet<string>): Origin {
  if ((environment[`${name}_FILE`]?.trim() ?? "") !== "") return "secret file";
  return fromFile.has(name) ? "file" : "environment";
}
