/** The book at the moment: the levels that came with the alert, or those that are stored of that second. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { marketText, MONITOR } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { decimalsOf } from "../../../shared/number_text.ts";
import { fetchBookAt } from "../alerts_api.ts";
import { variables } from "../bound.ts";
import { formatPrice, formatQty } from "../format.ts";
import { spanText } from "../rule_words.ts";

type Level = readonly [price: number, qty: number];

/** `null`: that side was not known. */
interface Book {
  readonly bids: readonly Level[] | null;
  readonly asks: readonly Level[] | null;
}

const LEVELS_MAX = 20;

/** Both sides from the best price on, each level with what rests up to there. */
export function AlertBook({ alert }: { readonly alert: AlertEvent }): JSX.Element | null {
  const { book, note } = useBook(alert);
  if (alert.venue === MONITOR.venue) return null;
  const { bids = null, asks = null } = book.value ?? {};
  const prices = [...bids ?? [], ...asks ?? []].map(([price]) => price);
  const decimals = Math.max(0, ...prices.map(decimalsOf));
  return (
    <section class="evidence">
      <h3>The book at the moment</h3>
      <p class="muted note" data-testid="book-note">{note}</p>
      {prices.length > 0 && (
        <div class="moment-book" data-testid="moment-book">
          <Side name="Bids" side="bid" levels={bids} decimals={decimals} />
          <Side name="Asks" side="ask" levels={asks} decimals={decimals} />
        </div>
      )}
    </section>
  );
}

interface SideProps {
  readonly name: string;
  readonly side: "bid" | "ask";
  readonly levels: readonly Level[] | null;
  readonly decimals: number;
}

function Side({ name, side, levels, decimals }: SideProps): JSX.Element {
  if (levels === null || levels.length === 0) {
    return <p class="muted note">{name}: {levels === null ? "not known" : "none"}</p>;
  }
  const greatest = Math.max(...levels.map(([, qty]) => qty));
  let sum = 0;
  return (
    <table class="figure-table moment-levels" data-side={side}>
      <caption>{name}</caption>
      <thead>
        <tr>
          <th scope="col">Price</th>
          <th scope="col">Quantity</th>
          <th scope="col">Sum</th>
        </tr>
      </thead>
      <tbody>
        {levels.slice(0, LEVELS_MAX).map(([price, qty]) => {
          sum += qty;
          return (
            <tr key={price} style={variables({ share: qty / greatest })}>
              <td>{formatPrice(price, decimals)}</td>
              <td>{formatQty(qty)}</td>
              <td>{formatQty(sum)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function useBook(alert: AlertEvent) {
  const { evidence, firedMs, severity } = alert;
  const isTold = evidence !== null && evidence.bids.length + evidence.asks.length > 0;
  const book = useSignal<Book | null>(isTold ? evidence : null);
  const told = severity === "critical" ? "when it fired, or became critical" : "when it fired";
  const note = useSignal(isTold ? `The best levels ${told}.` : "Loading what is stored of it…");
  useEffect(() => {
    if (isTold || alert.venue === MONITOR.venue) return;
    let isThere = true;
    void fetchBookAt(marketText(alert), firedMs).then((answer) => {
      if (!isThere) return;
      if (!answer.ok) note.value = `The stored book cannot be read: ${answer.error}`;
      else if (answer.value.book === null) {
        note.value = `Not known: ${answer.value.reason ?? "none is stored"}.`;
      } else {
        book.value = answer.value.book;
        note.value = `As it was stored ${spanText(answer.value.ageMs ?? 0)} before it fired.`;
      }
    });
    return () => isThere = false;
  }, [alert.alertId]);
  return { book, note };
}
