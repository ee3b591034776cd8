/** One episode: what it says, what its metric and its book were, the rule that made it, and what a person can do about it. */
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { concerns, marketText, MONITOR } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { isSeen } from "../../../shared/said.ts";
import { alertFigures, alertPhase, peopleText, ruleText, sentenceMoment } from "../alert_text.ts";
import { type AlertsPlace, alertsRoute } from "../alerts_place.ts";
import { fetchAlert, fetchRules } from "../alerts_api.ts";
import type { RulesShown } from "../rules_shown.ts";
import { acknowledgeAlert, type Answer } from "../api.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { agoText } from "../format.ts";
import { formatExact, formatStamp } from "../times.ts";
import { deskOf, routeText } from "../route.ts";
import { useWatchedNow } from "../watched_now.ts";
import { AlertBook } from "./alert_book.tsx";
import { useBeat } from "./alert_list.tsx";
import { AlertMoment } from "./alert_moment.tsx";
import { AlertRuleWords } from "./alert_rule_words.tsx";

interface DetailProps {
  readonly alertId: string;
  readonly place: AlertsPlace;
  /** The alert whose mute is being asked for. */
  readonly muting: Signal<AlertEvent | null>;
}

/** By its id: the stream tells of it, or it is asked for. */
export function AlertDetail({ alertId, place, muting }: DetailProps): JSX.Element {
  const { alert, error } = useAlert(alertId);
  const rules = useRules();
  const back = (
    <a class="back" data-testid="back" href={routeText(alertsRoute({ ...place, alert: null }))}>
      All episodes
    </a>
  );
  const known = alert.value;
  if (known === null) {
    return (
      <>
        {back}
        <p class="muted note" data-testid="detail-note" role="status">
          {error.value === "" ? "Loading this episode…" : error.value}
        </p>
      </>
    );
  }
  return (
    <article class="episode" data-testid="detail" data-severity={known.severity}>
      {back}
      <Head alert={known} />
      <Actions alert={known} muting={muting} />
      <AlertMoment alert={known} rules={rules} />
      <AlertRuleWords alert={known} rules={rules} />
      <AlertBook alert={known} />
    </article>
  );
}

function Head({ alert }: { readonly alert: AlertEvent }): JSX.Element {
  const { shown: { connection, serverMs }, serverNow } = usePage();
  const { severity, rule, summary, firedMs, startedMs, resolvedMs } = alert;
  const isFiring = useIsFiring(alert);
  const beat = useBeat();
  const isHeard = useBound(() => connection.value.kind === "open", []);
  const phase = useBound(() => {
    void beat.value;
    return alertPhase(alert, isFiring.value, isHeard.value, serverNow());
  }, [alert, beat]);
  const ago = useBound(() => {
    void beat.value;
    return agoText(serverNow() - firedMs);
  }, [firedMs, beat]);
  const watched = useWatchedNow(alert, isFiring.value);
  const figures = useBound(
    () => alertFigures(alert, isFiring.value, watched.value, serverMs.value),
    [alert, watched],
  );
  const people = peopleText(alert, serverNow());
  const symbol = marketText(alert);
  return (
    <header class="episode-head">
      <h2>
        <span class="severity" data-severity={severity}>{severity}</span>
        {alert.venue === MONITOR.venue ? symbol : <a href={routeText(deskOf(symbol))}>{symbol}</a>}
        {" "}
        {ruleText(rule)}
      </h2>
      <p class="episode-summary" data-testid="detail-summary">
        {summary} <small>{sentenceMoment(alert, isFiring.value, serverNow())}</small>
      </p>
      <p class="alert-figures" data-testid="detail-figures">{figures}</p>
      <dl class="episode-times">
        <dt>State</dt>
        <dd data-testid="detail-phase" data-firing={isFiring}>{phase}</dd>
        <dt>Fired</dt>
        <dd>
          <time dateTime={new Date(firedMs).toISOString()} data-testid="detail-fired">
            {formatStamp(firedMs)}
          </time>{" "}
          · {ago}
        </dd>
        <dt>Condition met since</dt>
        <dd>{formatStamp(startedMs)}</dd>
        {resolvedMs !== null && (
          <>
            <dt>Resolved</dt>
            <dd>{formatStamp(resolvedMs)}</dd>
          </>
        )}
        {people !== "" && (
          <>
            <dt>People</dt>
            <dd data-testid="detail-people">{people}</dd>
          </>
        )}
      </dl>
    </header>
  );
}

