/** Which symbol it is, how far its numbers can be trusted, why and since when, and what was compared with the exchange. */
import type { JSX } from "preact";
import { shownName } from "../../../shared/symbol_list.ts";
import { proofBadge } from "../badge.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatAge, NOTHING } from "../format.ts";
import { routeText } from "../route.ts";
import { formatExact } from "../times.ts";
import type { PanelProps } from "./panel.ts";

/** The symbol's name, a pill with its state, and the badge. */
export function Standing({ symbol }: PanelProps): JSX.Element {
  const { shown: { serverMs }, strangers } = usePage();
  const { standing } = symbol;
  const word = useBound(() => standing.value.word, [symbol]);
  const tone = useBound(() => standing.value.tone, [symbol]);
  const reason = useBound(() => standing.value.reason ?? "", [symbol]);
  const since = useBound(() => {
    const { sinceMs } = standing.value;
    if (sinceMs === null) return "";
    const nowMs = serverMs.value;
    return `since ${formatExact(sinceMs, nowMs)} (${formatAge(nowMs - sinceMs)})`;
  }, [symbol]);
  return (
    <div class="detail-head">
      <h2 data-testid="symbol">{symbol.name ?? shownName(strangers.value[0] ?? NOTHING)}</h2>
      <p class="pill" data-tone={tone} data-testid="standing">
        <span class="tone-word" data-testid="state" data-tone={tone} role="status">{word}</span>
        <span class="reason" data-testid="reason">{reason}</span>
        <span class="since muted" data-testid="since">{since}</span>
      </p>
      <span class="spring" />
      {/* Of no symbol nothing will ever be compared. */}
      {(symbol.name !== null || standing.value.word === "waiting") && <Proof symbol={symbol} />}
    </div>
  );
}

/** It leads to all that is known of that. */
function Proof({ symbol }: PanelProps): JSX.Element {
  const { shown: { serverMs } } = usePage();
  const badge = useBound(
    () => proofBadge(symbol.compared.value, symbol.isLive.value, serverMs.value),
    [symbol],
  );
  const text = useBound(() => badge.value.text, [symbol]);
  const tone = useBound(() => badge.value.tone, [symbol]);
  const title = useBound(() => badge.value.title, [symbol]);
  const { name } = symbol;
  return (
    <a
      class="badge"
      data-testid="proof"
      data-tone={tone}
      title={title}
      href={routeText({ view: "quality", symbols: name === null ? [] : [name], parameters: {} })}
    >
      {text}
    </a>
  );
}
