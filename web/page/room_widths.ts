/** Which widths the style sheet asks for, of rooms that are told (`told_room.ts`), and which of them a room fits in. Pure. */

/** CSS pixels: a rule of a width that is not here would heed no room. */
export const ROOM_WIDTHS: readonly number[] = [420, 440, 480, 520, 540, 640, 720, 760, 780, 1000];

/** What `data-fits` says of a room of this width, as `[data-fits~="420"]` asks for it. */
export function fitsOf(width: number): string {
  return ROOM_WIDTHS.filter((most) => width <= most).join(" ");
}
