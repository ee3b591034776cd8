/** Reads server-sent events as a browser does; enough for tests. */

/** One event that a page would see. */
export interface ParsedEvent {
  readonly name: string;
  readonly id: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The events of a whole text; comments, `retry:` and lone ids are left out. */
export function parseEvents(text: string): ParsedEvent[] {
  return text.split("\n\n").flatMap((block) => {
    const fields = new Map(
      block.split("\n").map((line) => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)] as const;
      }),
    );
    const name = fields.get("event");
    if (name === undefined) return [];
    return [{
      name,
      id: fields.get("id") ?? null,
      payload: JSON.parse(fields.get("data") ?? "null"),
    }];
  });
}

/** Reads from an open stream until `enough` says so of all events so far. */
export async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  enough: (events: ParsedEvent[]) => boolean,
): Promise<ParsedEvent[]> {
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended early, after: ${text}`);
    text += decoder.decode(value, { stream: true });
    const complete = text.slice(0, text.lastIndexOf("\n\n") + 2);
    const events = parseEvents(complete);
    if (enough(events)) return events;
  }
}
