/** The single keys that work all over the page. Pure. */

/** What a key does. */
export type PageKey =
  | { readonly kind: "help" }
  | { readonly kind: "pause" }
  /** Leads to one of the views, by its place in their list. */
  | { readonly kind: "view"; readonly index: number };

/** `null`: it is none of the page's. */
export function pageKey(key: string, views: number): PageKey | null {
  if (key === "?") return { kind: "help" };
  if (key === "p" || key === "P") return { kind: "pause" };
  const index = /^[1-9]$/.test(key) ? Number(key) - 1 : NaN;
  return index < views ? { kind: "view", index } : null;
}
