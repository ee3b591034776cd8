/** The page's own answer to "is it right?": what was compared with the exchange, how whole it was, how old a number is. */
import type { JSX } from "preact";
import type { Leg } from "../../../shared/latency.ts";
import { type Asked, useAsked } from "../asked.ts";
import type { Comparisons } from "../badge.ts";
import { useBound, variables } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatMs, NOTHING } from "../format.ts";
import { latencyText } from "../latency_text.ts";
import type { Painted } from "../painted.ts";
import { usePainted } from "../paint_watch.ts";
import { fetchQuality, type QualityAnswer, type QualitySpan } from "../quality_answer.ts";
import {
  bestFact,
  type Fact,
  levelsFact,
  PARTS,
  shareOfTime,
  SPAN_FACTS,
  spanName,
  verdictOf,
  withStored,
} from "../quality_text.ts";
import { routeText } from "../route.ts";
import type { SymbolShown } from "../symbol_store.ts";
import { formatExact, formatMoment } from "../times.ts";
import { latencySum } from "../whole_latency.ts";
import type { PanelProps } from "./panel.ts";

/** What is stored changes slowly, and the answer looks at a week. */
const ASK_MS = 30_000;

/** Of one symbol: now by the stream, the past by what is stored. */
export function Quality({ symbol }: PanelProps): JSX.Element {
  return <QualityOf key={symbol.name} symbol={symbol} />;
}

function QualityOf({ symbol }: PanelProps): JSX.Element {
  const { name } = symbol;
  // Of the one that is not known yet there is nothing to ask.
  const ask = () => name === null ? new Promise<never>(() => {}) : fetchQuality(name);
  const { asked } = useAsked(ask, ASK_MS);
  const answer = useBound(() => asked.value.value, [asked]);
  const compared = useBound(() => withStored(symbol.compared.value, answer.value), [
    symbol,
    answer,
  ]);
  return (
    <div class="quality" data-testid="quality">
      <div class="panel-head">
        <h2>
          Quality <small>{name ?? NOTHING}</small>
        </h2>
        <span class="spring" />
        {name !== null && (
          <a
            class="quiet-link"
            data-testid="quality-link"
            href={routeText({ view: "quality", symbols: [name], parameters: {} })}
            title="To this view alone: its address may be sent to others, who sign in as for any other"
          >
            Link to this view
          </a>
        )}
      </div>
      <VerdictLine symbol={symbol} compared={compared} />
      <div class="quality-parts">
        <div>
          <Now compared={compared} answer={answer} />
          <Way symbol={symbol} />
        </div>
        <Past asked={asked} />
      </div>
    </div>
  );
}

interface ComparedProps {
  /** By the stream, and what is stored. */
  readonly compared: { readonly value: Comparisons };
}

function VerdictLine({ symbol, compared }: PanelProps & ComparedProps): JSX.Element {
  const { shown: { serverMs } } = usePage();
  const verdict = useBound(
    () => verdictOf(symbol.standing.value, compared.value, serverMs.value),
    [symbol, compared],
  );
  const word = useBound(() => verdict.value.word, [verdict]);
  const tone = useBound(() => verdict.value.tone, [verdict]);
  const reason = useBound(() => verdict.value.reason, [verdict]);
  return (
    <p class="verdict" data-tone={tone}>
      <span class="tone-word" data-testid="verdict" data-tone={tone} role="status">{word}</span>
      {" "}
      <span class="muted" data-testid="verdict-reason">{reason}</span>
    </p>
  );
}

interface NowProps extends ComparedProps {
  readonly answer: { readonly value: QualityAnswer | null };
}

function Now({ compared, answer }: NowProps): JSX.Element {
  const { shown: { serverMs } } = usePage();
  const best = useBound(
    () => bestFact(compared.value, answer.value, serverMs.value),
    [compared, answer],
  );
  const levels = useBound(
    () => levelsFact(compared.value, serverMs.value),
    [compared],
  );
  return (
    <dl class="quality-facts">
      <FactLine
        label="best bid/ask"
        title="Ours, compared with the exchange's own book ticker at the same update, since the symbol's actor began"
        fact={best}
        testId="quality-best"
      />
      <FactLine
        label="levels"
        title="The whole book, compared now and then with a second one made from a fresh snapshot"
        fact={levels}
        testId="quality-levels"
      />
    </dl>
  );
}

