import { assert, assertEquals } from "@std/assert";
import { AlertRules } from "../../actors/alert_rules/alert_rules.ts";
import { RulesFile } from "../../actors/alert_rules/rules_file.ts";
import { builtInBook, rulesOf } from "../../shared/alert_rules/rule_book.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";

async function inFolder(act: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await act(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("AlertRules without a file are what is built in; a file that is named must be there", () =>
  inFolder(async (dir) => {
    const rules = new AlertRules(new RulesFile(dir, null), DEFAULT_SETTINGS);
    assertEquals(await rules.reload(), null);
    assertEquals(rules.inForce, {
      book: builtInBook(DEFAULT_SETTINGS),
      file: { path: `${dir}/alerts.json`, content: null, etag: '"none"', problem: null },
    });
    const named = new AlertRules(new RulesFile(dir, `${dir}/mine.json`), DEFAULT_SETTINGS);
    assertEquals(
      await named.reload(),
      `RULES_FILE ${dir}/mine.json is not there; make it ({} changes nothing), or unset RULES_FILE`,
    );
  }));

Deno.test("AlertRules.reload() takes a good file, and leaves what was in force when a later one is bad", () =>
  inFolder(async (dir) => {
    const path = `${dir}/alerts.json`;
    const rules = new AlertRules(new RulesFile(dir, null), DEFAULT_SETTINGS);
    await Deno.writeTextFile(path, '{"rules": {"price_burst": {"isOn": false}}}');
    assertEquals(await rules.reload(), null);
    const names = () => rulesOf(rules.inForce.book, "BTCUSDT").map(({ name }) => name);
    assert(!names().includes("price_burst"));
    const before = rules.inForce;
    assertEquals(before.file.content, { rules: { price_burst: { isOn: false } } });
    const write = (content: string | Uint8Array) =>
      typeof content === "string"
        ? Deno.writeTextFile(path, content)
        : Deno.writeFile(path, content);
    for (
      const [content, reason] of [
        ['{"rules": {"wall_puled": {}}}', "cannot be used: rules.wall_puled.kind is missing, "],
        [" ".repeat(1_000_001), "is larger than 1000000 bytes"],
        [new Uint8Array([0xff]), "is no text in UTF-8"],
      ] as const
    ) {
      await write(content);
      const problem = await rules.reload() ?? "";
      assert(problem.startsWith(`the file of alert rules ${path} ${reason}`), problem);
      assert(problem.endsWith("; mend it, or move it away for the built-in rules"), problem);
      assertEquals(rules.inForce, { ...before, file: { ...before.file, problem } });
    }
    await Deno.remove(path);
    await rules.reload();
    assert(names().includes("price_burst"));
  }));

Deno.test("AlertRules.replace() takes a file's place whole, if it is the one that is meant, and if it is one", () =>
  inFolder(async (dir) => {
    const path = `${dir}/alerts.json`;
    const rules = new AlertRules(new RulesFile(dir, null), DEFAULT_SETTINGS);
    const off = (name: string) => JSON.stringify({ rules: { [name]: { isOn: false } } });
    const why = async (text: string, ifMatch: string) => {
      const result = await rules.replace(text, ifMatch);
      return result.kind === "refused" ? result.why : result.kind;
    };
    assertEquals(await why(off("price_burst"), "*"), "outdated", "there is none yet");
    assertEquals(await why(off("price_burst"), '"abc", "none"'), "replaced");
    const { file } = rules.inForce;
    assertEquals(await Deno.readTextFile(path), off("price_burst"));
    assertEquals(file.content, { rules: { price_burst: { isOn: false } } });
    await rules.reload();
    assertEquals(rules.inForce.file, file, "read again it is the same, with the same ETag");
    const names = () => rulesOf(rules.inForce.book, "BTCUSDT").map(({ name }) => name);
    assert(!names().includes("price_burst"));

    assertEquals(await why(off("wall_pulled"), '"none"'), "outdated");
    assertEquals(await why('{"rules": {"wall_puled": {}}}', file.etag), "invalid");
    const both = await Promise.all([
      why(off("wall_pulled"), file.etag),
      why(off("cost_widening"), file.etag),
    ]);
    assertEquals(both, ["replaced", "outdated"], "of two at once one is lost to nobody");
    assert(!names().includes("wall_pulled") && names().includes("cost_widening"));

    await Deno.writeTextFile(path, "by hand");
    assertEquals(await why(off("price_burst"), rules.inForce.file.etag), "outdated");
    assertEquals(await why(off("price_burst"), "*"), "replaced");
    const left = await Array.fromAsync(Deno.readDir(dir));
    assertEquals(left.map(({ name }) => name), ["alerts.json"], "no draft is left");
  }));

Deno.test("AlertRules.replace() tells when the file cannot be written, and nothing has changed", () =>
  inFolder(async (dir) => {
    const named = `${dir}/none/alerts.json`;
    const rules = new AlertRules(new RulesFile(dir, named), DEFAULT_SETTINGS);
    const before = rules.inForce;
    const result = await rules.replace("{}", '"none"');
    assertEquals(result.kind === "refused" && result.why, "conflict");
    assert(result.kind === "refused" && result.reason.startsWith(`${named} cannot be written (`));
    assertEquals(rules.inForce, before);
  }));

Deno.test("AlertRules.replace() writes where a link leads to, and leaves who may read it", () =>
  inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/real.json`, "{}", { mode: 0o600 });
    await Deno.symlink(`${dir}/real.json`, `${dir}/alerts.json`);
    const rules = new AlertRules(new RulesFile(dir, null), DEFAULT_SETTINGS);
    assertEquals(await rules.replace('{"rules": {}}', "*"), { kind: "replaced" });
    assertEquals(await Deno.readTextFile(`${dir}/real.json`), '{"rules": {}}');
    assertEquals((await Deno.lstat(`${dir}/alerts.json`)).isSymlink, true);
    assertEquals(((await Deno.stat(`${dir}/real.json`)).mode ?? 0) & 0o777, 0o600);
  }));
