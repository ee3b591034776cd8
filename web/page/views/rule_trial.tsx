/** What a rule would have fired over stored history, before it is saved: when, how long, in which symbol, and what could not be looked at. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ChoiceButtons } from "../choice_buttons.tsx";
import { previewRules, type Tried, type TriedEpisode, type TriedSymbol } from "../alerts_api.ts";
import type { Answer } from "../api.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatCount, formatNumber, NOTHING } from "../format.ts";
import { formatExact, formatMoment, formatStamp } from "../times.ts";
import type { RuleDraft } from "../rule_draft.ts";
import type { RulesContent } from "../rules_shown.ts";
import { spanText } from "../rule_words.ts";
import { episodesOf, trialDoubts, trialHeadline } from "../rule_trial_text.ts";

const HOUR_MS = 3_600_000;
const SPANS = [
  { id: "1h", label: "1 h", ms: HOUR_MS },
  { id: "24h", label: "24 h", ms: 24 * HOUR_MS },
  { id: "7d", label: "7 d", ms: 168 * HOUR_MS },
] as const;
/** Tried at once; a week of more would take minutes. */
const SYMBOLS_MAX = 5;
const LISTED_MAX = 100;

interface TrialProps {
  /** The file with the rule as it is typed. */
  readonly content: () => RulesContent;
  readonly draft: ReadonlySignal<RuleDraft>;
  /** Which the rule is of; `null`: every one. */
  readonly symbols: readonly string[] | null;
  readonly onRefused: (answer: Extract<Answer<unknown>, { ok: false }>) => void;
}

/** What was found, and of which draft: of another one it says so. */
interface Found {
  readonly tried: Tried;
  readonly draft: RuleDraft;
}

/** Asked for by a button: it takes the server seconds. */
export function RuleTrial({ content, draft, symbols, onRefused }: TrialProps): JSX.Element {
  const { shown, serverNow } = usePage();
  const span = useSignal<typeof SPANS[number]["id"]>("24h");
  const only = useSignal("");
  const found = useSignal<Found | null>(null);
  const error = useSignal("");
  const leave = useRef<AbortController | null>(null);
  const isBusy = useSignal(false);
  const all = useBound(() => symbols ?? shown.symbols.value, [symbols?.join()]);
  useEffect(() => () => leave.current?.abort(), []);
  const isOld = useBound(() => found.value !== null && found.value.draft !== draft.value, []);
  const cancel = () => {
    leave.current?.abort();
    isBusy.value = false;
  };
  const tryIt = async () => {
    if (isBusy.peek()) return;
    const own = new AbortController();
    leave.current = own;
    const asked = draft.peek();
    const toMs = serverNow();
    const ms = SPANS.find(({ id }) => id === span.peek())?.ms ?? HOUR_MS;
    const wanted = all.peek().includes(only.peek())
      ? [only.peek()]
      : all.peek().slice(0, SYMBOLS_MAX);
    isBusy.value = true;
    error.value = "";
    const answer = await previewRules(
      content(),
      { rule: asked.name, symbols: wanted, fromMs: toMs - ms, toMs },
      own.signal,
    );
    if (leave.current !== own || own.signal.aborted) return;
    isBusy.value = false;
    if (answer.ok) found.value = { tried: answer.value, draft: asked };
    else {
      found.value = null;
      if (answer.path === undefined) error.value = answer.error;
      else onRefused(answer);
    }
  };
  return (
    <section class="panel trial" aria-label="Trial" data-testid="trial">
      <h2>What it would have fired</h2>
      <div class="trial-tools">
        <ChoiceButtons
          label="Over"
          choices={SPANS.map(({ id, label }) => ({ value: id, text: label, testId: `span-${id}` }))}
          chosen={span.value}
          onChoose={(id) => span.value = id}
        />
        <select
          aria-label="Tried on"
          data-testid="trial-symbol"
          value={only.value}
          onChange={({ currentTarget }) => only.value = currentTarget.value}
        >
          <option value="">
            {all.value.length > SYMBOLS_MAX
              ? `the first ${SYMBOLS_MAX} of ${all.value.length} symbols`
              : all.value.length === 1
              ? all.value[0]
              : `all ${all.value.length} symbols`}
          </option>
          {all.value.length > 1 &&
            all.value.map((one) => <option key={one} value={one}>{one}</option>)}
        </select>
        <button
          type="button"
          class="round primary"
          data-testid="try-rule"
          disabled={all.value.length === 0}
          aria-disabled={isBusy.value}
          onClick={() => void tryIt()}
        >
          Try it
        </button>
        {isBusy.value && (
          <button type="button" class="round" data-testid="cancel-trial" onClick={cancel}>
            Cancel
          </button>
        )}
      </div>
      <p class="muted note" role="status" data-testid="trial-note">
        {isBusy.value
          ? "Trying it on what is stored: a week takes up to a minute…"
          : found.value === null && error.value === ""
          ? "Tries the rule as it stands here on stored history; nothing is changed."
          : isOld.value
          ? "This is of the rule as it was when it was tried: try it again."
          : ""}
      </p>
      <p class="note bad" role="alert" data-testid="trial-error">{error}</p>
      {found.value !== null && <Result tried={found.value.tried} isOld={isOld.value} />}
    </section>
  );
}

