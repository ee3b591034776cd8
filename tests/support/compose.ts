/** The compose file as data, and what its environment is when an operator has set some variables. */
import { parse } from "yaml";

/** As Compose names them; what is not looked at stands not here. */
export interface Service {
  readonly image: string;
  readonly user: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only: boolean;
  readonly restart: string;
  readonly init: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly logging: { readonly options: Readonly<Record<string, string>> };
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly start_period: string;
    readonly retries: number;
  };
}

/** The whole file. */
export interface Compose {
  readonly services: Readonly<Record<"monitor" | "postgres" | "redis", Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** The compose file with `${NAME:-default}` filled in from these variables. */
export function readCompose(text: string, set: Readonly<Record<string, string>> = {}): Compose {
  const fill = (_: unknown, value: unknown) =>
    typeof value !== "string" ? value : value.replace(
      /\$\{(\w+):-([^}]*)\}/g,
      (_, name: string, otherwise: string) => set[name] || otherwise,
    );
  return parse(text, fill, { merge: true });
}

/** `30s`, `2m` in seconds. @throws {TypeError} for anything else. */
export function secondsOf(duration: string): number {
  const [, number, unit] = /^(\d+)(s|m)$/.exec(duration) ?? [];
  if (number === undefined) throw new TypeError(`Cannot read a time: received ${duration}`);
  return Number(number) * (unit === "m" ? 60 : 1);
}
