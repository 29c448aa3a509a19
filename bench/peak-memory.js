// Preloaded into a measured process: at its end it writes its peak resident memory, in bytes, where the
// bench asked. On Linux from VmHWM: getrusage's maximum there begins with the parent's, as exec hands it on.
import { readFileSync, writeFileSync } from 'node:fs';

const target = process.env.LUTHIER_BENCH_PEAK;
if (target !== undefined) {
  process.on('exit', () => {
    writeFileSync(target, String(peakBytes()));
  });
}

/** The most memory this process had so far, in bytes. */
export function peakBytes() {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
