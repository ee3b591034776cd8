/** The most important numbers of a symbol. What is not known is a dash, with its reason. */
import type { ComponentChildren, JSX } from "preact";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound, variables } from "../bound.ts";
import { useMetric, useMetricText, useWhy } from "../bound_metric.ts";
import { usePage } from "../context.ts";
import { settingsLabels } from "../format.ts";
import { NotedName } from "../noted_name.tsx";
import type { SymbolShown } from "../symbol_store.ts";
import { useToldRoom } from "../told_room.ts";
import { Depth } from "./depth_card.tsx";
import type { PanelProps } from "./panel.ts";

/** An imbalance that moves this much a second fills the bar of the velocity card. */
const VELOCITY_FULL = 0.5;

/** Seven cards in a grid. */
export function Cards({ symbol }: PanelProps): JSX.Element {
  const { shown: { settings } } = usePage();
  const labels = settings.value === null ? null : settingsLabels(settings.value);
  const text = (name: MetricName) => <Text symbol={symbol} name={name} />;
  const bookUpdateId = useBound(() => symbol.metrics.value?.bookUpdateId ?? undefined, [symbol]);
  return (
    <div class="cards" data-book-update-id={bookUpdateId} data-testid="cards">
      <Card symbol={symbol} names={["mid"]}>
        <Big symbol={symbol} name="mid" testId="mid" />
        <p class="sub">
          <span>bid</span> <span data-testid="best-bid">{text("bestBidPrice")}</span>
        </p>
        <p class="sub">
          <span>ask</span> <span data-testid="best-ask">{text("bestAskPrice")}</span>
        </p>
        <p class="sub">
          <span>weighted</span> <span>{text("weightedMid")}</span>
        </p>
      </Card>
      <Card symbol={symbol} names={["imbalance"]}>
        <Leaning symbol={symbol} name="imbalance" testId="imbalance" />
        <Ends>
          <small data-testid="imbalance-of">{labels?.imbalance ?? ""}</small>
        </Ends>
      </Card>
      <Card symbol={symbol} names={["weightedImbalance1Bps"]}>
        <Leaning symbol={symbol} name="weightedImbalance1Bps" testId="weighted-imbalance" />
        <Ends>
          <small>1 bps</small>
        </Ends>
      </Card>
      <Card symbol={symbol} names={["spreadBps", "spreadTicks"]} heading="spread">
        <Big symbol={symbol} name="spreadBps" testId="spread-bps" unit="bps" />
        <p class="sub">
          <span>in the quote asset</span> <span>{text("spread")}</span>
        </p>
        <p class="sub">
          <NotedName name="spreadTicks" text="in ticks" />{" "}
          <span data-testid="spread-ticks">{text("spreadTicks")}</span>
        </p>
      </Card>
      <Card symbol={symbol} names={["velocity"]} note={labels?.velocity ?? ""}>
        <Leaning symbol={symbol} name="velocity" testId="velocity" full={VELOCITY_FULL} unit="/s" />
      </Card>
      <Card symbol={symbol} names={["topQty", "topShare"]}>
        <Big symbol={symbol} name="topQty" testId="top-qty" />
        <p class="sub">
          <span>bid / ask</span>
          <span>{text("bestBidQty")} / {text("bestAskQty")}</span>
        </p>
        <p class="sub">
          <NotedName name="topShare" text={labels?.topShare ?? ""} />{" "}
          <span>{text("topShare")}</span>
        </p>
      </Card>
      <Depth symbol={symbol} />
    </div>
  );
}

interface CardProps extends PanelProps {
  /** The metrics that it shows, the first the greatest. */
  readonly names: readonly [MetricName, ...MetricName[]];
  /** The metric that names it, if not the first. */
  readonly heading?: MetricName;
  readonly note?: string;
  readonly children: ComponentChildren;
}

function Card({ symbol, names, heading, note, children }: CardProps): JSX.Element {
  const why = useWhy(symbol, names);
  const room = useToldRoom<HTMLElement>();
  return (
    <article ref={room} class="card" data-testid={`card-${names[0]}`}>
      <h3>
        <NotedName name={heading ?? names[0]} /> {note === undefined ? null : <small>{note}</small>}
      </h3>
      {children}
      <p class="why" data-testid={`why-${names[0]}`}>{why}</p>
    </article>
  );
}

interface NumberProps {
  readonly symbol: SymbolShown;
  readonly name: MetricName;
}

function Text({ symbol, name }: NumberProps): JSX.Element {
  return <>{useMetricText(symbol, name)}</>;
}

interface BigProps extends NumberProps {
  readonly testId: string;
  readonly unit?: string;
}

function Big({ symbol, name, testId, unit }: BigProps): JSX.Element {
  const text = useMetricText(symbol, name);
  const style = useLength(symbol, name, unit);
  return (
    <p class="big" style={style}>
      <span data-testid={testId}>{text}</span> {unit === undefined ? null : <small>{unit}</small>}
    </p>
  );
}

interface LeaningProps extends BigProps {
  /** The value that fills the bar. */
  readonly full?: number;
}

/** A number that leans to a side, and a bar that shows how far. */
function Leaning({ symbol, name, testId, full = 1, unit }: LeaningProps): JSX.Element {
  const value = useMetric(symbol, name);
  const text = useMetricText(symbol, name);
  const style = useLength(symbol, name, unit);
  const side = useBound(() => {
    // What is shown as 0.00, without a sign, leans to no side.
    const leans = value.value !== null && /^[^\d]/.test(text.value);
    return leans ? (value.value ?? 0) > 0 ? "bid" : "ask" : null;
  }, [symbol, name]);
  const bar = useBound(() => {
    const share = value.value === null ? null : Math.max(-1, Math.min(1, value.value / full));
    return variables({ value: share });
  }, [symbol, name, full]);
  return (
    <>
      <p class="big" style={style}>
        <span class="signed" data-testid={testId} data-side={side}>{text}</span>{" "}
        {unit === undefined ? null : <small>{unit}</small>}
      </p>
      <span class="signed-bar wide" style={bar} aria-hidden="true" />
    </>
  );
}

/** Tells the style sheet how many characters must find room: too many are written smaller. */
function useLength(symbol: SymbolShown, name: MetricName, unit = "") {
  const text = useMetricText(symbol, name);
  const beside = unit === "" ? 0 : unit.length + 1;
  return useBound(() => variables({ length: text.value.length + beside }), [symbol, name]);
}

function Ends({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <p class="sub ends">
      <span>asks</span> {children} <span>bids</span>
    </p>
  );
}
