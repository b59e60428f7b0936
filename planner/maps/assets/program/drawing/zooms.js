// From which zoom on things are drawn.

export const COMPOUND_ZOOM = 13.5, GATE_ZOOM = 15, BARRIER_ZOOM = 12.5, GAP_ZOOM = 13.5, TODO_AFAR = 20;
