// What we keep of Tabler's style sheet: its reset, type, grid, buttons, forms, cards, tables and a
// few utilities. Named by family and not found in templates, so that a page written tomorrow, or by an
// integration, finds the same classes. Ours (tokens and components) lie in a layer above.
const path = require("node:path");

const families = [
  "container", "row", "col", "g", "gx", "gy",
  "btn", "form", "input-group", "input-icon", "card", "table", "list-group", "datagrid", "markdown",
  "alert", "badge", "breadcrumb", "progress", "placeholder", "subheader",
  "visually-hidden", "text", "fw", "d", "flex", "align", "justify", "gap", "m", "mt", "mb", "ms", "me", "mx", "my",
  "p", "pt", "pb", "ps", "pe", "px", "py", "w", "h", "order",
];
const dropped = /^(?:btn-(?!group|list|icon|primary|danger|sm|lg|link|outline-primary|action|close|ghost$)|card-(?!body|header|footer|title|subtitle|actions|table|sm|md|link|active$)|form-(?!control|select|check|label|text|hint|fieldset|switch|range|footer|group)|text-(?!truncate|nowrap|end|center|start|muted|secondary|danger|success|warning|break|wrap|decoration-none|lowercase|uppercase|capitalize|reset)|table-(?!responsive|vcenter|sm|hover|nowrap|mobile|selectable)|badge-(?!outline)|alert-(?!title|link|icon|description)|col-(?:xxl)|d-print|(?:p|m|w|h|text|gap|g|order|align|justify|flex)[a-z]*-(?:sm|md|lg|xl|xxl)-|[a-z]+-xxl-)/;
const family = new RegExp(`^(?!${dropped.source.slice(1)})(${families.join("|")})(-|$)`);

module.exports = {
  css: [path.join(__dirname, "../../../node_modules/@tabler/core/dist/css/tabler.min.css")],
  content: [
    {
      extension: "html",
      raw: "html body a abbr address article aside b blockquote button caption code dd del details dialog div dl dt em fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd label legend li main mark nav object ol optgroup option output p pre progress samp search section select small span strong sub summary sup svg table tbody td template textarea tfoot th thead time tr ul video disabled checked active show",
    },
  ],
  safelist: { standard: [] },
  variables: true,
  keyframes: true,
  fontFace: true,
};
module.exports.safelist.standard = [family, /^(disabled|active|show|hover|focus|was-validated|is-invalid|icon)$/];
