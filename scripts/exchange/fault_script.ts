/**
 * Fault rules as people write them: `gap symbol=BTCUSDT stream=depth after=20; banned seconds=120`, one
 * rule a line or between semicolons, or the same as a JSON array of `FaultRule`.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { UNITS_MS } from "../flags.ts";
import { FAULT_KINDS, type FaultRule, isFaultKind } from "./faults.ts";

const STREAMS = ["depth", "bookTicker", "trade", "aggTrade"];

/** How each option of a rule is read from text, and what its value must be. */
type Type = "duration" | "whole" | "share" | "text" | "stream" | "signed";
const OPTIONS: Readonly<Record<string, readonly [field: string, type: Type]>> = {
  at: ["atMs", "duration"],
  after: ["after", "whole"],
  times: ["times", "whole"],
  rate: ["rate", "share"],
  every: ["everyMs", "duration"],
  for: ["forMs", "duration"],
  symbol: ["symbol", "text"],
  stream: ["stream", "stream"],
  connection: ["connection", "whole"],
  path: ["path", "text"],
  age: ["ageMs", "duration"],
  ms: ["ms", "signed"],
  bytes: ["bytes", "whole"],
  by: ["by", "whole"],
  code: ["code", "whole"],
  http: ["http", "whole"],
  seconds: ["seconds", "whole"],
  status: ["status", "text"],
  tickSize: ["tickSize", "text"],
  name: ["name", "text"],
};
const TYPES = new Map<string, Type>(Object.values(OPTIONS));

/**
 * Reads a script.
 *
 * @throws {RangeError} with one line that names the rule and what is wrong with it.
 */
export function parseFaults(script: string): FaultRule[] {
  const text = script.trim();
  if (text.startsWith("[")) return parseJson(text);
  return text.split(/[;\n]/).map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "").map(parseLine);
}

function parseLine(line: string): FaultRule {
  const [kind = "", ...words] = line.split(/\s+/);
  const fields: Record<string, unknown> = { kind };
  for (const word of words) {
    const [name = "", ...rest] = word.split("=");
    const value = rest.join("=");
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (option === undefined || value === "") {
      const known = Object.keys(OPTIONS).join(", ");
      throw refused(line, `"${word}" must be one of ${known}, each with =value`);
    }
    fields[option[0]] = valueOf(value, option[1]);
  }
  return checked(fields, line);
}

function valueOf(text: string, type: Type): unknown {
  if (type === "text" || type === "stream") return text;
  if (type !== "duration") return Number(text);
  const [, number, unit = "ms"] = /^([\d.]+)(ms|s|m|h)?$/.exec(text) ?? [];
  return Number(number) * (UNITS_MS[unit] ?? NaN);
}

function parseJson(text: string): FaultRule[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new RangeError("Cannot read faults: they begin with [ and are no JSON", { cause });
  }
  if (!Array.isArray(json)) throw refused(text, "a list of rules is wanted");
  return json.map((entry) => {
    const isObject = typeof entry === "object" && entry !== null;
    return checked(isObject ? entry : {}, JSON.stringify(entry));
  });
}

function checked(fields: Readonly<Record<string, unknown>>, line: string): FaultRule {
  const { kind, ...options } = fields;
  if (typeof kind !== "string" || !isFaultKind(kind)) {
    throw refused(line, `it must begin with one of ${FAULT_KINDS.join(", ")}`);
  }
  for (const [field, value] of Object.entries(options)) {
    const type = TYPES.get(field);
    if (type === undefined) throw refused(line, `"${field}" is not known`);
    const wanted = wantedOf(type, value);
    if (wanted !== null) throw refused(line, `${field} must be ${wanted}, received ${value}`);
  }
  return { kind, ...options };
}

/** What the value should have been; `null`: it is. */
function wantedOf(type: Type, value: unknown): string | null {
  const isNumber = typeof value === "number" && !Number.isNaN(value);
  switch (type) {
    case "duration":
      return isNumber && value >= 0 ? null : "a duration, e.g. 500ms, 5s, 2m (JSON: milliseconds)";
    case "whole":
      return isNumber && value >= 0 && (value === Infinity || Number.isSafeInteger(value))
        ? null
        : "a whole number";
    case "signed":
      return isNumber ? null : "a number of milliseconds";
    case "share":
      return isNumber && value >= 0 && value <= 1 ? null : "from 0 to 1";
    case "stream":
      return typeof value === "string" && STREAMS.includes(value)
        ? null
        : `one of ${STREAMS.join(", ")}`;
    case "text":
      return typeof value === "string" ? null : "a text";
    default:
      return assertNever(type, "read an option of a fault");
  }
}

function refused(line: string, why: string): RangeError {
  const short = line.length > 120 ? `${line.slice(0, 120)}…` : line;
  return new RangeError(`Cannot read fault "${short}": ${why}`);
}
