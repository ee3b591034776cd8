/** Mutants of what liveness learns from a stream: its intervals, and its long silences. */
import { mutantsOf } from "./mutant.ts";

export const INTERARRIVAL = [
  ...mutantsOf("liveness/interarrival.ts", "liveness/interarrival_test.ts", [
    {
      mistake: "the time between two connections is an interval",
      from: "intervalMs === intervalMs && connection === this.#connection",
      to: "intervalMs === intervalMs",
    },
    {
      mistake: "only what is proven is learnt",
      from: "if (isOwn || !isUnusual) this.#learn(intervalMs);",
      to: "if (isOwn) this.#learn(intervalMs);",
    },
    {
      mistake: "an unusual silence is learnt",
      from: "if (isOwn || !isUnusual) this.#learn(intervalMs);",
      to: "this.#learn(intervalMs);",
    },
    {
      mistake: "a halt is learnt",
      from: "rest(): void {\n    this.#lastMs = NaN;",
      to: "rest(): void {",
    },
    {
      mistake: "a new connection has spoken",
      from: "    this.#hasSpoken = false;\n",
      to: "",
    },
    {
      mistake: "the usual interval is that of the first look",
      from: "    this.#usualMs = null;\n  }",
      to: "  }",
    },
    {
      mistake: "the usual interval is the median",
      from: "[this.#intervals], 99",
      to: "[this.#intervals], 50",
    },
    {
      mistake: "a lively stream may not pause",
      from: "Math.max(SILENCE_MIN_MS, UNUSUAL_TIMES * this.usualMs)",
      to: "UNUSUAL_TIMES * this.usualMs",
    },
    {
      mistake: "silence is unusual at the usual interval",
      from: "UNUSUAL_TIMES * this.usualMs",
      to: "this.usualMs",
    },
    {
      mistake: "hours of silence are learnt",
      from: "if (intervalMs > INTERVAL_MAX_MS) return;",
      to: "",
    },
    {
      mistake: "what is long ago counts as much as now",
      from: "if (this.#intervals.count >= INTERVALS_MAX) this.#intervals.halve();",
      to: "",
    },
    {
      mistake: "a hundredth part is known of a few intervals",
      from: "this.#intervals.count >= 100",
      to: "this.#intervals.count >= 10",
    },
  ]),
  ...mutantsOf("liveness/long_silence.ts", "liveness/liveness_test.ts", [
    {
      mistake: "each connection of a long silence is asked for as soon as the last",
      from: "silentMs < longMs * 2 ** this.#tries",
      to: "silentMs < longMs * (1 + this.#tries)",
    },
    {
      mistake: "a long silence asks for connections on each tick",
      from: "this.#tries += 1;",
      to: "",
    },
    {
      mistake: "a stream that has spoken seldom is known",
      from: " || !interarrival.isKnown",
      to: "",
    },
    {
      mistake: "a long silence is the same for every stream",
      from: "Math.max(LEAST_MS, UNUSUAL_TIMES * interarrival.silenceMaxMs)",
      to: "LEAST_MS",
    },
    {
      mistake: "a short silence of a lively stream is a long one",
      from: "Math.max(LEAST_MS, UNUSUAL_TIMES * interarrival.silenceMaxMs)",
      to: "UNUSUAL_TIMES * interarrival.silenceMaxMs",
    },
  ]),
];
