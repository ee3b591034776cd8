/** The symbol of which a `mortal_symbol.ts` dies; no market has it. */
export const DEADLY = "DEADLYUSDT";
