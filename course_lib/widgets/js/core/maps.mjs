/** Grey pictures: several small maps beside each other as one, and that one as a PNG for an SVG. */

/**
 * @param panel {maps: [{values, low, high}], height, width, columns}, low black, high white
 * @returns {wide, high, grey}: grey 0 to 255, and null between the maps
 */
export function composed({ maps, height, width, columns }) {
  const across = Math.min(columns, maps.length);
  const [wide, high] = [across * (width + 1) - 1, Math.ceil(maps.length / columns) * (height + 1) - 1];
  const grey = new Array(wide * high).fill(null);
  maps.forEach(({ values, low, high: top }, index) => {
    const start = Math.floor(index / columns) * (height + 1) * wide + (index % columns) * (width + 1);
    const scale = top > low ? 255 / (top - low) : 0;
    for (let at = 0; at < height * width; at++) {
      const shade = Math.round((values[at] - low) * scale);
      grey[start + Math.floor(at / width) * wide + (at % width)] = Math.min(Math.max(shade, 0), 255);
    }
  });
  return { wide, high, grey };
}

/** As the address of a PNG, white between the maps, not compressed: they are small without. */
export function pngAddress({ wide, high, grey }) {
  const rows = [];
  for (let i = 0; i < high; i++) {
    rows.push(0);
    for (let j = 0; j < wide; j++) rows.push(grey[i * wide + j] ?? 255);
  }
  const bytes = [
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", [...big(wide), ...big(high), 8, 0, 0, 0, 0]),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", []),
  ];
  return `data:image/png;base64,${btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""))}`;
}

const big = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);

function chunk(name, data) {
  const body = [...[...name].map((letter) => letter.charCodeAt(0)), ...data];
  return [...big(data.length), ...body, ...big(crc32(body))];
}

/** Bytes in the form of zlib, in stored blocks. */
function stored(bytes) {
  const out = [0x78, 0x01];
  const most = 65535;
  for (let at = 0; at < bytes.length; at += most) {
    const size = Math.min(most, bytes.length - at);
    const last = at + size === bytes.length ? 1 : 0;
    out.push(last, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255);
    for (let i = at; i < at + size; i++) out.push(bytes[i]);
  }
  let [a, b] = [1, 0]; // Adler-32
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  out.push(b >> 8, b & 255, a >> 8, a & 255);
  return out;
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
