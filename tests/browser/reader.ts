/** Who may only look: how its server knows it, and a browser that has its session; windows' shared worker sends cookies too. */
import { Authority } from "../../web/authority.ts";
import type { Beginning } from "./scene.ts";

const authority = new Authority({
  authToken: "operator-0123456789",
  authReadToken: "reader-0123456789",
});

/** What the app of a scene is made with. */
export const WITH_TOKENS = { authority };

/** How a scene begins that a reader looks at. */
export const AS_READER: Beginning = {
  context: {
    storageState: {
      cookies: [{
        name: authority.cookieName,
        value: authority.issue("read", Date.now()),
        domain: "127.0.0.1",
        path: "/",
        expires: -1,
        httpOnly: true,
        secure: false,
        sameSite: "Strict",
      }],
      origins: [],
    },
  },
};
