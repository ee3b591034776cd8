/** The settings that a measurement takes over from the tasks, and that the tasks have in common. */
import { assertEquals, assertThrows } from "@std/assert";
import { readTaskSettings } from "../../../scripts/bench/start_task.ts";

function denoJson(command: string): string {
  return JSON.stringify({ tasks: { start: { command } } });
}

Deno.test("readTaskSettings() finds the variables before the command and its V8 flags", () => {
  const command = "A=1 B=x=y deno run --quiet --v8-flags=--one,--two=3 -A actors/main.ts";
  assertEquals(readTaskSettings(denoJson(command), "start"), {
    environment: { A: "1", B: "x=y" },
    flags: ["--v8-flags=--one,--two=3"],
  });
});

Deno.test("readTaskSettings() of a plain command is empty", () => {
  assertEquals(readTaskSettings(denoJson("deno run -A actors/main.ts"), "start"), {
    environment: {},
    flags: [],
  });
});

Deno.test("readTaskSettings() refuses a task that is not there, runs something else or is a puzzle", () => {
  assertThrows(() => readTaskSettings("{}", "start"), TypeError, "start");
  assertThrows(() => readTaskSettings(denoJson("echo no"), "start"), TypeError, "start");
  assertThrows(() => readTaskSettings(denoJson("exec deno run"), "start"), TypeError, "exec");
});

Deno.test("deno task start and deno task demo bound memory in the same way", async () => {
  const text = await Deno.readTextFile(new URL("../../../deno.json", import.meta.url));
  const start = readTaskSettings(text, "start");
  assertEquals(start.flags.length, 1);
  assertEquals(readTaskSettings(text, "demo"), start);
});
