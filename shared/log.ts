/**
 * One line per event on standard error, for a person at a terminal:
 * `12:34:56.789 INFO  BTCUSDT  live at update 123`. Standard output stays free for data.
 */
import { utcNowMs } from "./clock.ts";
import { concealed, unmistakable } from "./secrets.ts";

/** Severity, most verbose first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** How important a line is: `LOG_LEVELS` has them by rising importance. */
export type LogLevel = typeof LOG_LEVELS[number];

let threshold = LOG_LEVELS.indexOf("info");
let secrets: readonly string[] = [];

/** Lines below this level are not printed. */
export function setLogLevel(level: LogLevel): void {
  threshold = LOG_LEVELS.indexOf(level);
}

/** From now on these are in no line, whoever has written it: drivers and servers may quote them. */
export function hideInLog(texts: readonly string[]): void {
  secrets = unmistakable(texts);
}

/** Prints one line; `who` is an actor or a symbol, `what` a sentence without a full stop. */
export function log(level: LogLevel, who: string, what: string): void {
  if (LOG_LEVELS.indexOf(level) < threshold) return;
  const time = new Date(utcNowMs()).toISOString().slice(11, 23);
  console.error(
    `${time} ${level.toUpperCase().padEnd(5)} ${who.padEnd(10)} ${concealed(what, secrets)}`,
  );
}
