/** The events of `/events` as docs/API.md shows them, from their catalogues. */
import { eventSchema, shownFields } from "../../shared/catalogue/event_fields.ts";
import { EVENT_NAMES, type EventName, type ShownType } from "../../shared/catalogue/events.ts";
import { type OutputEvent, type OutputOf, OUTPUTS } from "../../shared/catalogue/outputs.ts";
import { propertiesOf, typeOf } from "./schema_type.ts";
import { table } from "./section.ts";

/** What the server says of itself: how it travels, and to whom. */
const OWN: { readonly [Name in Exclude<EventName, ShownType>]: readonly [string, string] } = {
  hello: ["once, first", "everybody"],
  view: [
    "when its page has said what it looks at, and after `hello`",
    "who has said so, who is told changes",
  ],
  pulse: ["the newest, each second", "everybody"],
  system: ["once, on joining", "everybody"],
  system_change: ["what has changed since, added up", "everybody"],
  storage: ["the newest, when it has changed", "everybody"],
  latency: ["the newest, when it has changed", "the symbol in detail"],
  refetch: ["in the place of events that are lost", "who missed them"],
  viewer: [
    "before the events of each, and behind those of all, with an id",
    "who shares a connection",
  ],
  columns: ["once, after `hello`", "who is told changes"],
  list: ["what has changed, each second; the first time whole", "who is told changes"],
  frame: [
    "what has changed, at most ten a second; the first one whole",
    "who is told changes: the symbol in detail",
  ],
  interval: [
    "in order, with an id; the last ones on joining",
    "who is told changes: the symbol in detail",
  ],
};

/** The parts of an output on which its form depends, and what it is then. */
const KINDS: {
  readonly [Type in ShownType]: readonly (readonly [what: string, of: Partial<OutputOf[Type]>])[];
} = {
  metrics: [["a frame", { bucketMs: null }], ["the row of an interval", { bucketMs: 1 }]],
  book: [["", { forStore: false }]],
  depth_profile: [["", { forStore: false }]],
  trade: [["", {}]],
  trades: [["", {}]],
  trades_1s: [["", {}]],
  alert: [["", {}]],
  rule_state: [["", { isChange: false }]],
  mute: [["", {}]],
  micro_price: [["", {}]],
  feed: [["", {}]],
  gap: [["", {}]],
  loss: [["", {}]],
  audit: [["", {}]],
  proof: [["", { forStore: false }]],
};

/** How each travels, to whom, and what its payload says. */
export function eventsTable(): string {
  const rows = EVENT_NAMES.map((name) => {
    const [how, who] = isOutput(name) ? wayOf(name) : OWN[name];
    return [
      `\`${name}\``,
      how,
      who,
      Object.keys(shownFields(name)).map((one) => `\`${one}\``).join(" "),
    ];
  });
  return table(["event", "how it comes", "to whom", "payload"], rows);
}

/** The payload of each event as TypeScript. */
export function eventTypes(): string {
  const lines = EVENT_NAMES.flatMap((name) => [
    `  ${name}: {`,
    ...propertiesOf(eventSchema(name)).map(([key, of]) => `    ${key}: ${typeOf(of)};`),
    "  };",
  ]);
  return ["```ts", "interface Events {", ...lines, "}", "```"].join("\n");
}

function isOutput(name: EventName): name is ShownType {
  return Object.hasOwn(OUTPUTS, name);
}

function wayOf<Type extends ShownType>(type: Type): readonly [string, string] {
  const ways = KINDS[type].map(([what, of]) => {
    // Its form depends on nothing else.
    const { event } = OUTPUTS[type].formOf(of as OutputOf[Type]);
    const named = (text: string) => what === "" ? text : `${what}: ${text}`;
    return [named(howOf(event)), named(whoOf(event))] as const;
  });
  return [ways.map(([how]) => how).join("; "), ways.map(([, who]) => who).join("; ")];
}

function howOf(event: OutputEvent): string {
  if (event.detail === "event") {
    return `in order, with an id${event.opening ? "; the last ones on joining" : ""}`;
  }
  return event.detail === "state" ? "the newest" : "added up since the last";
}

function whoOf({ detail, list }: OutputEvent): string {
  if (list === null) return "the symbol in detail";
  if (list === "event") return "every symbol";
  const others = "the others once a second";
  return `the symbol in detail, ${others}${detail === "event" ? ", the newest" : ""}`;
}
