/** The image holds what the program needs, runs it as `deno task start` does, and says the same as everything else. */
import { assert, assertEquals } from "@std/assert";
import { variables } from "../../shared/config.ts";
import { readCompose } from "../support/compose.ts";
import { ignoreRules, readStages, settingsOf } from "../support/dockerfile.ts";
import { hadolintPath } from "../support/services.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const read = (path: string) => Deno.readTextFile(`${ROOT}/${path}`);
const stages = readStages(await read("deploy/Dockerfile"));
const [build, final] = stages;
if (build === undefined || final === undefined) throw new TypeError("Cannot find two stages");
const image = settingsOf(final);
const project = JSON.parse(await read("deno.json"));
const { services } = readCompose(await read("docker-compose.yml"));
const defaultOf = (name: string) =>
  variables().find(([, variable]) => variable.name === name)?.[1].default;

/** Tasks that need the sources of the whole project, with what may stand behind a colon. */
const OF_CONTRIBUTORS = /^(?:sim|bench|test|tidy|docs|ok|hooks|coverage)(?::|$)/;

/** The files that a shell would put in the place of a word, in which at most one `*` a part stands. */
function matching(word: string): string[] {
  if (!word.includes("*")) return [word];
  const parts = word.split("/");
  const at = parts.findIndex((part) => part.includes("*"));
  const folder = parts.slice(0, at).join("/");
  const [before = "", after = ""] = parts[at]?.split("*") ?? [];
  return [...Deno.readDirSync(`${ROOT}/${folder}`)]
    .filter(({ name }) => name.startsWith(before) && name.endsWith(after))
    .flatMap(({ name }) => matching([folder, name, ...parts.slice(at + 1)].join("/")))
    .filter((path) => isThere(`${ROOT}/${path}`));
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert(success, said + new TextDecoder().decode(stderr));
  return said;
}

Deno.test("the image runs the monitor as deno task start does, and never fetches a module", () => {
  const words: string[] = project.tasks.start.command.split(" ");
  const at = words.indexOf("deno");
  const settings = words.slice(0, at).map((word) => word.split("="));
  assertEquals(image.command.filter((word) => word !== "--cached-only"), words.slice(at));
  const cachedOnly = image.command.indexOf("--cached-only");
  assert(cachedOnly > 0 && cachedOnly < image.command.indexOf("actors/main.ts"));
  for (const [name = "", value] of settings) assertEquals(image.env[name], value, name);
  const { dependencies } = project.tasks.start;
  const made = build.instructions.map(({ text }) => text).join("\n");
  for (const task of dependencies) assert(made.includes(`deno task ${task}`), task);
});

Deno.test("versions of the image are those of the program and of its runtime", async () => {
  const [, deno] = /DENO_VERSION=(\S+)/.exec(await read(".ci/run")) ?? [];
  assertEquals(stages.map(({ base }) => base), Array(2).fill(`denoland/deno:debian-${deno}`));
  assertEquals(image.labels["org.opencontainers.image.version"], project.version);
  assertEquals(image.labels["org.opencontainers.image.licenses"], project.license);
  assertEquals(services.monitor.image, `order-book-monitor:${project.version}`);
});

Deno.test("the image's health check asks for liveness, at the port that the program listens on", () => {
  const port = Number(defaultOf("PORT"));
  assertEquals(image.exposed, [port]);
  assertEquals(image.env["PORT"], undefined);
  assertEquals(image.health.command.slice(-2), [
    "deploy/livez.ts",
    `http://127.0.0.1:${port}/livez`,
  ]);
  assert(image.health.command.includes(`--allow-net=127.0.0.1:${port}`));
  const { test, ...times } = services.monitor.healthcheck;
  assertEquals(test, ["CMD", ...image.health.command]);
  const { interval, timeout, retries, "start-period": start_period } = image.health.flags;
  assertEquals({ ...times, retries: `${times.retries}` }, {
    interval,
    timeout,
    start_period,
    retries,
  });
});

Deno.test("the image has one user, who is no root and owns the folder of data alone", () => {
  assertEquals(image.user, services.monitor.user);
  const [uid, gid] = image.user.split(":");
  assert(Number(uid) >= 10_000 && Number(gid) >= 10_000, "it could be a user of the machine");
  const owned = final.instructions.filter(({ text }) => text.includes("--owner"));
  assertEquals(owned.map(({ text }) => text), [
    `install --directory --owner=${uid} --group=${gid} --mode=0700 ${image.env["DATA_DIR"]}`,
  ]);
  assertEquals(image.volumes, [image.env["DATA_DIR"] ?? ""]);
});

