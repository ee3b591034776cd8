/** Who may only look, and who may do all: how its server knows them, and a browser that has their session; windows' shared worker sends cookies too. */
import { Authority, type Right } from "../../web/authority.ts";
import type { Beginning, Scene } from "./scene.ts";

const authority = new Authority({
  authToken: "operator-0123456789",
  authReadToken: "reader-0123456789",
});

/** What the app of a scene is made with. */
export const WITH_TOKENS = { authority };

/** As a cookie holds them, for a week from when the tests began. */
export const SESSIONS = {
  read: authority.issue("read", Date.now()),
  operate: authority.issue("operate", Date.now()),
} as const satisfies Record<Right, string>;

function cookieOf(value: string) {
  return {
    name: authority.cookieName,
    value,
    domain: "127.0.0.1",
    path: "/",
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: "Strict",
  } as const;
}

const beginsAs = (value: string): Beginning => ({
  context: { storageState: { cookies: [cookieOf(value)], origins: [] } },
});

/** How a scene begins that a reader looks at. */
export const AS_READER = beginsAs(SESSIONS.read);

/** And one that an operator does. */
export const AS_OPERATOR = beginsAs(SESSIONS.operate);

/** From now on its browser has another session: that of before ends, and its streams with it. */
export async function swapSession({ page, stage }: Scene, value: string): Promise<void> {
  const [before] = await page.context().cookies();
  await page.context().addCookies([cookieOf(value)]);
  const session = authority.sessionOf(before?.value ?? "", Date.now());
  stage.hub.endSession(session?.id ?? "");
}
