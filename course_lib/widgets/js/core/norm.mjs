/**
 * Normalisation of x [images][channels][pixels], as torch's batch, layer, instance and group norm
 * with gamma 1 and beta 0. Layer norm is over a whole image here.
 */

export const EPS = 1e-5;

/** Which entries share a mean: the number of the share of image n, channel c. */
export function shareOf(kind, groups, images, channels) {
  return {
    batch: (_, c) => c,
    layer: (n) => n,
    instance: (n, c) => n * channels + c,
    group: (n, c) => n * groups + Math.floor((c * groups) / channels),
  }[kind];
}

/** Mean, biased variance and size of each share. */
export function statistics(x, share) {
  const values = [];
  x.forEach((image, n) => image.forEach((pixels, c) => (values[share(n, c)] ??= []).push(...pixels)));
  return values.map((all) => {
    const mean = average(all);
    return { mean, variance: average(all.map((value) => (value - mean) ** 2)), size: all.length };
  });
}

/** (x - mean) / sqrt(variance + eps), with the statistics that each entry shares. */
export const normalise = (x, share, found) =>
  x.map((image, n) =>
    image.map((pixels, c) => {
      const { mean, variance } = found[share(n, c)];
      return pixels.map((value) => (value - mean) / Math.sqrt(variance + EPS));
    }),
  );

/**
 * Running mean and variance of each channel, before the first batch and after each: they begin at
 * 0 and 1, and move by `part` toward the batch's mean and unbiased variance.
 */
export function running(batches, part) {
  const before = batches[0][0].map(() => ({ mean: 0, variance: 1 }));
  return batches.reduce(
    (all, batch) => [
      ...all,
      statistics(batch, (_, c) => c).map(({ mean, variance, size }, c) => {
        const old = all.at(-1)[c];
        const unbiased = (variance * size) / (size - 1);
        return {
          mean: (1 - part) * old.mean + part * mean,
          variance: (1 - part) * old.variance + part * unbiased,
        };
      }),
    ],
    [before],
  );
}

export const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
