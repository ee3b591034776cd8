/** How an answer may be packed for who asks. Pure. Source: RFC 9110, sections 8.4.1 and 12.5.3. */

/** The codings that are made here, the better first. */
export const CODINGS = ["br", "gzip"] as const;

/** One of these. */
export type Coding = typeof CODINGS[number];

/** Of what is there to choose from, what `Accept-Encoding` likes best; `null`: as it is. */
export function codingFor(accepted: string | undefined, made: readonly Coding[]): Coding | null {
  const weights = weightsOf(accepted ?? "");
  const weightOf = (coding: Coding) => weights.get(coding) ?? weights.get("*") ?? 0;
  let best: Coding | null = null;
  for (const coding of CODINGS) {
    if (!made.includes(coding) || weightOf(coding) === 0) continue;
    if (best === null || weightOf(coding) > weightOf(best)) best = coding;
  }
  return best;
}

/** By name; what is not wanted has 0. */
function weightsOf(accepted: string): ReadonlyMap<string, number> {
  return new Map(
    accepted.toLowerCase().split(",").map((one) => {
      const [name = "", ...parameters] = one.split(";").map((part) => part.trim());
      const weight = parameters.find((part) => part.startsWith("q="))?.slice(2);
      const number = Number(weight ?? 1);
      return [name, Number.isNaN(number) ? 0 : number];
    }),
  );
}

/** What is sent, packed or not. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Packs bytes in one way. */
export type Pack = (coding: Coding, bytes: Bytes) => Promise<Bytes>;

/** An answer that is given to several: it keeps what was packed of it. */
export interface PackedForms {
  /** Of the answer that these are forms of: another may have taken its place. */
  readonly etag: string;
  of(coding: Coding, pack: Pack): Promise<Bytes>;
}
