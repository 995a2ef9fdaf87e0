// Reads what lab/page/columns.h writes. Nothing is believed: each read has its bounds, and lengths are
// looked at before memory is asked for.

const VERSION = 1;
const COLUMNS = 18;
const MOST_GOROUTINES = 20_000_000;
const MOST_TRANSITIONS = 50_000_000;

export class Damaged extends Error {}

export async function unpack(base64: string): Promise<Uint8Array> {
  const packed = fromBase64(base64.trim());
  const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Damaged('the packed data is damaged');
  }
}

function fromBase64(text: string): Uint8Array {
  const native = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array }).fromBase64;
  try {
    if (native) return native.call(Uint8Array, text);
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    throw new Damaged('the data is not base64');
  }
}

class Reader {
  constructor(private bytes: Uint8Array, private at: number, private end: number) {}

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.at >= this.end) throw new Damaged('a column ends too early');
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
      if (scale > 2 ** 63) throw new Damaged('a number is too long');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw new Damaged('a number is too large');
    return value;
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  get size(): number {
    return this.end - this.at;
  }
}

export interface Columns {
  // Of each goroutine.
  id: Float64Array;
  creator: Float64Array;
  fn: Uint32Array;
  site: Uint32Array;
  flags: Uint8Array;
  first: Uint32Array;  // its first transition; one more at the end
  // Of each transition. Times are ns since the begin of the recording.
  time: Float64Array;
  state: Uint8Array;
  reason: Uint32Array;
  stack: Uint32Array;
  waker: Float64Array;
  order: Float64Array | null;
  p: Uint16Array;
  shares: Uint8Array | null;  // three each
  region: { g: number; begin: number; end: number; name: number }[];
}

export const RUNNABLE = 0;
export const RUNNING = 1;
export const SYSCALL = 2;
export const WAITING = 3;
export const ENDED = 4;
export const MIXED = 5;

export function decode(bytes: Uint8Array): Columns {
  if (bytes.length < 2 || bytes[0] !== VERSION) throw new Damaged('it is of another version');
  const head = new Reader(bytes, 1, bytes.length);
  if (head.number() !== COLUMNS) throw new Damaged('columns are missing');
  const sizes = Array.from({ length: COLUMNS }, () => head.number());
  let at = bytes.length - head.size;
  const column = sizes.map((size) => {
    if (size > bytes.length - at) throw new Damaged('a column is longer than the data');
    at += size;
    return new Reader(bytes, at - size, at);
  });
  const [id, creator, fn, site, flags, count, time, state, reason, stack, waker, order, p, shares] = column;
  const [regionG, regionBegin, regionLength, regionName] = column.slice(14);

  const n = [...bytes.subarray(bytes.length - head.size).subarray(sizeSum(sizes, 5), sizeSum(sizes, 6))]
    .reduce((sum, byte) => sum + (byte < 0x80 ? 1 : 0), 0);
  if (n > MOST_GOROUTINES) throw new Damaged('it has too many goroutines');
  const c: Columns = {
    id: new Float64Array(n), creator: new Float64Array(n), fn: new Uint32Array(n), site: new Uint32Array(n),
    flags: new Uint8Array(n), first: new Uint32Array(n + 1), time: new Float64Array(0), state: new Uint8Array(0),
    reason: new Uint32Array(0), stack: new Uint32Array(0), waker: new Float64Array(0), order: null,
    p: new Uint16Array(0), shares: null, region: [],
  };
  let last = 0;
  for (let g = 0; g < n; g++) {
    c.id[g] = last += id.signed();
    c.creator[g] = creator.number();
    c.fn[g] = fn.number();
    c.site[g] = site.number();
    c.flags[g] = flags.number();
    c.first[g + 1] = c.first[g] + count.number();
  }
  const m = c.first[n];
  if (m > MOST_TRANSITIONS || m > state.size) throw new Damaged('it has too many transitions');
  c.time = new Float64Array(m);
  c.state = new Uint8Array(m);
  c.reason = new Uint32Array(m);
  c.stack = new Uint32Array(m);
  c.waker = new Float64Array(m);
  c.p = new Uint16Array(m);
  if (order.size > 0) c.order = new Float64Array(m);
  if (shares.size > 0) c.shares = new Uint8Array(3 * m);
  for (let g = 0; g < n; g++) {
    let t = 0;
    let o = 0;
    for (let i = c.first[g]; i < c.first[g + 1]; i++) {
      c.time[i] = t += time.signed();
      const s = state.number();
      if (s > MIXED) throw new Damaged('it has an unknown state');
      c.state[i] = s;
      c.stack[i] = stack.number();
      if (c.order) c.order[i] = o += order.signed();
      if (s === WAITING) c.reason[i] = reason.number();
      else if (s === RUNNABLE) c.waker[i] = waker.number();
      else if (s === RUNNING) c.p[i] = p.number();
      else if (s === MIXED && c.shares) for (let k = 0; k < 3; k++) c.shares[3 * i + k] = shares.number();
    }
  }
  while (regionG.size > 0) {
    const begin = regionBegin.number();
    c.region.push({ g: regionG.number(), begin, end: begin + regionLength.number(), name: regionName.number() });
  }
  return c;
}

function sizeSum(sizes: number[], end: number): number {
  return sizes.slice(0, end).reduce((sum, size) => sum + size, 0);
}
