/** The compose file: read by other programs than ours, and held against the program, the image and the secrets. */
import { assert, assertEquals } from "@std/assert";
import { DCLinter } from "dclint";
import { parse } from "yaml";
import { DRAIN_MAX_MS } from "../../actors/supervisor/supervisor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { readConfig, variables } from "../../shared/config.ts";
import { strayNames, withSecrets } from "../../shared/environment.ts";
import { type Compose, readCompose, secondsOf, type Service } from "../support/compose.ts";
import { ignoreRules, readStages, settingsOf } from "../support/dockerfile.ts";
import { composePath } from "../support/services.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const FILE = `${ROOT}/docker-compose.yml`;
const text = await Deno.readTextFile(FILE);
const compose = readCompose(text);
const deployment = await Deno.readTextFile(`${ROOT}/docs/DEPLOYMENT.md`);
const project = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
const { monitor, postgres, redis } = compose.services;
const image = settingsOf(
  readStages(await Deno.readTextFile(`${ROOT}/deploy/Dockerfile`)).at(-1) ??
    { name: "", base: "", instructions: [] },
);
const SECRETS = "/run/secrets/";
const PASSWORD = "a-password-of-the-test";
const secretFiles: Readonly<Record<string, string>> = {
  auth_token: "a-token-of-the-test-that-is-long-enough",
  database_url: `postgres://monitor:${PASSWORD}@postgres:5432/monitor`,
};

/** What the program makes of the environment that Compose gives it. */
function configured({ environment = {} }: Service) {
  const named = { ...image.env, ...environment };
  assertEquals(strayNames(named).filter((line) => !/DENO_|MALLOC_/.test(line)), []);
  const complete = withSecrets(named, (path) => {
    assert(path.startsWith(SECRETS), path);
    const name = path.slice(SECRETS.length);
    assert(monitor.secrets?.includes(name), `${name} is no secret of the monitor`);
    return new TextEncoder().encode(secretFiles[name]);
  });
  return readConfig(complete, binanceSpotDesk);
}

/** The fenced blocks of a Markdown file in one language. */
function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .flatMap(([, found, block = ""]) => found === language ? [block] : []);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function asComposeSees(
  files: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Compose> {
  const { success, stdout, stderr } = await new Deno.Command(composePath ?? "", {
    args: [...files.flatMap((file) => ["-f", file]), "config"],
    cwd: ROOT,
    env: { ...env, COMPOSE_PROJECT_NAME: "order-book-monitor" },
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stderr), "", "warned");
  return parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "Compose reads the file as we do, and takes what the operator sets",
  ignore: composePath === null,
  fn: async () => {
    const seen = await asComposeSees([FILE], { SYMBOLS: "SOLUSDT", PORT: "9000" });
    assertEquals(Object.keys(seen.services).sort(), Object.keys(compose.services).sort());
    const wanted = readCompose(text, { SYMBOLS: "SOLUSDT", PORT: "9000" }).services;
    assertEquals(seen.services.monitor.environment, wanted.monitor.environment);
    assertEquals(wanted.monitor.environment?.["SYMBOLS"], "SOLUSDT");
    for (const name of ["monitor", "postgres", "redis"] as const) {
      assertEquals(seen.services[name].healthcheck.test, wanted[name].healthcheck.test, name);
      assertEquals(seen.services[name].read_only, true, name);
      assertEquals(seen.services[name].user, wanted[name].user, name);
    }
    assert(JSON.stringify(seen.services.monitor.ports).includes("9000"));
  },
});