function Result({ tried, isOld }: { readonly tried: Tried; readonly isOld: boolean }): JSX.Element {
  const { serverNow } = usePage();
  const nowMs = serverNow();
  const { fromMs, toMs, symbols } = tried;
  const doubts = trialDoubts(tried);
  const listed = symbols.flatMap(({ symbol, episodes }) =>
    episodes.map((episode) => ({ symbol, episode }))
  ).sort((a, b) => b.episode.firedMs - a.episode.firedMs);
  return (
    <div class="trial-result" data-old={isOld} data-testid="trial-result">
      <p data-testid="trial-headline">
        <b>{trialHeadline(tried)}</b>
      </p>
      <div class="trial-lines">
        {symbols.map((one) => <Line key={one.symbol} one={one} fromMs={fromMs} toMs={toMs} />)}
        <p class="trial-times muted">
          <span>{formatMoment(fromMs, nowMs)}</span>
          <span>{formatExact(toMs, nowMs)}</span>
        </p>
      </div>
      <Table symbols={symbols} />
      {doubts.length > 0 && (
        <>
          <h3>What it could not look at</h3>
          <ul class="trial-doubts" data-testid="trial-doubts">
            {doubts.map((text) => <li key={text}>{text}</li>)}
          </ul>
        </>
      )}
      {listed.length > 0 && (
        <details data-testid="trial-episodes">
          <summary>
            {listed.length > LISTED_MAX
              ? `The newest ${LISTED_MAX} of ${formatCount(listed.length)} episodes`
              : `The ${listed.length === 1 ? "episode" : `${listed.length} episodes`}`}
          </summary>
          <table class="figure-table ruled">
            <thead>
              <tr>
                <th scope="col">Fired</th>
                <th scope="col">Symbol</th>
                <th scope="col">Lasted</th>
                <th scope="col">Peak</th>
                <th scope="col">Severity</th>
              </tr>
            </thead>
            <tbody>
              {listed.slice(0, LISTED_MAX).map(({ symbol, episode }) => (
                <tr key={`${symbol} ${episode.rule} ${episode.firedMs}`}>
                  <td title={formatStamp(episode.firedMs)}>
                    {formatMoment(episode.firedMs, nowMs)}
                  </td>
                  <td>{symbol}</td>
                  <td>{lastedText(episode)}</td>
                  <td>
                    {episode.peak === null ? NOTHING : peakText(episode.peak)}
                  </td>
                  <td>
                    <span class="severity" data-severity={episode.severity}>
                      {episode.severity}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </div>
  );
}

/** Five digits, and of what is large two decimals: a price has them. */
function peakText(peak: number): string {
  return formatNumber(Number(Math.abs(peak) < 1_000 ? peak.toPrecision(5) : peak.toFixed(2)));
}

function lastedText({ firedMs, resolvedMs, wasHeld }: TriedEpisode): string {
  const held = wasHeld ? ", held for some of it" : "";
  return resolvedMs === null ? `not over${held}` : `${spanText(resolvedMs - firedMs)}${held}`;
}

interface LineProps {
  readonly one: TriedSymbol;
  readonly fromMs: number;
  readonly toMs: number;
}

const LINE = { width: 1_000, height: 20 } as const;

/** The span of one symbol as a line: its episodes, and the holes. */
function Line({ one, fromMs, toMs }: LineProps): JSX.Element {
  const { symbol, holes, episodes } = one;
  const x = (ms: number) =>
    (Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / (toMs - fromMs) * LINE.width;
  const band = (from: number, to: number, least: number) => ({
    x: Math.min(x(from), LINE.width - least),
    width: Math.max(least, x(to) - x(from)),
  });
  const count = episodesOf(one);
  return (
    <div class="trial-line">
      <span>{symbol}</span>
      <svg
        role="img"
        aria-label={`${symbol}: ${count} episodes, ${one.holes.length + one.holesLeftOut} holes`}
        viewBox={`0 0 ${LINE.width} ${LINE.height}`}
        preserveAspectRatio="none"
      >
        {holes.map((hole) => (
          <rect
            class="moment-missing"
            key={hole.fromMs}
            {...band(hole.fromMs, hole.toMs, 1)}
            y="0"
            height={LINE.height}
          />
        ))}
        {episodes.map((episode) => (
          <rect
            class="trial-episode"
            data-severity={episode.severity}
            key={`${episode.rule} ${episode.firedMs}`}
            {...band(episode.firedMs, episode.resolvedMs ?? toMs, 3)}
            y="2"
            height={LINE.height - 4}
          />
        ))}
      </svg>
      <b>{count}</b>
    </div>
  );
}

/** Of each symbol, and of each side of the rule. */
function Table({ symbols }: { readonly symbols: readonly TriedSymbol[] }): JSX.Element {
  return (
    <table class="figure-table ruled" data-testid="trial-table">
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">Episodes</th>
          <th scope="col">An hour</th>
          <th scope="col">Mean</th>
          <th scope="col">Longest</th>
          <th scope="col">Would call</th>
        </tr>
      </thead>
      <tbody>
        {symbols.flatMap(({ symbol, rules }) =>
          rules.map((rule) => (
            <tr key={`${symbol} ${rule.rule}`}>
              <td>{rules.length > 1 ? `${symbol} ${rule.rule}` : symbol}</td>
              <td>{formatCount(rule.episodes)}</td>
              <td>
                {rule.perHour === null
                  ? NOTHING
                  : formatNumber(Number(rule.perHour.toPrecision(2)))}
              </td>
              <td>{rule.meanMs === null ? NOTHING : spanText(rule.meanMs)}</td>
              <td>{rule.longestMs === null ? NOTHING : spanText(rule.longestMs)}</td>
              <td>{formatCount(rule.notified)}</td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
