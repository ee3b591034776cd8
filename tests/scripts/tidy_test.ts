import { assertEquals } from "@std/assert";

/** Runs the program itself on a folder of these files. */
async function tidy(files: Record<string, string>): Promise<[number, string[]]> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    const script = decodeURIComponent(new URL("../../scripts/tidy.ts", import.meta.url).pathname);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script, root],
      stderr: "null",
    }).output();
    return [code, new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "")];
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("tidy prints path, line, what and what to do for each finding, and exits 1", async () => {
  const [code, lines] = await tidy({
    "actors/main.ts": '/** Main. */ import "../shared/a.ts";\nimport "./symbol/b.ts";',
    "actors/symbol/b.ts": "b;",
    "shared/a.ts": "/** Ages. */ const x = Date.now();\nswitch (x) {\n  case 1:\n}",
    "web/page/dist/app.ts": "export default 1;",
    "README.md": "[gone](gone.md)",
  });
  assertEquals(code, 1);
  assertEquals(lines, [
    'README.md:1 links to "gone.md", which is not in the project: mend or remove the link',
    "actors/main.ts:2 actors/main.ts imports actors/symbol/b.ts: " +
    "put what both must agree on into shared/, or send a message",
    "actors/symbol/b.ts:1 the file does not say what it is: " +
    "say in a docstring at its head what it is and how it works",
    "shared/a.ts:1 Date.now in a pure file: " +
    "take it as an argument, or move it into the shell of this folder",
    "shared/a.ts:2 a switch without a default: " +
    'end it with "default: return assertNever(…)" of shared/assert_never.ts',
  ]);
});

Deno.test("tidy says nothing on standard output and exits 0 when all is well", async () => {
  assertEquals(await tidy({ "actors/main.ts": "/** Main. */\nconsole.log(1);" }), [0, []]);
});
