/** For how long history is kept, in the few words of the page's top and the many of whoever asks. Pure. */
import { daysText } from "../../shared/days_text.ts";
import type { Answer, StorageAnswer } from "./api.ts";
import { formatBytes, NOTHING } from "./format.ts";

/** What is shown of an answer; `null`: none has come yet. */
export function keptNotice(
  answer: Answer<StorageAnswer> | null,
): { readonly text: string; readonly title: string } {
  if (answer === null) return unknown("the server has not said so yet");
  if (!answer.ok) return unknown(answer.error);
  const { tables, symbols, bytes, maxBytes } = answer.value;
  // What has no room of its own goes by its age alone.
  const days = new Map(tables.map(({ name, roomDays, keepDays }) => [name, roomDays ?? keepDays]));
  const [each, hourly] = [days.get("metrics"), days.get("metrics_1h")];
  if (each === undefined || hourly === undefined) {
    return unknown("the server is of another version");
  }
  const of = symbols === 1 ? "the symbol" : `the ${symbols} symbols`;

  const lines = [...Map.groupBy(days, ([, kept]) => daysText(kept))].map(([text, kept]) => ({
    days: kept[0]?.[1] ?? Infinity,
    text: `${text}: ${kept.map(([name]) => name).join(", ")}`,
  }));
  return {
    text: `history ${daysText(each)}, hourly ${daysText(hourly)}`,
    title: [
      `For how long rows of ${of} followed now are kept at least; ` +
      `history takes ${formatBytes(bytes)} of ${formatBytes(maxBytes)} (HISTORY_MAX_GB).`,
      ...lines.sort((a, b) => a.days - b.days).map(({ text }) => text),
    ].join("\n"),
  };
}

function unknown(reason: string): { readonly text: string; readonly title: string } {
  return { text: `history ${NOTHING}`, title: `For how long it is kept is not known: ${reason}` };
}
