/** What stands in the place of a symbol that the address names and nobody follows: never another one in silence. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { shownName, symbolProblem } from "../../shared/symbol_list.ts";
import { addSymbol } from "./api.ts";
import { usePage } from "./context.ts";
import { deskOf, routeText } from "./route.ts";

/** One line for each of them, with the ways on. */
export function NotFollowed(): JSX.Element {
  const { strangers } = usePage();
  return <>{strangers.value.map((symbol) => <Stranger key={symbol} symbol={symbol} />)}</>;
}

function Stranger({ symbol }: { readonly symbol: string }): JSX.Element {
  const { shown: { access, symbols }, deskSymbols } = usePage();
  const isAsking = useSignal(false);
  const error = useSignal("");
  const mayAdd = access.value.mayOperate && symbolProblem(symbol) === null;
  // As it is written in the list, where only that is wrong; or any, when the desk shows none.
  const meant = symbols.value.find((one) => one === symbol.toUpperCase());
  const other = meant ?? (deskSymbols.value.length === 0 ? symbols.value[0] : undefined);
  const add = async () => {
    if (isAsking.peek()) return;
    isAsking.value = true;
    const answer = await addSymbol(symbol);
    isAsking.value = false;
    // That it is followed now is told to every page by the stream.
    error.value = answer.ok ? "" : answer.error;
  };
  return (
    <p class="banner not-followed" role="alert" data-testid="not-followed">
      <span>
        <b>{shownName(symbol)}</b>, which the address names, is not followed.
      </span>
      {mayAdd && (
        <button
          type="button"
          class="round"
          data-testid="follow-stranger"
          aria-disabled={isAsking.value}
          onClick={() => void add()}
        >
          {isAsking.value ? `Asking for ${symbol}…` : `Follow ${symbol}`}
        </button>
      )}
      {other !== undefined && (
        <a class="round" href={routeText(deskOf(other))} data-testid="leave-stranger">
          Go to {other}
        </a>
      )}
      <span data-testid="stranger-error">{error}</span>
    </p>
  );
}
