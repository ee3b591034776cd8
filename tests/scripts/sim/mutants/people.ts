/** Mutants of what is made of what people say to alerts. */
import { mutantsOf } from "./mutant.ts";

const PEOPLE_TESTS = "alerts/people_test.ts";

export const PEOPLE = [
  ...mutantsOf("alerts/mutes.ts", PEOPLE_TESTS, [
    {
      mistake: "a mute is of every symbol",
      from: "!isMuteOf(mute, this.#market) || ",
      to: "",
    },
    {
      mistake: "a mute never ends",
      from: "if (utcMs >= this.#nextMs) this.#look(utcMs);",
      to: "",
    },
    {
      mistake: "of several mutes the one that ends first counts",
      from: "mute.untilMs > untilMs",
      to: "mute.untilMs < untilMs",
    },
    {
      mistake: "a mute of one side is heeded by none",
      from: " || mute.rule === side",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/watch.ts", PEOPLE_TESTS, [
    {
      mistake: "a muted episode calls",
      from: "const notice = mutedUntilMs === null\n",
      to: "const notice = mutedUntilMs !== undefined\n",
    },
    {
      mistake: "when a mute ends nobody is called",
      from: "mutedUntilMs === null && !isNotified",
      to: "mutedUntilMs !== null && !isNotified",
    },
    {
      mistake: "what somebody has seen calls when a mute ends",
      from: " && !isSeen(event)",
      to: "",
    },
    {
      mistake: "what a mute holds back of what becomes critical is not counted",
      from: "if (isMuted && now.severity !== before) notifications.holdBack(now.severity);",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/alerts.ts", PEOPLE_TESTS, [
    {
      mistake: "a mute is told again and again",
      from: "if (isNews || isRetold && this.#mutes.has(mute)) out.push(mute);",
      to: "if (isNews || this.#mutes.has(mute)) out.push(mute);",
    },
    {
      mistake: "what a life heard that crashed before the store did is never told to it",
      from: " || isRetold && this.#mutes.has(mute)",
      to: "",
    },
    {
      mistake: "who has nothing to say takes away what somebody has said of an episode",
      from: "if (isSeen(event) && said.by === null && said.comment === null) return;",
      to: "",
    },
    {
      mistake: "what fires is not known before the store has answered, and is said not to fire",
      from: "event === null && this.#heldUntilMs !== null",
      to: "event === null && this.#heldUntilMs === undefined",
    },
  ]),
];
