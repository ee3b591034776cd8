/** `deploy/secrets.sh`, the one command before the first start: run as it is, in a folder of its own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readCompose } from "../support/compose.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const compose = readCompose(await Deno.readTextFile(`${ROOT}docker-compose.yml`));

async function inFolder(act: (folder: string, make: () => Promise<number>) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "obm-secrets-" });
  try {
    await Deno.mkdir(`${folder}/deploy`);
    await Deno.copyFile(`${ROOT}deploy/secrets.sh`, `${folder}/deploy/secrets.sh`);
    await act(folder, async () => {
      const command = new Deno.Command("sh", { args: ["deploy/secrets.sh"], cwd: folder });
      return (await command.output()).code;
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function read(folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(compose.secrets).map((
      [name, { file }],
    ) => [name, Deno.readTextFileSync(`${folder}/${file}`)]),
  );
}

Deno.test("secrets.sh makes each secret of the compose file once, and nobody else may look", async () => {
  await inFolder(async (folder, make) => {
    assertEquals(await make(), 0);
    const made = read(folder);
    const { auth_token = "", postgres_password = "", database_url = "" } = made;
    assertMatch(auth_token, /^[0-9a-f]{64}\n$/);
    assertMatch(postgres_password, /^[0-9a-f]{64}\n$/);
    assert(auth_token !== postgres_password);
    const password = postgres_password.trim();
    assertEquals(database_url, `postgres://monitor:${password}@postgres:5432/monitor\n`);
    const modeOf = (path: string) => (Deno.statSync(`${folder}/${path}`).mode ?? 0) & 0o777;
    assertEquals(modeOf("deploy/secrets"), 0o700, "the folder is closed to others");
    // Users in the containers are others.
    for (const { file } of Object.values(compose.secrets)) assertEquals(modeOf(file), 0o444, file);
    const names = [...Deno.readDirSync(`${folder}/deploy/secrets`)].map(({ name }) => name);
    assertEquals(names.sort(), Object.keys(compose.secrets).sort());

    assertEquals(await make(), 0);
    assertEquals(read(folder), made, "a second run changes nothing");
    await Deno.remove(`${folder}/deploy/secrets/auth_token`);
    assertEquals(await make(), 0);
    const again = read(folder);
    assertEquals({ ...again, auth_token }, made, "what was removed is made anew, and nothing else");
    assert(again["auth_token"] !== auth_token);
  });
});

Deno.test("secrets.sh refuses to make a password that is not the one in the URL", async () => {
  await inFolder(async (folder, make) => {
    await make();
    await Deno.remove(`${folder}/deploy/secrets/postgres_password`);
    assertEquals(await make(), 1);
    await Deno.remove(`${folder}/deploy/secrets/database_url`);
    assertEquals(await make(), 0);
  });
});