Deno.test({
  name: "what DEPLOYMENT.md puts into an override Compose takes, and joins with the file",
  ignore: composePath === null,
  fn: async () => {
    const overrides = blocksOf(deployment, "yaml");
    assertEquals(overrides.length, 4);
    const folder = await Deno.makeTempDir({ prefix: "obm-compose-" });
    try {
      const files = await Promise.all(overrides.map(async (override, i) => {
        await Deno.writeTextFile(`${folder}/${i}.yml`, override);
        return `${folder}/${i}.yml`;
      }));
      const seen = (await asComposeSees([FILE, ...files])).services;
      assertEquals(Object.keys(seen.redis.networks).sort(), ["default", "stores"]);
      const proxy = Object.entries(seen).find(([name]) => name === "caddy")?.[1];
      assert(`${proxy?.command}`.includes(`monitor:${image.exposed[0]}`));
      assert(JSON.stringify(seen.postgres.ports).includes("127.0.0.1"));
      const { environment = {} } = seen.monitor;
      assertEquals(environment["AUTH_READ_TOKEN_FILE"], `${SECRETS}auth_read_token`);
      assertEquals(environment["AUTH_TOKEN_FILE"], `${SECRETS}auth_token`);
      const { AUTH_READ_TOKEN_FILE: _, ...others } = environment;
      assertEquals(configured({ ...monitor, environment: others }).redisUrl, null);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("the commands of DEPLOYMENT.md name services, files and places that are there", () => {
  const code = [...deployment.matchAll(/`(docker compose [^`]+)`/g)].map(([, line = ""]) => line)
    .concat(blocksOf(deployment, "sh").flatMap((block) => block.split("\n")));
  const named = code.flatMap((line) =>
    /^docker compose (?:exec(?: -T)?|kill -s HUP|logs --follow) (\w+)/.exec(line)?.[1] ?? []
  );
  assertEquals(named.filter((name) => !(name in compose.services)), []);
  assert(named.length >= 5, `only ${named.length} commands`);
  for (const url of [binanceSpotDesk.restUrls[0], binanceSpotDesk.wsUrls[0]]) {
    assert(deployment.includes(`\`${new URL(url ?? "").host}\``), `${url} is not told`);
  }
  const tasks = [...deployment.matchAll(/deno task ([\w:]+)/g)].map(([, task = ""]) => task);
  assertEquals(tasks.filter((task) => !(task in project.tasks)), []);
  for (const [, path = ""] of deployment.matchAll(/(deploy\/[\w.]+)(?=[\s`])/g)) {
    assert(path === "deploy/secrets" || isThere(`${ROOT}/${path}`), path);
  }
  const [, run = ""] = /docker run ([^]*?)```/.exec(deployment) ?? [];
  for (
    const part of [
      ...["--init", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges"],
      `--stop-timeout ${secondsOf(monitor.stop_grace_period)}`,
      `--publish ${monitor.ports?.[0]}`,
      `:${image.env["DATA_DIR"]} `,
    ]
  ) assert(run.includes(part), part);
});

Deno.test("the compose file is of today's specification, without a finding of its linter", () => {
  const linter = new DCLinter({
    rules: {
      // The monitor's image is built here, and has a name so that it can be told from others.
      "no-build-and-image": 0,
      // They stand in the order in which they are read.
      "service-keys-order": 0,
      "services-alphabetical-order": 0,
      "top-level-properties-order": 0,
      "require-project-name-field": 0,
      "no-quotes-in-volumes": 0,
      // It knows single quotes alone.
      "require-quotes-in-ports": 0,
      "no-unbound-port-interfaces": 2,
    },
    quiet: false,
    debug: false,
    exclude: [],
  });
  const [result] = linter.lintFiles([FILE], false);
  const found = result?.messages.map(({ line, rule, message }) => `${line} ${rule}: ${message}`);
  assertEquals(found, []);
});

Deno.test("the monitor's environment is one that the program takes, beside the stores of the file", () => {
  const config = configured(monitor);
  assertEquals([config.host, config.authToken], ["0.0.0.0", secretFiles["auth_token"]]);
  const [host] = config.databaseUrl?.hosts ?? [];
  assertEquals(host, { host: "postgres", port: 5432 });
  const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD_FILE = "" } = postgres.environment ?? {};
  assertEquals([config.databaseUrl?.user, config.databaseUrl?.database], [
    POSTGRES_USER,
    POSTGRES_DB,
  ]);
  assertEquals(POSTGRES_PASSWORD_FILE.slice(SECRETS.length), postgres.secrets?.[0]);
  assertEquals(new URL(monitor.environment?.["REDIS_URL"] ?? "").host, "redis:6379");
  assertEquals(config.dataDir, "/data");
  assertEquals(Object.keys(compose.services), ["monitor", "postgres", "redis"]);
});

Deno.test("each variable comes through, but those that are another matter in a container", () => {
  const examples = Object.fromEntries(variables().map(([, { name }]) => [name, `<${name}>`]));
  const environment = readCompose(text, examples).services.monitor.environment ?? {};
  const missing = variables().map(([, { name }]) => name)
    .filter((name) => environment[name] !== `<${name}>`);
  assertEquals(missing, [
    ...["HOST", "AUTH_TOKEN", "AUTH_DISABLED", "PORT", "DATA_DIR", "DATABASE_URL", "REDIS_URL"],
    ...["RULES_FILE", "SYMBOL_WORKER"],
  ]);
});

Deno.test("what is published is reached from this machine alone, and the stores are not published", () => {
  const port = variables().find(([, { name }]) => name === "PORT")?.[1].default;
  assertEquals(monitor.ports, [`127.0.0.1:${port}:${port}`]);
  assertEquals([postgres.ports, redis.ports], [undefined, undefined]);
  assertEquals([postgres.networks, redis.networks], [["stores"], ["stores"]]);
  assertEquals(monitor.networks, ["default", "stores"]);
  assertEquals(compose.networks["stores"]?.internal, true);
});

for (const [name, service] of Object.entries(compose.services)) {
  Deno.test(`${name} may do no more than it must, and fills no disk with its log`, () => {
    assertEquals(
      [service.read_only, service.init, service.restart, service.cap_drop, service.security_opt],
      [true, true, "unless-stopped", ["ALL"], ["no-new-privileges:true"]],
    );
    assert(!/^(?:root|0)(?::|$)/.test(service.user), service.user);
    assert(/:\d+\.\d+/.test(service.image), `${service.image} has no exact version`);
    const { options } = service.logging;
    assert(options["max-size"] !== undefined && options["max-file"] !== undefined);
    const [volume = "", target] = service.volumes[0]?.split(":") ?? [];
    assert(volume in compose.volumes, `${volume} is no named volume`);
    if (name === "monitor") assertEquals(target, image.env["DATA_DIR"]);
    for (const secret of service.secrets ?? []) {
      const used = Object.values(service.environment ?? {}).includes(SECRETS + secret);
      assert(used && secret in compose.secrets, secret);
    }
    const { interval, timeout, start_period, retries } = service.healthcheck;
    assert(secondsOf(timeout) <= secondsOf(interval) && retries >= 3);
    assert(secondsOf(start_period) >= 30);
  });
}

Deno.test("whoever is stopped has longer for an orderly end than it takes", async () => {
  const graceMs = secondsOf(monitor.stop_grace_period) * 1_000;
  const operations = await Deno.readTextFile(`${ROOT}/docs/OPERATIONS.md`);
  const [, advised] = /give it\s+(\d+) s before a kill/.exec(operations) ?? [];
  assert(graceMs > DRAIN_MAX_MS && graceMs >= Number(advised) * 1_000, monitor.stop_grace_period);
  assertEquals(Object.keys(monitor.depends_on ?? {}), ["postgres", "redis"]);
});

Deno.test("a secret is in no file that git or the build takes, and each is made by secrets.sh", async () => {
  const isLetIn = ignoreRules(await Deno.readTextFile(`${ROOT}/.dockerignore`));
  const ignored = await Deno.readTextFile(`${ROOT}/.gitignore`);
  const files = Object.values(compose.secrets).map(({ file }) => file);
  assertEquals(files.filter(isLetIn), []);
  assertEquals(files.filter((file) => !file.startsWith("deploy/secrets/")), []);
  assert(ignored.split("\n").includes("/deploy/secrets/"));
  const script = await Deno.readTextFile(`${ROOT}/deploy/secrets.sh`);
  for (const file of files) assert(script.includes(file.replace(/.*\//, "")), file);
  assertEquals(files.filter((file) => !file.endsWith(".env")).length, 3);
});
