/// <reference lib="dom" />
/** What the person at the page may do: shown at its top, and what they may not is disabled with its reason. */
import type { Access } from "../../shared/protocol.ts";
import { element, setAttribute, setText } from "./dom.ts";

/** Why a reader cannot change the list. */
export const READ_ONLY = "Read-only: a change of the list needs the operator's token.";

/** Shows it; an asking field stays as it is. */
export function renderAccess({ mayOperate, hasSession }: Access): void {
  element("read-only").hidden = mayOperate;
  setAttribute(element("read-only"), "title", READ_ONLY);
  element("log-out").hidden = !hasSession;
  for (const id of ["add-name", "add"]) {
    setAttribute(element(id), "disabled", mayOperate ? null : "");
    setAttribute(element(id), "title", mayOperate ? null : READ_ONLY);
  }
  setText(element("read-only-note"), mayOperate ? "" : READ_ONLY);
}