Deno.test("every variable that the image sets is one of the program or of its runtime", () => {
  const known = [...variables().map(([, { name }]) => name)];
  const runtime = /^(?:DENO_|MALLOC_)/;
  const strange = Object.keys(image.env).filter((name) =>
    !known.includes(name) && !runtime.test(name)
  );
  assertEquals(strange, []);
});

Deno.test("every module that is loaded in the image is copied into it, and compiled there", async () => {
  const isLetIn = ignoreRules(await read(".dockerignore"));
  const copied = build.instructions.filter(({ keyword }) => keyword === "COPY")
    .flatMap(({ text }) => text.split(/\s+/).slice(0, -1));
  const cached = build.instructions.flatMap(({ text }) => /deno cache (.*)/.exec(text)?.[1] ?? [])
    .flatMap((text) => text.split(/\s+/)).filter((word) => word.endsWith(".ts"))
    .flatMap((word) => matching(word).filter(isLetIn));
  const workers = [...Deno.readDirSync(`${ROOT}/actors`)]
    .map(({ name }) => `actors/${name}/worker.ts`).concat("web/worker.ts")
    // Bundled.
    .filter((path) => path !== "actors/symbol/worker.ts" && isThere(`${ROOT}/${path}`));
  const started = ["actors/main.ts", "deploy/livez.ts", ...workers];
  const scripts = Object.entries(project.tasks as Record<string, { command: string }>)
    .filter(([name]) => !OF_CONTRIBUTORS.test(name))
    .flatMap(([, { command }]) => /\bscripts\/\S+\.ts/.exec(command) ?? []);
  assert(scripts.length > 6, `only ${scripts}`);
  assertEquals([...started, ...scripts].filter((path) => !cached.includes(path)), []);
  const loaded = (await Promise.all([...cached, "scripts/page.ts", "scripts/symbol_worker.ts"]
    .map(async (path) => {
      const graph = JSON.parse(await output(Deno.execPath(), ["info", "--json", path]));
      return graph.modules.flatMap(({ local }: { local?: string }) =>
        local?.startsWith(`${ROOT}/`) ? [local.slice(ROOT.length + 1)] : []
      ) as string[];
    }))).flat();
  assert(loaded.length > 200, `only ${loaded.length} modules`);
  const files = ["deno.json", "deno.lock", ...project.compilerOptions.types as string[]]
    .map((path) => path.replace("./", ""));
  const migrations = [...Deno.readDirSync(`${ROOT}/actors/writer/migrations`)]
    .map(({ name }) => `actors/writer/migrations/${name}`);
  const missing = [...loaded, ...files, ...migrations].filter((path) =>
    !isLetIn(path) || !copied.some((source) => path === source || path.startsWith(`${source}/`))
  );
  assertEquals(missing, []);
  assertEquals(
    copied.filter((path) => !path.startsWith("/") && !isThere(`${ROOT}/${path}`)),
    [],
    "copied, and not there",
  );
});

Deno.test(".dockerignore lets in nothing of this machine", async () => {
  const isLetIn = ignoreRules(await read(".dockerignore"));
  const letIn = [
    ...[".env", ".env.production", ".git/config", "data/pgdata/PG_VERSION", "data-demo/lock"],
    ...["deploy/secrets/auth_token", "deploy/secrets/.auth_token", "coverage/raw/1.json"],
    ...["node_modules/x/index.js", "web/page/dist/main.js", "actors/symbol/dist/worker.js"],
    ...["tests/deploy/image_test.ts", "backup.tar", "docs/API.md", "web/.env"],
  ].filter(isLetIn);
  assertEquals(letIn, []);
  assert(isLetIn("actors/writer/migrations/0001_x.sql") && isLetIn("deploy/livez.ts"));
});

Deno.test({
  name: "a linter finds nothing to say of the Dockerfile",
  ignore: hadolintPath === null,
  fn: async () => {
    const args = ["--no-color", "--failure-threshold", "style", "deploy/Dockerfile"];
    assertEquals(await output(hadolintPath ?? "", args), "");
  },
});

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
