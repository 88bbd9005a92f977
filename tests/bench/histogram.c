#include "tests/bench/histogram.h"

/* Values below 128 have a bucket each; above, the leading seven bits choose it. */
static unsigned bucket_of(uint64_t us)
{
    unsigned shift = 0, bucket;

    while ((us >> shift) >= 2 * HISTOGRAM_HALF)
        shift++;
    bucket = shift * HISTOGRAM_HALF + (unsigned)(us >> shift);
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static uint64_t bucket_end(unsigned bucket)
{
    unsigned shift = bucket < 2 * HISTOGRAM_HALF ? 0 : bucket / HISTOGRAM_HALF - 1;
    uint64_t lead = bucket - shift * HISTOGRAM_HALF;

    return ((lead + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, uint64_t us)
{
    h->buckets[bucket_of(us)]++;
    h->count++;
    if (us > h->max_us)
        h->max_us = us;
}

uint64_t histogram_percentile(const struct histogram *h, double part)
{
    uint64_t wanted = (uint64_t)((double)h->count * part), seen = 0;

    if (h->count == 0)
        return 0;
    if ((double)wanted < (double)h->count * part || wanted == 0)
        wanted++;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= wanted)
            return bucket_end(i) < h->max_us ? bucket_end(i) : h->max_us;
    }
    return h->max_us;
}
