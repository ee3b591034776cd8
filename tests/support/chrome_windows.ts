/**
 * Real windows of a real browser, over its own protocol: playwright makes every page look focused and shown, and
 * here it matters which is hidden, frozen, or kept for the way back.
 * https://chromedevtools.github.io/devtools-protocol/
 */
import { eventually } from "./eventually.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--remote-debugging-port=0",
];

type Parameters = Readonly<Record<string, unknown>>;
// What the browser answers; the parse edge of this file.
// deno-lint-ignore no-explicit-any
type Answer = any;
type Send = (method: string, parameters?: Parameters, sessionId?: string) => Promise<Answer>;

/** A browser with windows; `close` ends it and all that it left. */
export class ChromeWindows {
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #send: Send;
  readonly #profile: string;

  private constructor(
    child: Deno.ChildProcess,
    socket: WebSocket,
    send: Send,
    profile: string,
  ) {
    this.#child = child;
    this.#socket = socket;
    this.#send = send;
    this.#profile = profile;
  }

  static async launch(executablePath: string): Promise<ChromeWindows> {
    const profile = await Deno.makeTempDir({ prefix: "obm-chrome-" });
    const child = new Deno.Command(executablePath, {
      args: [...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
      stderr: "piped",
      stdout: "null",
      stdin: "null",
    }).spawn();
    const socket = new WebSocket(await addressIn(child.stderr));
    await new Promise((resolve) => socket.onopen = resolve);
    return new ChromeWindows(child, socket, senderOver(socket), profile);
  }

  /** Opens a window of its own, shown; or a tab behind the one that is shown. `first`: a script that runs before the page's own. */
  async open(
    url: string,
    place: "window" | "background tab" = "window",
    first: string | null = null,
  ): Promise<ChromeWindow> {
    const more = place === "window" ? { newWindow: true } : { background: true };
    const begin = first === null ? url : "about:blank";
    const { targetId } = await this.#send("Target.createTarget", { url: begin, ...more });
    const { sessionId } = await this.#send("Target.attachToTarget", { targetId, flatten: true });
    const window = new ChromeWindow(this.#send, targetId, sessionId);
    if (first !== null) {
      await this.#send("Page.enable", {}, sessionId);
      await this.#send("Page.addScriptToEvaluateOnNewDocument", { source: first }, sessionId);
      await window.navigate(url);
    }
    return window;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    void this.#send("Browser.close").catch(() => {});
    await closed;
    await this.#child.status;
    await Deno.remove(this.#profile, { recursive: true });
  }
}

/** One window, or one tab of it. */
export class ChromeWindow {
  readonly #send: Send;
  readonly #targetId: string;
  readonly #sessionId: string;

  constructor(send: Send, targetId: string, sessionId: string) {
    this.#send = send;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
  }

  /** What an expression, or the promise that it makes, comes to. */
  async evaluate(expression: string): Promise<Answer> {
    const options = { expression, returnByValue: true, awaitPromise: true };
    return (await this.#send("Runtime.evaluate", options, this.#sessionId)).result.value;
  }

  /** The text of a test id, once it satisfies the test. */
  async textOf(testId: string, holds: (text: string) => boolean): Promise<string> {
    let text = "";
    const expression = `document.querySelector('[data-testid="${testId}"]')?.textContent ?? ""`;
    try {
      await eventually(async () => {
        // Between two pages there is nothing to ask.
        text = await this.evaluate(expression).catch(() => "");
        return holds(text);
      }, `text of ${testId}`);
    } catch (error) {
      throw new Error(`It is "${text}"`, { cause: error });
    }
    return text;
  }

  async minimise(): Promise<void> {
    await this.#setWindow("minimized");
  }

  async restore(): Promise<void> {
    await this.#setWindow("normal");
  }

  /** Brings a tab to the front of its window. */
  async show(): Promise<void> {
    await this.#send("Target.activateTarget", { targetId: this.#targetId });
  }

  /** As a browser does that saves energy: no script runs any more. */
  async freeze(): Promise<void> {
    await this.#send("Page.setWebLifecycleState", { state: "frozen" }, this.#sessionId);
  }

  async thaw(): Promise<void> {
    await this.#send("Page.setWebLifecycleState", { state: "active" }, this.#sessionId);
  }

  async navigate(url: string): Promise<void> {
    await this.#send("Page.navigate", { url }, this.#sessionId);
  }

  /** As the button for it does. */
  async goBack(): Promise<void> {
    const { entries, currentIndex } = await this.#send(
      "Page.getNavigationHistory",
      {},
      this.#sessionId,
    );
    const entryId = entries[currentIndex - 1].id;
    await this.#send("Page.navigateToHistoryEntry", { entryId }, this.#sessionId);
  }

  /** Ends its process, as a discarded tab's: its page hears nothing of it. */
  crash(): void {
    // There is nobody left to answer.
    void this.#send("Page.crash", {}, this.#sessionId).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#send("Target.closeTarget", { targetId: this.#targetId });
  }

  async #setWindow(windowState: "minimized" | "normal"): Promise<void> {
    const { windowId } = await this.#send("Browser.getWindowForTarget", {
      targetId: this.#targetId,
    });
    await this.#send("Browser.setWindowBounds", { windowId, bounds: { windowState } });
  }
}

/** Where the browser listens, which it says once; the rest of what it says is read and dropped. */
async function addressIn(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const found = Promise.withResolvers<string>();
  let said = "";
  void stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(text) {
        said = (said + text).slice(-10_000);
        const [, address] = /DevTools listening on (\S+)/.exec(said) ?? [];
        if (address !== undefined) found.resolve(address);
      },
      close: () => found.reject(new Error(`The browser ended: ${said}`)),
    }),
  );
  return await found.promise;
}

function senderOver(socket: WebSocket): Send {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
    waiting.delete(id);
  };
  return (method, params, sessionId) => {
    const answer = Promise.withResolvers<Answer>();
    last += 1;
    waiting.set(last, answer);
    socket.send(JSON.stringify({ id: last, method, params: params ?? {}, sessionId }));
    return answer.promise;
  };
}
