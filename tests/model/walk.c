/* Random walks over the model and, beside it, the contract.
 *
 *   model_walk [--steps N] [--seed N] [--trace] [--alone]  walks until N steps are done; fails on the first broken invariant or difference
 *   model_walk --without RULE [--steps N] [--seed N]  succeeds only if the walks notice that the rule is missing: the model alone by
 *                                                   an invariant; with --beside by the contract, which has the rule */
#include "tests/model/contract.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEPS_A_WALK 2000

typedef struct run {
    uint64_t steps, seed;
    uint32_t rules;
    bool trace, alone, beside;
    const char *without;
} run;

static int usage(void)
{
    fputs("usage: model_walk [--steps N] [--seed N] [--trace] [--alone | --without RULE [--beside]]\nrules:", stderr);
    for (int r = 0; r < M_RULES; r++) {
        fprintf(stderr, " %s", m_rule_names[r]);
    }
    fputs("\n", stderr);
    return 2;
}

static bool rule_named(const char *name, uint32_t *rules)
{
    for (int r = 0; r < M_RULES; r++) {
        if (strcmp(m_rule_names[r], name) == 0) {
            *rules &= ~(1u << r);
            return true;
        }
    }
    return false;
}

static bool parse(int argc, char **argv, run *out)
{
    *out = (run){.steps = 100000, .rules = (1u << M_RULES) - 1, .seed = (uint64_t)time(NULL)};
    for (int a = 1; a < argc; a++) {
        if (strcmp(argv[a], "--alone") == 0) {
            out->alone = true;
        } else if (strcmp(argv[a], "--beside") == 0) {
            out->beside = true;
        } else if (strcmp(argv[a], "--trace") == 0) {
            out->trace = true;
        } else if (a + 1 == argc) {
            return false;
        } else if (strcmp(argv[a], "--steps") == 0) {
            out->steps = strtoull(argv[++a], NULL, 10);
        } else if (strcmp(argv[a], "--seed") == 0) {
            out->seed = strtoull(argv[++a], NULL, 10);
        } else if (strcmp(argv[a], "--without") == 0) {
            out->without = argv[++a];
            out->alone = true;
            if (!rule_named(out->without, &out->rules)) {
                return false;
            }
        } else {
            return false;
        }
    }
    out->alone = out->alone && !out->beside;
    return out->steps > 0;
}

static void say_what_happened(const m_world *w, uint64_t sums[M_KINDS][2])
{
    for (int k = 0; k < M_KINDS; k++) {
        sums[k][0] += w->counted[k][0];
        sums[k][1] += w->counted[k][1];
    }
}

int main(int argc, char **argv)
{
    run r;
    if (!parse(argc, argv, &r)) {
        return usage();
    }
    m_block *blocks = calloc(M_BLOCKS, sizeof *blocks);
    m_world *w = calloc(1, sizeof *w);
    m_contract *contract = r.alone ? NULL : m_contract_new();
    m_beside with = m_contract_beside(contract);
    const m_beside *beside = contract == NULL ? NULL : &with;
    if (blocks == NULL || w == NULL) {
        return 70;
    }
    w->trace = r.trace;
    w->only_beside = r.beside;
    uint64_t steps = 0, walks = 0, fences = 0, activations = 0, sums[M_KINDS][2] = {{0}};
    const char *broken = NULL;
    while (steps < r.steps && broken == NULL) {
        uint64_t seed = r.seed + walks;
        m_world_init(w, blocks, seed, r.rules, beside);
        uint64_t n = 0;
        for (; n < STEPS_A_WALK && w->broken == NULL; n++) {
            m_world_step(w);
        }
        if (w->broken == NULL) {
            m_world_calm(w, (m_calm)(walks % M_CALMS));
        }
        if (w->broken != NULL) {
            printf("seed %" PRIu64 ", step %" PRIu64 ": %s\n", seed, n, w->broken);
            broken = w->broken;
        }
        steps += n;
        walks++;
        fences += w->fences;
        activations += w->activations;
        say_what_happened(w, sums);
    }
    printf("%" PRIu64 " steps in %" PRIu64 " walks from seed %" PRIu64 ", %" PRIu64 " fencings, %" PRIu64 " activations%s\n",
           steps, walks, r.seed, fences, activations, beside == NULL ? ", without the contract" : "");
    for (int k = 0; k < M_KINDS; k++) {
        printf("  %-14s %8" PRIu64 " taken %8" PRIu64 " refused\n", m_kind_names[k], sums[k][0], sums[k][1]);
    }
    m_contract_free(&contract);
    free(w);
    free(blocks);
    if (r.without != NULL) {
        printf("without %s: %s\n", r.without, broken != NULL ? "noticed" : "NOT noticed");
        return broken != NULL ? 0 : 1;
    }
    return broken != NULL ? 1 : 0;
}
