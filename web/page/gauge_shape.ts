/** Half a circle from −1 at the left to 1 at the right, in the picture's own units. Pure. */

/** In units of the view box, from one end of the scale to the other with its marks. */
export const GAUGE_WIDTH = 200;
/** Its height, with room for the hub. */
export const GAUGE_HEIGHT = 112;
const CENTRE_X = GAUGE_WIDTH / 2;
const CENTRE_Y = 100;

/** The point at a value, so far from the centre. */
export function pointAt(value: number, radius: number): readonly [x: number, y: number] {
  const angle = Math.PI * (1 - (clamped(value) + 1) / 2);
  return [
    rounded(CENTRE_X + radius * Math.cos(angle)),
    rounded(CENTRE_Y - radius * Math.sin(angle)),
  ];
}

/** The way along the circle from one value to another. */
export function arcPath(from: number, to: number, radius: number): string {
  const [[fromX, fromY], [toX, toY]] = [pointAt(from, radius), pointAt(to, radius)];
  return `M${fromX} ${fromY}A${radius} ${radius} 0 0 1 ${toX} ${toY}`;
}

/** The way from the circle outwards at a value. */
export function tickPath(value: number, inner: number, outer: number): string {
  const [[fromX, fromY], [toX, toY]] = [pointAt(value, inner), pointAt(value, outer)];
  return `M${fromX} ${fromY}L${toX} ${toY}`;
}

/** How far a needle that points up at 0 is turned, degrees. */
export function turnOf(value: number): number {
  return rounded(90 * clamped(value));
}

function clamped(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
