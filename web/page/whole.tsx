/** Everything below the page's root: the top, the banners, and the view that the address names. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Banners } from "./banners.tsx";
import { usePage } from "./context.ts";
import { lazily } from "./lazily.tsx";
import { News } from "./news.tsx";
import { SymbolHead } from "./symbol_head.tsx";
import { Top } from "./top.tsx";
import { viewOfId } from "./views/registry.ts";

const NotFollowed = lazily(() => import("./not_followed.tsx").then((part) => part.NotFollowed));

/** So long the page waits to be told what it shows: what is there before would be moved by banners. */
const FIRST_WORD_MS = 1_500;

/** The same for every view. */
export function Whole(): JSX.Element {
  const { route, breadth, strangers, shown: { system } } = usePage();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), FIRST_WORD_MS);
    return () => clearTimeout(timer);
  }, []);
  // Where panels stand below one another it stays in sight.
  const isBar = breadth.value === "narrow" && route.value.view === "desk";
  const View = viewOfId(route.value.view).component;
  return (
    <>
      <Top />
      <News />
      {isBar && (
        <nav class="symbol-bar" aria-label="Symbol of the desk">
          <SymbolHead />
        </nav>
      )}
      <section class="banners" aria-label="Notices">
        <Banners />
        {strangers.value.length > 0 && <NotFollowed />}
      </section>
      {(system.value !== null || isLate) && <View />}
    </>
  );
}
