/** The system: how every actor, the exchange, the stores and the streams stand, of which versions it is and how it is set. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { fetchStorage, type StorageAnswer } from "../api.ts";
import { type Asked, ofNow, useAsked } from "../asked.ts";
import { known } from "../banners.tsx";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { keptNotice } from "../kept.ts";
import { formatBytes, formatCount, NOTHING } from "../format.ts";
import {
  exchangeFacts,
  type Fact,
  keepText,
  storeFacts,
  streamFacts,
  versionFacts,
} from "../system_facts.ts";
import { fetchConfiguration, fetchSystem } from "../system_api.ts";
import { formatDay, formatExact } from "../times.ts";
import { ActorTable } from "./actor_table.tsx";
import { NotTold } from "./not_told.tsx";

/** Heartbeats come each second, and what a person reads need not move with each. */
const SYSTEM_MS = 2_000;
/** Tables grow slowly, and to measure them costs the database something. */
const STORAGE_MS = 60_000;

/** What is asked for is asked again while it is shown. */
export function System(): JSX.Element {
  const { shown } = usePage();
  const { books, connection, serverMs } = shown;
  const { asked, again } = useAsked(fetchSystem, SYSTEM_MS);
  const history = useAsked(fetchStorage, STORAGE_MS);
  const count = shown.symbols.value.length;
  // How long there is room for hangs on it.
  useEffect(() => history.again(), [count]);
  const system = useBound(() => known(connection.value, shown.system.value), []);
  const storage = useBound(() => known(connection.value, shown.storage.value), []);
  const answer = useBound(() => known(connection.value, ofNow(asked.value)), [asked]);
  const stored = useBound(() => known(connection.value, ofNow(history.asked.value)), [
    history.asked,
  ]);
  return (
    <main class="system" aria-label="System" data-testid="system">
      <div class="system-main">
        <Section title="Actors" aside={<Freshness asked={asked} again={again} />}>
          <ActorTable asked={asked} />
        </Section>
        <Section
          title="History"
          aside={<Freshness asked={history.asked} again={history.again} />}
        >
          <Kept asked={history.asked} />
          <HistoryTable asked={history.asked} />
        </Section>
        <Configuration />
      </div>
      <div class="system-side">
        <Facts
          title="Exchange"
          facts={() => exchangeFacts(system.value, books.value, serverMs.value)}
        />
        <Facts
          title="Store"
          facts={() =>
            storeFacts(system.value, storage.value, answer.value, stored.value, serverMs.value)}
        />
        <Facts title="Streams" facts={() => streamFacts(answer.value)} />
        <Facts title="Versions" facts={() => versionFacts(answer.value)} />
      </div>
    </main>
  );
}

interface SectionProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Section({ title, aside, children }: SectionProps): JSX.Element {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id} data-testid={`system-${title.toLowerCase()}`}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

interface FreshnessProps {
  readonly asked: ReadonlySignal<Asked<unknown>>;
  readonly again: () => void;
}

/** Of when the answer is, and why there is no newer one; while there is none its place says why. */
function Freshness({ asked, again }: FreshnessProps): JSX.Element {
  const text = useBound(() => {
    const { localMs, problem } = asked.value;
    const age = localMs === null ? "" : `as of ${formatExact(localMs, localMs)}`;
    return problem === null || age === "" ? age : `${problem}; what is shown is ${age}`;
  }, [asked]);
  const tone = useBound(() => asked.value.problem === null ? "muted" : "note bad", [asked]);
  return (
    <span class="freshness">
      <span class={tone} role="status">{text}</span>
      <button type="button" class="round" onClick={again}>Refresh</button>
    </span>
  );
}

interface FactsProps {
  readonly title: string;
  readonly facts: () => readonly Fact[];
}

function Facts({ title, facts }: FactsProps): JSX.Element {
  const lines = useBound(facts, []);
  return (
    <Section title={title}>
      <dl class="facts">
        {lines.value.map(({ label, text, why, tone }) => (
          <div key={label} title={why ?? undefined} data-testid={`fact-${label}`}>
            <dt>{label}</dt>
            <dd>
              {tone === null ? text : <span class="tone-word" data-tone={tone}>{text}</span>}
              {/* A dash says nothing by itself. */}
              {text === NOTHING && why !== null ? <small class="why">{why}</small> : null}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function HistoryTable(
  { asked }: { readonly asked: ReadonlySignal<Asked<StorageAnswer>> },
): JSX.Element {
  const { value } = asked.value;
  if (value === null) {
    return <NotTold what="What history holds is" problem={asked.value.problem} />;
  }
  const day = (timeMs: number | null) => timeMs === null ? NOTHING : formatDay(timeMs);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="History, table by table">
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col" class="number">Size</th>
            <th scope="col" class="number">Rows</th>
            <th scope="col">From</th>
            <th scope="col">Until</th>
            <th scope="col">Kept for</th>
          </tr>
        </thead>
        <tbody>
          {value.tables.map(({ name, bytes, rows, oldestMs, newestMs, keepDays, roomDays }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{formatBytes(bytes)}</td>
              <td class="number" title={rows === null ? "Not counted yet" : "As estimated"}>
                {rows === null ? NOTHING : formatCount(rows)}
              </td>
              <td class="date">{day(oldestMs)}</td>
              <td class="date">{day(newestMs)}</td>
              <td class="date">{keepText(keepDays, roomDays)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** For how long rows are kept, in a few words. */
function Kept({ asked }: { readonly asked: ReadonlySignal<Asked<StorageAnswer>> }): JSX.Element {
  const notice = useBound(() => {
    const { value, problem } = asked.value;
    if (value !== null) return keptNotice({ ok: true, value });
    return keptNotice(problem === null ? null : { ok: false, error: problem });
  }, [asked]);
  const text = useBound(() => notice.value.text, [notice]);
  const title = useBound(() => notice.value.title, [notice]);
  return <p class="muted kept" data-testid="kept" title={title}>{text}</p>;
}

const ORIGINS = {
  default: "default",
  environment: "environment",
  file: "file of variables",
  "secret file": "file of its own",
} as const;

/** Only operators are told. */
function Configuration(): JSX.Element {
  const { shown: { access } } = usePage();
  return (
    <Section title="Configuration">
      {access.value.mayOperate
        ? <Variables />
        : <p class="muted note">Who may only look is not told how the monitor is configured.</p>}
    </Section>
  );
}

function Variables(): JSX.Element {
  const { asked } = useAsked(fetchConfiguration, null);
  const { value, problem } = asked.value;
  if (value === null) {
    return (
      <NotTold
        what="How the monitor is configured is"
        problem={problem}
        remedy="Open this view again to ask again."
      />
    );
  }
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Variables">
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">Variable</th>
            <th scope="col">Value</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {value.variables.map(({ name, value, isHidden, origin, meaning }) => (
            <tr key={name} title={meaning} data-testid={`variable-${name}`}>
              <th scope="row">{name}</th>
              <td class={origin === "default" ? "muted" : "set"}>
                {isHidden ? "set (hidden)" : value ?? "not set"}
              </td>
              <td class="muted origin">{ORIGINS[origin]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
