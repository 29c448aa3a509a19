/** Of the HTML report: light and dark by the reader's own setting, nothing loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #5b6570; --paper: #fff; --line: #d5dae0; --right: #1f6feb; --wrong: #b3530a; --band: #f4f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e7ec; --faint: #9aa5b1; --paper: #14171a; --line: #333a42; --right: #6ea8fe; --wrong: #f0a35e; --band: #1c2126; }
}
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
th { color: var(--faint); font-weight: 600; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg text.faint { fill: var(--faint); }
svg text.small { font-size: 9px; }
svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); } svg .field { fill: var(--band); }
svg line { stroke: var(--line); } svg line.range { stroke: var(--ink); stroke-width: 1.5; }
`;
