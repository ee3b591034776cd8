/** Everything below the page's root: the top, the banners, and the view that the address names. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Banners } from "./banners.tsx";
import { usePage } from "./context.ts";
import { News } from "./news.tsx";
import { NotFollowed } from "./not_followed.tsx";
import { SymbolHead } from "./symbol_head.tsx";
import { Top } from "./top.tsx";
import { viewOfId } from "./views/registry.ts";

/** So long the page waits to be told what it shows: what is there before would be moved by banners. */
const FIRST_WORD_MS = 1_500;

/** The same for every view. */
export function Whole(): JSX.Element {
  const { route, breadth, shown: { system } } = usePage();
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
        <div class="symbol-bar">
          <SymbolHead />
        </div>
      )}
      <Banners />
      <NotFollowed />
      {(system.value !== null || isLate) && <View />}
    </>
  );
}
