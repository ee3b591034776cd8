/** axe-core in a page: what of WCAG 2.2, levels A and AA, it breaks; and the contrast of every text, by what may lie below it. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { CONTRAST } from "./contrast.ts";

/** Of WCAG up to 2.2, A and AA, and what axe's makers count as good practice: landmarks, headings, labels that are one. */
const RULES = {
  runOnly: {
    type: "tag",
    values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  },
  resultTypes: ["violations"],
  preload: false,
};

/** Once per document, before the others. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  await page.evaluate(CONTRAST);
}

/** One line for each place within a selector that breaks a rule. */
export async function brokenIn(page: Page, within: string): Promise<string[]> {
  return await page.evaluate<string[]>(`(async () => {
    const { violations } = await axe.run(${JSON.stringify(within)}, ${JSON.stringify(RULES)});
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any, all, none, html }) => {
        const [told] = [...any, ...all, ...none];
        return [id, ...target, told?.message ?? "", html.slice(0, 160)].join(" | ");
      })
    );
  })()`);
}

/** One line for each text within a selector that cannot be read in the present look. */
export async function unreadableIn(page: Page, within: string): Promise<string[]> {
  return await page.evaluate<string[]>(`unreadableIn(${JSON.stringify(within)})`);
}