function FactLine({ label, title, fact, testId }: {
  readonly label: string;
  readonly title: string;
  readonly fact: { readonly value: Fact };
  readonly testId: string;
}): JSX.Element {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd data-testid={testId} data-tone={useBound(() => fact.value.tone, [fact])}>
        {useBound(() => fact.value.text, [fact])}
      </dd>
      <dd class="muted" data-testid={`${testId}-note`}>
        {useBound(() => fact.value.note, [fact])}
      </dd>
    </div>
  );
}

const LEGS: readonly (readonly [leg: Leg, label: string, title: string])[] = [
  [
    "exchangeToReceive",
    "exchange → monitor",
    "From the exchange's own time of a message until it was received",
  ],
  ["receiveToComputed", "computed", "Until it was decoded and taken in"],
  [
    "computedToSent",
    "sent",
    "Until the numbers that show it left for the web server, which they do every 100 ms",
  ],
  [
    "sentToWritten",
    "written",
    "Until the connection of a page that shows the symbol in detail had taken them",
  ],
];

/** From the exchange to this screen, leg by leg. */
function Way({ symbol }: PanelProps): JSX.Element {
  const painted = usePainted(symbol);
  const sum = useBound(() => latencySum(symbol.latency.value, painted.value), [symbol, painted]);
  return (
    <table class="way" data-testid="quality-way">
      <caption>
        Exchange to screen <small>ms, of the last minutes</small>
      </caption>
      <thead>
        <tr>
          <th scope="col">leg</th>
          <th scope="col" title="Half of the numbers took no longer">p50</th>
          <th scope="col" title="99 of 100 took no longer">p99</th>
        </tr>
      </thead>
      <tbody>
        {LEGS.map(([leg, label, title]) => (
          <LegRow key={leg} symbol={symbol} leg={leg} label={label} title={title} />
        ))}
        <PaintedRow painted={painted} />
      </tbody>
      <tfoot>
        <WayRow
          label="exchange → screen"
          title="The legs added up: at most 5 of 100 numbers take longer than the sum of the p99"
          told={sum}
          testId="quality-sum"
        />
      </tfoot>
    </table>
  );
}

function LegRow({ symbol, leg, label, title }: {
  readonly symbol: SymbolShown;
  readonly leg: Leg;
  readonly label: string;
  readonly title: string;
}): JSX.Element {
  const told = useBound((): Told => {
    const { why } = latencyText(leg, symbol.latency.value);
    return { known: symbol.latency.value[leg], why };
  }, [symbol, leg]);
  return <WayRow label={label} title={title} told={told} testId={`quality-${leg}`} />;
}

function PaintedRow({ painted }: { readonly painted: { readonly value: Painted } }): JSX.Element {
  const told = useBound((): Told => {
    const of = painted.value;
    return of.known === null ? of : { known: of.known, why: null };
  }, [painted]);
  const title = useBound(() => {
    const of = painted.value;
    const within = of.known === null ? "" : `; known to ± ${formatMs(of.withinMs)} ms`;
    return `From when a frame was written until this page had painted it${within}`;
  }, [painted]);
  return <WayRow label="on this screen" title={title.value} told={told} testId="quality-painted" />;
}

interface Told {
  readonly known: { readonly p50Ms: number; readonly p99Ms: number } | null;
  readonly why: string | null;
}

function WayRow({ label, title, told, testId }: {
  readonly label: string;
  readonly title: string;
  readonly told: { readonly value: Told };
  readonly testId: string;
}): JSX.Element {
  const text = (field: "p50Ms" | "p99Ms") => () => {
    const { known } = told.value;
    return known === null ? NOTHING : formatMs(known[field]);
  };
  return (
    <tr title={title} data-testid={testId}>
      <th scope="row">
        {label} <small>{useBound(() => told.value.why ?? "", [told])}</small>
      </th>
      <td>{useBound(text("p50Ms"), [told])}</td>
      <td>{useBound(text("p99Ms"), [told])}</td>
    </tr>
  );
}

