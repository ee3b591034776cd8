/** Schemas of variables: from trimmed text to a value. A message follows the name: `must be …`. */
import { z } from "zod";
import { readExchangeUrl } from "./exchange_url.ts";
import { symbolProblem, SYMBOLS_MAX } from "./symbol_list.ts";
import { UrlProblem } from "./url_parts.ts";

/** Reads one text. */
export type Schema<Value> = z.ZodType<Value, string>;

/** Digits only, from `min` to `max`. */
export function wholeNumber(min: number, max: number, what: string): Schema<number> {
  const message = `must be ${what}, ${min} to ${max}`;
  return z.string().regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((n) => n >= min && n <= max, message);
}

/** What one of the readers of URLs makes of a text. */
export function url<Value>(read: (text: string) => Value): Schema<Value> {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof UrlProblem)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });
}

/** An exchange has few addresses: each one more is one more that fails before a person is told. */
export const BASE_URLS_MAX = 10;

/** Base URLs with commas between them; what is wrong with the first bad one is said. */
export function baseUrls(schemes: readonly string[]): Schema<readonly string[]> {
  return z.string()
    .transform(listOf)
    .transform((parts, context) =>
      parts.map((part, at) => {
        const result = url((text) => readExchangeUrl(text, schemes)).safeParse(part);
        if (result.success) return result.data;
        const which = parts.length === 1 ? "" : ` in each place (number ${at + 1} is not)`;
        const message = `${result.error.issues[0]?.message}${which}`;
        context.addIssue({ code: "custom", message });
        return part;
      })
    )
    .refine((urls) => urls.length > 0, "must name at least one address")
    .refine((urls) => urls.length <= BASE_URLS_MAX, `must name at most ${BASE_URLS_MAX} addresses`)
    .refine((urls) => new Set(urls).size === urls.length, "must name each address once");
}

/** `auto`, or how many. */
export const symbolsPerWorker: Schema<number | "auto"> = z.string().transform((text, context) => {
  if (text === "auto") return text;
  const what = "auto, or a whole number of symbols";
  const number = wholeNumber(1, SYMBOLS_MAX, what).safeParse(text);
  if (number.success) return number.data;
  const message = number.error.issues[0]?.message ?? `must be ${what}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** Symbols with commas between them, each once. */
export const symbolList: Schema<readonly string[]> = z.string()
  .transform(listOf)
  .refine((list) => list.length > 0, "must name at least one symbol, e.g. BTCUSDT,ETHUSDT")
  .refine((list) => list.length <= SYMBOLS_MAX, `must name at most ${SYMBOLS_MAX} symbols`)
  .refine((list) => new Set(list).size === list.length, "must name each symbol once")
  .superRefine((list, context) => {
    const problem = list.map(symbolProblem).find((found) => found !== null);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  })
  .readonly();

/** A name, or an address with or without colons; without the brackets that a URL puts around it. */
export const hostName: Schema<string> = z.string().refine(
  (text) =>
    /^[\w.:\-]+$/.test(text) &&
    URL.canParse(text.includes(":") ? `http://[${text}]` : `http://${text}`),
  "must be a host name or an IP address",
);

const ADDRESS = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** A secret that fits into a header, and that nobody guesses. */
export const secretText: Schema<string> = z.string().regex(
  /^[\x21-\x7e]{16,500}$/,
  "must have 16 to 500 characters of ASCII, none of them a space, e.g. what `openssl rand -hex 32` prints",
);

/** IP addresses and networks with commas between them; none at all is fine. */
export const addressList: Schema<readonly string[]> = z.string()
  .transform(listOf)
  .refine(
    (list) => list.every((one) => ADDRESS.safeParse(one).success),
    "must be IP addresses or networks, e.g. 127.0.0.1,172.16.0.0/12",
  )
  .readonly();

function listOf(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}
