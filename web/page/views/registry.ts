/** The views of the page, in the order of its navigation; one that is not here is not linked. */
import type { ComponentType } from "preact";
import { lazily } from "../lazily.tsx";
import type { ViewId } from "../route.ts";
import { Desk } from "./desk.tsx";

/** A view as the navigation and the address know it. */
export interface ViewDefinition {
  readonly id: ViewId;
  /** As the navigation calls it. */
  readonly title: string;
  readonly component: ComponentType;
  /** The panel that it shows of each of the desk's symbols, by its id: what that needs comes for it. */
  readonly panel?: string;
}

const DESK: ViewDefinition = { id: "desk", title: "Desk", component: Desk };
const OVERVIEW: ViewDefinition = {
  id: "overview",
  title: "Overview",
  component: lazily(() => import("./overview.tsx").then(({ Overview }) => Overview)),
};
const STATISTICS: ViewDefinition = {
  id: "statistics",
  title: "Statistics",
  component: lazily(() => import("./statistics.tsx").then(({ StatisticsView }) => StatisticsView)),
};
const QUALITY: ViewDefinition = {
  id: "quality",
  title: "Quality",
  component: lazily(() => import("./quality.tsx").then(({ QualityView }) => QualityView)),
  panel: "quality",
};
const ALERTS: ViewDefinition = {
  id: "alerts",
  title: "Alerts",
  component: lazily(() => import("./alerts.tsx").then(({ Alerts }) => Alerts)),
};
const SYSTEM: ViewDefinition = {
  id: "system",
  title: "System",
  component: lazily(() => import("./system.tsx").then(({ System }) => System)),
};
const SETTINGS: ViewDefinition = {
  id: "settings",
  title: "Settings",
  component: lazily(() => import("./settings.tsx").then(({ Settings }) => Settings)),
};

/** Of an address that names another, the desk is shown. */
export const VIEWS: readonly ViewDefinition[] = [
  ...[DESK, OVERVIEW, ALERTS, STATISTICS, QUALITY],
  ...[SYSTEM, SETTINGS],
];

/** What is shown at an address that names this view. */
export function viewOfId(id: ViewId): ViewDefinition {
  return VIEWS.find((view) => view.id === id) ?? DESK;
}
