/**
 * The contrast of text in a page, for the page itself, by WCAG 2.2 (1.4.3, AA). axe leaves open what lies on bars, gradients and
 * what is drawn before or after an element: here every colour that may lie below the text counts, also where a bar does not
 * reach at the moment, and the least contrast of all of them is taken.
 */
export const CONTRAST = `{
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parsed = new Map();
  // Any colour as the browser writes it: red, green, blue, and its opacity.
  const parse = (text) => {
    if (!parsed.has(text)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      parsed.set(text, { rgb: [r, g, b], alpha: a / 255 });
    }
    return parsed.get(text);
  };
  const over = ({ rgb, alpha }, below) => rgb.map((part, i) => part * alpha + below[i] * (1 - alpha));
  const linear = (part) => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const contrast = (one, other) => {
    const [least, most] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (most + 0.05) / (least + 0.05);
  };
  const colorsOf = (image) => image.match(/(?:rgba?|color|oklab)\\([^()]*\\)/g) ?? [];
  const different = (grounds) => [...new Map(grounds.map((one) => [one.map(Math.round).join(), one])).values()];
  const laid = ({ backgroundColor, backgroundImage }, below) => {
    const ground = parse(backgroundColor);
    const plain = below.map((one) => over(ground, one));
    return different([...plain, ...colorsOf(backgroundImage).flatMap((bar) => plain.map((one) => over(parse(bar), one)))]);
  };
  const groundsOf = (one, known) => {
    if (one === null) return [parse("Canvas").rgb];
    if (known.has(one)) return known.get(one);
    const own = laid(getComputedStyle(one), groundsOf(one.parentElement, known));
    const drawn = ["::before", "::after"].map((part) => getComputedStyle(one, part))
      .filter(({ content, position, opacity }) => content === '""' && position === "absolute" && opacity !== "0");
    // What lies below the text by its own will, the text stands on.
    const under = drawn.find(({ zIndex }) => Number(zIndex) < 0);
    const grounds = under === undefined
      ? different([...own, ...drawn.flatMap((style) => laid(style, own))])
      : laid(under, own);
    known.set(one, grounds);
    return grounds;
  };
  const opacityOf = (one) => one === null ? 1 : Number(getComputedStyle(one).opacity) * opacityOf(one.parentElement);
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
  globalThis.unreadableIn = (within) => {
    const known = new Map();
    const lines = [];
    for (const element of document.querySelector(within).querySelectorAll("*")) {
      if (![...element.childNodes].some(isText)) continue;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // What cannot be used now need not be read, and an option is the system's own.
      if (element.closest(":disabled, [aria-disabled=true], option, title, script") !== null) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const { rgb, alpha } = parse(color);
      const ink = { rgb, alpha: alpha * opacityOf(element) };
      const least = Math.min(...groundsOf(element, known).map((ground) => contrast(over(ink, ground), ground)));
      const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
      if (least < (isLarge ? 3 : 4.5)) {
        lines.push(["contrast", least.toFixed(2), color, element.outerHTML.slice(0, 160)].join(" | "));
      }
    }
    return lines;
  };
}`;
