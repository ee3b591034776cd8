/** How much rests within bands around mid, and how far the levels are known. */
import type { JSX } from "preact";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound, variables } from "../bound.ts";
import { useMetric, useMetricText, useWhy } from "../bound_metric.ts";
import { BANDS, bandText } from "../depth_bands.ts";
import { formatDistance, NOTHING } from "../format.ts";
import type { SymbolShown } from "../symbol_store.ts";
import type { PanelProps } from "./panel.ts";

/** One row a band; each bar is its share of the greater side. */
export function Depth({ symbol }: PanelProps): JSX.Element {
  const why = useWhy(symbol, ["bidDepth10Bps"]);
  return (
    <article
      class="card depth"
      title="Quantity resting within a distance of mid; ≥ where the known book ends sooner"
    >
      <h3>
        Depth <small>base asset</small>
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">bids</th>
            <th scope="col">within</th>
            <th scope="col">asks</th>
          </tr>
        </thead>
        <tbody>
          {BANDS.map(({ bps, bid, ask }) => (
            <tr key={bps}>
              <Quantity symbol={symbol} side="bid" bps={bps} name={bid} other={ask} />
              <th scope="row">{bandText(bps)}</th>
              <Quantity symbol={symbol} side="ask" bps={bps} name={ask} other={bid} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr title="How far from mid every level is known: the exchange’s snapshots end there">
            <Covered symbol={symbol} side="bid" name="bidCoveredBps" />
            <th scope="row">known</th>
            <Covered symbol={symbol} side="ask" name="askCoveredBps" />
          </tr>
        </tfoot>
      </table>
      <p class="why" data-testid="why-bidDepth10Bps">{why}</p>
    </article>
  );
}

interface SideProps {
  readonly symbol: SymbolShown;
  readonly side: "bid" | "ask";
  readonly name: MetricName;
}

interface QuantityProps extends SideProps {
  readonly bps: number;
  readonly other: MetricName;
}

function Quantity({ symbol, side, bps, name, other }: QuantityProps): JSX.Element {
  const qty = useMetric(symbol, name);
  const otherQty = useMetric(symbol, other);
  const text = useMetricText(symbol, name);
  const style = useBound(() => {
    const most = Math.max(qty.value ?? 0, otherQty.value ?? 0);
    return variables({ share: most === 0 ? null : (qty.value ?? 0) / most });
  }, [symbol]);
  return <td class={`bar-${side}`} style={style} data-testid={`depth-${side}-${bps}`}>{text}</td>;
}

/** How far a side is known: to a distance from mid, or all of it. */
function Covered({ symbol, side, name }: SideProps): JSX.Element {
  const mid = useMetric(symbol, "mid");
  const covered = useMetric(symbol, name);
  const text = useBound(() => {
    if (mid.value === null) return NOTHING;
    return covered.value === null ? "all" : `to ${formatDistance(covered.value)}`;
  }, [symbol]);
  return <td data-testid={`covered-${side}`}>{text}</td>;
}
