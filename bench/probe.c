/*
 * What the memory of this machine gives: the limit that our workloads are compared with.
 *
 *     gcc -O3 -march=native -pthread probe.c -o probe && ./probe read|copy SIZE [THREADS] [RUNS]
 *
 * read: sums SIZE doubles; its value is that of add-times-sum, sum((a + 1) * 2).
 * copy: writes (a + 1) * 2 with streaming stores where the processor has them; its value is that of add-times, the mean.
 * Inputs are uniform random numbers, written by the thread that reads them. Prints one JSON object with the keys of
 * tharsis bench --json.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { MAX_THREADS = 256, MAX_RUNS = 1000, LANES = 32 };

typedef struct {
    const double *from;
    double *to; /* null: read */
    size_t count;
    uint64_t seed;
    double sum;
} Part;

static void *fill(void *argument) {
    Part *part = argument;
    double *values = (double *)part->from;
    uint64_t state = part->seed;
    for (size_t i = 0; i < part->count; i++) {
        /* splitmix64 */
        uint64_t z = (state += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        values[i] = (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
        if (part->to != NULL) {
            part->to[i] = 0;
        }
    }
    return NULL;
}

static void *read_part(void *argument) {
    Part *part = argument;
    const double *a = part->from;
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= part->count; i += LANES) {
        for (int k = 0; k < LANES; k++) {
            lanes[k] += a[i + k];
        }
    }
    for (; i < part->count; i++) {
        lanes[0] += a[i];
    }
    part->sum = 0;
    for (int k = 0; k < LANES; k++) {
        part->sum += lanes[k];
    }
    return NULL;
}

/* Both arrays start at a page, and parts at a multiple of 8 doubles. */
static void *copy_part(void *argument) {
    Part *part = argument;
    const double *a = part->from;
    double *b = part->to;
    size_t i = 0;
#if defined(__AVX512F__)
    const __m512d one = _mm512_set1_pd(1), two = _mm512_set1_pd(2);
    for (; i + 8 <= part->count; i += 8) {
        _mm512_stream_pd(b + i, _mm512_mul_pd(_mm512_add_pd(_mm512_load_pd(a + i), one), two));
    }
    _mm_sfence();
#elif defined(__AVX__)
    const __m256d one = _mm256_set1_pd(1), two = _mm256_set1_pd(2);
    for (; i + 4 <= part->count; i += 4) {
        _mm256_stream_pd(b + i, _mm256_mul_pd(_mm256_add_pd(_mm256_load_pd(a + i), one), two));
    }
    _mm_sfence();
#elif defined(__SSE2__)
    const __m128d one = _mm_set1_pd(1), two = _mm_set1_pd(2);
    for (; i + 2 <= part->count; i += 2) {
        _mm_stream_pd(b + i, _mm_mul_pd(_mm_add_pd(_mm_load_pd(a + i), one), two));
    }
    _mm_sfence();
#endif
    for (; i < part->count; i++) {
        b[i] = (a[i] + 1) * 2;
    }
    return NULL;
}

static void on_all(void *(*work)(void *), Part *parts, int threads) {
    pthread_t ids[MAX_THREADS];
    for (int t = 1; t < threads; t++) {
        if (pthread_create(&ids[t], NULL, work, &parts[t]) != 0) {
            fprintf(stderr, "probe: cannot start %d threads\n", threads);
            exit(1);
        }
    }
    work(&parts[0]);
    for (int t = 1; t < threads; t++) {
        pthread_join(ids[t], NULL);
    }
}

static double *map_doubles(size_t count) {
    size_t bytes = count * sizeof(double);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fprintf(stderr, "probe: no memory for %zu bytes\n", bytes);
        exit(1);
    }
#ifdef MADV_HUGEPAGE
    madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int copies = argc > 1 && strcmp(argv[1], "copy") == 0;
    size_t size = argc > 2 ? (size_t)strtod(argv[2], NULL) : 0;
    int threads = argc > 3 ? atoi(argv[3]) : 1;
    int runs = argc > 4 ? atoi(argv[4]) : 5;
    if ((!copies && (argc < 2 || strcmp(argv[1], "read") != 0)) || size < 1 || threads < 1 || threads > MAX_THREADS || runs < 1 ||
        runs > MAX_RUNS) {
        fprintf(stderr, "usage: probe read|copy SIZE [THREADS] [RUNS]\n");
        return 2;
    }
    double *a = map_doubles(size);
    double *b = copies ? map_doubles(size) : NULL;
    Part parts[MAX_THREADS];
    size_t length = (size / (size_t)threads + 7) / 8 * 8;
    for (int t = 0; t < threads; t++) {
        size_t start = (size_t)t * length < size ? (size_t)t * length : size;
        size_t end = t == threads - 1 || start + length > size ? size : start + length;
        parts[t] = (Part){a + start, copies ? b + start : NULL, end - start, (uint64_t)t << 32, 0};
    }
    on_all(fill, parts, threads);
    double seconds[MAX_RUNS + 1];
    for (int run = 0; run <= runs; run++) {
        double start = now();
        on_all(copies ? copy_part : read_part, parts, threads);
        seconds[run] = now() - start;
    }
    double value = 0;
    if (copies) {
        for (size_t i = 0; i < size; i++) {
            value += b[i];
        }
        value /= (double)size;
    } else {
        for (int t = 0; t < threads; t++) {
            value += parts[t].sum;
        }
        value = 2 * (value + (double)size);
    }
    qsort(seconds + 1, (size_t)runs, sizeof(double), ascending);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"workload\": \"%s\", \"peer\": \"probe\", \"size\": %zu, \"threads\": %d, \"first\": %.9f, \"seconds\": %.9f, "
           "\"median\": %.9f, \"value\": %.17g, \"peakRssMiB\": %.1f}\n",
           copies ? "add-times" : "add-times-sum", size, threads, seconds[0], seconds[1],
           (seconds[(runs + 1) / 2] + seconds[runs / 2 + 1]) / 2, value, (double)usage.ru_maxrss / 1024);
    return 0;
}
