/** The form of one rule: made from the catalogue, told in words while it is typed, tried over history, and saved. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { COMMON_RULE_FIELDS } from "../../../shared/catalogue/rule_fields.ts";
import { fetchRules, replaceRules } from "../alerts_api.ts";
import type { RulesShown } from "../rules_shown.ts";
import { type RulesPlace, SEVERITIES } from "../alerts_place.ts";
import type { Answer } from "../api.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import {
  contentWith,
  contentWithout,
  draftOf,
  fieldAt,
  fieldsOf,
  kindOf,
  newDraft,
  type RuleDraft,
  suggestedName,
} from "../rule_draft.ts";
import { Field, type Mistake, NumberField, SymbolChoice, Watched, Words } from "./rule_fields.tsx";
import { RuleTrial } from "./rule_trial.tsx";

interface EditorProps {
  readonly place: Exclude<RulesPlace, { kind: "list" }>;
  readonly rules: RulesShown;
  readonly onRules: (rules: RulesShown) => void;
  readonly onDone: () => void;
}

/** Of a rule that is not there it says so. */
export function RuleEditor({ place, rules, onRules, onDone }: EditorProps): JSX.Element {
  const began = useSignal(beginning(place, rules));
  if (began.value === null) {
    const name = place.kind === "edit" ? place.rule : "";
    return <p class="panel muted" data-testid="rules-note">No rule is called {name} any more.</p>;
  }
  return <Form began={began.value} place={place} rules={rules} onRules={onRules} onDone={onDone} />;
}

function beginning(place: EditorProps["place"], rules: RulesShown): RuleDraft | null {
  if (place.kind === "new") return newDraft(place.given, place.symbol);
  const { symbol, rule: name } = place;
  const own = symbol === null ? undefined : rules.symbols[symbol];
  const rule = (own ?? rules.rules).find((one) => one.name === name);
  return rule === undefined ? null : draftOf(rule, symbol);
}

