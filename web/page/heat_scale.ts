/**
 * From quantities to colours: by their logarithm, as what rests differs by powers of ten, over colours that lie on straight
 * lines of OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020): equal steps look equal, and
 * lightness alone tells them apart, for whoever sees no difference of hue. Pure.
 */

/** From nothing to much, L, a and b of OKLab; the first is near the panel on which it lies. */
export type ColorStops = readonly (readonly [l: number, a: number, b: number])[];

/** Deep blue, teal, pale yellow. */
export const DARK_STOPS: ColorStops = [
  [0.19, -0.004, -0.02],
  [0.4, -0.01, -0.11],
  [0.68, -0.09, -0.03],
  [0.96, -0.03, 0.11],
];
/** Paper, sky, ink. */
export const LIGHT_STOPS: ColorStops = [
  [0.985, 0, 0],
  [0.8, -0.05, -0.06],
  [0.55, -0.02, -0.15],
  [0.27, 0.04, -0.13],
];

/** Different colours. */
export const LEVELS = 256;
/** Little is what so many are less than: it is hardly seen. Much, which is seen at its fullest, is what so many are. */
const LITTLE_SHARE = 0.3;
const MUCH_SHARE = 0.99;
/** The level of little, as a share of the fullest, and the least of what is not nothing. */
const LITTLE_LEVEL = 0.12;
const LEAST_LEVEL = 0.03;
/** Much is at least so many powers of ten more than little: else what is alike would look different. */
const DECADES_MIN = 0.6;
/** A measure that is other by less stays: everything would be drawn anew. */
const SAME_DECADES = 0.12;
/** The slider's reach to either side, powers of ten. */
const SLIDER_DECADES = 1;
/** How opaque what is only a lower bound is, of 255. */
const FAINT_ALPHA = 150;

/** What is little and what is much, quantities above 0. */
export interface HeatMeasure {
  readonly little: number;
  readonly much: number;
}

/** From what rests, above 0 each; `before` stays while it is about right. `null`: nothing rests. O(n · log n). */
export function measureOf(
  quantities: readonly number[],
  before: HeatMeasure | null,
): HeatMeasure | null {
  if (quantities.length === 0) return before;
  const sorted = Float64Array.from(quantities).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  const little = at(LITTLE_SHARE);
  const measure = { little, much: Math.max(at(MUCH_SHARE), little * 10 ** DECADES_MIN) };
  return before !== null && isLike(before, measure) ? before : measure;
}

function isLike(one: HeatMeasure, other: HeatMeasure): boolean {
  const isNear = (a: number, b: number) => Math.abs(Math.log10(a / b)) < SAME_DECADES;
  return isNear(one.little, other.little) && isNear(one.much, other.much);
}

/** The level of a quantity, 0 to 255; `intensity`, 0 to 100: 50 is as measured, more makes less look like much. */
export function levelsOf(measure: HeatMeasure | null, intensity: number): (qty: number) => number {
  if (measure === null) return () => 0;
  const shift = 10 ** (SLIDER_DECADES * (50 - intensity) / 50);
  const little = measure.little * shift;
  const decades = Math.log10(measure.much / measure.little);
  return (qty) => {
    if (!(qty > 0)) return 0;
    const share = LITTLE_LEVEL + (1 - LITTLE_LEVEL) * Math.log10(qty / little) / decades;
    return Math.round((LEVELS - 1) * Math.min(1, Math.max(LEAST_LEVEL, share)));
  };
}

/** As pixels in memory, red first; and the same fainter, for what is only a lower bound. */
export function colorsOf(stops: ColorStops): { full: Uint32Array; faint: Uint32Array } {
  const rgb = spread(stops, LEVELS).map(rgbOf);
  const packed = (alpha: number) => {
    const bytes = new Uint8ClampedArray(4 * rgb.length);
    rgb.forEach((one, i) => bytes.set([...one, alpha], 4 * i));
    return new Uint32Array(bytes.buffer);
  };
  return { full: packed(255), faint: packed(FAINT_ALPHA) };
}

/** So many points at equal distances along the lines. */
export function spread(stops: ColorStops, count: number): ColorStops {
  const lengths = stops.slice(1).map((stop, i) => distance(stops[i] ?? stop, stop));
  const total = lengths.reduce((sum, one) => sum + one, 0);
  return Array.from({ length: count }, (_, n) => {
    let along = total * n / (count - 1);
    let leg = 0;
    while (leg < lengths.length - 1 && along > (lengths[leg] ?? 0)) along -= lengths[leg++] ?? 0;
    const [from, to] = [stops[leg], stops[leg + 1]];
    const share = along / (lengths[leg] ?? 1);
    const mix = (part: 0 | 1 | 2) => {
      const begin = from?.[part] ?? 0;
      return begin + share * ((to?.[part] ?? begin) - begin);
    };
    return [mix(0), mix(1), mix(2)] as const;
  });
}

function distance(from: ColorStops[number], to: ColorStops[number]): number {
  return Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]);
}

/** Red, green and blue of sRGB, 0 to 255. */
export function rgbOf([l, a, b]: ColorStops[number]): readonly [number, number, number] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** The curve of sRGB, IEC 61966-2-1. */
function encoded(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
