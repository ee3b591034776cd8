import { assertEquals } from "@std/assert";
import { projectOf } from "../../../scripts/gate/project.ts";
import { checkSwitches } from "../../../scripts/gate/switch_rules.ts";

const find = (...lines: string[]) =>
  checkSwitches(projectOf({ "a.ts": lines.join("\n") })).map(({ line, what }) => `${line} ${what}`);

Deno.test("checkSwitches() wants assertNever at the end of a switch over a type, kind or phase", () => {
  for (
    const subject of ["x.type", "lane.kind", "before.phase", "kind", "fault?.kind", "f(a).type"]
  ) {
    const what = `a switch over the ${subject.replace(/.*[.]/, "")} of a union takes others too`;
    const upTo = (rest: string) => find("", `switch (${subject}) { case "a": return 1;`, rest);
    assertEquals(upTo("}"), ["2 a switch without a default"]);
    assertEquals(upTo("default: return null; }"), [`2 ${what}`]);
    assertEquals(upTo("default: throw new TypeError(`${assertNever}`); }"), [`2 ${what}`]);
    assertEquals(upTo('default: return assertNever(x, "go"); }'), []);
    assertEquals(upTo("default: return pass(x satisfies Rest); }"), []);
    assertEquals(upTo("default: throw new TypeError(`${'satisfies'}`); }"), [`2 ${what}`]);
    assertEquals(upTo('default: { log(x); assertNever(x, "go"); } }'), []);
  }
});

Deno.test("checkSwitches() wants any default of any other switch", () => {
  assertEquals(find('switch (data.e) { case "a": f(); }'), ["1 a switch without a default"]);
  assertEquals(find('switch (data.e) { case "a": f(); default: g(); }'), []);
  assertEquals(find('switch (type.name) { case "a": f(); default: g(); }'), []);
});

Deno.test("checkSwitches() takes no default of another switch, key or case for that of the switch", () => {
  const inner = 'switch (b) { case "b": f(); default: assertNever(b, "go"); }';
  assertEquals(find(`switch (a.type) { case "a": { ${inner} } }`), [
    "1 a switch without a default",
  ]);
  assertEquals(find(`switch (a.type) { case "a": ${inner} default: g(); }`), [
    "1 a switch over the type of a union takes others too",
  ]);
  assertEquals(find('switch (a.type) { default: g(); case "a": assertNever(a, "go"); }'), [
    "1 a switch over the type of a union takes others too",
  ]);
  assertEquals(find('switch (a.b) { case "a": f({ default: 1 }); }'), [
    "1 a switch without a default",
  ]);
});

Deno.test("checkSwitches() finds nothing in words, comments and names", () => {
  assertEquals(
    find('// switch (a.type) { case "a": }', 'const s = "switch (a.type) { case 1: }";'),
    [],
  );
  assertEquals(
    find("class Light { switch(on: boolean) { this.on = on; } }", "light.switch(a);"),
    [],
  );
});
