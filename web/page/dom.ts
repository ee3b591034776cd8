/// <reference lib="dom" />
/** The few things that what is drawn by hand does to its elements. */

/** Sets the text of what holds text alone, only when it changed: an unchanged node costs no layout, and one with other text less than a new one. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) (node.firstChild ?? node).textContent = text;
}

/** Sets an attribute only when it changed; `null` removes it. */
export function setAttribute(node: Element, name: string, value: string | null): void {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Sets a CSS variable, -1…1 or 0…1, for bars; the style sheet draws them. */
export function setShare(node: HTMLElement, name: string, value: number | null): void {
  const text = value === null || !Number.isFinite(value) ? "0" : value.toFixed(4);
  if (node.style.getPropertyValue(name) !== text) node.style.setProperty(name, text);
}

/** Tells the style sheet how many characters must find room, `--length`: too many are written smaller. */
export function setLength(node: HTMLElement, length: number): void {
  const text = String(length);
  if (node.style.getPropertyValue("--length") !== text) node.style.setProperty("--length", text);
}

/** A new element with a class and text. */
export function make(tag: string, className: string, text = ""): HTMLElement {
  const node = document.createElement(tag);
  if (className !== "") node.className = className;
  if (text !== "") node.textContent = text;
  return node;
}
