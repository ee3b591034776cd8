/** FairShares: how a room that may be too small for all who want some of it is shared out. Pure. */

/** What one of them has of all by itself, whatever parts add up to, and what it wants, which may be `Infinity`. */
export interface Wish {
  readonly part: number;
  readonly wanted: number;
}

/**
 * Each with what it gets: no more than it wants, and no less than its part of the room if it wants that. The one that wants the
 * least for its part leaves the others what it does not take, and stands first.
 */
export function sharedOut<Of extends Wish>(
  room: number,
  wishes: readonly Of[],
): (Of & { readonly granted: number })[] {
  let [left, parts] = [room, wishes.reduce((sum, { part }) => sum + part, 0)];
  return wishes.toSorted(byWish).map((wish) => {
    const granted = Math.min(wish.wanted, left * wish.part / parts);
    [left, parts] = [left - granted, parts - wish.part];
    return { ...wish, granted };
  });
}

function byWish(a: Wish, b: Wish): number {
  const [first, second] = [a.wanted / a.part, b.wanted / b.part];
  // Two that want all there is are alike.
  return first === second ? 0 : first - second;
}