function Form({ began, place, rules, onRules, onDone }: EditorProps & { began: RuleDraft }) {
  const { say } = usePage();
  const typed = useSignal(began);
  const isNamed = useSignal(began.base !== null);
  const mistake = useSignal<Mistake | null>(null);
  const isSaving = useSignal(false);
  const isOutdated = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const draft = useBound((): RuleDraft => {
    const now = typed.value;
    return isNamed.value ? now : { ...now, name: suggestedName(now) };
  }, []);
  const change = (part: Partial<RuleDraft>) => {
    typed.value = { ...typed.peek(), ...part };
    mistake.value = null;
  };
  const content = rules.file.content ?? {};
  const refuse = (answer: Extract<Answer<unknown>, { ok: false }>) => {
    const field = answer.path === undefined ? null : fieldAt(answer.path, draft.peek());
    mistake.value = { field, text: answer.error };
    isOutdated.value = answer.code === "outdated";
  };
  // Whoever types goes on where the mistake is.
  useEffect(() => {
    const name = mistake.value?.field;
    if (name) form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  }, [mistake.value]);
  const put = async (next: typeof content, told: string) => {
    if (isSaving.peek()) return;
    isSaving.value = true;
    const answer = await replaceRules(next, rules.etag);
    isSaving.value = false;
    if (!answer.ok) return refuse(answer);
    onRules(answer.value);
    say(told);
    onDone();
  };
  const now = draft.value;
  const { base, symbols } = now;
  const symbol = place.kind === "edit" ? place.symbol : null;
  const isInFile = base !== null &&
    (symbol === null ? base.from === "file" : base.from === "symbol");
  return (
    <div class="rule-editor">
      <form
        ref={form}
        class="panel rule-form"
        aria-label={base === null ? "New rule" : `Rule ${now.name}`}
        data-testid="rule-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void put(contentWith(content, draft.peek()), `The rule ${draft.peek().name} is in force`);
        }}
      >
        <h2>
          {base === null ? "New rule" : symbol === null ? now.name : `${now.name} of ${symbol}`}
        </h2>
        {base === null && <Watched draft={now} mistake={mistake} onChange={change} />}
        <fieldset>
          <legend>{base === null ? "Line and time" : `A rule of the kind “${kindOf(now)}”`}</legend>
          {[...fieldsOf(now), ...COMMON_RULE_FIELDS].map((field) => (
            <NumberField
              key={field.name}
              field={field}
              draft={now}
              mistake={mistake}
              onChange={change}
            />
          ))}
          {kindOf(now) === "crossing" && (
            <Field name="repeat" label="fires" mistake={mistake}>
              <select
                name="repeat"
                value={now.repeat}
                onChange={({ currentTarget }) =>
                  change({ repeat: currentTarget.value === "once" ? "once" : "each time" })}
              >
                <option value="each time">each time</option>
                <option value="once">once</option>
              </select>
            </Field>
          )}
        </fieldset>
        <fieldset>
          <legend>Who is told, and of which symbols</legend>
          <Field name="severity" label="severity" mistake={mistake}>
            <select
              name="severity"
              value={now.severity}
              onChange={({ currentTarget }) =>
                change({
                  severity: SEVERITIES.find((one) => one === currentTarget.value) ?? "warning",
                })}
            >
              {SEVERITIES.map((one) => (
                <option key={one} value={one} selected={one === now.severity}>
                  {one === "info" ? "info: calls nobody" : one}
                </option>
              ))}
            </select>
          </Field>
          {base === null && <SymbolChoice draft={now} mistake={mistake} onChange={change} />}
          {base === null
            ? (
              <Field name="name" label="name" mistake={mistake} hint="Small letters, digits and _">
                <input
                  name="name"
                  type="text"
                  data-testid="rule-name"
                  maxLength={60}
                  autocomplete="off"
                  spellcheck={false}
                  value={now.name}
                  onInput={({ currentTarget }) => {
                    isNamed.value = currentTarget.value !== "";
                    change({ name: currentTarget.value });
                  }}
                />
              </Field>
            )
            : (
              <label class="check">
                <input
                  type="checkbox"
                  name="isOn"
                  checked={now.isOn}
                  onChange={({ currentTarget }) => change({ isOn: currentTarget.checked })}
                />
                switched on
              </label>
            )}
        </fieldset>
        <Words draft={now} />
        <p class="note bad" role="alert" data-testid="rule-error">
          {mistake.value !== null && mistake.value.field === null ? mistake.value.text : ""}
        </p>
        {isOutdated.value && (
          <button
            type="button"
            class="round"
            data-testid="rules-reread"
            onClick={async () => {
              const answer = await fetchRules();
              if (!answer.ok) return refuse(answer);
              isOutdated.value = false;
              mistake.value = null;
              onRules(answer.value);
            }}
          >
            Take the rules as they are now, and keep what is typed here
          </button>
        )}
        {/* Disabled, a button would lose the keyboard's focus. */}
        <p class="rule-buttons">
          <button
            type="submit"
            class="round primary"
            data-testid="save-rule"
            aria-disabled={isSaving.value}
          >
            {isSaving.value ? "Saving…" : "Save and put in force"}
          </button>
          <button type="button" class="round" onClick={onDone}>Cancel</button>
          <span class="spring" />
          {isInFile && (
            <button
              type="button"
              class="round danger"
              data-testid="remove-rule"
              aria-disabled={isSaving.value}
              onClick={() =>
                void put(contentWithout(content, base, symbol), `The rule ${base.name} is removed`)}
            >
              {isOwn(rules, base.name, symbol) ? "Remove" : "Back to what it was without this"}
            </button>
          )}
        </p>
      </form>
      <RuleTrial
        key={place.kind}
        content={() => contentWith(content, draft.peek())}
        draft={draft}
        symbols={symbols}
        onRefused={refuse}
      />
    </div>
  );
}

/** Whether nothing is left of a rule when the file says nothing of it. */
function isOwn({ file, rules }: RulesShown, name: string, symbol: string | null): boolean {
  const said = symbol === null
    ? file.content?.rules?.[name]
    : file.content?.symbols?.[symbol]?.[name];
  const isOfAll = symbol !== null && rules.some((rule) => rule.name === name);
  return said?.["kind"] !== undefined && !isOfAll;
}
