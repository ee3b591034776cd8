/// <reference lib="dom" />
/** What this page keeps as text in the storage of the browser, each under a name that is never given to anything else. */

const PREFIX = "order-book-monitor.";

/** What was kept; `null`: nothing, as where storage is forbidden. */
export function keptText(name: string): string | null {
  return unlessForbidden(() => localStorage.getItem(PREFIX + name), null);
}

/** Keeps a text, or with `null` nothing more; false: storage is forbidden or full, and it ends with this page. */
export function keepText(name: string, text: string | null): boolean {
  return unlessForbidden(() => {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
    return true;
  }, false);
}

/** Calls `heed` when another window of this browser keeps another text, or with `null` nothing more, under a name. */
export function onKeptElsewhere(heed: (name: string, text: string | null) => void): void {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(PREFIX)) heed(key.slice(PREFIX.length), newValue);
  });
}

function unlessForbidden<Value>(act: () => Value, otherwise: Value): Value {
  try {
    return act();
  } catch (error) {
    if (error instanceof DOMException) return otherwise;
    throw error;
  }
}
