/** How a number is written, on the page and in sentences that are stored. Pure. */

/** What stands between its digits. */
export interface Marks {
  readonly thousands: string;
  readonly decimal: string;
}

const MINUS = "−";
/** Smaller price steps than this do not occur. */
export const DECIMALS_MAX = 12;
/** Digits of a price that carry meaning; beyond them binary fractions show. */
const SIGNIFICANT_DIGITS = 12;
/** Those of a sentence, which is stored for all who read it. */
const PLAIN: Marks = { thousands: ",", decimal: "." };

/** Decimals that a price was quoted with: 65000.01 has two. */
export function decimalsOf(price: number): number {
  const exact = Number(price.toPrecision(SIGNIFICANT_DIGITS));
  const [digits = "", exponent = "0"] = String(exact).split("e");
  const point = digits.indexOf(".");
  const decimals = (point < 0 ? 0 : digits.length - point - 1) - Number(exponent);
  return Math.min(DECIMALS_MAX, Math.max(0, decimals));
}

/** With a fixed number of decimals and thousands apart: `65,000.01`, `−0.10`; what rounds to zero has no sign. */
export function numberText(value: number, decimals: number, marks: Marks = PLAIN): string {
  const digits = Math.abs(value).toFixed(decimals);
  const [whole = "", fraction] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, marks.thousands);
  const text = fraction === undefined ? grouped : `${grouped}${marks.decimal}${fraction}`;
  return value < 0 && Number(digits) !== 0 ? `${MINUS}${text}` : text;
}
