import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { codedQtys, QTY_ERROR_MAX, qtyCodes } from "../../../shared/catalogue/qty_codes.ts";

const LEAST_CODE = -32_767;
const GREATEST_CODE = 32_767;
/** By their logarithm, in millionths: small ones are as many as large ones. (Of doubles most are next to 0.) */
const qtys = (least: number, most: number) =>
  fc.integer({ min: Math.ceil(least * 1e6), max: Math.floor(most * 1e6) })
    .map((exponent) => 10 ** (exponent / 1e6));

const codeOf = (qty: number) => qtyCodes([qty])[0] ?? NaN;
const qtyOf = (code: number) => codedQtys([code])[0] ?? NaN;

Deno.test("qtyCodes() keeps each quantity from 4e-17 to 2.4e16 right to a thousandth", () => {
  assert(QTY_ERROR_MAX < 0.001);
  fc.assert(fc.property(qtys(-16.38, 16.38), (qty) => {
    const code = codeOf(qty);
    assert(Number.isInteger(code) && code >= LEAST_CODE && code <= GREATEST_CODE, `${code}`);
    const error = Math.abs(qtyOf(code) - qty) / qty;
    assert(error <= QTY_ERROR_MAX, `${qty} is read as ${qtyOf(code)}`);
  }));
  // What steps of exchanges are made of is exact, and so is the least step of any with eight decimals.
  const tens = [1e-8, 1e-5, 0.001, 0.1, 1, 10, 1e6, 1e12];
  assertEquals(codedQtys(qtyCodes(tens)), tens);
});

Deno.test("qtyCodes() is in order: of two quantities the greater has no lesser code", () => {
  fc.assert(
    fc.property(qtys(-16, 16), fc.integer({ min: 0, max: 10_000 }), (qty, more) => {
      assert(codeOf(qty) <= codeOf(qty * (1 + more / 1e6)), `${qty} ${more}`);
      assert(codeOf(0) < codeOf(qty));
    }),
  );
});

Deno.test("codedQtys() gives each code a greater quantity of five digits, of which it is the code", () => {
  let last = 0;
  for (let code = LEAST_CODE; code <= GREATEST_CODE; code++) {
    const qty = qtyOf(code);
    assert(qty > last, `${code}`);
    assertEquals(Number(qty.toPrecision(5)), qty);
    assertEquals(codeOf(qty), code);
    last = qty;
  }
});

Deno.test("codedQtys() gives back what is nothing, and what is not known, as it was", () => {
  assertEquals(codedQtys(qtyCodes([0, null, -0, 1])), [0, null, 0, 1]);
  assertEquals(codedQtys(qtyCodes([])), []);
});

Deno.test("qtyCodes() takes no quantity for nothing, and has no code for what is too much or none", () => {
  assertEquals(qtyCodes([Number.MIN_VALUE, 1e-30]), [LEAST_CODE, LEAST_CODE]);
  for (const qty of [2.5e16, Number.MAX_VALUE, Infinity, -1, NaN]) {
    const code = codeOf(qty);
    assert(!(code >= LEAST_CODE - 1 && code <= GREATEST_CODE), `${qty} has the code ${code}`);
  }
});
