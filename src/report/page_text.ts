// deno-lint-ignore-file
// deno-fmt-ignore-file
/**
 * The script and the style of the page: made by build_page.ts, not written by hand.
 *
 * @module
 */

/** What it was made from. */
export const PAGE_SOURCES: readonly string[] = [
  "src/report/client/data.ts",
  "src/report/client/directory.ts",
  "src/report/client/element.ts",
  "src/report/client/filters.ts",
  "src/report/client/live.ts",
  "src/report/client/main.ts",
  "src/report/client/matrix.ts",
  "src/report/client/once_a_frame.ts",
  "src/report/client/print_list.ts",
  "src/report/client/report.ts",
  "src/report/client/route.ts",
  "src/report/client/scheme.ts",
  "src/report/client/search.ts",
  "src/report/client/sign_in.ts",
  "src/report/client/table.ts",
  "src/report/client/user_filters.ts",
  "src/report/client/view.ts",
  "src/report/client/views/changes.ts",
  "src/report/client/views/findings.ts",
  "src/report/client/views/holding_columns.ts",
  "src/report/client/views/matrix.ts",
  "src/report/client/views/missing.ts",
  "src/report/client/views/overview.ts",
  "src/report/client/views/project.ts",
  "src/report/client/views/projects.ts",
  "src/report/client/views/user.ts",
  "src/report/client/views/users.ts",
  "src/report/client/words.ts",
  "src/report/embedded.ts",
  "src/snapshot/audit/confusables.ts",
  "src/snapshot/audit/findings.ts",
  "src/snapshot/order.ts",
  "src/snapshot/query/holding.ts",
  "src/snapshot/query/index_snapshot.ts",
  "src/snapshot/query/list_access.ts",
  "src/snapshot/query/list_holders.ts",
  "src/snapshot/query/names.ts",
  "src/report/client/page.css"
];

/** The digest of these files when it was made. */
export const PAGE_SOURCE_DIGEST = "46a96630df9b423ffb74e3363d6e514f13507110b1f160944d307dd0f43f708e";

/** The SHA-256 of the script, as a Content-Security-Policy names it. */
export const PAGE_SCRIPT_HASH = "sha256-+O7dxzWDlRoRdEHSjaCiaysOHxeLI4JL7gi8S15degs=";

/** The SHA-256 of the style, as a Content-Security-Policy names it. */
export const PAGE_STYLE_HASH = "sha256-oNZ4UxOliujFHaUZv4Zj54Tp37/K32V9IR+DDCHUzwo=";

