import { assertEquals, assertMatch } from "@std/assert";
import { environmentExample, variablesTable } from "../../../scripts/docs/variables.ts";
import { variables } from "../../../shared/config.ts";

const VENUE = { restUrls: ["https://one", "https://two"], wsUrls: ["wss://one"] };
const NAMES = variables().map(([, { name }]) => name);

Deno.test("variablesTable() has a row for each variable, with its default as it is in force", () => {
  const rows = variablesTable(VENUE).split("\n").slice(2).map((row) => row.split(" | "));
  assertEquals(rows.map(([name]) => name), NAMES.map((name) => `| \`${name}\``));
  const shown = new Map(rows.map(([name, value]) => [name?.slice(2), value]));
  assertEquals(shown.get("`PORT`"), "`8000`");
  assertEquals(shown.get("`REDIS_URL`"), "none");
  assertEquals(shown.get("`EXCHANGE_REST_URL`"), "`https://one`, `https://two`");
});

Deno.test("environmentExample() sets nothing, and shows each variable with its default or an example", () => {
  const lines = environmentExample(VENUE).split("\n");
  assertEquals(lines.filter((line) => line !== "" && !line.startsWith("# ")), []);
  const shown = lines.filter((line) => /^# [A-Z0-9_]+=/.test(line));
  assertEquals(shown.map((line) => line.slice(2).split("=")[0]), NAMES);
  assertEquals(shown.includes("# PORT=8000"), true);
  assertEquals(shown.includes("# EXCHANGE_REST_URL=https://one,https://two"), true);
  assertEquals(shown.filter((line) => line.endsWith("=")), [], "an example is missing");
  assertMatch(
    lines[lines.indexOf("# REDIS_URL=redis://127.0.0.1:6379/0") - 1] ?? "",
    /an example:$/,
  );
});

Deno.test("environmentExample() is plain text of short lines", () => {
  for (const line of environmentExample(VENUE).split("\n")) {
    assertEquals(line.length <= 100, true, line);
    assertEquals(/[`\]]/.test(line), false, line);
  }
});
