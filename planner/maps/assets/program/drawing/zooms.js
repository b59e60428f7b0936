// From which zoom on things are drawn.

export const COMPOUND_ZOOM = 13.5, GATE_ZOOM = 15, BARRIER_ZOOM = 12.5, GAP_ZOOM = 13.5, TODO_AFAR = 20;

// From here on a click on the ground asks about the place, not about the gap or the compound round it.
export const PLACE_ZOOM = 14;
