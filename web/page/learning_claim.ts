/** That no alert fires, of rules of which some still learn what is usual: these are silent until then, whatever happens. Pure. */
import { symbolOf } from "../../shared/protocol.ts";
import type { ActorRow } from "./actor_order.ts";
import type { Claim } from "./claims.ts";

/** As many are named as one reads. */
const NAMED_MAX = 5;

/** The claim as it holds of rules that stand so; `actors`: `null`, it is not known how they stand. */
export function learningClaim(
  claim: Claim,
  actors: readonly Pick<ActorRow, "actorId" | "learningRules">[] | null,
): Claim {
  if (claim.tone !== "good") return claim;
  const symbols = actors?.flatMap(({ actorId, learningRules }) => {
    const symbol = symbolOf(actorId);
    return symbol === null ? [] : [{ symbol, learningRules }];
  }) ?? [];
  if (symbols.length === 0 || symbols.some(({ learningRules }) => learningRules === null)) {
    return { ...claim, tone: null, why: "whether rules still learn what is usual is not known" };
  }
  const learning = symbols.filter(({ learningRules }) => learningRules !== 0)
    .map(({ symbol }) => symbol);
  if (learning.length === 0) return claim;
  const more = learning.length - NAMED_MAX;
  const names = learning.slice(0, NAMED_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return {
    word: `${claim.word}, rules of ${learning.length} of ${symbols.length} learn`,
    tone: null,
    why: `rules that still learn what is usual are silent until then: ${names}`,
  };
}
