/**
 * The Dockerfile carried out by hand in an empty folder, and its image run as the compose file says: beside a real
 * PostgreSQL and Redis under their names and ports, by the same user, with the same environment and secrets, read-only
 * but for its volume.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { buildImage } from "../support/built_image.ts";
import { endProcess, run } from "../support/child_process.ts";
import { type Compose, readCompose, secondsOf } from "../support/compose.ts";
import { besideIn, type Container, inContainer, Network, outputOf } from "../support/container.ts";
import { eventually } from "../support/eventually.ts";
import { findPostgresBin } from "../support/postgres_server.ts";
import { findRedis } from "../support/redis_server.ts";
import { hasContainer } from "../support/services.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const deployment = await Deno.readTextFile(`${ROOT}docs/DEPLOYMENT.md`);
const EXCHANGE_PORT = 9443;
/** What an operator sets; no more than this leaves the compose file's own. */
const SET = {
  SYMBOLS: "BTCUSDT",
  EXCHANGE_REST_URL: `http://127.0.0.1:${EXCHANGE_PORT}`,
  EXCHANGE_WS_URL: `ws://127.0.0.1:${EXCHANGE_PORT}`,
};
/** Of this machine, each with this in it, and none in the image. */
const JUNK = [".env", "data/pgdata/PG_VERSION", "deploy/secrets/auth_token", ".git/config"]
  .concat("web/page/dist/main.js", "node_modules/left/index.js", "web/.env");
const MARK = "this must not be in an image";

/** Asks one server again and again, by one process for all of it. */
const ASK = `const [url, token, text, maxMs] = Deno.args;
for (const fromMs = performance.now();;) {
  const answer = await fetch(url, { headers: { authorization: "Bearer " + token } });
  const said = answer.status + " " + await answer.text();
  if (said.includes(text) || performance.now() - fromMs > maxMs) {
    console.log(said);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}`;

/** A clone that only its owner may read, with all that lies about in one. */
async function cloneTo(context: string): Promise<void> {
  const left =
    /^(?:\.git|data[^/]*|coverage|node_modules|tests|(?:web\/page|actors\/symbol)\/dist)$/;
  const visit = async (folder: string) => {
    await Deno.mkdir(`${context}/${folder}`, { recursive: true, mode: 0o700 });
    for await (const { name, isDirectory } of Deno.readDir(`${ROOT}${folder}`)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (left.test(path) || path === "deploy/secrets") continue;
      if (isDirectory) await visit(path);
      else {
        await Deno.copyFile(`${ROOT}${path}`, `${context}/${path}`);
        if (!path.endsWith(".sh")) await Deno.chmod(`${context}/${path}`, 0o600);
      }
    }
  };
  await visit("");
  for (const path of JUNK) {
    await Deno.mkdir(`${context}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${context}/${path}`, MARK);
  }
}

/** A process, and all that it has said. */
class Running {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  said = "";
  hasEnded = false;

