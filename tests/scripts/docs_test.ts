/** The program itself, on a copy of the documents. */
import { assertEquals } from "@std/assert";
import { SECTIONS } from "../../scripts/docs.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const FILES = [...new Set(SECTIONS.map(({ file }) => file))];

async function docs(root: string, ...flags: string[]): Promise<[number, string[]]> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${ROOT}/scripts/docs.ts`, root, ...flags],
  }).output();
  return [code, new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "")];
}

Deno.test("docs --check names what is stale and writes nothing; docs mends it, and only that", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const file of FILES) {
      await Deno.mkdir(`${root}/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.copyFile(`${ROOT}/${file}`, `${root}/${file}`);
    }
    assertEquals(await docs(root, "--check"), [0, []], "the project's own documents are stale");
    const readme = await Deno.readTextFile(`${root}/README.md`);
    const stale = readme.replace("| `PORT` | `8000` |", "| `PORT` | `80` |");
    await Deno.writeTextFile(`${root}/README.md`, stale);
    assertEquals(await docs(root, "--check"), [1, ["README.md is stale: run deno task docs"]]);
    assertEquals(await Deno.readTextFile(`${root}/README.md`), stale);
    assertEquals(await docs(root), [0, ["README.md: written anew"]]);
    assertEquals(await Deno.readTextFile(`${root}/README.md`), readme);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