/** The style. */
export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --paper: light-dark(#fdfcfa, #16181b);
  --raised: light-dark(#ffffff, #1c1f23);
  --sunk: light-dark(#f5f3ef, #111315);
  --ink: light-dark(#1d2125, #e8e6e1);
  --soft: light-dark(#5a616a, #a3a8b0);
  --rule: light-dark(#e4e0d8, #2e3238);
  --firm: light-dark(#b9b3a7, #4a5058);
  --accent: light-dark(#1c4f7c, #8fbde8);
  --wash: light-dark(#e9f0f6, #1d2a37);
  --high: light-dark(#a3262b, #f29c97);
  --medium: light-dark(#875200, #e8b763);
  --low: light-dark(#42617d, #9db8d0);
  --added: light-dark(#28663b, #8bcf9d);
  --bar: 3.25rem;
  --text: Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --code: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  --edge: max(1.5rem, calc(50vw - 38rem));
  font: 93.75%/1.5 var(--text);
  color: var(--ink);
  background: var(--paper);
}

*,
::before,
::after {
  box-sizing: border-box;
}
body {
  margin: 0;
  min-height: 100vh;
  display: flex;
  flex-direction: column;
}
[hidden] {
  display: none !important;
}
a {
  color: var(--accent);
  text-decoration: none;
}
a:hover {
  text-decoration: underline;
  text-underline-offset: 0.2em;
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
  border-radius: 2px;
}
h1:focus,
main:focus {
  outline: none;
}
small {
  font-size: 0.85em;
  color: var(--soft);
}
code {
  font: 0.87em/1.4 var(--code);
  overflow-wrap: anywhere;
}
code.unseen {
  padding: 0 0.25em;
  border: 1px solid var(--firm);
  border-radius: 3px;
  font-size: 0.75em;
  color: var(--high);
}
bdi {
  overflow-wrap: anywhere;
}
.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.skip {
  position: absolute;
  left: 1rem;
  top: -4rem;
  z-index: 9;
  padding: 0.5rem 1rem;
  background: var(--raised);
}
.skip:focus {
  top: 0.5rem;
}

.bar {
  position: sticky;
  top: 0;
  z-index: 5;
  height: var(--bar);
  flex: none;
  display: flex;
  align-items: center;
  gap: 1.1rem;
  padding: 0 var(--edge);
  background: var(--paper);
  border-bottom: 1px solid var(--rule);
}
.brand {
  font-weight: 650;
  color: var(--ink);
  max-width: 14rem;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.bar nav {
  flex: 1;
  overflow-x: auto;
  scrollbar-width: none;
}
.bar nav ul {
  display: flex;
  gap: 0.15rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.bar nav a {
  display: block;
  padding: 0.95rem 0.65rem 0.8rem;
  color: var(--soft);
  border-bottom: 2px solid transparent;
}
.bar nav a:hover {
  color: var(--ink);
  text-decoration: none;
}
.bar nav a:focus-visible {
  outline-offset: -3px;
}
.bar nav a[aria-current] {
  color: var(--ink);
  border-color: var(--accent);
}
.age {
  font-size: 0.85rem;
  color: var(--soft);
  white-space: nowrap;
}

button,
input,
select {
  font: inherit;
  color: inherit;
}
button {
  cursor: pointer;
}
button.quiet {
  border: 0;
  background: none;
  padding: 0.3rem 0.1rem;
  color: var(--soft);
  white-space: nowrap;
}
button.quiet:hover {
  color: var(--ink);
}
button.primary {
  border: 0;
  border-radius: 4px;
  padding: 0.55rem 1.1rem;
  background: var(--accent);
  color: var(--paper);
  font-weight: 550;
}
button:disabled {
  opacity: 0.6;
  cursor: default;
}
input,
select {
  border: 1px solid var(--firm);
  border-radius: 4px;
  background: var(--raised);
  padding: 0.4rem 0.6rem;
  min-width: 0;
}
select {
  padding-right: 0.3rem;
}

.search {
  position: relative;
  flex: 0 1 15rem;
  min-width: 7rem;
}
.search input {
  width: 100%;
  padding: 0.3rem 0.6rem;
  border-color: var(--rule);
}
.search ul {
  position: absolute;
  right: 0;
  top: calc(100% + 6px);
  width: min(28rem, 90vw);
  max-height: 70vh;
  overflow: auto;
  margin: 0;
  padding: 0.35rem;
  list-style: none;
  background: var(--raised);
  border: 1px solid var(--rule);
  border-radius: 6px;
  box-shadow: 0 8px 28px rgb(0 0 0 / 0.14);
}
.search li {
  display: flex;
  gap: 1rem;
  justify-content: space-between;
  padding: 0.35rem 0.6rem;
  border-radius: 4px;
  cursor: pointer;
}
.search li bdi {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.search li[aria-selected="true"] {
  background: var(--wash);
}

main {
  flex: 1;
  width: 100%;
  padding: 2.5rem var(--edge) 4rem;
}
main:has(.matrix) {
  padding-bottom: 1rem;
}
footer {
  display: flex;
  flex-wrap: wrap;
  gap: 0.2rem 2rem;
  justify-content: space-between;
  padding: 1rem var(--edge) 1.5rem;
  font-size: 0.8rem;
  color: var(--soft);
  border-top: 1px solid var(--rule);
}
footer p {
  margin: 0;
  overflow-wrap: anywhere;
}

.heading {
  margin-bottom: 2rem;
}
.eyebrow {
  margin: 0 0 0.3rem;
  font-size: 0.8rem;
  font-weight: 550;
  letter-spacing: 0.03em;
  color: var(--soft);
}
h1 {
  margin: 0;
  font-size: 2.05rem;
  line-height: 1.2;
  font-weight: 640;
  letter-spacing: -0.018em;
}
h1.lengthy {
  font-size: 1rem;
  letter-spacing: 0;
}
h2 {
  margin: 0 0 0.7rem;
  font-size: 1.12rem;
  font-weight: 620;
  letter-spacing: -0.005em;
}
section {
  margin-top: 2.75rem;
}
section {
  scroll-margin-top: calc(var(--bar) + 1rem);
}
section > p a {
  text-decoration: underline;
  text-underline-offset: 0.2em;
}
section > p {
  margin: 0 0 0.9rem;
  max-width: 44rem;
}
.facts {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
  gap: 0.9rem 2rem;
  margin: 1.4rem 0 0;
}
.facts dt {
  font-size: 0.8rem;
  color: var(--soft);
}
.facts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.facts div:has(.digest) {
  grid-column: span 2;
}
.digest {
  font-size: 0.8em;
}

.figures {
  display: grid;
  grid-template-columns: repeat(4, 1fr);
  margin: 0;
  padding: 0;
  list-style: none;
  border-block: 1px solid var(--rule);
}
.figures li {
  padding: 1.15rem 1.5rem 1.15rem 0;
}
.figures li + li {
  padding-left: 1.5rem;
  border-left: 1px solid var(--rule);
}
.figures a {
  display: flex;
  align-items: baseline;
  gap: 0.5rem;
  color: var(--ink);
}
.figures strong {
  font-size: 1.9rem;
  line-height: 1.2;
  font-weight: 600;
  letter-spacing: -0.02em;
}
.figures small {
  display: block;
}

.table {
  overflow-x: auto;
}
.table.long {
  overflow-x: visible;
}
table {
  width: 100%;
  border-collapse: collapse;
}
.table table {
  table-layout: fixed;
  min-width: 42rem;
}
.columns .table table {
  min-width: 0;
}
table.small {
  max-width: 34rem;
}
th,
td {
  padding: 0.42rem 1rem 0.42rem 0;
  text-align: left;
  font-weight: 400;
  vertical-align: top;
  overflow: hidden;
  text-overflow: ellipsis;
}
th:last-child,
td:last-child {
  padding-right: 0;
}
tbody th,
tbody td {
  border-bottom: 1px solid var(--rule);
}
thead th {
  font-size: 0.8rem;
  color: var(--soft);
  border-bottom: 1px solid var(--firm);
  vertical-align: bottom;
}
.long thead th {
  position: sticky;
  top: var(--bar);
  z-index: 2;
  background: var(--paper);
}
.long tbody th,
.long tbody td {
  height: 36px;
  padding-block: 0;
  vertical-align: middle;
  white-space: nowrap;
}
.clip {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
  overflow: hidden;
}
.long .clip {
  display: block;
  text-overflow: ellipsis;
}
tbody tr:hover > :is(th, td) {
  background: var(--sunk);
}
tr.spacer > td,
tr.spacer:hover > td {
  padding: 0;
  border: 0;
  background: none;
}
.numeric {
  text-align: right;
  font-variant-numeric: tabular-nums;
}
th.numeric,
td.numeric {
  padding-right: 2rem;
}
th.numeric:last-child,
td.numeric:last-child {
  padding-right: 0.25rem;
}
button.sort {
  border: 0;
  background: none;
  padding: 0;
  font: inherit;
  color: inherit;
  white-space: nowrap;
}
button.sort:hover {
  color: var(--ink);
}
[aria-sort] button.sort {
  color: var(--ink);
  font-weight: 600;
}
[aria-sort="ascending"] button.sort::after {
  content: " ↑" / "";
}
[aria-sort="descending"] button.sort::after {
  content: " ↓" / "";
}
.nothing,
.tally {
  margin: 0 0 0.8rem;
  color: var(--soft);
}
.columns {
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 3rem;
}

.state.off,
.off {
  color: var(--medium);
}
.severity {
  display: inline-block;
  min-width: 4.2rem;
  font-size: 0.8rem;
  font-weight: 600;
  color: var(--soft);
}
.severity::before {
  content: "" / "";
  display: inline-block;
  width: 0.5em;
  height: 0.5em;
  margin-right: 0.5em;
  border-radius: 50%;
  background: currentColor;
  vertical-align: 0.06em;
}
.severity.high {
  color: var(--high);
}
.severity.medium {
  color: var(--medium);
}
.severity.low {
  color: var(--low);
}
.kind {
  font-weight: 550;
}
.kind.added {
  color: var(--added);
}
.kind.removed {
  color: var(--high);
}
.kind.changed {
  color: var(--medium);
}
.brief {
  margin: 0;
  padding: 0;
  list-style: none;
  border-top: 1px solid var(--rule);
  max-width: 44rem;
}
.brief li {
  display: grid;
  grid-template-columns: 5rem 1fr auto;
  align-items: baseline;
  padding: 0.4rem 0.25rem 0.4rem 0;
  border-bottom: 1px solid var(--rule);
}
.notes {
  margin: 0;
  padding-left: 1.1rem;
  max-width: 44rem;
}
.told {
  margin: 0;
  padding: 0;
  list-style: none;
  max-width: 54rem;
}
.told li {
  padding: 0.7rem 0;
  border-top: 1px solid var(--rule);
}
.told p {
  margin: 0;
}
.why {
  color: var(--soft);
}
.told .why {
  padding-left: 4.5rem;
}
.why strong {
  font-weight: 500;
  color: var(--ink);
}
.rule {
  border-top: 1px solid var(--rule);
  padding: 0.9rem 0;
}
.rule summary {
  display: grid;
  grid-template-columns: 5rem 1fr auto;
  align-items: baseline;
  cursor: pointer;
  list-style: none;
  padding-right: 0.25rem;
}
.rule summary::-webkit-details-marker {
  display: none;
}
.rule summary h2 {
  margin: 0;
  font-size: 1rem;
}
.rule summary h2::after {
  content: " +" / "";
  color: var(--soft);
  font-weight: 400;
}
.rule[open] summary h2::after {
  content: " −" / "";
}
.rule > .why {
  margin: 0.25rem 0 0.8rem 5rem;
  max-width: 46rem;
}
.rule > .table {
  margin-left: 5rem;
}

.filters {
  display: flex;
  flex-wrap: wrap;
  gap: 0.8rem 1rem;
  margin: 0 0 1rem;
}
.filters label {
  display: flex;
  flex-direction: column;
  gap: 0.2rem;
  flex: 0 1 13rem;
}
.filters label.wide {
  flex: 1 1 18rem;
  max-width: 26rem;
}
.filters label:has(select) {
  flex-basis: auto;
  max-width: 16rem;
}
.filters span {
  font-size: 0.8rem;
  color: var(--soft);
}

.heading:has(~ .matrix) {
  margin-bottom: 1.2rem;
}
.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 0.2rem 1.6rem;
  align-items: baseline;
  font-size: 0.85rem;
  color: var(--soft);
}
.legend p {
  margin: 0 0 0.4rem;
}
.legend .mark {
  position: relative;
  display: inline-block;
  width: 14px;
  height: 14px;
  vertical-align: -2px;
  margin-right: 0.25rem;
}
.matrix .about {
  margin: 0 0 0.5rem;
  min-height: 1.5em;
  font-size: 0.9rem;
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}
.grid {
  position: relative;
  overflow: auto;
  max-height: calc(100vh - var(--bar) - 2rem);
  max-width: max-content;
  border: 1px solid var(--rule);
  border-radius: 4px;
  background: var(--raised);
  font-size: 0.84rem;
  overscroll-behavior: contain;
}
.canvas {
  position: relative;
  overflow: clip;
}
.grid .head {
  position: sticky;
  top: 0;
  z-index: 2;
  height: var(--head-height);
  background: var(--raised);
  border-bottom: 1px solid var(--firm);
}
.grid .bands {
  position: absolute;
  inset: 0 0 auto 0;
  height: var(--band-height);
  border-bottom: 1px solid var(--rule);
}
.grid .keys {
  position: absolute;
  inset: var(--band-height) 0 0 0;
}
.grid .corner {
  position: sticky;
  left: 0;
  z-index: 3;
  width: var(--name-width);
  height: 100%;
  padding: 0 0.7rem 0.3rem;
  display: flex;
  align-items: end;
  justify-content: space-between;
  background: var(--raised);
  border-right: 1px solid var(--firm);
  color: var(--soft);
  font-size: 0.78rem;
}
.grid .band {
  position: absolute;
  top: 0;
  height: 100%;
  padding: 0 0.4rem;
  border-left: 1px solid var(--firm);
  line-height: calc(var(--band-height) - 1px);
  overflow: clip;
  white-space: nowrap;
}
.grid .band a {
  position: sticky;
  left: calc(var(--name-width) + 0.4rem);
  display: inline-block;
  max-width: 100%;
  overflow: hidden;
  text-overflow: ellipsis;
  color: var(--ink);
  font-weight: 600;
}
.grid .key {
  position: absolute;
  top: 0;
  bottom: 0;
  width: var(--cell);
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: end;
  gap: 0.3rem;
  padding-bottom: 0.25rem;
}
.grid .key .label {
  writing-mode: vertical-rl;
  transform: rotate(180deg);
  max-height: var(--key-height);
  overflow: hidden;
  white-space: nowrap;
  text-overflow: ellipsis;
  line-height: var(--cell);
}
.grid .key.undefined .label {
  color: var(--high);
}
.grid .count {
  font-size: 0.75rem;
  color: var(--soft);
  font-variant-numeric: tabular-nums;
}
.grid .body {
  position: absolute;
  top: var(--head-height);
  left: 0;
  right: 0;
}
.grid .row {
  position: absolute;
  left: 0;
  right: 0;
  height: var(--cell);
  background: var(--raised);
}
.grid .row.odd,
.grid .odd .name {
  background: var(--sunk);
}
.grid .name {
  position: sticky;
  left: 0;
  z-index: 1;
  width: var(--name-width);
  height: 100%;
  padding: 0 0.7rem;
  display: flex;
  align-items: center;
  gap: 0.6rem;
  justify-content: space-between;
  background: var(--raised);
  border-right: 1px solid var(--firm);
}
.grid .who {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.grid .who a {
  color: var(--ink);
}
.grid .who small {
  margin-left: 0.35em;
}
.grid .name.off a {
  color: var(--medium);
}
.grid .row:hover,
.grid .row:hover .name {
  background: var(--wash);
}
.grid .cell {
  position: absolute;
  top: 0;
  width: var(--cell);
  height: 100%;
  border-left: 1px solid var(--rule);
}
.grid .cell.first,
.grid .key.first {
  border-left: 1px solid var(--firm);
}
.grid .cell:focus {
  outline: 2px solid var(--accent);
  outline-offset: -2px;
  z-index: 1;
}
.held::after {
  content: "" / "";
  position: absolute;
  inset: 0;
  margin: auto;
  width: 12px;
  height: 12px;
  border-radius: 3px;
  background: var(--accent);
}
.held.off::after {
  background: none;
  border: 2px solid var(--medium);
}
.print-list,
.paper {
  display: none;
}

.center {
  display: grid;
  place-items: center;
}
.sign-in {
  display: flex;
  flex-direction: column;
  gap: 0.6rem;
  width: min(24rem, 100%);
  margin-bottom: 12vh;
}
.sign-in h1 {
  margin-bottom: 1rem;
}
.sign-in .why {
  margin: 0 0 0.6rem;
  font-size: 0.85rem;
}
.sign-in .primary {
  align-self: start;
}
.trouble {
  margin: 0;
  min-height: 1.5em;
  color: var(--high);
}

@media screen and (max-width: 60rem) {
  .bar {
    flex-wrap: wrap;
    height: auto;
    gap: 0 1rem;
    padding-block: 0.4rem 0;
  }
  .bar nav {
    order: 9;
    flex-basis: 100%;
  }
  .bar nav a {
    padding-block: 0.5rem 0.4rem;
  }
  .search {
    flex: 1 1 8rem;
  }
  .figures,
  .columns {
    grid-template-columns: 1fr 1fr;
  }
  .columns {
    grid-template-columns: 1fr;
    gap: 1.5rem;
  }
  .figures li,
  .figures li + li {
    padding: 0.8rem 1rem 0.8rem 0;
    border-left: 0;
  }
  .facts div:has(.digest) {
    grid-column: auto;
  }
  .rule > .table,
  .rule > .why {
    margin-left: 0;
  }
  main {
    padding-top: 1.5rem;
  }
  :root {
    --bar: 5.4rem;
  }
}

@media (prefers-contrast: more) {
  :root {
    --soft: var(--ink);
    --rule: var(--firm);
  }
}

@media (forced-colors: active) {
  .held::after {
    background: CanvasText;
    forced-color-adjust: none;
  }
  .held.off::after {
    border-color: CanvasText;
  }
}

@page {
  margin: 16mm 14mm 18mm;
  @bottom-right {
    content: counter(page) " / " counter(pages);
    font: 8pt sans-serif;
    color: #5a616a;
  }
}

@media print {
  :root {
    color-scheme: light !important;
    font-size: 9.5pt;
    background: none;
  }
  .bar,
  .more,
  .skip,
  .filters,
  .legend,
  .matrix,
  .search {
    display: none;
  }
  .print-list,
  .paper {
    display: block;
  }
  .paper {
    margin: 0 0 6mm;
    padding-bottom: 2mm;
    border-bottom: 1px solid var(--firm);
    font-size: 8.5pt;
    color: var(--soft);
  }
  .severity::before {
    print-color-adjust: exact;
  }
  main,
  main:has(.matrix) {
    padding: 0;
  }
  body {
    display: block;
  }
  footer {
    padding: 4mm 0 0;
    margin-top: 8mm;
  }
  section {
    margin-top: 8mm;
  }
  h1,
  h2,
  summary {
    break-after: avoid;
  }
  tr,
  .told li,
  .figures {
    break-inside: avoid;
  }
  thead {
    display: table-header-group;
  }
  .long thead th {
    position: static;
  }
  .long tbody th,
  .long tbody td,
  th,
  td {
    height: auto;
    white-space: normal;
    padding-block: 1.2mm;
    vertical-align: top;
  }
  .table {
    overflow: visible;
  }
  .clip,
  .long .clip {
    display: block;
  }
  .table table {
    min-width: 0;
  }
  a {
    color: inherit;
  }
  .rule > .table,
  .rule > .why {
    margin-left: 0;
  }
  .rule summary h2::after {
    content: none !important;
  }
  .print-list caption {
    text-align: left;
    font-weight: 600;
    padding-bottom: 2mm;
  }
}
`;

/** The script, a module. */
export const PAGE_SCRIPT = `
// src/report/embedded.ts
var SNAPSHOT_ELEMENT = "snapshot";
var MORE_ELEMENT = "more";

// src/report/client/data.ts
function embeddedData() {
  const snapshot = take(SNAPSHOT_ELEMENT);
  const more = take(MORE_ELEMENT);
  if (snapshot === void 0 || more === void 0) return void 0;
  return { snapshot: JSON.parse(snapshot), more: JSON.parse(more) };
}
function take(id) {
  const element = document.getElementById(id);
  element?.remove();
  return element?.textContent;
}

// src/snapshot/audit/confusables.ts
function lookAlikes(names) {
  const first = /* @__PURE__ */ new Map();
  const sets = new Map(names.map((name) => [name, /* @__PURE__ */ new Set([name])]));
  for (const name of names) {
    const visible = name.normalize("NFKC").replace(INVISIBLE, "");
    const lower = visible.toLowerCase();
    for (const key of [lower, foldConfusables(visible), foldConfusables(lower)]) {
      const twin = first.get(key);
      if (twin === void 0) {
        first.set(key, name);
        continue;
      }
      const set = sets.get(twin);
      for (const other of sets.get(name)) sets.set(other, set.add(other));
    }
  }
  return [...new Set(sets.values())].filter(({ size }) => size > 1).map((set) => [...set]);
}
function foldConfusables(text) {
  return [...text].map((letter) => LATIN.get(letter) ?? letter).join("").toLowerCase();
}
var INVISIBLE = /[\\p{Cf}\\p{Cc}\\u034f\\u115f\\u1160\\u3164\\ufe00-\\ufe0f]/gu;
var LATIN = new Map(
  [
    ["аԁеѕіјӏморԛсһухѵѡԝ", "adesijlmopqchyxvww"],
    ["АВЕЅІЈКМНОРСТУХԜ", "ABESlJKMHOPCTYXW"],
    ["ανοριυκ", "avopiuk"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHlKMNOPTYX"],
    ["օսհոց", "ouhng"],
    ["01I|ı", "ollli"]
  ].flatMap(([others, latin]) => {
    const letters = [...latin];
    return [...others].map((other, index) => [other, letters[index]]);
  })
);

// src/snapshot/query/names.ts
function userName(user) {
  return user.displayName ?? user.username ?? user.preferredLoginName ?? user.email ?? user.id;
}
function groupName(group) {
  return group.name ?? group.id;
}
function entitlementName(entitlement) {
  return entitlement.roleKey;
}

// src/snapshot/order.ts
var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
function byText(a, b) {
  return a === b ? 0 : collator.compare(a, b) || byCodeUnit(a, b);
}
function byCodeUnit(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// src/snapshot/audit/findings.ts
var SEVERITIES = ["high", "medium", "low", "info"];
var FINDING_RULES = {
  "ghost-role": {
    title: "Role that the project does not define",
    why: "Tokens may still carry the role, but the console does not show it, so no review of the project's roles finds it.",
    action: "Remove the role from the user grants, or define it in the project again.",
    severity: "high"
  },
  "removed-user": {
    title: "Grants of a removed user",
    why: "The user is gone and the grants were left behind: nobody reviews what belongs to nobody.",
    action: "Remove the user grants.",
    severity: "high"
  },
  "blocked-user": {
    title: "Grants of a user that cannot sign in",
    why: "Nobody uses these grants now, and all of them are back when the user is unlocked or reactivated. Leavers look like this.",
    action: "Remove the user grants of leavers; unlock or reactivate the others.",
    severity: "medium"
  },
  "external-user": {
    title: "Grants of a user of another organization",
    why: "Another organization decides who this user is, whether the user is still there, and how the user signs in.",
    action: "Confirm with the other organization that the user still needs the access.",
    severity: "medium"
  },
  "look-alike-roles": {
    title: "Roles that look the same",
    why: "People grant one and mean the other, and applications that compare without case take them for one.",
    action: "Keep one of the roles, move its holders, and remove the others.",
    severity: "medium"
  },
  "stale-grant": {
    title: "Grant that nobody changed for long",
    why: "Access that was granted long ago often outlives its reason.",
    action: "Ask the holder or the manager whether it is still needed.",
    severity: "low"
  },
  "machine-without-description": {
    title: "Machine with grants and without a description",
    why: "Nobody can tell what it is for, so nobody dares to remove it.",
    action: "Write into its description what it does and who answers for it.",
    severity: "low"
  },
  "broad-user": {
    title: "User with unusually many roles",
    why: "Whoever takes over this account has more than anybody else.",
    action: "Check whether every role is needed; they often pile up with changes of job.",
    severity: "low"
  },
  "unused-group": {
    title: "Project that nobody has a role in",
    why: "It may be left over, or its application lets everybody in.",
    action: "Remove the project, or check how its application decides who may use it.",
    severity: "low"
  },
  "unused-role": {
    title: "Role that nobody holds",
    why: "Unused roles make it harder to choose the right one.",
    action: "Remove the role if it is not meant for later.",
    severity: "info"
  },
  "user-without-grants": {
    title: "User without any grant",
    why: "The account can sign in and nobody reviews it, as it shows up in no list of holders. It may hold manager roles of ZITADEL, which a snapshot does not cover.",
    action: "Deactivate or remove the account if nobody needs it.",
    severity: "info"
  }
};
var BROAD_FACTOR = 2;
var FEWEST_BROAD = 3;
var DAY_MS = 24 * 60 * 60 * 1e3;
function listFindings(lookup, options = {}) {
  const { staleDays = 365, broadest: broadest2 = 5 } = options;
  const rank = (finding2) => SEVERITIES.indexOf(finding2.severity);
  const rules = Object.keys(FINDING_RULES);
  return [
    ...ghostRoles(lookup),
    ...usersWithGrants(lookup),
    ...lookAlikeRoles(lookup),
    ...staleGrants(lookup, staleDays),
    ...broadUsers(lookup, broadest2),
    ...unused(lookup),
    ...usersWithoutGrants(lookup)
  ].sort(
    (a, b) => rank(a) - rank(b) || rules.indexOf(a.rule) - rules.indexOf(b.rule) || byCodeUnit(a.id, b.id)
  );
}
function finding({ rule, about, what, severity, ...found }) {
  const { why, action, severity: usual } = FINDING_RULES[rule];
  const ids = (rows = []) => rows.map(({ id }) => id);
  return {
    id: \`\${rule}:\${about}\`,
    rule,
    severity: severity ?? usual,
    what,
    why,
    action,
    userIds: ids(found.users),
    groupIds: ids(found.groups),
    entitlementIds: ids(found.entitlements),
    grantIds: ids(found.grants)
  };
}
function* ghostRoles(lookup) {
  for (const entitlement of lookup.snapshot.entitlements) {
    if (entitlement.defined) continue;
    const group = lookup.groups.get(entitlement.groupId);
    const grants = lookup.grantsOfEntitlement.get(entitlement.id) ?? [];
    const holders = uniqueUsers(lookup, grants);
    yield finding({
      rule: "ghost-role",
      about: entitlement.id,
      what: \`\${people(holders)} \${holders.length === 1 ? "holds" : "hold"} \${quoted(entitlementName(entitlement))} in \${groupName(group)}, which has no such role\`,
      users: holders,
      groups: [group],
      entitlements: [entitlement],
      grants
    });
  }
}
var BLOCKED = {
  inactive: "deactivated",
  locked: "locked",
  suspended: "suspended"
};
function* usersWithGrants(lookup) {
  const unlisted = new Set(
    lookup.snapshot.notes.flatMap((note) => note.code === "users-not-listed" ? note.userIds : [])
  );
  for (const user of lookup.snapshot.users) {
    const grants = lookup.grantsOfUser.get(user.id) ?? [];
    if (grants.length === 0) continue;
    const about = \`user:\${user.id}\`;
    const held = \`holds \${roles(grants.length)} in \${formatGroups(lookup, grants)}\`;
    const common = { about, users: [user], grants };
    const blocked = BLOCKED[user.state];
    if (user.state === "deleted" || unlisted.has(user.id)) {
      yield finding({
        ...common,
        rule: "removed-user",
        what: \`\${userName(user)} is removed and still \${held}\`
      });
    } else if (blocked !== void 0) {
      yield finding({
        ...common,
        rule: "blocked-user",
        what: \`\${userName(user)} is \${blocked} and still \${held}\`
      });
    }
    if (user.external) {
      const home = user.organizationId === void 0 ? "another organization" : \`the organization \${user.organizationId}\`;
      yield finding({
        ...common,
        rule: "external-user",
        what: \`\${userName(user)} of \${home} \${held}\`
      });
    }
    if (user.type === "machine" && user.description === void 0 && !user.external) {
      yield finding({
        ...common,
        rule: "machine-without-description",
        what: \`\${userName(user)} \${held}, and nothing says what it is for\`
      });
    }
  }
}
function* lookAlikeRoles(lookup) {
  for (const [groupId, entitlements] of lookup.entitlementsOfGroup) {
    const group = lookup.groups.get(groupId);
    const byKey = new Map(entitlements.map((row) => [row.roleKey, row]));
    for (const keys of lookAlikes([...byKey.keys()])) {
      const alike = keys.map((key) => byKey.get(key));
      yield finding({
        rule: "look-alike-roles",
        about: alike.map(({ id }) => id).sort(byCodeUnit).join(" "),
        what: \`\${groupName(group)} has roles that look the same: \${keys.map(quoted).join(", ")}\`,
        groups: [group],
        entitlements: alike
      });
    }
  }
}
function* staleGrants(lookup, staleDays) {
  const { snapshot } = lookup;
  const readAt = Date.parse(snapshot.completedAt);
  for (const grant of snapshot.grants) {
    const changedAt = grant.updatedAt ?? grant.createdAt;
    if (changedAt === void 0 || grant.state === "inactive") continue;
    const days = Math.floor((readAt - Date.parse(changedAt)) / DAY_MS);
    if (days < staleDays) continue;
    const user = lookup.users.get(grant.userId);
    const group = lookup.groups.get(grant.groupId);
    const entitlement = lookup.entitlements.get(grant.entitlementId);
    yield finding({
      rule: "stale-grant",
      about: grant.id,
      what: \`\${userName(user)} holds \${quoted(entitlementName(entitlement))} in \${groupName(group)} since \${changedAt.slice(0, 10)}, unchanged for \${days} days\`,
      users: [user],
      groups: [group],
      entitlements: [entitlement],
      grants: [grant]
    });
  }
}
function* broadUsers(lookup, broadest2) {
  const held = [...lookup.grantsOfUser];
  const average = lookup.snapshot.grants.length / Math.max(1, held.length);
  const least = Math.max(FEWEST_BROAD, BROAD_FACTOR * average);
  const broad = held.filter(([, grants]) => grants.length >= least).sort(([a, x], [b, y]) => y.length - x.length || byCodeUnit(a, b)).slice(0, broadest2);
  for (const [userId, grants] of broad) {
    const user = lookup.users.get(userId);
    yield finding({
      rule: "broad-user",
      about: \`user:\${userId}\`,
      what: \`\${userName(user)} holds \${roles(grants.length)} in \${formatGroups(lookup, grants)}; users with roles have \${average.toFixed(1)} on average\`,
      users: [user],
      grants
    });
  }
}
function* unused(lookup) {
  for (const group of lookup.snapshot.groups) {
    const entitlements = lookup.entitlementsOfGroup.get(group.id) ?? [];
    if (!lookup.grantsOfGroup.has(group.id)) {
      yield finding({
        rule: "unused-group",
        about: \`project:\${group.id}\`,
        severity: entitlements.length === 0 ? "info" : "low",
        what: entitlements.length === 0 ? \`\${groupName(group)} has no roles\` : \`\${groupName(group)} has \${roles(entitlements.length)}, and nobody holds any\`,
        groups: [group],
        entitlements
      });
      continue;
    }
    for (const entitlement of entitlements) {
      if (lookup.grantsOfEntitlement.has(entitlement.id)) continue;
      yield finding({
        rule: "unused-role",
        about: entitlement.id,
        what: \`Nobody holds \${quoted(entitlementName(entitlement))} in \${groupName(group)}\`,
        groups: [group],
        entitlements: [entitlement]
      });
    }
  }
}
function* usersWithoutGrants(lookup) {
  for (const user of lookup.snapshot.users) {
    if (lookup.grantsOfUser.has(user.id)) continue;
    if (user.state !== "active" && user.state !== "initial") continue;
    yield finding({
      rule: "user-without-grants",
      about: \`user:\${user.id}\`,
      what: \`\${userName(user)} is \${user.state === "active" ? "active" : "invited"} and holds no role in any project\`,
      users: [user]
    });
  }
}
function uniqueUsers(lookup, grants) {
  return [...new Set(grants.map(({ userId }) => userId))].map((id) => lookup.users.get(id));
}
var NAMED = 3;
function people(users) {
  return listed(users.map(userName), "user");
}
function formatGroups(lookup, grants) {
  const ids = new Set(grants.map(({ groupId }) => groupId));
  return listed([...ids].map((id) => groupName(lookup.groups.get(id))), "project");
}
function listed(names, what) {
  if (names.length > NAMED) return \`\${names.length} \${what}s\`;
  return names.length < 2 ? names.join("") : \`\${names.slice(0, -1).join(", ")} and \${names.at(-1)}\`;
}
function roles(count) {
  return \`\${count} role\${count === 1 ? "" : "s"}\`;
}
function quoted(name) {
  return \`"\${name}"\`;
}

// src/snapshot/query/index_snapshot.ts
function indexSnapshot(snapshot) {
  const users = once(() => byId(snapshot.users));
  const groups = once(() => byId(snapshot.groups));
  const entitlements = once(() => byId(snapshot.entitlements));
  const entitlementsOfGroup = once(() => grouped(snapshot.entitlements, (row) => row.groupId));
  const grantsOfUser = once(() => grouped(snapshot.grants, (row) => row.userId));
  const grantsOfGroup = once(() => grouped(snapshot.grants, (row) => row.groupId));
  const grantsOfEntitlement = once(() => grouped(snapshot.grants, (row) => row.entitlementId));
  let asked = false;
  return {
    snapshot,
    grantsHeldBy(userId) {
      if (asked) return grantsOfUser().get(userId) ?? [];
      asked = true;
      return snapshot.grants.filter((grant) => grant.userId === userId);
    },
    get users() {
      return users();
    },
    get groups() {
      return groups();
    },
    get entitlements() {
      return entitlements();
    },
    get entitlementsOfGroup() {
      return entitlementsOfGroup();
    },
    get grantsOfUser() {
      return grantsOfUser();
    },
    get grantsOfGroup() {
      return grantsOfGroup();
    },
    get grantsOfEntitlement() {
      return grantsOfEntitlement();
    }
  };
}
function once(make) {
  let made;
  return () => (made ??= { value: make() }).value;
}
function byId(rows) {
  const map = /* @__PURE__ */ new Map();
  for (const row of rows) map.set(row.id, row);
  return map;
}
function grouped(rows, key) {
  const groups = /* @__PURE__ */ new Map();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group === void 0) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

// src/report/client/words.ts
var day = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC"
});
var minute = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC"
});
var whole = new Intl.NumberFormat("en-GB");
function formatDay(time) {
  return day.format(new Date(time));
}
function formatMinute(time) {
  return \`\${minute.format(new Date(time))} UTC\`;
}
function number(count) {
  return whole.format(count);
}
function counted(count, one, many = \`\${one}s\`) {
  return \`\${number(count)} \${count === 1 ? one : many}\`;
}
var USER_STATES = {
  active: "Active",
  inactive: "Inactive",
  locked: "Locked",
  initial: "Invited",
  deleted: "Deleted",
  suspended: "Suspended",
  unknown: "Unknown"
};
function maySignIn(state2) {
  return state2 === "active" || state2 === "initial" || state2 === "unknown";
}
var GROUP_STATES = {
  active: "Active",
  inactive: "Inactive",
  unknown: "Unknown"
};
var LISTS = {
  users: { one: "user", many: "users" },
  groups: { one: "project", many: "projects" },
  entitlements: { one: "entitlement", many: "entitlements" },
  grants: { one: "grant", many: "grants" }
};
var SOURCES = {
  users: "Users",
  groups: "Projects",
  entitlements: "Project roles",
  grants: "User grants"
};
function fieldWords(field) {
  return capital(field.replaceAll(/[A-Z]/g, (letter) => \` \${letter.toLowerCase()}\`));
}
var SEVERITY_NAMES = {
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info"
};
var OBSTACLES = {
  "user-inactive": "the user is inactive",
  "user-locked": "the user is locked",
  "user-deleted": "the user is deleted",
  "user-suspended": "the user is suspended",
  "group-inactive": "the project is inactive",
  "grant-inactive": "the user grant is inactive"
};
function formatUserType({ type }) {
  return type === "human" ? "Person" : type === "machine" ? "Machine" : "Unknown";
}
var METHODS = {
  statement: "One answer held all of it",
  passes: "Two passes in a row gave the same rows",
  anchored: "Pages in the order of ids, each overlapping the one before",
  "single-pass": "One pass without proof: rows may be missing"
};
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
function folded(text) {
  return text.normalize("NFKD").replace(/\\p{M}/gu, "").toLowerCase();
}
function matches(text, words) {
  return words.every((word) => text.includes(word));
}
function splitWords(question) {
  return folded(question).split(/\\s+/).filter((word) => word !== "");
}

// src/report/client/directory.ts
function createDirectory(snapshot) {
  const lookup = indexSnapshot(snapshot);
  const searchTexts = /* @__PURE__ */ new WeakMap();
  let users;
  let groups;
  let entitlements;
  return {
    snapshot,
    lookup,
    get usersByName() {
      return users ??= inOrder(snapshot.users, userName);
    },
    get groupsByName() {
      return groups ??= inOrder(snapshot.groups, groupName);
    },
    get entitlementsByName() {
      return entitlements ??= this.groupsByName.flatMap(
        ({ id }) => inOrder(lookup.entitlementsOfGroup.get(id) ?? [], ({ roleKey }) => roleKey)
      );
    },
    countOfUser: (id) => lookup.grantsOfUser.get(id)?.length ?? 0,
    countOfEntitlement: (id) => lookup.grantsOfEntitlement.get(id)?.length ?? 0,
    buildSearchText(user) {
      const known = searchTexts.get(user);
      if (known !== void 0) return known;
      const names = [user.displayName, user.username, user.preferredLoginName, user.email, user.id];
      const text = folded(names.filter((name) => name !== void 0).join("\\n"));
      searchTexts.set(user, text);
      return text;
    }
  };
}
function inOrder(rows, nameOf) {
  return rows.toSorted((a, b) => byText(nameOf(a), nameOf(b)) || byCodeUnit(a.id, b.id));
}

// src/report/client/element.ts
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === void 0 || value === false) continue;
    if (typeof value === "function") {
      element.addEventListener(name.slice("on:".length), value);
    } else {
      element.setAttribute(name, value === true ? "" : \`\${value}\`);
    }
  }
  append(element, children);
  return element;
}
function append(element, children) {
  for (const child of children) {
    if (child === void 0 || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(typeof child === "number" ? \`\${child}\` : child);
  }
}
var UNSEEN = (
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /([\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb]|[\\u{e0000}-\\u{e007f}])/u
);
function said(text) {
  const unseen = text.trim() === "" ? /(\\s)/u : UNSEEN;
  if (!unseen.test(text)) return h("bdi", {}, text);
  const parts = text.split(unseen);
  return h(
    "bdi",
    {},
    parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const code = \`U+\${part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}\`;
      return h(
        "code",
        { class: "unseen", title: \`The character \${code}, which does not show\` },
        code
      );
    })
  );
}

// src/report/client/route.ts
function buildHref(view, id, query = {}) {
  const text = new URLSearchParams(query).toString();
  return \`#/\${view}\${id === void 0 ? "" : \`/\${encodeURIComponent(id.toWellFormed())}\`}\${text && \`?\${text}\`}\`;
}
function parseRoute(hash) {
  const [path = "", query = ""] = hash.replace(/^#\\/?/, "").split(/\\?(.*)/s);
  const [view = "", ...rest] = path.split("/");
  const route = { view, query: new URLSearchParams(query) };
  if (rest.length > 0) route.id = decoded(rest.join("/"));
  return route;
}
function rememberQuery(changes2) {
  const { view, id, query } = parseRoute(location.hash);
  for (const [name, value] of Object.entries(changes2)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, "", buildHref(view, id, Object.fromEntries(query)));
}
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// src/report/client/search.ts
var OFFERED = 6;
function createSearch(directory) {
  let hits = [];
  let chosen = -1;
  const list = h("ul", { id: "hits", role: "listbox", "aria-label": "Found", hidden: true });
  const input = h("input", {
    type: "search",
    role: "combobox",
    "aria-label": "Find a user, project or entitlement",
    "aria-expanded": "false",
    "aria-controls": "hits",
    "aria-autocomplete": "list",
    placeholder: "Find…",
    autocomplete: "off",
    spellcheck: "false"
  });
  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function choose(index) {
    chosen = index;
    [...list.children].forEach(
      (option2, at) => option2.setAttribute("aria-selected", \`\${at === index}\`)
    );
    const option = list.children[index];
    if (option === void 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }
  function go(hit) {
    if (hit === void 0) return;
    input.value = "";
    close();
    location.hash = hit.href;
  }
  input.addEventListener("input", () => {
    const words = splitWords(input.value);
    hits = words.length === 0 ? [] : find(directory, words);
    list.replaceChildren(
      ...hits.map(
        (hit, index) => h(
          "li",
          {
            id: \`hit-\${index}\`,
            role: "option",
            "aria-selected": "false",
            "on:mousedown": (event) => {
              event.preventDefault();
              go(hit);
            }
          },
          said(hit.name),
          h("small", {}, hit.kind)
        )
      )
    );
    if (hits.length === 0 && words.length > 0) {
      list.append(
        h(
          "li",
          { role: "option", "aria-disabled": "true", "aria-selected": "false" },
          "Nothing found"
        )
      );
    }
    list.hidden = words.length === 0;
    input.setAttribute("aria-expanded", \`\${!list.hidden}\`);
    choose(hits.length > 0 && words.length > 0 ? 0 : -1);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (hits.length === 0) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(hits[chosen]);
    } else if (event.key === "Escape") {
      input.value = "";
      close();
    }
  });
  input.addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, select, textarea") !== null;
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
  return h("div", { class: "search" }, input, list);
}
function find(directory, words) {
  const { lookup } = directory;
  const users = some(
    directory.usersByName,
    (user) => matches(directory.buildSearchText(user), words)
  ).map((user) => ({
    kind: formatUserType(user),
    name: userName(user),
    href: buildHref("users", user.id)
  }));
  const groups = some(
    directory.groupsByName,
    (group) => matches(folded(\`\${groupName(group)}
\${group.id}\`), words)
  ).map((group) => ({
    kind: "Project",
    name: groupName(group),
    href: buildHref("projects", group.id)
  }));
  const entitlements = some(directory.entitlementsByName, (row) => {
    const group = groupName(lookup.groups.get(row.groupId));
    return matches(folded(\`\${row.roleKey}
\${row.displayName ?? ""}
\${group}\`), words);
  }).map((row) => ({
    kind: "Entitlement",
    name: \`\${groupName(lookup.groups.get(row.groupId))} › \${row.roleKey}\`,
    href: buildHref("projects", row.groupId, { role: row.roleKey })
  }));
  return [...users, ...groups, ...entitlements];
}
function some(rows, fits) {
  const found = [];
  for (const row of rows) {
    if (!fits(row)) continue;
    found.push(row);
    if (found.length === OFFERED) break;
  }
  return found;
}

// src/report/client/scheme.ts
function createSchemeButton() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen;
  const button = h("button", { type: "button", class: "quiet", "on:click": () => set(!isDark()) });
  const isDark = () => chosen ?? dark.matches;
  const name = () => {
    const label = isDark() ? "Light" : "Dark";
    button.replaceChildren(label);
    button.setAttribute("aria-label", \`\${label} colours\`);
  };
  function set(next) {
    chosen = next;
    document.documentElement.style.colorScheme = next ? "dark" : "light";
    name();
  }
  dark.addEventListener("change", name);
  name();
  return button;
}

// src/report/client/filters.ts
var PAUSE_MS = 120;
function createFilters({ fields, choices, query, onChange }) {
  const controls = /* @__PURE__ */ new Map();
  const value = (name) => controls.get(name)?.value ?? "";
  const changed = () => {
    rememberQuery(Object.fromEntries([...controls.keys()].map((name) => [name, value(name)])));
    onChange(value);
  };
  let timer;
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, PAUSE_MS);
  };
  const bar = h(
    "form",
    { class: "filters", role: "search", "on:submit": (event) => event.preventDefault() },
    fields.map(({ name, label, wide }) => {
      const input = h("input", { type: "search", name, autocomplete: "off", spellcheck: "false" });
      input.value = query.get(name) ?? "";
      input.addEventListener("input", typed);
      controls.set(name, input);
      return h("label", { class: wide && "wide" }, h("span", {}, label), input);
    }),
    choices.map(({ name, label, values }) => {
      const select = h(
        "select",
        { name, "on:change": changed },
        values.map(([key, text]) => h("option", { value: key }, text))
      );
      select.value = query.get(name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
      controls.set(name, select);
      return h("label", {}, h("span", {}, label), select);
    })
  );
  onChange(value);
  return bar;
}

// src/report/client/once_a_frame.ts
function onceAFrame(draw, signal) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (!signal.aborted) draw();
    });
  };
}

// src/report/client/table.ts
var SHORT = 200;
var BEYOND = 12;
var ROW_HEIGHT = 36;
function createTable(options) {
  const { columns, caption, signal } = options;
  let given = options.rows;
  let sort = options.sort ?? "";
  let rows = ordered();
  let range = { start: 0, end: 0 };
  let printing = false;
  const shown = /* @__PURE__ */ new Map();
  const heads = columns.map((column) => {
    const head = h("th", { scope: "col", class: column.numeric && "numeric" });
    if (column.sortBy === void 0) append(head, [column.head]);
    else {
      append(head, [
        h(
          "button",
          { type: "button", class: "sort", "on:click": () => sortBy(column.key) },
          column.head
        )
      ]);
    }
    return head;
  });
  const body = h("tbody");
  const above = spacer(columns.length);
  const below = spacer(columns.length);
  const table = h(
    "table",
    {},
    h("caption", { class: "hidden" }, caption),
    h(
      "colgroup",
      {},
      columns.map(({ width }) => {
        const col = h("col");
        col.style.width = width;
        return col;
      })
    ),
    h("thead", {}, h("tr", {}, heads)),
    body
  );
  const nothing = h("p", { class: "nothing" }, options.empty ?? "Nothing here.");
  const element = h("div", { class: "table" }, table, nothing);
  function ordered() {
    const falling = sort.startsWith("-");
    const by = columns.find(({ key }) => key === sort.replace(/^-/, ""))?.sortBy;
    if (by === void 0) return given;
    const sign = falling ? -1 : 1;
    return given.map((row) => ({ row, value: by(row) })).sort(
      (a, b) => sign * (typeof a.value === "number" && typeof b.value === "number" ? a.value - b.value : byText(\`\${a.value}\`, \`\${b.value}\`))
    ).map(({ row }) => row);
  }
  function sortBy(key) {
    const numeric = columns.find((column) => column.key === key)?.numeric === true;
    const [first, second] = numeric ? [\`-\${key}\`, key] : [key, \`-\${key}\`];
    sort = sort === first ? second : first;
    options.onSort?.(sort);
    refresh();
  }
  function refresh() {
    rows = ordered();
    columns.forEach(({ key }, index) => {
      const head = heads[index];
      if (sort.replace(/^-/, "") === key) {
        head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
      } else head.removeAttribute("aria-sort");
    });
    shown.clear();
    body.replaceChildren();
    range = { start: 0, end: 0 };
    table.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
    const long = rows.length > SHORT;
    element.classList.toggle("long", long);
    if (long) table.setAttribute("aria-rowcount", \`\${rows.length + 1}\`);
    else table.removeAttribute("aria-rowcount");
    draw();
  }
  function rowAt(index) {
    const known = shown.get(index);
    if (known !== void 0) return known;
    const row = rows[index];
    return h(
      "tr",
      { "aria-rowindex": rows.length > SHORT && index + 2 },
      columns.map(
        (column) => h(
          column.heading ? "th" : "td",
          { class: column.numeric && "numeric", scope: column.heading && "row" },
          h("div", { class: "clip" }, column.cell(row))
        )
      )
    );
  }
  function draw() {
    const next = visible();
    if (next.start === range.start && next.end === range.end && body.childElementCount > 0) return;
    range = next;
    const focused = document.activeElement;
    for (const index of shown.keys()) {
      if (index < next.start || index >= next.end) shown.delete(index);
    }
    const drawn = [];
    for (let index = next.start; index < next.end; index++) {
      const row = rowAt(index);
      shown.set(index, row);
      drawn.push(row);
    }
    height(above, next.start);
    height(below, rows.length - next.end);
    body.replaceChildren(above, ...drawn, below);
    if (focused instanceof HTMLElement && body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }
  function visible() {
    if (printing || rows.length <= SHORT) return { start: 0, end: rows.length };
    const top = body.isConnected ? -body.getBoundingClientRect().top : 0;
    const first = Math.floor(top / ROW_HEIGHT) - BEYOND;
    const start = Math.max(0, Math.min(first, rows.length - 1));
    const count = Math.ceil(innerHeight / ROW_HEIGHT) + 2 * BEYOND;
    return { start, end: Math.min(rows.length, start + count) };
  }
  const ask2 = onceAFrame(draw, signal);
  addEventListener("scroll", ask2, { passive: true, signal });
  addEventListener("resize", ask2, { signal });
  const print2 = (now) => () => {
    printing = now;
    draw();
  };
  addEventListener("beforeprint", print2(true), { signal });
  addEventListener("afterprint", print2(false), { signal });
  refresh();
  return {
    element,
    show(next) {
      given = next;
      refresh();
    }
  };
}
function tally(one, many = \`\${one}s\`) {
  const element = h("p", { class: "tally", role: "status" });
  return {
    element,
    say(shown, all) {
      const noun = all === 1 ? one : many;
      element.textContent = shown === all ? \`\${number(all)} \${noun}\` : \`\${number(shown)} of \${number(all)} \${noun}\`;
    }
  };
}
function spacer(columns) {
  return h("tr", { class: "spacer", "aria-hidden": "true" }, h("td", { colspan: columns }));
}
function height(row, rows) {
  row.hidden = rows === 0;
  row.style.height = \`\${rows * ROW_HEIGHT}px\`;
}

// src/report/client/view.ts
function userLink(user) {
  return h("a", { href: buildHref("users", user.id) }, said(userName(user)));
}
function groupLink(group) {
  return h("a", { href: buildHref("projects", group.id) }, said(groupName(group)));
}
function entitlementLink({ groupId, roleKey }) {
  return h("a", { href: buildHref("projects", groupId, { role: roleKey }) }, said(roleKey));
}
function day2(time) {
  return time === void 0 ? void 0 : h("time", { datetime: time, title: formatMinute(time) }, formatDay(time));
}
function userState(value) {
  return state(USER_STATES[value], maySignIn(value));
}
function state(label, well) {
  return h("span", { class: well ? "state" : "state off" }, label);
}
function use({ obstacles }) {
  if (obstacles.length === 0) return state("In force", true);
  const why = obstacles.map((obstacle) => OBSTACLES[obstacle]).join(", ");
  return h("span", { class: "state off", title: why }, "Held, but ", why);
}
function facts(entries) {
  return h(
    "dl",
    { class: "facts" },
    entries.filter(([, value]) => value !== void 0 && value !== false).map(
      ([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))
    )
  );
}
var LENGTHY = 120;
function heading(eyebrow, title, ...more) {
  const h1 = h("h1", { tabindex: -1 }, title);
  if (h1.textContent.length > LENGTHY) h1.classList.add("lengthy");
  return h("header", { class: "heading" }, h("p", { class: "eyebrow" }, eyebrow), h1, more);
}
function section(title, ...content) {
  return h("section", {}, h("h2", {}, title), content);
}

// src/report/client/views/changes.ts
var TIMES = /* @__PURE__ */ new Set(["createdAt", "updatedAt"]);
function sayBaseline({ old }) {
  return \`Compared with the snapshot that was read on \${formatMinute(old.completedAt)}.\`;
}
function toEvents({ lookup }, changes2) {
  const earlier = {
    users: removedRows(changes2.users),
    groups: removedRows(changes2.groups),
    entitlements: removedRows(changes2.entitlements),
    grants: removedRows(changes2.grants)
  };
  const findUser = (id) => lookup.users.get(id) ?? earlier.users.get(id);
  const findGroup = (id) => lookup.groups.get(id) ?? earlier.groups.get(id);
  const sayUser = (id) => {
    const user = findUser(id);
    if (user === void 0) return said(id);
    return lookup.users.has(id) ? userLink(user) : said(userName(user));
  };
  const sayGroup = (id) => {
    const group = findGroup(id);
    if (group === void 0) return said(id);
    return lookup.groups.has(id) ? groupLink(group) : said(groupName(group));
  };
  const sayEntitlement = (row) => [
    sayGroup(row.groupId),
    " › ",
    lookup.entitlements.has(row.id) ? entitlementLink(row) : said(row.roleKey)
  ];
  const nameOfUser = (id) => mapped(findUser(id), userName) ?? id;
  const nameOfGroup = (id) => mapped(findGroup(id), groupName) ?? id;
  const findEntitlement = (id) => lookup.entitlements.get(id) ?? earlier.entitlements.get(id);
  const grants = new Map(lookup.snapshot.grants.map((grant) => [grant.id, grant]));
  const users = changes2.users.map((change) => ({
    ...toEvent("users", change),
    userId: change.id,
    subject: () => sayUser(change.id),
    name: nameOfUser(change.id)
  }));
  const groups = changes2.groups.map((change) => ({
    ...toEvent("groups", change),
    groupId: change.id,
    subject: () => sayGroup(change.id),
    name: nameOfGroup(change.id)
  }));
  const entitlements = changes2.entitlements.flatMap((change) => {
    const row = findEntitlement(change.id);
    if (row === void 0) return [];
    return [{
      ...toEvent("entitlements", change),
      groupId: row.groupId,
      subject: () => sayEntitlement(row),
      name: \`\${nameOfGroup(row.groupId)} › \${row.roleKey}\`
    }];
  });
  const held = changes2.grants.flatMap((change) => {
    const row = grants.get(change.id) ?? earlier.grants.get(change.id);
    if (row === void 0) return [];
    const entitlement = findEntitlement(row.entitlementId);
    const role = entitlement?.roleKey ?? row.entitlementId;
    return [{
      ...toEvent("grants", change),
      userId: row.userId,
      groupId: row.groupId,
      subject: () => [
        sayUser(row.userId),
        " · ",
        entitlement === void 0 ? said(role) : sayEntitlement(entitlement)
      ],
      name: \`\${nameOfUser(row.userId)} · \${nameOfGroup(row.groupId)} › \${role}\`
    }];
  });
  return [...held, ...users, ...groups, ...entitlements];
}
function changesTable(events, signal) {
  return createTable({
    caption: "Changes since the baseline",
    signal,
    rows: events,
    empty: "No change fits the filters.",
    columns: [
      {
        key: "kind",
        head: "Change",
        width: "20%",
        cell: ({ kind, list }) => [
          h("span", { class: \`kind \${kind}\` }, capital(kind)),
          \` \${LISTS[list].one}\`
        ],
        sortBy: ({ kind, list }) => \`\${kind} \${list}\`
      },
      {
        key: "name",
        head: "Of what",
        width: "42%",
        heading: true,
        cell: ({ subject }) => subject(),
        sortBy: ({ name }) => name
      },
      {
        key: "fields",
        head: "From and to",
        width: "38%",
        cell: ({ fields }) => fields.map(({ field, before, after }, index) => [
          index > 0 && "; ",
          \`\${fieldWords(field)}: \`,
          sayValue(field, before),
          " → ",
          sayValue(field, after)
        ])
      }
    ]
  });
}
function changesView({ directory, changes: changes2, route, signal }) {
  if (changes2 === void 0) {
    return {
      title: "Changes",
      content: [
        heading("Since the baseline", "Changes"),
        h(
          "p",
          {},
          "This report was made without a baseline. ",
          h("code", {}, "report --baseline FILE"),
          " compares."
        )
      ]
    };
  }
  const events = toEvents(directory, changes2);
  const texts = new WeakMap(events.map((event) => [event, folded(event.name)]));
  const table = changesTable([], signal);
  const count = tally("change");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name", wide: true }],
    choices: [
      {
        name: "list",
        label: "List",
        values: [
          ["", "All"],
          ...Object.entries(LISTS).map(([list, { many }]) => [list, capital(many)])
        ]
      },
      {
        name: "kind",
        label: "Change",
        values: [["", "All"], ["added", "Added"], ["removed", "Removed"], ["changed", "Changed"]]
      }
    ],
    onChange(value) {
      const words = splitWords(value("q"));
      const [list, kind] = [value("list"), value("kind")];
      const shown = events.filter(
        (event) => (list === "" || event.list === list) && (kind === "" || event.kind === kind) && matches(texts.get(event), words)
      );
      table.show(shown);
      count.say(shown.length, events.length);
    }
  });
  return {
    title: "Changes",
    content: [
      heading("Since the baseline", "Changes", h("p", {}, sayBaseline(changes2))),
      events.length === 0 ? h("p", {}, "Nothing changed.") : [filters, count.element, table.element]
    ]
  };
}
function toEvent(list, change) {
  return { list, kind: change.kind, fields: change.kind === "changed" ? change.fields : [] };
}
function removedRows(changes2) {
  return new Map(
    changes2.flatMap((change) => change.kind === "removed" ? [[change.id, change.before]] : [])
  );
}
function sayValue(field, value) {
  if (value === void 0) return h("em", {}, "nothing");
  if (TIMES.has(field) && typeof value === "string") return h("span", {}, formatMinute(value));
  return said(typeof value === "string" ? value : JSON.stringify(value));
}
function mapped(value, map) {
  return value === void 0 ? void 0 : map(value);
}

// src/report/client/views/findings.ts
var FEW = 12;
var LINKED = 3;
function findingsView(context) {
  const { findings: findings2, route } = context;
  const rule = isRule(route.id) ? route.id : void 0;
  const ofRule = rule === void 0 ? findings2 : findings2.filter((one) => one.rule === rule);
  const texts = new WeakMap(ofRule.map((finding2) => [finding2, folded(finding2.what)]));
  const list = h("div");
  const count = tally("finding");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name", wide: true }],
    choices: [{
      name: "severity",
      label: "Severity",
      values: [["", "All"], ...Object.entries(SEVERITY_NAMES)]
    }],
    onChange(value) {
      const words = splitWords(value("q"));
      const severity = value("severity");
      const shown = ofRule.filter(
        (finding2) => (severity === "" || finding2.severity === severity) && matches(texts.get(finding2), words)
      );
      list.replaceChildren(
        ...[...Map.groupBy(shown, (one) => \`\${one.severity} \${one.rule}\`).values()].map(
          (group) => ruleGroup(context, group, rule !== void 0)
        )
      );
      count.say(shown.length, ofRule.length);
    }
  });
  return {
    title: "Findings",
    content: [
      heading(
        rule === void 0 ? "What deserves a second look" : h("a", { href: buildHref("findings") }, "Findings"),
        rule === void 0 ? "Findings" : FINDING_RULES[rule].title
      ),
      findings2.length === 0 ? h("p", {}, "Nothing stands out.") : [filters, count.element, list],
      acceptedSection(context)
    ]
  };
}
function findingsList(findings2) {
  return h(
    "ul",
    { class: "told" },
    findings2.map(
      ({ severity, what, why, action }) => h(
        "li",
        {},
        h("p", {}, severityTag(severity), " ", said(what)),
        h("p", { class: "why" }, why, " ", action)
      )
    )
  );
}
function ruleGroup({ directory: { lookup }, signal }, findings2, open) {
  const { severity, rule } = findings2[0];
  const { title, why, action } = FINDING_RULES[rule];
  const table = () => createTable({
    caption: title,
    signal,
    rows: findings2,
    columns: [
      { key: "what", head: "What", width: "64%", heading: true, cell: ({ what }) => said(what) },
      {
        key: "see",
        head: "See",
        width: "36%",
        cell: ({ userIds, groupIds }) => [
          linked(userIds, (id) => userLink(lookup.users.get(id))),
          userIds.length > 0 && groupIds.length > 0 && " · ",
          linked(groupIds, (id) => groupLink(lookup.groups.get(id)))
        ]
      }
    ]
  }).element;
  const isOpen = open || findings2.length <= FEW;
  const details = h(
    "details",
    { class: "rule", open: isOpen },
    h(
      "summary",
      {},
      severityTag(severity),
      h("h2", {}, title),
      h("span", { class: "numeric" }, number(findings2.length))
    ),
    h("p", { class: "why" }, why, " ", h("strong", {}, action)),
    isOpen && table()
  );
  if (!isOpen) {
    details.addEventListener("toggle", () => details.append(table()), { once: true });
  }
  return details;
}
function acceptedSection({ accepted, signal }) {
  if (accepted.length === 0) return void 0;
  const { element } = createTable({
    caption: "Accepted findings",
    signal,
    rows: accepted,
    columns: [
      {
        key: "what",
        head: "What",
        width: "50%",
        heading: true,
        cell: ({ finding: finding2 }) => said(finding2.what)
      },
      { key: "reason", head: "Reason", width: "35%", cell: ({ entry }) => said(entry.reason) },
      {
        key: "expires",
        head: "Until",
        width: "15%",
        cell: ({ entry }) => formatDay(entry.expires)
      }
    ]
  });
  return section("Accepted", element);
}
function linked(ids, link) {
  const links = ids.slice(0, LINKED).flatMap((id, index) => [index > 0 && ", ", link(id)]);
  return ids.length > LINKED ? [...links, \` and \${number(ids.length - LINKED)} more\`] : links;
}
function severityTag(severity) {
  return h("span", { class: \`severity \${severity}\` }, SEVERITY_NAMES[severity]);
}
function isRule(id) {
  return id !== void 0 && Object.hasOwn(FINDING_RULES, id);
}

// src/snapshot/query/holding.ts
function toHolding(lookup, grant) {
  const user = lookup.users.get(grant.userId);
  const group = lookup.groups.get(grant.groupId);
  const entitlement = lookup.entitlements.get(grant.entitlementId);
  return {
    id: grant.id,
    userId: user.id,
    user: userName(user),
    ...user.username !== void 0 && { username: user.username },
    ...user.email !== void 0 && { email: user.email },
    ...user.type !== void 0 && { userType: user.type },
    userState: user.state,
    external: user.external,
    groupId: group.id,
    group: groupName(group),
    groupState: group.state,
    entitlementId: entitlement.id,
    role: entitlement.roleKey,
    ...entitlement.displayName !== void 0 && { roleName: entitlement.displayName },
    defined: entitlement.defined,
    state: grant.state,
    obstacles: listObstacles(user, group, grant),
    ...grant.createdAt !== void 0 && { since: grant.createdAt },
    ...grant.updatedAt !== void 0 && { changedAt: grant.updatedAt },
    authorizations: grant.authorizations
  };
}
function listObstacles(user, group, grant) {
  const obstacles = [];
  if (user.state !== "active" && user.state !== "initial" && user.state !== "unknown") {
    obstacles.push(\`user-\${user.state}\`);
  }
  if (group.state === "inactive") obstacles.push("group-inactive");
  if (grant.state === "inactive") obstacles.push("grant-inactive");
  return obstacles;
}

// src/report/client/matrix.ts
var NAME_WIDTH = 264;
var CELL = 30;
var BAND_HEIGHT = 28;
var COUNT_HEIGHT = 26;
var KEY_HEIGHT = { min: 40, max: 170, letter: 7 };
var BEYOND2 = 6;
function createMatrix(directory, signal) {
  let users = [];
  let entitlements = [];
  let bands = [];
  let columns = /* @__PURE__ */ new Map();
  let active = { row: 0, column: 0 };
  let drawn = "";
  let headHeight = 0;
  const rows = /* @__PURE__ */ new Map();
  const bandRow = h("div", { role: "row", "aria-rowindex": 1, class: "bands" });
  const keyRow = h("div", { role: "row", "aria-rowindex": 2, class: "keys" });
  const head = h("div", { role: "rowgroup", class: "head" }, bandRow, keyRow);
  const body = h("div", { role: "rowgroup", class: "body" });
  const canvas = h("div", { role: "presentation", class: "canvas" }, head, body);
  const grid = h("div", {
    role: "grid",
    class: "grid",
    "aria-label": "Who holds which entitlement",
    "aria-readonly": "true"
  }, canvas);
  const about = h("p", { class: "about" });
  const nothing = h("p", { class: "nothing" }, "No user and entitlement fits the filters.");
  const element = h("div", { class: "matrix" }, about, grid, nothing);
  grid.style.setProperty("--name-width", \`\${NAME_WIDTH}px\`);
  grid.style.setProperty("--cell", \`\${CELL}px\`);
  grid.style.setProperty("--band-height", \`\${BAND_HEIGHT}px\`);
  function show(nextUsers, nextEntitlements) {
    users = nextUsers;
    entitlements = nextEntitlements;
    columns = new Map(entitlements.map(({ id }, index) => [id, index]));
    bands = groupBands(directory, entitlements);
    active = { row: 0, column: 0 };
    const longest = bands.reduce((most2, { group, first, count, narrow }) => {
      const behind = narrow ? groupName(group).length + 3 : 0;
      const keys = entitlements.slice(first, first + count);
      return Math.max(most2, ...keys.map(({ roleKey }) => roleKey.length + behind));
    }, 0);
    const { min, max, letter } = KEY_HEIGHT;
    const keyHeight = Math.min(max, Math.max(min, longest * letter + letter));
    headHeight = BAND_HEIGHT + keyHeight + COUNT_HEIGHT;
    grid.style.setProperty("--key-height", \`\${keyHeight}px\`);
    grid.style.setProperty("--head-height", \`\${headHeight}px\`);
    const none = users.length === 0 || entitlements.length === 0;
    grid.hidden = none;
    about.hidden = none;
    nothing.hidden = !none;
    grid.setAttribute("aria-rowcount", \`\${users.length + 2}\`);
    grid.setAttribute("aria-colcount", \`\${entitlements.length + 1}\`);
    canvas.style.width = \`\${NAME_WIDTH + entitlements.length * CELL}px\`;
    canvas.style.height = \`\${headHeight + users.length * CELL}px\`;
    grid.scrollTo(0, 0);
    rows.clear();
    body.replaceChildren();
    drawn = "";
    about.replaceChildren(
      "Move over the grid, or through it with the arrow keys: what a mark stands for is said here."
    );
    draw();
  }
  function draw() {
    if (users.length === 0 || entitlements.length === 0) return;
    const top = Math.floor(grid.scrollTop / CELL) - BEYOND2;
    const left = Math.floor(grid.scrollLeft / CELL) - BEYOND2;
    const high = Math.ceil((grid.clientHeight || innerHeight) / CELL) + 2 * BEYOND2;
    const wide = Math.ceil((grid.clientWidth || innerWidth) / CELL) + 2 * BEYOND2;
    const [rowStart, rowEnd] = [Math.max(0, top), Math.min(users.length, top + high)];
    const [start, end] = [Math.max(0, left), Math.min(entitlements.length, left + wide)];
    const across = \`\${start}-\${end}\`;
    const state2 = \`\${rowStart}-\${rowEnd} \${across} \${active.row} \${active.column}\`;
    if (state2 === drawn) return;
    const sameColumns = drawn.split(" ")[1] === across;
    drawn = state2;
    const focused = document.activeElement;
    const hadFocus = focused instanceof HTMLElement && grid.contains(focused);
    if (!sameColumns) {
      drawHead(start, end);
      rows.clear();
    }
    const wanted = /* @__PURE__ */ new Set();
    for (let row = rowStart; row < rowEnd; row++) wanted.add(row);
    wanted.add(active.row);
    for (const row of rows.keys()) if (!wanted.has(row)) rows.delete(row);
    for (const row of wanted) if (!rows.has(row)) rows.set(row, drawRow(row, start, end));
    const inOrder2 = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
    body.replaceChildren(...inOrder2);
    markActive(hadFocus);
  }
  function drawHead(start, end) {
    const { lookup } = directory;
    const narrow = new Set(bands.filter((band) => band.narrow).map(({ group }) => group.id));
    bandRow.replaceChildren(
      h("div", { role: "columnheader", "aria-colindex": 1, class: "corner" }, "Project"),
      ...bands.filter(({ first, count }) => first < end && first + count > start).map(
        ({ group, first, count }) => {
          const band = h(
            "div",
            {
              role: "columnheader",
              "aria-colindex": first + 2,
              "aria-colspan": count,
              class: "band",
              title: groupName(group)
            },
            h("a", { href: buildHref("projects", group.id), tabindex: -1 }, said(groupName(group)))
          );
          band.style.left = \`\${NAME_WIDTH + first * CELL}px\`;
          band.style.width = \`\${count * CELL}px\`;
          return band;
        }
      )
    );
    keyRow.replaceChildren(
      h(
        "div",
        { role: "columnheader", "aria-colindex": 1, class: "corner" },
        "User",
        h("span", {}, "holds")
      ),
      ...entitlements.slice(start, end).map((entitlement, offset) => {
        const index = start + offset;
        const holders = directory.countOfEntitlement(entitlement.id);
        const cell = h(
          "div",
          {
            role: "columnheader",
            "aria-colindex": index + 2,
            class: \`key\${isFirst(index) ? " first" : ""}\${entitlement.defined ? "" : " undefined"}\`,
            title: entitlement.displayName
          },
          h(
            "span",
            { class: "label" },
            said(entitlement.roleKey),
            narrow.has(entitlement.groupId) && h("small", {}, " · ", said(groupName(lookup.groups.get(entitlement.groupId))))
          ),
          h("span", { class: "count" }, holders)
        );
        cell.style.left = \`\${NAME_WIDTH + index * CELL}px\`;
        return cell;
      })
    );
  }
  function drawRow(index, start, end) {
    const user = users[index];
    const held = /* @__PURE__ */ new Map();
    const grants = directory.lookup.grantsOfUser.get(user.id) ?? [];
    for (const grant of grants) {
      const column = columns.get(grant.entitlementId);
      if (column !== void 0) held.set(column, grant);
    }
    const row = h(
      "div",
      { role: "row", "aria-rowindex": index + 3, class: \`row\${index % 2 === 0 ? "" : " odd"}\` },
      h(
        "div",
        {
          role: "rowheader",
          "aria-colindex": 1,
          class: \`name\${maySignIn(user.state) ? "" : " off"}\`,
          title: \`\${userName(user)} (\${formatUserType(user)}, \${USER_STATES[user.state]})\`
        },
        h(
          "span",
          { class: "who" },
          h("a", { href: buildHref("users", user.id), tabindex: -1 }, said(userName(user))),
          user.username !== void 0 && user.username !== userName(user) && h("small", {}, " ", said(user.username))
        ),
        h("span", { class: "count" }, grants.length)
      )
    );
    row.style.top = \`\${index * CELL}px\`;
    for (let column = start; column < end; column++) {
      const grant = held.get(column);
      const mark = grant === void 0 ? "" : obstacles(user, grant).length === 0 ? " held" : " held off";
      const cell = h("div", {
        role: "gridcell",
        "aria-colindex": column + 2,
        "data-cell": \`\${index},\${column}\`,
        class: \`cell\${isFirst(column) ? " first" : ""}\${mark}\`,
        "aria-label": sayCell(user, grant)
      });
      cell.style.left = \`\${NAME_WIDTH + column * CELL}px\`;
      row.append(cell);
    }
    return row;
  }
  function obstacles(user, grant) {
    return listObstacles(user, directory.lookup.groups.get(grant.groupId), grant);
  }
  function sayCell(user, grant) {
    if (grant === void 0) return "not held";
    const since = grant.createdAt === void 0 ? "" : \` since \${formatDay(grant.createdAt)}\`;
    const but = obstacles(user, grant).map((obstacle) => \`, but \${OBSTACLES[obstacle]}\`).join("");
    const through = grant.authorizations.length === 1 ? "user grant" : "user grants";
    return \`held\${since}\${but}, through \${through} \${grant.authorizations.join(", ")}\`;
  }
  function isFirst(column) {
    return entitlements[column]?.groupId !== entitlements[column - 1]?.groupId;
  }
  function cellAt(row, column) {
    const cell = rows.get(row)?.querySelector(\`[aria-colindex="\${column + 2}"]\`);
    return cell instanceof HTMLElement ? cell : void 0;
  }
  function markActive(focus) {
    for (const cell2 of body.querySelectorAll("[tabindex='0']")) cell2.removeAttribute("tabindex");
    const cell = cellAt(active.row, active.column);
    cell?.setAttribute("tabindex", "0");
    if (focus) cell?.focus({ preventScroll: true });
  }
  function describe(row, column) {
    const user = users[row];
    const entitlement = entitlements[column];
    if (user === void 0 || entitlement === void 0) return;
    const group = directory.lookup.groups.get(entitlement.groupId);
    const grant = directory.lookup.grantsOfUser.get(user.id)?.find(
      (one) => one.entitlementId === entitlement.id
    );
    about.replaceChildren(
      h("a", { href: buildHref("users", user.id) }, said(userName(user))),
      " · ",
      h(
        "a",
        { href: buildHref("projects", entitlement.groupId, { role: entitlement.roleKey }) },
        said(group === void 0 ? entitlement.groupId : groupName(group)),
        " › ",
        said(entitlement.roleKey)
      ),
      \` · \${sayCell(user, grant)}\`,
      entitlement.defined ? "" : " · the project does not define this role"
    );
  }
  function moveTo(row, column) {
    active = {
      row: Math.max(0, Math.min(users.length - 1, row)),
      column: Math.max(0, Math.min(entitlements.length - 1, column))
    };
    const top = active.row * CELL;
    const left = active.column * CELL;
    const high = grid.clientHeight - headHeight - CELL;
    const wide = grid.clientWidth - NAME_WIDTH - CELL;
    grid.scrollTop = Math.min(top, Math.max(grid.scrollTop, top - high));
    grid.scrollLeft = Math.min(left, Math.max(grid.scrollLeft, left - wide));
    draw();
    markActive(true);
    describe(active.row, active.column);
  }
  grid.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((grid.clientHeight - headHeight) / CELL) - 1);
    const { row, column } = active;
    const far = event.ctrlKey;
    const moves = {
      ArrowUp: [far ? 0 : row - 1, column],
      ArrowDown: [far ? users.length : row + 1, column],
      ArrowLeft: [row, far ? 0 : column - 1],
      ArrowRight: [row, far ? entitlements.length : column + 1],
      Home: [far ? 0 : row, 0],
      End: [far ? users.length : row, entitlements.length],
      PageUp: [row - page, column],
      PageDown: [row + page, column]
    };
    const move = moves[event.key];
    if (move !== void 0) {
      event.preventDefault();
      moveTo(...move);
    } else if (event.key === "Enter" && event.target instanceof HTMLElement) {
      const user = users[row];
      if (user !== void 0 && event.target.role !== "link") {
        location.hash = buildHref("users", user.id);
      }
    }
  });
  grid.addEventListener("focusin", (event) => {
    const at = findPosition(event.target);
    if (at === void 0) return;
    if (at.row !== active.row || at.column !== active.column) {
      active = at;
      markActive(false);
    }
    describe(at.row, at.column);
  });
  grid.addEventListener("mousedown", (event) => {
    const at = findPosition(event.target);
    if (at === void 0) return;
    event.preventDefault();
    active = at;
    markActive(true);
  });
  grid.addEventListener("mouseover", (event) => {
    const at = findPosition(event.target);
    if (at !== void 0) describe(at.row, at.column);
  });
  const ask2 = onceAFrame(draw, signal);
  grid.addEventListener("scroll", ask2, { passive: true });
  const sizes = new ResizeObserver(ask2);
  sizes.observe(grid);
  signal.addEventListener("abort", () => sizes.disconnect());
  return { element, show };
}
function findPosition(target) {
  const at = target instanceof HTMLElement ? target.dataset["cell"] : void 0;
  if (at === void 0) return void 0;
  const [row = 0, column = 0] = at.split(",").map(Number);
  return { row, column };
}
function groupBands(directory, entitlements) {
  const bands = [];
  entitlements.forEach(({ groupId }, index) => {
    const last = bands.at(-1);
    if (last?.group.id === groupId) last.count++;
    else {
      const group = directory.lookup.groups.get(groupId);
      bands.push({ group, first: index, count: 1, narrow: false });
    }
  });
  for (const band of bands) {
    band.narrow = groupName(band.group).length * KEY_HEIGHT.letter > band.count * CELL;
  }
  return bands;
}

// src/snapshot/query/list_access.ts
function listAccess(lookup, userId) {
  return lookup.grantsHeldBy(userId).map((grant) => toHolding(lookup, grant)).sort(
    (a, b) => byText(a.group, b.group) || byText(a.groupId, b.groupId) || byText(a.role, b.role)
  );
}

// src/report/client/print_list.ts
function createPrintList(directory, signal) {
  const element = h("div", { class: "print-list" });
  let users = [];
  let chosen = /* @__PURE__ */ new Set();
  addEventListener("beforeprint", () => {
    element.replaceChildren(h(
      "table",
      {},
      h("caption", {}, "What each user holds"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["User", "Project", "Entitlements"].map((head) => h("th", { scope: "col" }, head))
        )
      ),
      users.map((user) => toPrintRows(directory, user, chosen))
    ));
  }, { signal });
  addEventListener("afterprint", () => element.replaceChildren(), { signal });
  return {
    element,
    show(nextUsers, entitlementIds) {
      users = nextUsers;
      chosen = entitlementIds;
    }
  };
}
function toPrintRows(directory, user, chosen) {
  const held = listAccess(directory.lookup, user.id).filter((one) => chosen.has(one.entitlementId));
  const projects = Map.groupBy(held, ({ groupId }) => groupId);
  const name = h(
    "th",
    { scope: "rowgroup", rowspan: Math.max(1, projects.size) },
    said(userName(user)),
    user.username !== void 0 && user.username !== userName(user) && h("small", {}, " ", said(user.username)),
    !maySignIn(user.state) && h("small", {}, \`, \${USER_STATES[user.state].toLowerCase()}\`)
  );
  const rows = [...projects.values()].map((holdings) => [
    h("td", {}, said(holdings[0].group)),
    h(
      "td",
      {},
      holdings.map(({ role, obstacles }, index) => [
        index > 0 && ", ",
        said(role),
        obstacles.length > 0 && h("small", {}, \` (\${obstacles.map((obstacle) => OBSTACLES[obstacle]).join(", ")})\`)
      ])
    )
  ]);
  if (rows.length === 0) rows.push([h("td", {}, "none"), h("td", {})]);
  return h("tbody", {}, rows.map((cells, index) => h("tr", {}, index === 0 && name, cells)));
}

// src/report/client/user_filters.ts
var TYPE_CHOICE = {
  name: "type",
  label: "Type",
  values: [["", "All"], ["human", "People"], ["machine", "Machines"], [
    "external",
    "Other organizations"
  ]]
};
var USER_STATE_CHOICE = {
  name: "state",
  label: "State",
  values: [["", "All"], ...Object.entries(USER_STATES)]
};
function fitsUser(directory, value) {
  const words = splitWords(value("q"));
  const type = value("type");
  const state2 = value("state");
  return (user) => (type === "" || (type === "external" ? user.external : user.type === type)) && (state2 === "" || user.state === state2) && matches(directory.buildSearchText(user), words);
}

// src/report/client/views/matrix.ts
function matrixView({ directory, route, signal }) {
  const { lookup } = directory;
  const matrix = createMatrix(directory, signal);
  const list = createPrintList(directory, signal);
  const size = h("p", { class: "tally", role: "status" });
  const columnTexts = directory.entitlementsByName.map((entitlement) => ({
    entitlement,
    text: folded(
      [
        groupName(lookup.groups.get(entitlement.groupId)),
        entitlement.roleKey,
        entitlement.displayName,
        entitlement.roleGroup
      ].filter((part) => part !== void 0).join("\\n")
    )
  }));
  const filters = createFilters({
    query: route.query,
    fields: [
      { name: "q", label: "Users" },
      { name: "e", label: "Projects and entitlements" }
    ],
    choices: [
      TYPE_CHOICE,
      USER_STATE_CHOICE,
      {
        name: "rows",
        label: "Rows and columns",
        values: [["", "With grants"], ["all", "All"]]
      }
    ],
    onChange(value) {
      const all = value("rows") === "all";
      const columnWords = splitWords(value("e"));
      const entitlements = columnTexts.filter(
        ({ entitlement, text }) => matches(text, columnWords) && (all || directory.countOfEntitlement(entitlement.id) > 0)
      ).map(({ entitlement }) => entitlement);
      const chosen = new Set(entitlements.map(({ id }) => id));
      const holds = (userId) => lookup.grantsOfUser.get(userId)?.some(({ entitlementId }) => chosen.has(entitlementId)) === true;
      const fits = fitsUser(directory, value);
      const users = directory.usersByName.filter((user) => fits(user) && (all || holds(user.id)));
      matrix.show(users, entitlements);
      list.show(users, chosen);
      size.textContent = \`\${counted(users.length, "user")} × \${counted(entitlements.length, "entitlement")}\`;
    }
  });
  return {
    title: "Matrix",
    content: [
      heading("Who holds what", "Access matrix"),
      filters,
      h(
        "div",
        { class: "legend" },
        size,
        h("p", {}, h("span", { class: "mark held" }), " in force"),
        h("p", {}, h("span", { class: "mark held off" }), " held, but not usable now")
      ),
      matrix.element,
      list.element
    ]
  };
}

// src/report/client/views/missing.ts
function missing(what, id) {
  return {
    title: "Not found",
    content: [heading("Not found", ["There is no ", what, " ", said(id ?? "")])]
  };
}

// src/report/client/views/overview.ts
var TOP = 8;
function overview(context) {
  const { snapshot } = context.directory;
  const { organization } = snapshot;
  return {
    title: "Overview",
    content: [
      heading(
        "Access report",
        said(organization.name ?? organization.id),
        facts([
          ["Instance", said(snapshot.instance.url)],
          ["Organization", h("code", {}, said(organization.id))],
          [
            "Read",
            h("time", { datetime: snapshot.completedAt }, formatMinute(snapshot.completedAt))
          ],
          ["Digest", h("code", { class: "digest" }, said(snapshot.digest))]
        ])
      ),
      figures(snapshot),
      findings(context.findings),
      changes(context),
      completeness(context),
      notes(snapshot.notes),
      broadest(context)
    ]
  };
}
function figures({ counts, users, groups, entitlements, grants }) {
  const of = (type) => users.filter((user) => user.type === type).length;
  const external = users.filter((user) => user.external).length;
  const holders = new Set(grants.map(({ userId }) => userId)).size;
  const undefinedRoles = entitlements.filter(({ defined }) => !defined).length;
  const idle = groups.filter((group) => group.state === "inactive").length;
  const figure = (count, label, href, detail) => h(
    "li",
    {},
    h("a", { href }, h("strong", {}, number(count)), h("span", {}, label)),
    h("small", {}, detail)
  );
  return h(
    "ul",
    { class: "figures" },
    figure(
      counts.users,
      counts.users === 1 ? "user" : "users",
      buildHref("users"),
      [
        counted(of("human"), "person", "people"),
        counted(of("machine"), "machine"),
        ...external > 0 ? [\`\${number(external)} of other organizations\`] : []
      ].join(", ")
    ),
    figure(
      counts.groups,
      counts.groups === 1 ? "project" : "projects",
      buildHref("projects"),
      idle > 0 ? \`\${number(idle)} inactive\` : "all in use"
    ),
    figure(
      counts.entitlements,
      counts.entitlements === 1 ? "entitlement" : "entitlements",
      buildHref("matrix"),
      undefinedRoles > 0 ? \`roles of projects, \${number(undefinedRoles)} held but not defined\` : "roles of projects"
    ),
    figure(
      counts.grants,
      counts.grants === 1 ? "grant" : "grants",
      buildHref("matrix"),
      \`held by \${counted(holders, "user")}\`
    )
  );
}
function findings(all) {
  if (all.length === 0) return section("Findings", h("p", {}, "Nothing stands out."));
  const rules = Map.groupBy(all, ({ severity, rule }) => \`\${severity} \${rule}\`);
  return section(
    "Findings",
    h(
      "p",
      {},
      SEVERITIES.map((severity) => ({
        severity,
        count: all.filter((finding2) => finding2.severity === severity).length
      })).filter(({ count }) => count > 0).map(
        ({ severity, count }) => \`\${number(count)} \${SEVERITY_NAMES[severity].toLowerCase()}\`
      ).join(", "),
      ". ",
      h("a", { href: buildHref("findings"), class: "more" }, "All findings")
    ),
    h(
      "ul",
      { class: "brief" },
      [...rules.values()].map(
        ([first, ...rest]) => first !== void 0 && h(
          "li",
          {},
          severityTag(first.severity),
          h(
            "a",
            { href: buildHref("findings", first.rule) },
            FINDING_RULES[first.rule].title
          ),
          h("span", { class: "numeric" }, number(rest.length + 1))
        )
      )
    )
  );
}
function changes({ changes: changes2 }) {
  if (changes2 === void 0) return void 0;
  const lists = Object.keys(LISTS);
  return section(
    "Changes",
    h(
      "p",
      {},
      sayBaseline(changes2),
      " ",
      h("a", { href: buildHref("changes"), class: "more" }, "All changes")
    ),
    h(
      "table",
      { class: "small" },
      h("caption", { class: "hidden" }, "Changes since the baseline, by list"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "List"),
          ["Added", "Removed", "Changed"].map(
            (head) => h("th", { scope: "col", class: "numeric" }, head)
          )
        )
      ),
      h(
        "tbody",
        {},
        lists.map(
          (list) => h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              h(
                "a",
                { href: buildHref("changes", void 0, { list }) },
                capital(LISTS[list].many)
              )
            ),
            ["added", "removed", "changed"].map(
              (kind) => h("td", { class: "numeric" }, number(changes2.counts[list][kind]))
            )
          )
        )
      )
    )
  );
}
function completeness({ directory: { snapshot }, signal }) {
  const byMethod = /* @__PURE__ */ new Map();
  for (const { list, method, reported, distinct, requests } of snapshot.evidence) {
    const key = \`\${list} \${method}\`;
    const sum = byMethod.get(key) ?? { list, method, parts: 0, reported: 0, distinct: 0, requests: 0 };
    sum.parts++;
    sum.reported += reported;
    sum.distinct += distinct;
    sum.requests += requests;
    byMethod.set(key, sum);
  }
  const unproven = snapshot.evidence.some(({ method }) => method === "single-pass");
  const { element } = createTable({
    caption: "How we know that each list is complete",
    signal,
    rows: [...byMethod.values()],
    empty: "The snapshot holds no evidence: whether it is complete is not known.",
    columns: [
      {
        key: "list",
        head: "List",
        width: "24%",
        heading: true,
        cell: ({ list, parts }) => [
          SOURCES[list],
          parts > 1 && h("small", {}, \` in \${counted(parts, "part")}\`)
        ]
      },
      {
        key: "rows",
        head: "Rows read",
        width: "12%",
        numeric: true,
        cell: (row) => number(row.distinct)
      },
      {
        key: "reported",
        head: "Announced",
        width: "12%",
        numeric: true,
        cell: (row) => number(row.reported)
      },
      {
        key: "requests",
        head: "Requests",
        width: "12%",
        numeric: true,
        cell: (row) => number(row.requests)
      },
      { key: "method", head: "How we know", width: "40%", cell: ({ method }) => METHODS[method] }
    ]
  });
  return section(
    "Completeness",
    h(
      "p",
      {},
      snapshot.evidence.length === 0 ? "" : unproven ? "Some lists were read in a single pass: rows may be missing, and the table says which lists." : "Every list was read completely: the number of rows agrees with what ZITADEL announced, every row belongs to this organization, and every reference resolves. The lists are ZITADEL's own: one user grant gives any number of entitlements, and only user grants tell of users of other organizations and of roles that a project does not define."
    ),
    element
  );
}
function notes(all) {
  if (all.length === 0) return void 0;
  return section(
    "Not part of this report",
    h("ul", { class: "notes" }, all.map((note) => h("li", {}, sayNote(note))))
  );
}
function sayNote(note) {
  switch (note.code) {
    case "other-organizations-unknown":
      return "Whether the instance has other organizations is not known: the token may not list them.";
    case "reported-count-differs":
      return \`ZITADEL announced \${number(note.reported)} \${LISTS[note.list].many} and has \${number(note.distinct)}, twice in a row.\`;
    case "authorizations-without-roles":
      return \`\${counted(note.authorizations.length, "user grant")} without roles: they give nothing.\`;
    case "grants-on-foreign-groups":
      return \`\${counted(note.count, "user grant")} on projects of other organizations.\`;
    case "users-not-listed":
      return \`\${counted(note.userIds.length, "user")} named by grants and not in the list of users.\`;
    case "groups-not-listed":
      return \`\${counted(note.groupIds.length, "project")} named by \${counted(note.authorizations.length, "user grant")} and not in the list of projects.\`;
  }
}
function broadest({ directory, signal }) {
  const { snapshot } = directory;
  if (snapshot.grants.length === 0) return void 0;
  const users = most(snapshot.users, ({ id }) => directory.countOfUser(id));
  const entitlements = most(snapshot.entitlements, ({ id }) => directory.countOfEntitlement(id));
  return section(
    "Where access is broadest",
    h(
      "div",
      { class: "columns" },
      createTable({
        caption: "Users who hold the most",
        signal,
        rows: users,
        columns: [
          {
            key: "user",
            head: "User",
            width: "70%",
            heading: true,
            cell: ({ row }) => userLink(row)
          },
          {
            key: "holds",
            head: "Holds",
            width: "30%",
            numeric: true,
            cell: ({ count }) => number(count)
          }
        ]
      }).element,
      createTable({
        caption: "Entitlements that are held most",
        signal,
        rows: entitlements,
        columns: [
          {
            key: "entitlement",
            head: "Entitlement",
            width: "70%",
            heading: true,
            cell: ({ row }) => [
              groupLink(directory.lookup.groups.get(row.groupId)),
              " › ",
              entitlementLink(row)
            ]
          },
          {
            key: "holders",
            head: "Holders",
            width: "30%",
            numeric: true,
            cell: ({ count }) => number(count)
          }
        ]
      }).element
    )
  );
}
function most(rows, countOf) {
  return rows.map((row) => ({ row, count: countOf(row) })).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count).slice(0, TOP);
}

// src/snapshot/query/list_holders.ts
function listHolders(lookup, { groupId, entitlementId }) {
  const grants = entitlementId === void 0 ? lookup.grantsOfGroup.get(groupId) : lookup.grantsOfEntitlement.get(entitlementId);
  return (grants ?? []).map((grant) => toHolding(lookup, grant)).sort((a, b) => byText(a.user, b.user) || byText(a.userId, b.userId) || byText(a.role, b.role));
}

// src/report/client/views/holding_columns.ts
function holdingColumns(sinceWidth) {
  return [
    {
      key: "use",
      head: "Use",
      width: "20%",
      cell: use,
      sortBy: ({ obstacles }) => obstacles.join()
    },
    {
      key: "since",
      head: "Since",
      width: sinceWidth,
      cell: ({ since }) => day2(since),
      sortBy: ({ since }) => since ?? ""
    }
  ];
}

// src/report/client/views/project.ts
function projectView(context) {
  const { directory, findings: findings2, changes: changes2, route, signal } = context;
  const { lookup } = directory;
  const group = lookup.groups.get(route.id ?? "");
  if (group === void 0) return missing("project", route.id);
  const entitlements = directory.entitlementsByName.filter(({ groupId }) => groupId === group.id);
  const holders = listHolders(lookup, { groupId: group.id });
  const about = findings2.filter(({ groupIds }) => groupIds.includes(group.id));
  const events = changes2 === void 0 ? [] : toEvents(directory, changes2).filter(({ groupId }) => groupId === group.id);
  const roles2 = createTable({
    caption: "Entitlements of this project",
    signal,
    rows: entitlements,
    empty: "This project defines no roles.",
    columns: [
      {
        key: "key",
        head: "Entitlement",
        width: "30%",
        heading: true,
        cell: (row) => [entitlementLink(row), !row.defined && h("small", { class: "off" }, " not defined")],
        sortBy: ({ roleKey }) => roleKey
      },
      {
        key: "name",
        head: "Name",
        width: "30%",
        cell: ({ displayName }) => displayName && said(displayName),
        sortBy: ({ displayName }) => displayName ?? ""
      },
      {
        key: "group",
        head: "Role group",
        width: "15%",
        cell: ({ roleGroup }) => roleGroup && said(roleGroup),
        sortBy: ({ roleGroup }) => roleGroup ?? ""
      },
      {
        key: "holders",
        head: "Holders",
        width: "10%",
        numeric: true,
        cell: ({ id }) => number(directory.countOfEntitlement(id)),
        sortBy: ({ id }) => directory.countOfEntitlement(id)
      },
      {
        key: "created",
        head: "Created",
        width: "15%",
        cell: ({ createdAt }) => day2(createdAt),
        sortBy: ({ createdAt }) => createdAt ?? ""
      }
    ]
  });
  const who = createTable({
    caption: "Who holds what in this project",
    signal,
    rows: [],
    empty: holders.length === 0 ? "Nobody holds anything in this project." : "Nobody fits the filters.",
    sort: route.query.get("sort") ?? "",
    onSort: (sort) => rememberQuery({ sort }),
    columns: [
      {
        key: "user",
        head: "User",
        width: "28%",
        heading: true,
        cell: ({ userId }) => userLink(lookup.users.get(userId)),
        sortBy: ({ user }) => user
      },
      {
        key: "entitlement",
        head: "Entitlement",
        width: "24%",
        cell: ({ role }) => said(role),
        sortBy: ({ role }) => role
      },
      {
        key: "state",
        head: "User is",
        width: "14%",
        cell: (holding) => userState(holding.userState),
        sortBy: (holding) => USER_STATES[holding.userState]
      },
      ...holdingColumns("14%")
    ]
  });
  const count = tally("grant");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name, login, address or id", wide: true }],
    choices: [{
      name: "role",
      label: "Entitlement",
      values: [["", "All"], ...entitlements.map(({ roleKey }) => [roleKey, roleKey])]
    }],
    onChange(value) {
      const words = splitWords(value("q"));
      const role = value("role");
      const rows = holders.filter(
        (holding) => (role === "" || holding.role === role) && matches(directory.buildSearchText(lookup.users.get(holding.userId)), words)
      );
      who.show(rows);
      count.say(rows.length, holders.length);
    }
  });
  const whoSection = section(
    "Who holds them",
    holders.length > 0 && [filters, count.element],
    who.element
  );
  return {
    title: groupName(group),
    start: route.query.has("role") && whoSection,
    content: [
      heading(
        h("a", { href: buildHref("projects") }, "Projects"),
        said(groupName(group)),
        facts([
          ["State", state(GROUP_STATES[group.state], group.state === "active")],
          ["Roles in tokens", group.roleAssertion ? "asserted" : "not asserted"],
          ["Users without a role", group.roleCheck ? "refused" : "let in"],
          ["Organizations without the project", group.projectCheck ? "refused" : "let in"],
          ["Created", day2(group.createdAt)],
          ["Changed", day2(group.updatedAt)],
          ["Id", h("code", {}, said(group.id))]
        ])
      ),
      section("Entitlements", roles2.element),
      whoSection,
      about.length > 0 && section("Findings", findingsList(about)),
      events.length > 0 && section("Changes since the baseline", changesTable(events, signal).element)
    ]
  };
}

// src/report/client/views/projects.ts
function projectsView({ directory, route, signal }) {
  const { lookup } = directory;
  const roles2 = ({ id }) => lookup.entitlementsOfGroup.get(id)?.length ?? 0;
  const grants = ({ id }) => lookup.grantsOfGroup.get(id)?.length ?? 0;
  const holders = new Map(
    directory.snapshot.groups.map(({ id }) => [
      id,
      new Set(lookup.grantsOfGroup.get(id)?.map(({ userId }) => userId)).size
    ])
  );
  const table = createTable({
    caption: "Projects",
    signal,
    rows: [],
    empty: "No project fits the filters.",
    sort: route.query.get("sort") ?? "name",
    onSort: (sort) => rememberQuery({ sort }),
    columns: [
      {
        key: "name",
        head: "Name",
        width: "36%",
        heading: true,
        cell: groupLink,
        sortBy: groupName
      },
      {
        key: "state",
        head: "State",
        width: "14%",
        cell: (group) => state(GROUP_STATES[group.state], group.state === "active"),
        sortBy: (group) => GROUP_STATES[group.state]
      },
      {
        key: "entitlements",
        head: "Entitlements",
        width: "13%",
        numeric: true,
        cell: (group) => number(roles2(group)),
        sortBy: roles2
      },
      {
        key: "users",
        head: "Users",
        width: "11%",
        numeric: true,
        cell: ({ id }) => number(holders.get(id)),
        sortBy: ({ id }) => holders.get(id)
      },
      {
        key: "grants",
        head: "Grants",
        width: "11%",
        numeric: true,
        cell: (group) => number(grants(group)),
        sortBy: grants
      },
      {
        key: "created",
        head: "Created",
        width: "15%",
        cell: ({ createdAt }) => day2(createdAt),
        sortBy: ({ createdAt }) => createdAt ?? ""
      }
    ]
  });
  const count = tally("project");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name or id", wide: true }],
    choices: [{
      name: "state",
      label: "State",
      values: [["", "All"], ...Object.entries(GROUP_STATES)]
    }],
    onChange(value) {
      const words = splitWords(value("q"));
      const chosen = value("state");
      const rows = directory.groupsByName.filter(
        (group) => (chosen === "" || group.state === chosen) && matches(folded(\`\${groupName(group)}
\${group.id}\`), words)
      );
      table.show(rows);
      count.say(rows.length, directory.snapshot.groups.length);
    }
  });
  return {
    title: "Projects",
    content: [heading("Groups of entitlements", "Projects"), filters, count.element, table.element]
  };
}

// src/report/client/views/user.ts
function userView(context) {
  const { directory: { lookup }, findings: findings2, changes: changes2, route, signal } = context;
  const user = lookup.users.get(route.id ?? "");
  if (user === void 0) return missing("user", route.id);
  const holdings = listAccess(lookup, user.id);
  const projects = new Set(holdings.map(({ groupId }) => groupId)).size;
  const about = findings2.filter(({ userIds }) => userIds.includes(user.id));
  const events = changes2 === void 0 ? [] : toEvents(context.directory, changes2).filter(({ userId }) => userId === user.id);
  const access = createTable({
    caption: "What this user holds",
    signal,
    rows: holdings,
    empty: "This user holds nothing.",
    columns: [
      {
        key: "project",
        head: "Project",
        width: "22%",
        heading: true,
        cell: ({ groupId }) => groupLink(lookup.groups.get(groupId)),
        sortBy: ({ group }) => group
      },
      {
        key: "entitlement",
        head: "Entitlement",
        width: "26%",
        cell: (holding) => [
          entitlementLink({ groupId: holding.groupId, roleKey: holding.role }),
          holding.roleName !== void 0 && h("small", {}, " ", said(holding.roleName)),
          !holding.defined && h("small", { class: "off" }, " not defined")
        ],
        sortBy: ({ role }) => role
      },
      ...holdingColumns("12%"),
      {
        key: "through",
        head: "User grant",
        width: "20%",
        cell: ({ authorizations }) => authorizations.map((id, index) => [index > 0 && ", ", h("code", {}, said(id))])
      }
    ]
  });
  return {
    title: userName(user),
    content: [
      heading(
        h("a", { href: buildHref("users") }, "Users"),
        said(userName(user)),
        facts([
          ["Type", formatUserType(user)],
          ["State", userState(user.state)],
          ["Username", user.username && said(user.username)],
          ["Login name", user.preferredLoginName && said(user.preferredLoginName)],
          [
            "Address",
            user.email && [
              said(user.email),
              user.emailVerified === false && h("small", { class: "off" }, " not verified")
            ]
          ],
          ["Description", user.description && said(user.description)],
          [
            "Organization",
            user.external && [
              user.organizationId === void 0 ? "another" : h("code", {}, said(user.organizationId)),
              h("small", { class: "off" }, " not this one")
            ]
          ],
          ["Created", day2(user.createdAt)],
          ["Changed", day2(user.updatedAt)],
          ["Id", h("code", {}, said(user.id))]
        ])
      ),
      section(
        "Access",
        holdings.length > 0 && h(
          "p",
          {},
          \`\${counted(holdings.length, "entitlement")} in \${counted(projects, "project")}.\`
        ),
        access.element
      ),
      about.length > 0 && section("Findings", findingsList(about)),
      events.length > 0 && section("Changes since the baseline", changesTable(events, signal).element)
    ]
  };
}

// src/report/client/views/users.ts
function usersView({ directory, route, signal }) {
  const table = createTable({
    caption: "Users",
    signal,
    rows: [],
    empty: "No user fits the filters.",
    sort: route.query.get("sort") ?? "name",
    onSort: (sort) => rememberQuery({ sort }),
    columns: [
      {
        key: "name",
        head: "Name",
        width: "27%",
        heading: true,
        cell: (user) => [
          userLink(user),
          user.external && h("small", { class: "off" }, " of another organization")
        ],
        sortBy: userName
      },
      {
        key: "login",
        head: "Login name",
        width: "27%",
        cell: (user) => said(formatLogin(user)),
        sortBy: formatLogin
      },
      { key: "type", head: "Type", width: "10%", cell: formatUserType, sortBy: formatUserType },
      {
        key: "state",
        head: "State",
        width: "14%",
        cell: (user) => userState(user.state),
        sortBy: (user) => USER_STATES[user.state]
      },
      {
        key: "holds",
        head: "Holds",
        width: "9%",
        numeric: true,
        cell: ({ id }) => number(directory.countOfUser(id)),
        sortBy: ({ id }) => directory.countOfUser(id)
      },
      {
        key: "created",
        head: "Created",
        width: "13%",
        cell: ({ createdAt }) => day2(createdAt),
        sortBy: ({ createdAt }) => createdAt ?? ""
      }
    ]
  });
  const count = tally("user");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name, login, address or id", wide: true }],
    choices: [TYPE_CHOICE, USER_STATE_CHOICE, {
      name: "access",
      label: "Access",
      values: [["", "All"], ["some", "With grants"], ["none", "Without grants"]]
    }],
    onChange(value) {
      const fits = fitsUser(directory, value);
      const access = value("access");
      const users = directory.usersByName.filter(
        (user) => fits(user) && (access === "" || access === "some" === directory.countOfUser(user.id) > 0)
      );
      table.show(users);
      count.say(users.length, directory.snapshot.users.length);
    }
  });
  return {
    title: "Users",
    content: [heading("People and machines", "Users"), filters, count.element, table.element]
  };
}
function formatLogin(user) {
  return user.preferredLoginName ?? user.username ?? "";
}

// src/report/client/report.ts
function showReport({ snapshot, more, controls }) {
  const closing = new AbortController();
  const directory = createDirectory(snapshot);
  const judged = once2(
    () => applyAllowList(listFindings(directory.lookup, more.findingOptions), more.allow)
  );
  let leaving = new AbortController();
  const name = snapshot.organization.name ?? snapshot.organization.id;
  const places = [
    ["", "Overview"],
    ["matrix", "Matrix"],
    ["users", "Users"],
    ["projects", "Projects"],
    ["findings", "Findings"],
    ...more.changes === void 0 ? [] : [["changes", "Changes"]]
  ];
  const links = new Map(
    places.map(([view, label]) => [view, h("a", { href: buildHref(view) }, label)])
  );
  const main = h("main", { id: "main", tabindex: -1 });
  const skip = h("a", {
    class: "skip",
    href: "#main",
    "on:click": (event) => {
      event.preventDefault();
      main.focus();
    }
  }, "Skip to the content");
  function draw(first) {
    leaving.abort();
    leaving = new AbortController();
    const route = parseRoute(location.hash);
    const view = createView({
      directory,
      get findings() {
        return judged().open;
      },
      get accepted() {
        return judged().accepted;
      },
      changes: more.changes,
      route,
      signal: leaving.signal
    });
    document.title = \`\${view.title} · \${name}\`;
    for (const [place, link] of links) {
      if (place === route.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    main.replaceChildren();
    append(main, view.content);
    if (view.start) view.start.scrollIntoView();
    else scrollTo(0, 0);
    if (!first) main.querySelector("h1")?.focus({ preventScroll: true });
  }
  document.body.replaceChildren(
    skip,
    h(
      "header",
      { class: "bar" },
      h("a", { class: "brand", href: buildHref("") }, said(name)),
      h(
        "nav",
        { "aria-label": "Report" },
        h("ul", {}, [...links.values()].map((link) => h("li", {}, link)))
      ),
      createSearch(directory),
      createSchemeButton(),
      h("button", { type: "button", class: "quiet print", "on:click": () => print() }, "Print"),
      controls
    ),
    h(
      "p",
      { class: "paper" },
      said(name),
      \` · Access report · read \${formatMinute(snapshot.completedAt)}\`
    ),
    main,
    h(
      "footer",
      {},
      h(
        "p",
        {},
        "Read ",
        formatMinute(snapshot.completedAt),
        " from ",
        said(snapshot.instance.url),
        " by ",
        said(snapshot.tool.name),
        " ",
        said(snapshot.tool.version),
        "."
      ),
      h("p", {}, h("code", { class: "digest" }, said(snapshot.digest)))
    )
  );
  addEventListener("hashchange", () => draw(false), { signal: closing.signal });
  draw(true);
  return {
    close() {
      closing.abort();
      leaving.abort();
    }
  };
}
function applyAllowList(findings2, allow) {
  const entries = new Map(allow.map((entry) => [entry.id ?? entry.rule, entry]));
  const open = [];
  const accepted = [];
  for (const finding2 of findings2) {
    const entry = entries.get(finding2.id) ?? entries.get(finding2.rule);
    if (entry === void 0) open.push(finding2);
    else accepted.push({ finding: finding2, entry });
  }
  return { open, accepted };
}
function once2(make) {
  let made;
  return () => (made ??= { value: make() }).value;
}
function createView(context) {
  const { view, id } = context.route;
  switch (view) {
    case "":
      return overview(context);
    case "matrix":
      return matrixView(context);
    case "users":
      return id === void 0 ? usersView(context) : userView(context);
    case "projects":
      return id === void 0 ? projectsView(context) : projectView(context);
    case "findings":
      return findingsView(context);
    case "changes":
      return changesView(context);
    default:
      return missing("page", view);
  }
}

// src/report/client/live.ts
async function fetchSnapshot(token) {
  const response = await ask(token, "GET", "/v1/snapshot");
  if (!(response instanceof Response)) return response;
  try {
    return { status: "ok", snapshot: await response.json() };
  } catch {
    return { status: "failed", why: "The answer was cut off. Try again." };
  }
}
async function readAgain(token) {
  const response = await ask(token, "POST", "/v1/refresh?wait=true");
  return response instanceof Response ? await fetchSnapshot(token) : response;
}
async function ask(token, method, path) {
  if (token !== void 0 && !/^[\\x21-\\x7e]+$/.test(token)) {
    return {
      status: "refused",
      why: "A token has letters, digits and signs only, without spaces."
    };
  }
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: "application/json",
        ...token === void 0 ? {} : { authorization: \`Bearer \${token}\` }
      },
      credentials: "omit",
      redirect: "error"
    });
  } catch {
    return { status: "failed", why: "The server does not answer. Is it still running?" };
  }
  if (response.ok) return response;
  if (response.status === 401) {
    return { status: "refused", why: "The server does not know this token." };
  }
  return { status: "failed", why: await readProblem(response) };
}
async function readProblem(response) {
  try {
    const { detail, hint } = await response.json();
    return [detail, hint].filter((text) => typeof text === "string").join(". ");
  } catch {
    return \`The server answered with status \${response.status}.\`;
  }
}

// src/report/client/sign_in.ts
var AGE_MS = 15e3;
async function showLivePage() {
  const answer = await fetchSnapshot(void 0);
  if (answer.status === "ok") showLive(void 0, answer.snapshot);
  else showSignIn(answer.status === "refused" ? "" : answer.why);
}
function showSignIn(why) {
  const trouble = h("p", { role: "alert", class: "trouble" }, why);
  const token = h("input", {
    id: "token",
    type: "password",
    autocomplete: "off",
    required: true,
    "aria-describedby": "where"
  });
  const button = h("button", { type: "submit", class: "primary" }, "Show the report");
  const form = h(
    "form",
    {
      class: "sign-in",
      "on:submit": async (event) => {
        event.preventDefault();
        const secret = token.value.trim();
        token.value = "";
        trouble.replaceChildren();
        button.disabled = true;
        const answer = await fetchSnapshot(secret);
        if (answer.status === "ok") {
          showLive(secret, answer.snapshot);
          return;
        }
        trouble.replaceChildren(answer.why);
        button.disabled = false;
        token.focus();
      }
    },
    h("p", { class: "eyebrow" }, "zitadel-sync"),
    h("h1", {}, "Access report"),
    h("label", { for: "token" }, "Server token"),
    token,
    h(
      "p",
      { id: "where", class: "why" },
      "The token of this server, not one of ZITADEL. It stays in this page's memory, and is forgotten when the page closes."
    ),
    button,
    trouble
  );
  document.title = "Access report";
  document.body.replaceChildren(h("main", { class: "center" }, form));
  token.focus();
}
function showLive(token, first) {
  let current = first;
  let shown;
  const age = h("span", { class: "age", role: "status" });
  const again = h("button", { type: "button", class: "quiet" }, "Read again");
  const leave = h("button", { type: "button", class: "quiet" }, "Sign out");
  const tell = () => age.replaceChildren(sayAge(Date.parse(current.completedAt)));
  const timer = setInterval(tell, AGE_MS);
  function show() {
    shown?.close();
    shown = showReport({
      snapshot: current,
      more: { findingOptions: {}, allow: [] },
      controls: [age, again, token !== void 0 && leave]
    });
  }
  again.addEventListener("click", async () => {
    again.disabled = true;
    age.replaceChildren("Reading…");
    const answer = await readAgain(token);
    again.disabled = false;
    if (answer.status === "ok") {
      current = answer.snapshot;
      show();
      tell();
    } else age.replaceChildren(answer.why);
    again.focus();
  });
  leave.addEventListener("click", () => {
    clearInterval(timer);
    location.replace(location.pathname);
  });
  show();
  tell();
}
function sayAge(readAt) {
  const minutes = Math.floor((Date.now() - readAt) / 6e4);
  if (minutes < 1) return "Read just now";
  if (minutes < 120) return \`Read \${minutes} min ago\`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? \`Read \${hours} h ago\` : \`Read \${Math.floor(hours / 24)} days ago\`;
}

// src/report/client/main.ts
var data = embeddedData();
if (data === void 0) await showLivePage();
else showReport(data);
`;
