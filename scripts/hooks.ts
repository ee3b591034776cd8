/**
 * `deno task hooks`: installs the gate as git hooks. Before each commit the quick part (format, lint,
 * types, tidy, documents: seconds), before each push the whole gate with the tests: a hook that takes minutes at
 * every commit would soon be switched off. A hook that somebody else wrote is never touched.
 */
// deno-lint-ignore-file no-console

/** By this line a hook is known as ours. */
const MARK = "# Installed by `deno task hooks`; delete this file to be rid of it.";
const HOOKS = { "pre-commit": "task ok --quick", "pre-push": "task ok" } as const;

/** The text of a hook that runs deno with `args`, or by way of Node where there is no Deno. */
function hookText(args: string): string {
  return [
    "#!/bin/sh",
    MARK,
    "# Git tells a hook about this repository by variables that would mislead the tests' own git.",
    "unset $(git rev-parse --local-env-vars)",
    'cd "$(git rev-parse --show-toplevel)" || exit 1',
    `if command -v deno >/dev/null; then exec deno ${args} </dev/null; fi`,
    `exec npx -y deno@${Deno.version.deno} ${args} </dev/null`,
    "",
  ].join("\n");
}

/** Where git looks for hooks: `core.hooksPath`, else the repository's own folder. */
async function hooksFolder(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["rev-parse", "--path-format=absolute", "--git-path", "hooks"],
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot find the hooks' folder: ${decoder.decode(stderr).trim()}`);
  return decoder.decode(stdout).trim();
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Installs one hook and tells; false when a foreign one is in its place. */
async function install(path: string, args: string): Promise<boolean> {
  const present = await readIfThere(path);
  if (present !== null && !present.includes(MARK)) {
    console.error(`${path}: left as it is, it is not ours. Add this line to it: deno ${args}`);
    return false;
  }
  const text = hookText(args);
  if (present !== text) await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o755);
  console.log(`${path}: ${present === text ? "installed already" : "installed"}, deno ${args}`);
  return true;
}

if (import.meta.main) {
  const folder = await hooksFolder();
  await Deno.mkdir(folder, { recursive: true });
  let isDone = true;
  for (const [name, args] of Object.entries(HOOKS)) {
    if (!await install(`${folder}/${name}`, args)) isDone = false;
  }
  if (!isDone) Deno.exit(1);
}
