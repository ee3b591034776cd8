/** The table of actors: what is wrong first, or by the column that a person has chosen, which stands in the address. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import {
  type ActorColumn,
  type ActorRow,
  actorSortText,
  nextActorSort,
  orderActors,
  readActorSort,
  troubleOf,
} from "../actor_order.ts";
import type { Asked } from "../asked.ts";
import { usePage } from "../context.ts";
import { formatAge, formatBytes, formatCount, formatMs, NOTHING } from "../format.ts";
import type { SystemAnswer } from "../system_api.ts";
import { NotTold } from "./not_told.tsx";

const HEADS: readonly (readonly [by: ActorColumn, label: string, title: string])[] = [
  [
    "actorId",
    "Actor",
    "Has a thread of its own, but for symbols that share a worker, which stands beside them",
  ],
  ["state", "State", "Running, or on its way, or given up"],
  ["restarts", "Restarts", "Since the monitor started"],
  ["heartbeatAgeMs", "Heartbeat", "How long ago it was heard of"],
  ["heapBytes", "Memory", "Of its own heap, or of that of all who share its worker"],
  ["lagMs", "Lag", "By how much its last heartbeat was late: so long its event loop was held up"],
  ["unacked", "Waiting", "Its outputs that the store has not confirmed"],
];
/** So many stand there before what scrolls. */
const NUMBERS: readonly ActorColumn[] = [
  "restarts",
  "heartbeatAgeMs",
  "heapBytes",
  "lagMs",
  "unacked",
];

/** Of what is not known there is a dash. */
export function ActorTable(
  { asked }: { readonly asked: ReadonlySignal<Asked<SystemAnswer>> },
): JSX.Element {
  const { route, replace, shown: { connection } } = usePage();
  const { parameters } = route.value;
  const sort = readActorSort(parameters["sort"] ?? "");
  const { value, problem } = asked.value;
  // How an actor stood when somebody could still be asked is told as that, and not in a colour of now.
  const isOfNow = problem === null && connection.value.kind === "open";
  if (value === null) return <NotTold what="How the actors stand is" problem={problem} />;
  const sortBy = (by: ActorColumn) => {
    const { sort: _, ...others } = parameters;
    const text = actorSortText(nextActorSort(sort, by));
    replace({ ...route.peek(), parameters: text === "" ? others : { ...others, sort: text } });
  };
  return (
    <div class="table-scroll tall" tabIndex={0} role="group" aria-label="Actors, one a row">
      <table class="plain-table actor-table">
        <thead>
          <tr>
            {HEADS.map(([by, label, title]) => (
              <th
                key={by}
                scope="col"
                class={NUMBERS.includes(by) ? "number" : undefined}
                aria-sort={sort?.by !== by
                  ? undefined
                  : sort.isDescending
                  ? "descending"
                  : "ascending"}
              >
                <button
                  type="button"
                  title={`${title}\nPress to sort`}
                  data-testid={`actors-by-${by}`}
                  onClick={() => sortBy(by)}
                >
                  {label}
                </button>
              </th>
            ))}
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody data-testid="actor-rows">
          {orderActors(value.actors, sort).map((row) => {
            const { tone, text } = troubleOf(row);
            return (
              <tr key={row.actorId} data-testid={`actor-${row.actorId}`}>
                <th scope="row">
                  {row.actorId.replace(":", " ")}
                  {row.worker !== null && <small class="muted">{` in ${row.worker.name}`}</small>}
                </th>
                <td>
                  <span class="tone-word" data-tone={isOfNow ? tone : null}>
                    {isOfNow ? row.state : `was ${row.state}`}
                  </span>
                </td>
                <td class="number">{formatCount(row.restarts)}</td>
                <td class="number">
                  {told(isOfNow ? row.heartbeatAgeMs : null, formatAge)}
                </td>
                <td class="number">{memoryOf(row)}</td>
                <td class="number">{told(row.lagMs, (ms) => `${formatMs(ms)} ms`)}</td>
                <td class="number">{told(row.unacked, formatCount)}</td>
                <td class="actor-note">{text}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function memoryOf({ heapBytes, worker }: ActorRow): JSX.Element {
  if (worker === null) return told(heapBytes, formatBytes);
  return told(worker.heapBytes, (bytes) => `${formatBytes(bytes)} for ${worker.actors}`);
}

function told(value: number | null, format: (value: number) => string): JSX.Element {
  if (value !== null) return <>{format(value)}</>;
  return <span title="Not told: it does not run, or has nothing of the kind">{NOTHING}</span>;
}
