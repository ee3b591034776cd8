/** What `/healthz` says while this machine is too slow for some of its symbols. Pure. */
import { overloadLevelOf, shedText } from "../shared/overload.ts";
import { type ChildStatus, symbolOf } from "../shared/protocol.ts";

/** So many are named. */
const NAMED_MAX = 3;

/** For how many symbols, and what is left undone for those that it is worst for; `null`: for none. */
export function overloadComplaint(children: readonly ChildStatus[]): string | null {
  const symbols = children.flatMap(({ actorId, state, gauges }) => {
    const symbol = symbolOf(actorId);
    const level = overloadLevelOf(state === "running" ? gauges["overload"] : undefined);
    return symbol === null ? [] : [{ symbol, level }];
  });
  const slow = symbols.filter(({ level }) => level > 0).sort((a, b) => b.level - a.level);
  const [worst] = slow;
  if (worst === undefined) return null;
  const names = slow.slice(0, NAMED_MAX).map(({ symbol }) => symbol).join(", ");
  const more = slow.length > NAMED_MAX ? ` and ${slow.length - NAMED_MAX} more` : "";
  return `This machine is too slow for ${slow.length} of ${symbols.length} symbols ` +
    `(${names}${more}): ${shedText(worst.level)}`;
}
