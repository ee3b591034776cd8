import { assertEquals, assertThrows } from "@std/assert";
import { FlagError, readCommandLine } from "../../scripts/flags.ts";

const TAKES = { "--one": "one", "--many": "many", "--none": "none" } as const;

Deno.test("readCommandLine() gives each flag its values, and leaves files in order", () => {
  const read = (line: string) => {
    const found = readCommandLine(line.split(" "), TAKES, { takesFiles: true });
    return found === "help" ? found : [Object.fromEntries(found.flags), found.files];
  };
  assertEquals(read("a --one 1 b --none c"), [{ "--one": ["1"], "--none": [] }, ["a", "b", "c"]]);
  assertEquals(read("--one=a=b c"), [{ "--one": ["a=b"] }, ["c"]]);
  assertEquals(read("--one -1"), [{ "--one": ["-1"] }, []]);
  assertEquals(read("--many a b --none --many=c d"), [
    { "--many": ["a", "b", "c", "d"], "--none": [] },
    [],
  ]);
  assertEquals([read("--one -h"), read("--bad --help")], ["help", "help"]);
});

Deno.test("readCommandLine() says in one line what is wrong, and where to read more", () => {
  for (
    const [line, why] of [
      ["--two 2", "there is no flag --two"],
      ["--toString", "there is no flag --toString"],
      ["-x", "there is no flag -x"],
      ["--one", "--one needs a value"],
      ["--one=", "--one needs a value"],
      ["--one --none", "--one needs a value"],
      ["--many", "--many needs a value"],
      ["--one 1 2", '"2" belongs to no flag'],
      ["--one 1 --one 2", "--one stands twice"],
      ["--none=1", '--none takes no value, received "1"'],
    ] as const
  ) {
    const read = () => readCommandLine(line.split(" "), TAKES, { cannot: "Cannot do it: " });
    const { message } = assertThrows(read, FlagError);
    assertEquals(message, `Cannot do it: ${why}; see --help`);
  }
});
