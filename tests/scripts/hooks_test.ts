import { assertEquals, assertStringIncludes } from "@std/assert";

const SCRIPT = decodeURIComponent(new URL("../../scripts/hooks.ts", import.meta.url).pathname);

async function run(cwd: string, command: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

const install = (cwd: string) => run(cwd, Deno.execPath(), "run", "-A", "--no-check", SCRIPT);

/** A new repository, gone after `use`. */
async function inRepository(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    assertEquals((await run(root, "git", "init", "-q", "--template=")).code, 0);
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("hooks installs executable hooks, and the same again changes nothing", async () => {
  await inRepository(async (root) => {
    assertEquals((await install(root)).code, 0);
    const path = `${root}/.git/hooks/pre-commit`;
    const first = await Deno.readTextFile(path);
    assertStringIncludes(first, "task ok --quick");
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o111, 0o111);
    assertStringIncludes(await Deno.readTextFile(`${root}/.git/hooks/pre-push`), "deno task ok <");
    const again = await install(root);
    assertEquals(again.code, 0);
    assertStringIncludes(again.said, "installed already");
    assertEquals(await Deno.readTextFile(path), first);
  });
});

Deno.test("hooks leaves a foreign hook as it is, says so and exits 1", async () => {
  await inRepository(async (root) => {
    await Deno.mkdir(`${root}/.git/hooks`);
    await Deno.writeTextFile(`${root}/.git/hooks/pre-push`, "#!/bin/sh\necho mine\n");
    const { code, said } = await install(root);
    assertEquals(code, 1);
    assertStringIncludes(said, "pre-push: left as it is");
    assertEquals(await Deno.readTextFile(`${root}/.git/hooks/pre-push`), "#!/bin/sh\necho mine\n");
  });
});

Deno.test("hooks installs into core.hooksPath where it is set", async () => {
  await inRepository(async (root) => {
    await run(root, "git", "config", "core.hooksPath", "their-hooks");
    assertEquals((await install(root)).code, 0);
    assertEquals((await Deno.stat(`${root}/their-hooks/pre-push`)).isFile, true);
  });
});

Deno.test("hooks: the installed hook stops a commit when the gate fails", async () => {
  await inRepository(async (root) => {
    await install(root);
    const failing = { tasks: { ok: "exit 3" } };
    await Deno.writeTextFile(`${root}/deno.json`, JSON.stringify(failing));
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    await run(root, "git", "add", "deno.json");
    assertEquals((await run(root, "git", ...identity, "commit", "-qm", "x")).code, 1);
    await Deno.writeTextFile(`${root}/deno.json`, JSON.stringify({ tasks: { ok: "echo" } }));
    assertEquals((await run(root, "git", ...identity, "commit", "-qm", "x")).code, 0);
  });
});
