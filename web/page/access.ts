/// <reference lib="dom" />
/** What the person at the page may do: a reader is told so at its top, and sees nothing that changes the list. */
import type { Access } from "../../shared/browser_events.ts";
import { element } from "./dom.ts";

/** Shows it; the crosses of the rows are the list's own. */
export function renderAccess({ mayOperate, hasSession }: Access): void {
  element("read-only").hidden = mayOperate;
  element("add-symbol").hidden = !mayOperate;
  element("log-out").hidden = !hasSession;
}
