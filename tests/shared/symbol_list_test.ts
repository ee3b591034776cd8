import { assertEquals } from "@std/assert";
import { hasUnseen, shownName, symbolProblem } from "../../shared/symbol_list.ts";

Deno.test("symbolProblem() takes names in any script, with the marks that their words need", () => {
  for (
    const name of [
      "BTCUSDT",
      "1000SATSUSDT",
      "币安人生USDT",
      "ÄÖÜUSDT",
      "ΑΒΓUSDT",
      "БИТUSDT",
      "بيتكوينUSDT",
      "ביטקויןUSDT",
      "बिटकॉइनUSDT",
      "बिट्‍कUSDT",
      "می\u200cخواهمUSDT",
      "บิตคอยน์USDT",
      "비트코인USDT",
      "ビットコインUSDT",
      "😀USDT",
      "❤️USDT",
      "A".repeat(40),
    ]
  ) {
    assertEquals(
      [symbolProblem(name), hasUnseen(name), shownName(name)],
      [null, false, name],
      name,
    );
  }
});

Deno.test("symbolProblem() names what a reader cannot see", () => {
  for (
    const [character, code] of [
      ["\0", "U+0000"],
      ["\t", "U+0009"],
      ["\n", "U+000A"],
      ["\x1b", "U+001B"],
      ["\x7f", "U+007F"],
      ["\x85", "U+0085"],
      ["\u00ad", "U+00AD"],
      ["\u061c", "U+061C"],
      ["\u200b", "U+200B"],
      ["\u200e", "U+200E"],
      ["\u200f", "U+200F"],
      ["\u202a", "U+202A"],
      ["\u202e", "U+202E"],
      ["\u034f", "U+034F"],
      ["\u115f", "U+115F"],
      ["\u180e", "U+180E"],
      ["\u3164", "U+3164"],
      ["\uffa0", "U+FFA0"],
      ["\ufff9", "U+FFF9"],
      ["\u{e0041}", "U+E0041"],
      ["\u2060", "U+2060"],
      ["\u2066", "U+2066"],
      ["\u2069", "U+2069"],
      ["\ud800", "U+D800"],
      ["\udfff", "U+DFFF"],
      ["\ufeff", "U+FEFF"],
      ["\ufffd", "U+FFFD"],
    ] as const
  ) {
    for (const name of [`${character}BTC`, `BTC${character}USDT`, `币${character}`, character]) {
      assertEquals(
        symbolProblem(name),
        `must be a symbol as the exchange writes it: it holds ${code}, which cannot be seen; type ` +
          "it anew",
        code,
      );
      assertEquals(shownName(name), name.replace(character, `[${code}]`));
    }
  }
});

Deno.test("symbolProblem() refuses what separates names, small letters, and what is too long", () => {
  const asWritten = "must be a symbol as the exchange writes it, e.g. BTCUSDT";
  for (
    const name of [
      "",
      "A B",
      "A\u3000B",
      "A\u2028B",
      "A,B",
      "A/B",
      "A?",
      "A#",
      "A@B",
      "A".repeat(41),
    ]
  ) {
    assertEquals(symbolProblem(name), asWritten, JSON.stringify(name));
  }
  for (const name of ["btc", "BTCusdt", "äUSDT", "ßUSDT"]) {
    assertEquals(symbolProblem(name), "must be in capital letters, e.g. BTCUSDT", name);
  }
});
