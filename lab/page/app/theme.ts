// Colours of the canvases; the rest of the page has them from style.css, which has the same table.

export interface Theme {
  running: string; runnable: string; runnableField: string; syscall: string; waiting: string; hollow: string; edge: string;
  never: string; neverField: string; neverText: string; text: string; muted: string; onBar: string; onWaiting: string; wake: string;
  creation: string; mark: string; page: string; panel: string; line: string; selected: string; cursor: string; gc: string;
  region: string[];
}

const LIGHT: Theme = {
  running: '#0c7d55', runnable: '#c08208', runnableField: '#fdeecb', syscall: '#2f6cc0', waiting: '#c9d4e2',
  hollow: '#f3f6fa', edge: '#8494a8', never: '#c93a26', neverField: '#f8ddd7', neverText: '#a82a18', text: '#1a2027',
  muted: '#566170', onBar: '#ffffff', onWaiting: '#1a2027', wake: '#2457c5', creation: '#566170', mark: '#8a3ffc', page: '#ffffff',
  panel: '#f5f7fa', line: '#d9dfe7', selected: '#e4ecfb', cursor: '#2457c5', gc: '#a65c99',
  region: ['#b5408f', '#007d8a', '#7a5cc0', '#a0522d'],
};

const DARK: Theme = {
  running: '#2fbf8a', runnable: '#f0b93a', runnableField: '#5c4a1c', syscall: '#5b9bf0', waiting: '#44546a',
  hollow: '#171c22', edge: '#6e7f94', never: '#ff8068', neverField: '#4b2a26', neverText: '#ff9a86', text: '#e7ebf0',
  muted: '#9ba7b5', onBar: '#14181d', onWaiting: '#e7ebf0', wake: '#7aa7ff', creation: '#9ba7b5', mark: '#b794ff', page: '#14181d',
  panel: '#1b2128', line: '#323b46', selected: '#23324d', cursor: '#7aa7ff', gc: '#a65c99',
  region: ['#ff8fd0', '#4fd1de', '#b39dff', '#e09a6a'],
};

// System colours, resolved by the browser, where the user forces them. State is told by form there, too.
function forced(): Theme {
  const probe = document.createElement('span');
  document.body.append(probe);
  const of = (name: string): string => {
    probe.style.color = name;
    const match = /\d+(?:\.\d+)?/g;
    const [r, g, b] = (getComputedStyle(probe).color.match(match) ?? ['0', '0', '0']).map(Number);
    return `#${[r, g, b].map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`;
  };
  const text = of('CanvasText');
  const page = of('Canvas');
  const high = of('Highlight');
  const link = of('LinkText');
  probe.remove();
  return {
    running: text, runnable: text, runnableField: page, syscall: link, waiting: page, hollow: page, edge: text, never: high,
    neverField: page, neverText: text, text, muted: text, onBar: page, onWaiting: text, wake: link, creation: text, mark: link, page, panel: page,
    line: text, selected: page, cursor: high, gc: link, region: [link],
  };
}

export function themeOf(dark: boolean): Theme {
  if (matchMedia('(forced-colors: active)').matches) return forced();
  return dark ? DARK : LIGHT;
}

// "#rrggbb" as a pixel of ImageData, little-endian.
export function pixel(colour: string): number {
  const v = parseInt(colour.slice(1), 16);
  return (0xff000000 | ((v & 0xff) << 16) | (v & 0xff00) | (v >> 16)) >>> 0;
}
