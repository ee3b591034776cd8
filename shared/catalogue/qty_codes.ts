/**
 * Quantities as the store keeps many of them: each as its logarithm in a whole number of two bytes. The code of a quantity is
 * 2,000 times its decimal logarithm, rounded: a power of ten is exact, and any other right to 0.07 % (`QTY_ERROR_MAX`). Nothing,
 * 0, is the least code there is; what is not known, `null`, has none. Two quantities have the same code or are in the order of
 * their codes. Pure.
 *
 * - From 4·10⁻¹⁷ to 2.4·10¹⁶ all quantities have one: no exchange has finer steps, nor so much of anything.
 * - Something that is less has the least code of something, so that it is not taken for nothing.
 * - What is more, and what is no quantity (below 0, `NaN`), gets a number that is no code: the database refuses such a row, as
 *   it does a number too large for a `real`.
 */

const CODES_PER_DECADE = 2_000;
const NOTHING = -32_768;
const LEAST = -32_767;

/** How much a quantity may be from what is read of it, as a share of itself: half a step between codes, and five digits. */
export const QTY_ERROR_MAX = 0.00063;

/** The codes of quantities. */
export function qtyCodes(qtys: readonly (number | null)[]): (number | null)[] {
  return qtys.map((qty) => {
    if (qty === null) return null;
    if (qty === 0) return NOTHING;
    return Math.max(LEAST, Math.round(CODES_PER_DECADE * Math.log10(qty)));
  });
}

/** The same as an expression of SQL, of a column that is an array of numbers. Too dear for many rows: what was stored otherwise. */
export function qtyCodesSql(column: string): string {
  const code = `greatest(${LEAST}, round(${CODES_PER_DECADE} * log(qty::float8)))`;
  return `ARRAY(SELECT (CASE WHEN qty = 0 THEN ${NOTHING} WHEN qty IS NOT NULL THEN ${code} END)::int2
    FROM unnest(${column}) WITH ORDINALITY AS listed (qty, place) ORDER BY place)`;
}

/** Digits of the quantities of a decade, as whole numbers: those of the codes from 0 on. */
const DIGITS = Array.from(
  { length: CODES_PER_DECADE },
  (_, code) => Math.round(10 ** (4 + code / CODES_PER_DECADE)),
);
/** Whole numbers all of them, which a division by one leaves as exact as can be. */
const TENS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** The quantities of codes, with five digits. */
export function codedQtys(codes: readonly (number | null)[]): (number | null)[] {
  return codes.map((code) => {
    if (code === null) return null;
    if (code === NOTHING) return 0;
    const decade = Math.floor(code / CODES_PER_DECADE);
    const digits = DIGITS[code - decade * CODES_PER_DECADE] ?? NaN;
    const exponent = decade - 4;
    return exponent < 0 ? digits / (TENS[-exponent] ?? NaN) : digits * (TENS[exponent] ?? NaN);
  });
}
