// What the window is like: narrow as a phone, or asked to keep still.

export const NARROW = window.matchMedia('(max-width: 720px)');

export const STILL = window.matchMedia('(prefers-reduced-motion: reduce)');
