/** The target whose machine a program is for, by its first bytes; undefined if it is none of a release's. */
export function detectTarget(program: Uint8Array): string | undefined {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  if (view.getUint32(0) === 0x7f454c46) {
    const machine = view.getUint16(18, true);
    if (machine === 0x3e) return "x86_64-unknown-linux-gnu";
    if (machine === 0xb7) return "aarch64-unknown-linux-gnu";
  } else if (view.getUint32(0, true) === 0xfeedfacf) {
    const machine = view.getUint32(4, true);
    if (machine === 0x01000007) return "x86_64-apple-darwin";
    if (machine === 0x0100000c) return "aarch64-apple-darwin";
  } else if (view.getUint16(0) === 0x4d5a) {
    const header = view.getUint32(0x3c, true);
    if (view.getUint16(header + 4, true) === 0x8664) return "x86_64-pc-windows-msvc";
  }
  return undefined;
}
