/** The desk: panels of one symbol or several, where the arrangement has them. */
import type { JSX } from "preact";
import {
  type Arrangement,
  type Breadth,
  COLUMNS,
  namesOf,
  type Placed,
  rowsOf,
} from "../arrangement.ts";
import { usePage } from "../context.ts";
import { useAddressOfSettings, usePanelSettings } from "../kept_settings.ts";
import { lazily } from "../lazily.tsx";
import { PANELS } from "../panels/registry.ts";
import { useToldRoom } from "../told_room.ts";

const ArrangeFrame = lazily(() =>
  import("../arrange_frame.tsx").then(({ ArrangeFrame }) => ArrangeFrame)
);

/** The grid; in a narrow window a column. */
export function Desk(): JSX.Element {
  const { arrangement, breadth } = usePage();
  const size = breadth.value;
  const panels = arrangement.shown.value;
  const isBeingMade = arrangement.isBeingMade.value && size !== "narrow";
  const names = namesOf(panels);
  useAddressOfSettings();
  return (
    <main class="desk" data-breadth={size} style={gridStyle(panels, size)}>
      {panels.map((placed, i) => (
        <Frame
          key={names[i]}
          name={names[i] ?? placed.panel}
          placed={placed}
          breadth={size}
          isInert={isBeingMade}
        />
      ))}
      {isBeingMade && panels.map((placed, index) => (
        <ArrangeFrame
          key={`arrange ${names[index]}`}
          index={index}
          breadth={size}
          style={placeStyle(placed, size)}
        />
      ))}
    </main>
  );
}

interface FrameProps {
  /** As the address calls it. */
  readonly name: string;
  readonly placed: Placed;
  readonly breadth: Breadth;
  /** Neither keyboard nor pointer reach it. */
  readonly isInert: boolean;
}

function Frame({ name, placed, breadth, isInert }: FrameProps): JSX.Element | null {
  const page = usePage();
  const settings = usePanelSettings(name);
  const room = useToldRoom<HTMLElement>();
  const definition = PANELS.get(placed.panel);
  if (definition === undefined) return null;
  const { id, title, component: Component, frame, height } = definition;
  const symbol = page.symbol(page.deskSymbols.value[placed.slot] ?? null);
  return (
    <section
      ref={room}
      class={`place ${frame}`}
      style={placeStyle(placed, breadth)}
      data-panel={id}
      data-height={height}
      data-live={symbol.isLive}
      data-testid={`panel-${id}`}
      aria-label={title}
      inert={isInert}
    >
      <Component symbol={symbol} settings={settings} />
    </section>
  );
}

function gridStyle(panels: Arrangement, breadth: Breadth): Record<string, string> {
  if (breadth === "narrow") return {};
  const isRigid = (panel: string) => PANELS.get(panel)?.height === "content";
  const tracks = rowsOf(panels, breadth, isRigid)
    // Only `auto` takes a share of the height that is left.
    .map((row) => row === "rigid" ? "max-content" : "auto");
  return {
    "--columns": String(COLUMNS),
    gridTemplateRows: tracks.join(" "),
  };
}

function placeStyle(placed: Placed, breadth: Breadth): Record<string, string> {
  if (breadth === "narrow") return {};
  const { x, y, width, height } = placed[breadth];
  return {
    gridArea: `${y + 1} / ${x + 1} / span ${height} / span ${width}`,
    "--rows": String(height),
  };
}
