/** What is muted, and the way to hear of it again. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { MuteRecord } from "../../../shared/said.ts";
import { muteText } from "../alert_text.ts";
import { type Answer, removeMute } from "../api.ts";
import { usePage } from "../context.ts";

/** Hidden while nothing is. */
export function Mutes(): JSX.Element {
  const { shown: { mutes } } = usePage();
  return (
    <details class="muted-list" data-testid="muted" hidden={mutes.value.length === 0}>
      <summary>{mutes.value.length} muted</summary>
      <ul data-testid="mutes">
        {mutes.value.map((mute) => <Mute key={mute.muteId} mute={mute} />)}
      </ul>
    </details>
  );
}

function Mute({ mute }: { readonly mute: MuteRecord }): JSX.Element {
  const { shown: { access, serverMs } } = usePage();
  const error = useSignal("");
  return (
    <li class="mute">
      {muteText(mute, serverMs.peek())}
      {access.value.mayOperate && (
        <>
          {" "}
          <button
            type="button"
            class="round"
            data-testid={`unmute-${mute.muteId}`}
            onClick={() => void run(() => removeMute(mute.muteId), error)}
          >
            Remove
          </button>
          <span class="note bad" role="alert">{error}</span>
        </>
      )}
    </li>
  );
}

/** The change itself comes by the stream, to every open page alike. */
export async function run(
  ask: () => Promise<Answer<unknown>>,
  error: Signal<string>,
): Promise<void> {
  const answer = await ask();
  error.value = answer.ok ? "" : answer.error;
}
