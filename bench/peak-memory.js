// Preloaded into a measured process: at its end it writes its peak resident memory in bytes, its processor time in
// milliseconds, and the 99th percentile and the most of its loop's delay, in milliseconds too, where the bench asked, since the last
// SIGUSR2 where there was one. On Linux the peak is from VmHWM: getrusage's maximum there begins with the parent's, as exec hands it on.
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const target = process.env.LUTHIER_BENCH_PEAK;
if (target !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  if (process.env.LUTHIER_BENCH_DELAY !== undefined) {
    delay.enable();
    process.on('SIGUSR2', () => delay.reset());
  }
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(target, `${peakBytes()} ${(user + system) / 1000} ${delay.percentile(99) / 1e6} ${delay.max / 1e6}`);
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
