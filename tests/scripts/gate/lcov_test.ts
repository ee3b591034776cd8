import { assertEquals } from "@std/assert";
import { linesOf, percent, readLcov, sumOf } from "../../../scripts/gate/lcov.ts";
import { projectOf } from "../../../scripts/gate/project.ts";

Deno.test("readLcov() counts the lines of files below the root, those that occur twice once", () => {
  const report = [
    ...["SF:/p/a.ts", "FN:1,f", "DA:1,5", "DA:2,0", "DA:3,0", "LH:1", "LF:3", "end_of_record"],
    ...["SF:/elsewhere/b.ts", "DA:1,1", "end_of_record"],
    ...["SF:/p/a.ts", "DA:2,1", "end_of_record"],
  ].join("\n");
  const files = readLcov(report, "/p");
  assertEquals(files, [{ path: "a.ts", isLoaded: true, lines: 3, covered: 2 }]);
  assertEquals(Math.round(percent(sumOf([...files, { lines: 1, covered: 0 }]))), 50);
});

Deno.test("linesOf() counts the code of a file that no test loaded, and none where only types are", () => {
  const lines = (text: string) => projectOf({ "a.ts": text }).sources.map(linesOf)[0]?.lines;
  assertEquals(lines("// a\nexport const a = [\n  1,\n];\n\n/* b */"), 3);
  assertEquals(lines("export interface A {\n  readonly new: string;\n}\nexport type B = A;"), 0);
});
