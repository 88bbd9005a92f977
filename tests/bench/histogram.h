/*
 * Latencies counted in buckets of constant relative width: 64 to a power of two, so a percentile is exact to 1.6 %.
 */
#ifndef TOROKU_TESTS_BENCH_HISTOGRAM_H
#define TOROKU_TESTS_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_HALF 64
#define HISTOGRAM_BUCKETS (HISTOGRAM_HALF * 34)

struct histogram {
    uint64_t count, max_us;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* Counts one latency, in microseconds. Beyond two hours it is counted in the last bucket. */
void histogram_add(struct histogram *h, uint64_t us);

/* The smallest latency that a share ${part} (0 to 1) of all does not exceed, as its bucket's upper end; 0 when empty.
 */
uint64_t histogram_percentile(const struct histogram *h, double part);

#endif
