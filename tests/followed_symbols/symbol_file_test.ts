/** Which list a start begins with: SYMBOLS, or what was changed while running. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SymbolFile } from "../../actors/followed_symbols/symbol_file.ts";

async function withDir(act: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await act(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("SymbolFile begins with SYMBOLS while the list was never changed", () =>
  withDir(async (dir) => {
    const list = await new SymbolFile(`${dir}/none`, ["AAAUSDT"]).read();
    assertEquals(list, { symbols: ["AAAUSDT"], note: null, isDamaged: false });
  }));

Deno.test("SymbolFile goes on with a changed list, and says from where", () =>
  withDir(async (dir) => {
    await new SymbolFile(`${dir}/new`, ["AAAUSDT"]).write(["AAAUSDT", "币安人生USDT"]);
    const { symbols, note } = await new SymbolFile(`${dir}/new`, ["AAAUSDT"]).read();
    assertEquals(symbols, ["AAAUSDT", "币安人生USDT"]);
    assertStringIncludes(note ?? "", `${dir}/new/symbols.json`);
    const names = await Array.fromAsync(Deno.readDir(`${dir}/new`));
    assertEquals(names.map(({ name }) => name), ["symbols.json"], "no draft is left");
  }));

Deno.test("SymbolFile begins with SYMBOLS again when that was changed later, and says so", () =>
  withDir(async (dir) => {
    await new SymbolFile(dir, ["AAAUSDT"]).write(["BBBUSDT"]);
    const { symbols, note, isDamaged } = await new SymbolFile(dir, ["AAAUSDT", "CCCUSDT"]).read();
    assertEquals([symbols, isDamaged], [["AAAUSDT", "CCCUSDT"], false]);
    assertStringIncludes(note ?? "", "SYMBOLS has changed");
  }));

for (
  const text of [
    "",
    "{",
    "[]",
    '{"start":["AAAUSDT"],"symbols":[]}',
    '{"start":["AAAUSDT"],"symbols":["../etc"]}',
    '{"start":["AAAUSDT"],"symbols":["BBBUSDT","BBBUSDT"]}',
    '{"start":["AAAUSDT"],"symbols":["BBB\\ud800USDT"]}',
    '{"start":["AAAUSDT"],"symbols":["BBB\u202eUSDT"]}',
  ]
) {
  Deno.test(`SymbolFile with ${JSON.stringify(text)} in it begins with SYMBOLS and names the file`, () =>
    withDir(async (dir) => {
      await Deno.writeTextFile(`${dir}/symbols.json`, text);
      const { symbols, note, isDamaged } = await new SymbolFile(dir, ["AAAUSDT"]).read();
      assertEquals([symbols, isDamaged], [["AAAUSDT"], true]);
      assertStringIncludes(note ?? "", `${dir}/symbols.json cannot be used`);
    }));
}

Deno.test("SymbolFile.write() rejects where nothing can be written, and leaves what was there", () =>
  withDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    const failure = await new SymbolFile(`${dir}/file/sub`, ["AAAUSDT"]).write(["BBBUSDT"])
      .then(() => null, (error) => error);
    assert(failure instanceof Error);
  }));
