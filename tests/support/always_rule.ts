/** A rule of people's own that fires as soon as a book is live, and goes on. */
export const ALWAYS = {
  kind: "threshold",
  sources: [{ metric: "spreadTicks" }],
  enter: 0,
  leave: 0,
  summary: { text: "it is always so" },
} as const;
