// The cloud packet "CSC1": a JSON header, then typed arrays that are viewed in place, never copied or unpacked.

const MAGIC = "CSC1";

function lazyLines(buffer, start, block) {
  let lines = null;
  return () => {
    if (lines) return lines;
    if (!block) return (lines = []);
    const bytes = new Uint8Array(buffer, start + block.offset, block.length);
    return (lines = new TextDecoder().decode(bytes).split("\n"));
  };
}

function layoutViews(buffer, start, header) {
  const length = header.layers.length * header.n_points * 3;
  const layouts = {};
  for (const [name, layout] of Object.entries(header.layouts)) {
    layouts[name] = { ...layout, name, quantised: new Uint16Array(buffer, start + layout.offset, length) };
  }
  return layouts;
}

function attributeViews(buffer, start, header) {
  const attributes = {};
  for (const [name, attribute] of Object.entries(header.attributes ?? {})) {
    const length = header.n_points * (attribute.per_layer ? header.layers.length : 1);
    const View = attribute.dtype === "uint16" ? Uint16Array : Uint8Array;
    attributes[name] = { ...attribute, name, values: new View(buffer, start + attribute.offset, length) };
  }
  return attributes;
}

/**
 * Read a packet.
 * @param {ArrayBuffer} buffer the packet's bytes, kept alive by the views into it.
 * @returns the cloud: counts, layouts and attributes as typed-array views; texts decoded on first use.
 * @throws {Error} when the bytes are no packet, in a sentence fit for the reader.
 */
export function parsePacket(buffer) {
  const magic = buffer.byteLength >= 8 ? String.fromCharCode(...new Uint8Array(buffer, 0, 4)) : "";
  if (magic !== MAGIC) throw new Error("The server's answer is not a word cloud.");
  const headerLength = new DataView(buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength)));
  const start = 8 + headerLength;
  const n = header.n_points;
  const words = lazyLines(buffer, start, header.words);
  let lowered = null;
  return {
    n,
    title: header.title ?? "",
    badge: header.badge ?? "",
    caption: header.caption ?? "",
    layers: header.layers,
    layouts: layoutViews(buffer, start, header),
    attributes: attributeViews(buffer, start, header),
    words,
    loweredWords: () => (lowered ??= words().map((word) => word.toLowerCase())),
    contexts: lazyLines(buffer, start, header.contexts),
    contextIds: header.context_ids ? new Uint32Array(buffer, start + header.context_ids.offset, n) : null,
    spans: header.positions ? new Uint32Array(buffer, start + header.positions.offset, n * 2) : null,
  };
}

/**
 * A point's sentence, cut at its own occurrence of the word and shortened to about `limit` characters around it.
 * @returns {{before: string, word: string, after: string} | null} null where the cloud has no sentences.
 */
export function sentenceParts(cloud, id, limit = 150) {
  const sentence = cloud.contextIds ? cloud.contexts()[cloud.contextIds[id]] : undefined;
  if (sentence === undefined) return null;
  // Spans count code points, JavaScript strings count UTF-16 units: emoji would shift the emphasis.
  const points = Array.from(sentence);
  const [from, to] = cloud.spans ? [cloud.spans[id * 2], cloud.spans[id * 2 + 1]] : [0, 0];
  const first = Math.max(0, Math.min(from - limit / 2, points.length - limit));
  const last = Math.min(points.length, Math.max(to, first + limit));
  const piece = (a, b) => points.slice(Math.round(a), Math.round(b)).join("");
  return {
    before: (first > 0 ? "… " : "") + piece(first, from),
    word: piece(from, to),
    after: piece(to, last) + (last < points.length ? " …" : ""),
  };
}

/** A numeric attribute's value at a point and layer, back in its own units. */
export function attributeValue(cloud, attribute, id, layer) {
  const quantised = attribute.values[(attribute.per_layer ? layer * cloud.n : 0) + id];
  return attribute.min + (quantised / 255) * (attribute.max - attribute.min);
}
