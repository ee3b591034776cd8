/** Text on every ground of the page can be read: contrasts of the style sheet's colours, by WCAG 2.2 (1.4.3, AA). */
import { assert } from "@std/assert";
import { pageStyle } from "../../scripts/page.ts";

const TEXT_MIN = 4.5;
const css = await pageStyle();
const THEMES = ["light", "dark"] as const;
const PALETTES = ["green-red", "blue-orange"] as const;

/** What is written on what. */
const WRITTEN: readonly (readonly [ground: string, texts: readonly string[]])[] = [
  ["ground", ["text", "muted", "bid", "ask", "warning", "focus"]],
  ["panel", ["text", "muted", "bid", "ask", "warning", "focus"]],
  ["raised", ["text", "muted", "bid", "ask", "warning"]],
  // Bars, with prices and quantities on them.
  ["bid-soft", ["text", "muted", "bid"]],
  ["ask-soft", ["text", "muted", "ask"]],
  // Pills and banners.
  ["warning-soft", ["text", "muted", "warning"]],
  ["bad-soft", ["text", "muted", "ask"]],
];

for (const theme of THEMES) {
  for (const palette of PALETTES) {
    const colors = colorsOf(theme, palette);
    Deno.test(`Every text of the ${theme} theme in ${palette} has a contrast of ${TEXT_MIN} on every ground that it stands on`, () => {
      for (const [ground, texts] of WRITTEN) {
        for (const text of texts) {
          const contrast = contrastOf(colors.get(text), colors.get(ground));
          assert(contrast >= TEXT_MIN, `${text} on ${ground}: ${contrast.toFixed(2)}`);
        }
      }
    });
  }
}

/** What must not be taken for one another: sides, and how bad something is. */
const TOLD_APART = [["bid", "ask"], ["bid", "warning"], ["warning", "ask"]] as const;
/** As far apart as this two colours are told apart at a glance (CIE 1976, ΔE*). */
const APART_MIN = 15;

for (const theme of THEMES) {
  Deno.test(`Sides and severities of the ${theme} theme in blue-orange are told apart by eyes that lack a kind of cones`, () => {
    const colors = colorsOf(theme, "blue-orange");
    for (const [kind, matrix] of Object.entries(LACKING)) {
      for (const [one, other] of TOLD_APART) {
        const [a, b] = [one, other].map((name) => seenBy(matrix, colors.get(name)));
        const apart = distance(a, b);
        assert(apart >= APART_MIN, `${one} and ${other}, ${kind}: ${apart.toFixed(1)}`);
      }
    }
  });
}

/** Of `:root`, with what the palette has otherwise. */
function colorsOf(theme: typeof THEMES[number], palette: typeof PALETTES[number]) {
  const found = new Map<string, string>();
  for (const selector of [":root {", `:root[data-palette="${palette}"] {`]) {
    const from = css.indexOf(selector);
    const block = from < 0 ? "" : css.slice(from, css.indexOf("}", from));
    const pairs = block.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g);
    for (const [, name = "", light = "", dark = ""] of pairs) {
      found.set(name, theme === "light" ? light : dark);
    }
  }
  return found;
}

function contrastOf(one: string | undefined, other: string | undefined): number {
  const [least = NaN, most = NaN] = [one, other].map(luminanceOf).sort((a, b) => a - b);
  return (most + 0.05) / (least + 0.05);
}

function luminanceOf(hex = ""): number {
  const [red = NaN, green = NaN, blue = NaN] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(hex = ""): readonly number[] {
  return [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

type Matrix = readonly (readonly [number, number, number])[];

/** What is left of a colour, linear RGB: Machado, Oliveira, Fernandes 2009, table 1, severity 1.0. */
const LACKING: Readonly<Record<string, Matrix>> = {
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [
    0.004733,
    0.691367,
    0.3039,
  ]],
};

function seenBy(matrix: Matrix, hex: string | undefined): readonly number[] {
  const [red = NaN, green = NaN, blue = NaN] = linear(hex);
  return matrix.map(([a, b, c]) => Math.min(1, Math.max(0, a * red + b * green + c * blue)));
}

/** ΔE*ab of two colours in linear sRGB, D65. */
function distance(one: readonly number[] = [], other: readonly number[] = []): number {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? NaN)));
}

function lab([red = NaN, green = NaN, blue = NaN]: readonly number[]): readonly number[] {
  const [x = NaN, y = NaN, z = NaN] = [
    (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
    0.2126 * red + 0.7152 * green + 0.0722 * blue,
    (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
  ].map((part) => part > 216 / 24_389 ? Math.cbrt(part) : (24_389 / 27 * part + 16) / 116);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
