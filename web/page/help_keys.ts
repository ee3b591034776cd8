/** What keys do, as help lists it; what works all over the page is told by `page_keys.ts`. */

/** One line of help. */
export interface KeyHelp {
  /** As they are written on keyboards; one of them, unless there is a plus. */
  readonly keys: readonly string[];
  readonly does: string;
}

const ARROWS = ["↑", "↓"];

/** What panels do with keys while they have the focus; who makes a panel that heeds some tells of them here. */
export const PANEL_KEYS: Readonly<Record<string, readonly KeyHelp[]>> = {
  symbols: [{ keys: [...ARROWS, "Home", "End"], does: "choose another symbol" }],
  chart: [
    { keys: ["←", "→"], does: "move the cursor from point to point; with Shift, by ten" },
    { keys: ["+", "−"], does: "zoom in and out" },
    { keys: ["Page Up", "Page Down"], does: "go back in time, and forth" },
    { keys: ["Backspace"], does: "what was shown before" },
    { keys: ["Esc"], does: "back to live" },
  ],
  heatmap: [
    { keys: ["←", "→", ...ARROWS], does: "move the cursor of the heatmap" },
    { keys: ["+", "−"], does: "zoom in and out" },
    { keys: ["Page Up", "Page Down"], does: "go to higher and lower prices" },
    { keys: ["Home"], does: "follow the price" },
    { keys: ["Esc"], does: "take the cursor away" },
  ],
  depth: [
    { keys: ["←", "→"], does: "move the cursor of the depth chart" },
    { keys: ["Esc"], does: "take it away" },
  ],
};

/** What views do with keys, wherever the focus is within them. */
export const VIEW_KEYS: Readonly<Record<string, readonly KeyHelp[]>> = {
  overview: [
    { keys: [...ARROWS, "Page Up", "Page Down", "Home", "End"], does: "go from row to row" },
    { keys: ["Enter"], does: "open the desk of a symbol" },
  ],
};

/** While panels of a desk are being arranged. */
export const ARRANGE_KEYS: readonly KeyHelp[] = [
  { keys: ["←", "→", ...ARROWS], does: "move a panel; with Shift, make it larger or smaller" },
  { keys: ["Delete"], does: "take a panel away" },
];