function Actions({ alert, muting }: Pick<DetailProps, "muting"> & { readonly alert: AlertEvent }) {
  const { shown: { access }, serverNow } = usePage();
  const error = useSignal("");
  const comment = useSignal("");
  const isFiring = useIsFiring(alert);
  if (!access.value.mayOperate) return null;
  const canAcknowledge = isFiring.value && !isSeen(alert);
  const acknowledge = async () => {
    const answer = await acknowledgeAlert(alert.alertId, comment.peek().trim() || null);
    error.value = answer.ok ? "" : answer.error;
  };
  return (
    <form
      class="episode-actions"
      aria-label="What you can do"
      onSubmit={(event) => {
        event.preventDefault();
        void acknowledge();
      }}
    >
      {canAcknowledge && (
        <>
          <input
            type="text"
            aria-label="Comment"
            placeholder="Comment (if you like)"
            data-testid="detail-comment"
            maxLength={500}
            autocomplete="off"
            value={comment}
            onInput={({ currentTarget }) => comment.value = currentTarget.value}
          />
          <button type="submit" class="round" data-testid="detail-ack">Acknowledge</button>
        </>
      )}
      <button
        type="button"
        class="round"
        data-testid="detail-mute"
        onClick={() => muting.value = alert}
      >
        Mute…
      </button>
      {alert.mutedUntilMs !== null && (
        <span class="muted">muted until {formatExact(alert.mutedUntilMs, serverNow())}</span>
      )}
      <span class="note bad" role="alert">{error}</span>
    </form>
  );
}

/** Whether it goes on; nobody says how one ends whose symbol is not followed any more. */
function useIsFiring(alert: AlertEvent): ReadonlySignal<boolean> {
  const { shown: { system } } = usePage();
  return useBound(
    () =>
      alert.phase === "firing" &&
      concerns(marketText(alert), (symbol) => system.value?.symbols.includes(symbol) ?? true),
    [alert],
  );
}

const RETRY_MS = 5_000;

/** The episode as it is heard of, or as the server has it; and why it is not there. */
function useAlert(alertId: string) {
  const { shown: { alerts, connection } } = usePage();
  const alert = useSignal<AlertEvent | null>(null);
  const error = useSignal("");
  const take = (one: AlertEvent) => {
    if (alert.peek() === null || (alert.peek()?.revision ?? 0) < one.revision) alert.value = one;
  };
  useSignalEffect(() => {
    const heard = alerts.value.find((one) => one.alert.alertId === alertId);
    if (heard !== undefined) take(heard.alert);
  });
  const ask = useAsk(() => fetchAlert(alertId), (answer) => {
    if (answer.ok) take(answer.value);
    error.value = answer.ok ? "" : answer.error;
  });
  // Of one that nobody told of for a while it is not known whether it has ended.
  useSignalEffect(() => {
    if (connection.value.kind === "open") ask.begin();
  });
  return { alert, error };
}

/** The rules in force, asked for once; `null`: they are on their way. */
function useRules(): ReadonlySignal<Answer<RulesShown> | null> {
  const rules = useSignal<Answer<RulesShown> | null>(null);
  const ask = useAsk(fetchRules, (answer) => rules.value = answer);
  useEffect(() => ask.begin(), []);
  return rules;
}

/** Asks until there is an answer, or until nobody waits for it any more. */
function useAsk<Value>(
  question: () => Promise<Answer<Value>>,
  take: (answer: Answer<Value>) => void,
): { begin(): void } {
  const asked = useMemo(() => {
    let number = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      clearTimeout(timer);
      const own = ++number;
      const answer = await question();
      if (own !== number) return;
      take(answer);
      // What is not there will not be there later.
      if (!answer.ok && answer.code !== "not_found") timer = setTimeout(() => void ask(), RETRY_MS);
    };
    const end = () => {
      clearTimeout(timer);
      number += 1;
    };
    return { begin: () => void ask(), end };
  }, []);
  useEffect(() => asked.end, []);
  return asked;
}
