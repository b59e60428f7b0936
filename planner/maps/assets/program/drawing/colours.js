// The colours of the map, each for one thing.

export const COLOURS = {
  paper: '#f6f4ef', water: '#cfe3ef', green: '#e3ecd8', street: '#ffffff', casing: '#b9b3a7',
  reach: ['#3fa08c', '#8fcdbd', '#cfe9e2'], gap: '#fb923c', gapEdge: '#c2410c', unknown: '#6b7280',
  facility: '#12355b', pale: '#8fa3ba', proposed: '#7b3fa0', text: '#1c2430', secondary: '#5b6472',
};

// The fonts of the PC that Chinese is written in.
export const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

export const WALLS = { outline: '#8a7f6d', fill: 'rgba(138,127,109,.10)', gate: '#1c2430' };

// Of units, by the number of their verdict.
export const VERDICT_COLOURS = ['#1f6f60', COLOURS.gapEdge, COLOURS.unknown];

export const TODO = '#7b3fa0'; // what can be done

export const BARRIERS = {
  water: { colour: '#8fb4cc', dash: [] }, railway: { colour: '#8b8f98', dash: [7, 3] },
  motorway: { colour: '#b99f7a', dash: [] }, wall: { colour: '#a3937c', dash: [2, 2] },
};

export const CHANGES = { gained: '#0b4f49', gainedFill: 'rgba(15,118,110,.74)', crosses: '#ffffff', lost: '#a11222', lostFill: 'rgba(222,70,80,.26)', site: '#7b3fa0', siteText: '#5c2a7d' };

export function reachColours(count) {
  // The bands' colours, darkest first: page colours for three, steps between them for more.
  const given = COLOURS.reach;
  if (count <= 3) return given.slice(3 - count);
  return Array.from({ length: count }, (_, i) => mixColours(given, (i * (given.length - 1)) / (count - 1)));
}

function mixColours(colours, place) {
  const low = Math.min(Math.floor(place), colours.length - 2), part = place - low;
  const parts = [1, 3, 5].map((at) => {
    const a = parseInt(colours[low].slice(at, at + 2), 16), b = parseInt(colours[low + 1].slice(at, at + 2), 16);
    return Math.round(a + (b - a) * part).toString(16).padStart(2, '0');
  });
  return '#' + parts.join('');
}