/** What is stored of the last day and week. */
function Past(
  { asked }: { readonly asked: { readonly value: Asked<QualityAnswer> } },
): JSX.Element {
  const { value, problem } = asked.value;
  if (value === null) {
    return (
      <p
        class={`past note ${problem === null ? "muted" : "warning"}`}
        role="status"
        data-testid="quality-past"
        data-loading={problem === null ? "loading" : "failed"}
      >
        {problem === null
          ? "Loading what is stored…"
          : `What is stored cannot be read, trying again: ${problem}`}
      </p>
    );
  }
  const { spans, timeMs } = value;
  return (
    <div class="past" data-testid="quality-past" data-loading="loaded">
      <table class="spans">
        <caption>
          How whole and how proven it was{" "}
          <small>by stored rows, until {formatExact(spans[0]?.toMs ?? timeMs, timeMs)}</small>
        </caption>
        <thead>
          <tr>
            <td />
            {spans.map((span) => (
              <th key={span.days} scope="col">
                {spanName(span)}
                <small>{sinceText(span, timeMs)}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr class="bars" aria-hidden="true">
            <td />
            {spans.map((span) => (
              <td key={span.days}>
                <Bar span={span} />
              </td>
            ))}
          </tr>
          {PARTS.map(([part, label]) => (
            <PartRow key={part} part={part} label={label} spans={spans} />
          ))}
          <tr title="Between two counters a minute apart of which the later tells of comparisons at the same update, all equal">
            <th scope="row">proven</th>
            {spans.map(({ days, proof, reasons }) => (
              <td key={days} data-testid={`quality-proven-${days}`} title={reasons.proof}>
                {proof === null ? NOTHING : shareOfTime(proof.provenShare)}
                {proof === null && <small>{reasons.proof}</small>}
              </td>
            ))}
          </tr>
          {SPAN_FACTS.map(({ label, title, of }) => (
            <tr key={label} title={title}>
              <th scope="row">{label}</th>
              {spans.map((span) => <FactCell key={span.days} fact={of(span)} />)}
            </tr>
          ))}
        </tbody>
      </table>
      {problem !== null && (
        <p class="note warning" role="status" data-testid="quality-old">
          Of {formatExact(timeMs, timeMs)}: the newest cannot be read, trying again: {problem}
        </p>
      )}
    </div>
  );
}

function sinceText({ knownFromMs, fromMs }: QualitySpan, nowMs: number): string {
  if (knownFromMs === null) return "no row is stored";
  return knownFromMs <= fromMs ? "" : `first row ${formatMoment(knownFromMs, nowMs)}`;
}

/** What is the same in all spans, nothing of it, is left out but for what matters most. */
function PartRow({ part, label, spans }: {
  readonly part: typeof PARTS[number][0];
  readonly label: string;
  readonly spans: readonly QualitySpan[];
}): JSX.Element | null {
  const shares = spans.map(({ shares }) => shares[part] ?? 0);
  if (part !== "live" && shares.every((share) => share === 0)) return null;
  return (
    <tr>
      <th scope="row" class="part" data-part={part}>{label}</th>
      {spans.map(({ days }, i) => (
        <td key={days} data-testid={`quality-${part}-${days}`}>{shareOfTime(shares[i] ?? 0)}</td>
      ))}
    </tr>
  );
}

function Bar({ span }: { readonly span: QualitySpan }): JSX.Element {
  return (
    <div class="share-bar">
      {PARTS.map(([part]) => (
        <span key={part} data-part={part} style={variables({ share: span.shares[part] ?? 0 })} />
      ))}
    </div>
  );
}

function FactCell({ fact: { text, note, tone } }: { readonly fact: Fact }): JSX.Element {
  return (
    <td data-tone={tone}>
      {text}
      {note !== "" && <small>{note}</small>}
    </td>
  );
}
