/** The view of alerts: what fires, what is over page by page, one episode with its evidence, and the rules that make them. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertEvent } from "../../../shared/output.ts";
import { type AlertsPlace, alertsRoute, readAlertsPlace, rulesRoute } from "../alerts_place.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { MuteForm } from "../panels/mute_form.tsx";
import { Mutes } from "../panels/mutes.tsx";
import { routeText } from "../route.ts";
import { AlertDetail } from "./alert_detail.tsx";
import { AlertFilters } from "./alert_filters.tsx";
import { CallChoice } from "./call_choice.tsx";
import { AlertList } from "./alert_list.tsx";
import { RulesPart } from "./rules_part.tsx";

/** What is asked and opened stands in the address alone, so that a link opens the same. */
export function Alerts(): JSX.Element {
  const { route } = usePage();
  const place = readAlertsPlace(route.value.parameters);
  return (
    <main class="alerts-view" aria-label="Alerts" data-testid="alerts-view">
      <div class="alerts-bar">
        <nav class="alerts-parts" aria-label="Alerts and rules">
          <PartLink
            place={{ ...place, rules: null }}
            isHere={place.rules === null}
            text="Episodes"
          />
          <PartLink
            place={readAlertsPlace(rulesRoute({ kind: "list" }).parameters)}
            isHere={place.rules !== null}
            text="Rules"
          />
        </nav>
        <CallChoice />
      </div>
      {place.rules === null ? <Episodes place={place} /> : <RulesPart place={place.rules} />}
    </main>
  );
}

interface PartLinkProps {
  readonly place: AlertsPlace;
  readonly isHere: boolean;
  readonly text: string;
}

function PartLink({ place, isHere, text }: PartLinkProps): JSX.Element {
  return (
    <a href={routeText(alertsRoute(place))} aria-current={isHere ? "page" : undefined}>{text}</a>
  );
}

/** In a narrow window an episode that is opened stands in the place of the list. */
function Episodes({ place }: { readonly place: AlertsPlace }): JSX.Element {
  const { replace } = usePage();
  const muting = useSignal<AlertEvent | null>(null);
  return (
    <div class="episodes" data-open={place.alert !== null}>
      <section class="panel feed" aria-label="Episodes">
        <AlertFilters
          filter={place.filter}
          onFilter={(filter) => replace(alertsRoute({ ...place, filter }))}
        />
        <AlertList place={place} key={JSON.stringify(place.filter)} />
      </section>
      <section class="panel opened" aria-label="Opened episode">
        {place.alert === null
          ? <Nothing />
          : <AlertDetail key={place.alert} alertId={place.alert} place={place} muting={muting} />}
        <MuteForm alert={muting} />
        <Mutes />
      </section>
    </div>
  );
}

function Nothing(): JSX.Element {
  const { shown: { firing } } = usePage();
  const text = useBound(
    () =>
      firing.value === 0
        ? "Open an episode to see why it fired: its metric, its book and its rule."
        : "Open one that fires to see why: its metric, its book and its rule.",
    [],
  );
  return <p class="muted note" data-testid="nothing-opened">{text}</p>;
}
