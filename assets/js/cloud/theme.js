// Colours: what the page around the viewer uses, and what the points are painted with.

const FALLBACK = {
  categorical: ["#2f6fb7", "#d9622b", "#1b9e77", "#b5559b", "#8c7a1f", "#4f9cc0", "#7a5bd0", "#6b6f76"],
  sequential: ["#3b528b", "#2c728e", "#21918c", "#28ae80", "#7fb94a", "#d9b816"],
  diverging: ["#2f6fb7", "#9fbfdf", "#c9c9c9", "#e8b08f", "#c8501a"],
};

/** Red, green and blue in [0, 1] from a hex or computed CSS colour. */
export function parseColour(css) {
  const text = String(css).trim();
  if (text.startsWith("#")) {
    const hex = text.length < 7 ? [...text.slice(1, 4)].map((c) => c + c).join("") : text.slice(1, 7);
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
  }
  const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
  return text.startsWith("color(") ? numbers : numbers.map((value) => value / 255);
}

/** A CSS colour from red, green, blue in [0, 1] and an opacity. */
export function cssColour(rgb, alpha = 1) {
  const [r, g, b] = rgb.map((value) => Math.round(value * 255));
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

/**
 * The page's colours and font as the browser resolves them on `root` now.
 * @returns {{text: number[], background: number[], accent: number[], font: string, dark: boolean, key: string}}
 */
export function readTheme(root, accentProbe) {
  const style = getComputedStyle(root);
  const accent = getComputedStyle(accentProbe).color;
  const background = parseColour(style.backgroundColor);
  const luminance = 0.2126 * background[0] + 0.7152 * background[1] + 0.0722 * background[2];
  return {
    text: parseColour(style.color),
    background,
    accent: parseColour(accent),
    font: style.fontFamily || "sans-serif",
    dark: luminance < 0.4,
    key: [style.color, style.backgroundColor, accent, style.fontFamily].join("|"),
  };
}

/** The colours of a palette by kind, from Python where given, else safe defaults. */
export function paletteColours(palette, kind) {
  const given = palette?.[kind];
  return (Array.isArray(given) && given.length ? given : FALLBACK[kind]).map(parseColour);
}

function rampColour(stops, t) {
  const place = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  return stops[low].map((value, i) => value + (stops[low + 1][i] - value) * (place - low));
}

// A signed quantity is centred on zero, so that the neutral colour always means zero.
function numericRamp(attribute, palette) {
  const { min, max } = attribute;
  const signed = min < 0 && max > 0;
  const stops = paletteColours(palette, signed ? "diverging" : "sequential");
  const reach = Math.max(-min, max) || 1;
  return Array.from({ length: 256 }, (_, i) => {
    const share = i / 255;
    return rampColour(stops, signed ? 0.5 + (min + share * (max - min)) / (2 * reach) : share);
  });
}

/**
 * The table that turns an attribute's stored value into a colour.
 * @returns {{colours: number[][], modulus: number}} value v is painted colours[v % modulus].
 */
export function colourTable(attribute, palette, theme) {
  if (!attribute) return { colours: [theme.accent], modulus: 1 };
  if (attribute.kind === "category") {
    const colours = paletteColours(palette, "categorical").slice(0, 255);
    // A first category that is only "all the others" stays in the background: the page's own grey.
    if (attribute.has_background) colours.unshift(theme.text.map((v, i) => v * 0.22 + theme.background[i] * 0.78));
    return { colours, modulus: colours.length };
  }
  return { colours: numericRamp(attribute, palette), modulus: 256 };
}