  constructor(command: Deno.Command) {
    this.#child = command.spawn();
    const read = async (stream: ReadableStream<Uint8Array>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) this.said += text;
    };
    this.#reading = Promise.all([read(this.#child.stdout), read(this.#child.stderr)]);
    void this.#child.status.then(() => this.hasEnded = true);
  }

  get pid(): number {
    return this.#child.pid;
  }

  async until(pattern: RegExp): Promise<void> {
    await eventually(() => this.hasEnded || pattern.test(this.said), `${pattern}`, PATIENCE_MS);
    assertMatch(this.said, pattern);
  }

  async end(signal: Deno.Signal): Promise<number> {
    if (!this.hasEnded) await endProcess(this.#child, signal);
    await this.#reading;
    return (await this.#child.status).code;
  }
}

/** Everything that a test has begun, ended in reverse. */
class Stage implements AsyncDisposable {
  readonly #ends: (() => Promise<unknown>)[] = [];

  add(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}

/** A program of this machine in the network of the containers. */
function beside(network: Network, command: readonly string[], asUser: readonly string[] = []) {
  const [program = "", ...args] = network.enter([...asUser, ...command]);
  return new Deno.Command(program, {
    args,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** PostgreSQL as its image makes it of this environment and secret: a user, a database, a password over TCP. */
async function startPostgres(
  { services: { postgres } }: Compose,
  network: Network,
  folder: string,
  secrets: string,
) {
  const bin = findPostgresBin() ?? "";
  const data = `${folder}/postgres`;
  await Deno.mkdir(data);
  for (const option of ["-u", "-g"]) {
    const id = Number(await run("id", [option, "postgres"]));
    await Deno.chown(data, option === "-u" ? id : null, option === "-g" ? id : null);
  }
  const asUser = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];
  const { POSTGRES_USER = "", POSTGRES_DB, POSTGRES_PASSWORD_FILE, POSTGRES_INITDB_ARGS = "" } =
    postgres.environment ?? {};
  // Its folder is closed to this user, as it is to the container's, who sees the file alone.
  const password = `${data}/password`;
  await Deno.copyFile(POSTGRES_PASSWORD_FILE?.replace("/run/secrets", secrets) ?? "", password);
  const made = await outputOf(
    beside(network, [
      ...[`${bin}/initdb`, "-D", `${data}/db`, "-U", POSTGRES_USER, `--pwfile=${password}`],
      ...["--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"],
      ...POSTGRES_INITDB_ARGS.split(" "),
    ], asUser),
  );
  assertEquals(made.code, 0, made.said);
  const up = async () => {
    const server = new Running(
      beside(
        network,
        [`${bin}/postgres`, "-D", `${data}/db`, "-k", data, "-c", "fsync=off"],
        asUser,
      ),
    );
    await server.until(/ready to accept connections/);
    return server;
  };
  const ask = async (database: string, sql: string) => {
    const psql = [`${bin}/psql`, "-h", data, "-U", POSTGRES_USER, "-d", database, "-Atc", sql];
    return (await outputOf(beside(network, psql))).said.trim();
  };
  const server = await up();
  assertEquals(await ask("postgres", `CREATE DATABASE ${POSTGRES_DB}`), "CREATE DATABASE");
  return { server, up, ask: (sql: string, name = POSTGRES_DB ?? "") => ask(name, sql) };
}

async function runAsComposed(t: Deno.TestContext): Promise<void> {
  await using stage = new Stage();
  const step = async (name: string, act: () => Promise<void>) => {
    if (!await t.step(name, act)) throw new Error(`The rest stands on what failed: ${name}`);
  };
  const folder = await Deno.makeTempDir({ prefix: "obm-image-" });
  stage.add(() => Deno.remove(folder, { recursive: true }));
  await Deno.chmod(folder, 0o711);
  const context = `${folder}/clone`;
  await cloneTo(context);
  const compose = readCompose(await Deno.readTextFile(`${context}/docker-compose.yml`), SET);
  const { monitor, postgres, redis } = compose.services;
  const { root, settings } = await buildImage(context, monitor.build?.dockerfile ?? "", folder);

  await step("nothing of this machine is in it", async () => {
    const { said } = await outputOf(
      new Deno.Command("grep", { args: ["-rlF", MARK, `${root}/app`], stdin: "null" }),
    );
    assertEquals(said, "");
    assertEquals(await run("find", [root, "-xdev", "-user", "10001"]), `${root}/data`);
  });

  // A secret of an operator is made by the one command; the folder is open to its owner alone.
  await Deno.remove(`${context}/deploy/secrets`, { recursive: true });
  await run("sh", [`${context}/deploy/secrets.sh`]);
  const secrets = `${context}/deploy/secrets`;
  const network = await Network.open(folder, Object.keys(compose.services));
  stage.add(() => network.close());
  const dataDir = settings.env["DATA_DIR"] ?? "";
  const newVolume = async (name: string) => {
    await run("cp", ["--archive", root + dataDir, `${folder}/${name}`]);
    return { folder: `${folder}/${name}`, place: dataDir };
  };
  const container: Container = {
    ...{ root, workdir: settings.workdir, user: monitor.user, secrets, network },
    env: { ...settings.env, ...monitor.environment },
    volume: await newVolume("volume"),
  };
  const [, ...healthCheck] = monitor.healthcheck.test;
  const start = (which: Container) => {
    const running = new Running(inContainer(which, settings.command));
    stage.add(() => running.end("SIGKILL"));
    return running;
  };

  /** As `docker exec`. */
  const exec = (running: Running, command: readonly string[], which = container) =>
    outputOf(besideIn(which, running.pid, command));

  await step("nothing can be written in it but its volume and /tmp", async () => {
    const touch =
      "for at in /x /app/x /deno-dir/x /etc/x; do touch $at 2>/dev/null && echo $at; done; " +
      `touch /tmp/x ${dataDir}/x && rm ${dataDir}/x; id -u; grep CapEff /proc/self/status`;
    const { said } = await outputOf(inContainer(container, ["sh", "-c", touch]));
    assertMatch(said, /^10001\nCapEff:\s+0+$/);
  });

  await step(
    "a start without a token is refused, and the health check says why it fails",
    async () => {
      const { AUTH_TOKEN_FILE: _, ...env } = container.env;
      const { code, said } = await outputOf(inContainer({ ...container, env }, settings.command));
      assertEquals(code, 1);
      assertMatch(
        said,
        /ERROR monitor +HOST 0\.0\.0\.0 is reached from other machines: set AUTH_TOKEN/,
      );
      const check = await outputOf(inContainer(container, healthCheck));
      assertEquals(check.code, 1);
      assertMatch(check.said, /refused/i);
    },
  );

  const database = await startPostgres(compose, network, folder, secrets);
  let { server } = database;
  stage.add(() => server.end("SIGINT"));
  const cache = new Running(
    beside(network, [...redis.command ?? [], "--dir", folder]),
  );
  stage.add(() => cache.end("SIGTERM"));
  const exchange = new Running(
    beside(network, [
      ...[Deno.execPath(), "run", "-A", "scripts/exchange/main.ts"],
      ...["--simulate", SET.SYMBOLS, "--port", `${EXCHANGE_PORT}`],
    ]),
  );
  stage.add(() => exchange.end("SIGTERM"));
  await exchange.until(/EXCHANGE_REST_URL=/);
  const bin = findPostgresBin() ?? "";
  const isHealthy = async (test: readonly string[]) => {
    const [kind, ...words] = test;
    const shell = kind === "CMD" ? ["sh", "-c", '"$@"', "sh", ...words] : ["sh", "-c", ...words];
    return (await outputOf(beside(network, ["env", `PATH=${bin}:/usr/bin:/bin`, ...shell])))
      .code ===
      0;
  };

  await step("the stores pass their health checks", async () => {
    for (const { healthcheck: { test } } of [postgres, redis]) {
      await eventually(() => isHealthy(test), test.join(" "), PATIENCE_MS);
    }
  });

  const token = (await Deno.readTextFile(`${secrets}/auth_token`)).trim();
  /** The status and the body of what the monitor answers to who brings this token, as soon as it has this text. */
  const ask = async (path: string, token: string, text = "") => {
    const args = ["eval", ASK, `http://127.0.0.1:8000/${path}`, token, text, `${PATIENCE_MS}`];
    return (await outputOf(beside(network, [Deno.execPath(), ...args]))).said;
  };

  const running = start(container);
  await step("its rows are in PostgreSQL and Redis, and its health check passes", async () => {
    await running.until(/dashboard at http:\/\/0\.0\.0\.0:8000/);
    await eventually(
      async () => Number(await database.ask("SELECT count(*) FROM metrics")) > 1,
      "rows of metrics",
      PATIENCE_MS,
    );
    const keys = await outputOf(
      beside(network, ["redis-cli", "exists", `orderbook:${SET.SYMBOLS}:latest`]),
    );
    assertEquals(keys.said.trim(), "1");
    assertEquals(await exec(running, healthCheck), { code: 0, said: "" });
    assertEquals(/no variable of this program|is not read/.exec(running.said), null);
  });

  await step("the token of the secret lets in, and nothing else does", async () => {
    assertMatch(await ask("api/symbols", token), /^200 /);
    assertMatch(await ask("api/symbols", "another"), /^401 /);
  });

  await step("a task of an operator runs in it, as DEPLOYMENT.md says", async () => {
    const commands = deployment.match(
      /(?<=docker compose exec (?:-T )?monitor )(?:deno task|tar)[^`>\n]*/g,
    );
    assertEquals(commands?.length, 2);
    for (const command of commands ?? []) {
      const { code, said } = await exec(running, command.trim().split(" "));
      assertEquals(code, 0, said);
      assertEquals(said.includes("Download"), false, said);
      assertStringIncludes(said, command.startsWith("tar") ? "./incarnation" : "BTCUSDT");
    }
  });

  await step(
    "a database that is away leaves it healthy, and it stores again by itself",
    async () => {
      await server.end("SIGINT");
      await running.until(/WARN +writer +the database cannot be written/);
      assertEquals(await isHealthy(postgres.healthcheck.test), false);
      assertEquals(await exec(running, healthCheck), { code: 0, said: "" });
      server = await database.up();
      const before = Number(await database.ask("SELECT count(*) FROM metrics"));
      await eventually(
        async () => Number(await database.ask("SELECT count(*) FROM metrics")) > before,
        "further rows",
        PATIENCE_MS,
      );
    },
  );

  await step("it ends in order when it is stopped, and everything is stored", async () => {
    const fromMs = performance.now();
    assertEquals(await running.end(settings.stopSignal as Deno.Signal), 0, running.said);
    assertMatch(running.said, /ended; 0 outputs not confirmed by the store\n$/);
    const graceMs = secondsOf(monitor.stop_grace_period) * 1_000;
    assert(performance.now() - fromMs < graceMs, "longer than Compose waits");
  });

  await step("a backup is made and brought back by the lines of DEPLOYMENT.md", async () => {
    const lines = [...deployment.matchAll(/^docker compose exec -T postgres (.*) [<>] (\S+)$/gm)];
    assertEquals(lines.map(([, line = ""]) => line.split(" ")[0]), ["pg_dump", "pg_restore"]);
    assertEquals(await database.ask("CREATE DATABASE again"), "CREATE DATABASE");
    for (const [line = ""] of lines) {
      const command = line.replace("docker compose exec -T postgres", "exec")
        .replace("--dbname=monitor", "--dbname=again");
      const shell = `export PATH=${bin}:$PATH PGHOST=${folder}/postgres; cd ${folder}; ${command}`;
      const { code, said } = await outputOf(beside(network, ["sh", "-c", shell]));
      assertEquals({ code, said }, { code: 0, said: "" });
    }
    const count = "SELECT count(*) FROM metrics";
    const rows = Number(await database.ask(count));
    assertEquals([Number(await database.ask(count, "again")), rows > 1], [rows, true]);
  });

  await step("the image alone runs with its embedded database", async () => {
    const which = {
      ...container,
      env: {
        ...settings.env,
        ...SET,
        AUTH_TOKEN_FILE: "/run/secrets/auth_token",
        // As all tests compile, which open an embedded database for a few statements.
        ...Object.fromEntries(
          Object.entries(Deno.env.toObject()).filter(([name]) => name === "DENO_V8_FLAGS"),
        ),
      },
      volume: await newVolume("alone"),
    };
    const alone = start(which);
    await alone.until(/dashboard at/);
    const stored = '"storage":{"status":"ok"';
    assertStringIncludes(await ask("healthz", token, stored), stored);
    assertEquals(await exec(alone, healthCheck, which), { code: 0, said: "" });
    // As DEPLOYMENT.md says; the task asks the store of the one that runs.
    const backup = await exec(alone, ["deno", "task", "backup", "/data/backup"], which);
    assertEquals(backup.code, 0, backup.said);
    assert(Deno.statSync(`${which.volume.folder}/backup/manifest.json`).isFile);
    assertEquals(await alone.end("SIGTERM"), 0, alone.said);
    assertMatch(alone.said, /ended; 0 outputs not confirmed by the store\n$/);
  });
}

// Where no container can be made that is told, and is no failure.
if (hasContainer) {
  Deno.test({
    name:
      "the image, made by hand, runs as the compose file says: read-only, as its user, and ends in order",
    ignore: findPostgresBin() === null || findRedis() === null,
    fn: runAsComposed,
  });
}
