/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) of many short texts. Web Crypto answers each in a promise of its own, which for
 * 400,000 ids takes 3.9 s; this takes 1.0 s.
 *
 * @module
 */

/** The first 32 bits of the fraction of a root of a prime, of which SHA-256 makes its constants. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

const PRIMES = listPrimes(64);
const ROUNDS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function listPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

const BLOCK_BYTES = 64;

/** The message schedule of the block at hand; one thread, one block. */
const schedule = new Int32Array(64);

/** Takes one block of 64 bytes into the state of a hash. */
function compress(state: Int32Array, bytes: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0; i < 16; i++, at += 4) {
    w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
  state[5] = (state[5]! + f) | 0;
  state[6] = (state[6]! + g) | 0;
  state[7] = (state[7]! + h) | 0;
}

/**
 * Ends a hash: `before` is the state after one block, `rest` begins with the `length` bytes that follow it. Of `rest` no
 * more is kept than was there.
 */
function finish(before: Int32Array, rest: Uint8Array, length: number, hash: Uint8Array): void {
  const size = Math.ceil((length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const padded = size <= rest.length ? rest.subarray(0, size) : new Uint8Array(size);
  if (size > rest.length) padded.set(rest.subarray(0, length));
  padded.fill(0, length);
  padded[length] = 0x80;
  const bits = (BLOCK_BYTES + length) * 8;
  for (let i = 1, left = bits; left > 0; i++, left = Math.floor(left / 256)) {
    padded[size - i] = left % 256;
  }
  state.set(before);
  for (let at = 0; at < size; at += BLOCK_BYTES) compress(state, padded, at);
  for (let i = 0; i < 8; i++) {
    const word = state[i]!;
    hash[4 * i] = word >>> 24;
    hash[4 * i + 1] = word >>> 16;
    hash[4 * i + 2] = word >>> 8;
    hash[4 * i + 3] = word;
  }
}

/** The state of the hash at hand. */
const state = new Int32Array(8);

/**
 * A function that gives the HMAC-SHA-256 of a text's UTF-8, 32 bytes, with `key`.
 *
 * @throws {RangeError} The key is longer than 64 bytes: hash it first.
 */
export function createHmac(key: Uint8Array): (text: string) => Uint8Array {
  if (key.length > BLOCK_BYTES) throw new RangeError(`key: at most ${BLOCK_BYTES} bytes`);
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key);
  const after = (mask: number) => {
    const start = START.slice();
    compress(start, block.map((byte) => byte ^ mask), 0);
    return start;
  };
  const inner = after(0x36);
  const outer = after(0x5c);
  const encoder = new TextEncoder();
  const message = new Uint8Array(BLOCK_BYTES * 2);
  const middle = new Uint8Array(BLOCK_BYTES);
  return (text) => {
    const hash = new Uint8Array(32);
    // One code unit is three bytes at most.
    if (text.length * 3 <= message.length) {
      const { written } = encoder.encodeInto(text, message);
      finish(inner, message, written, middle);
    } else {
      const bytes = encoder.encode(text);
      finish(inner, bytes, bytes.length, middle);
    }
    finish(outer, middle, 32, hash);
    return hash;
  };
}
