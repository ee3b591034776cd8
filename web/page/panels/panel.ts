/** What a panel is: a part of the desk that shows one symbol, and may stand there twice. */
import type { ComponentType } from "preact";
import type { PanelNeeds } from "../needed.ts";
import type { PanelSettings } from "../panel_settings.ts";
import type { SymbolShown } from "../symbol_store.ts";

/** What a panel is given. */
export interface PanelProps {
  /** Whatever it shows is of this symbol; of the one without a name nothing is known yet. */
  readonly symbol: SymbolShown;
}

/** What a panel is given in its place on the desk: what is chosen in it is kept with that. */
export interface PlacedPanelProps extends PanelProps {
  readonly settings: PanelSettings;
}

/** One kind of panel, as `registry.ts` lists it. */
export interface PanelDefinition extends PanelNeeds {
  /** In kept arrangements: never given to another. */
  readonly id: string;
  /** Names the panel to people. */
  readonly title: string;
  readonly component: ComponentType<PlacedPanelProps>;
  /** `bare`: without a border of its own. */
  readonly frame: "panel" | "bare";
  /**
   * How high it is: `content`, as its content is, however high the window; `any`, it takes what it gets, and is never
   * lower than its content; `scroll`, it takes what it gets, and what does not fit scrolls.
   */
  readonly height: "content" | "any" | "scroll";
}
