/** Pictures of a page, as small files. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findBinary } from "../../support/child_process.ts";
import { launch } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";

const CHROMIUMS = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  ...["chromium", "google-chrome"],
];
/** Of WebP: text has clean edges, and a desk takes a tenth of a megabyte. */
const QUALITY = 76;

/** Starts the Chromium of this machine; the caller closes it. @throws {Error} where there is none. */
export async function launchChromium(): Promise<Browser> {
  const named = Deno.env.get("TEST_CHROMIUM");
  const path = findBinary(named === undefined ? CHROMIUMS : [named]);
  if (path === null) {
    throw new Error("Cannot take pictures: no Chromium here; install it, or set TEST_CHROMIUM");
  }
  return await launch(path);
}

/** How large a window is, in which theme, and on how fine a screen. */
export type Window = Pick<
  BrowserContextOptions,
  "viewport" | "colorScheme" | "deviceScaleFactor" | "reducedMotion"
>;

/** Writes what is in the window, or of a page that is lower than it its upper part, as WebP; returns its bytes. */
export async function shoot(page: Page, path: string, height: number | null): Promise<number> {
  const size = page.viewportSize();
  if (size === null) throw new TypeError("Cannot take a picture: the window has no size");
  const session = await page.context().newCDPSession(page);
  // What playwright takes is PNG or JPEG.
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp",
    quality: QUALITY,
    clip: { x: 0, y: 0, width: size.width, height: height ?? size.height, scale: 1 },
  });
  await session.detach();
  const bytes = Uint8Array.fromBase64(data);
  await Deno.writeFile(path, bytes);
  return bytes.byteLength;
}

/** One picture of a film, and when it was drawn. */
export interface Frame {
  readonly png: Uint8Array;
  readonly atMs: number;
}

/**
 * What a window draws, so many pixels wide, at most one frame in `everyMs`: for `lengthMs`, and longer until there are
 * `framesMin` of them. Frames come when something has been drawn, and no next one before this one was taken.
 */
export async function film(
  page: Page,
  maxWidth: number,
  everyMs: number,
  lengthMs: number,
  framesMin: number,
): Promise<readonly Frame[]> {
  const session = await page.context().newCDPSession(page);
  const frames: Frame[] = [];
  session.on("Page.screencastFrame", ({ data, sessionId }) => {
    const atMs = performance.now();
    const lastMs = frames.at(-1)?.atMs ?? -Infinity;
    if (atMs - lastMs >= everyMs) frames.push({ png: Uint8Array.fromBase64(data), atMs });
    void session.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
  });
  await session.send("Page.startScreencast", { format: "png", maxWidth, maxHeight: maxWidth });
  const lasted = () => (frames.at(-1)?.atMs ?? 0) - (frames[0]?.atMs ?? 0);
  await eventually(() => lasted() >= lengthMs && frames.length >= framesMin, "a film");
  await session.send("Page.stopScreencast");
  await session.detach();
  return frames;
}
