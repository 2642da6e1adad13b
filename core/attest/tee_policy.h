/* The `tee` object of a policy: which machines, firmware levels and programs may receive. It is data, judged over a
 * verdict that ur_attest_verify accepted; the rest of a policy embeds it (core/policy).
 *
 *   roots              ["04.."]: accepted root keys, uncompressed, 130 lower-case hex digits
 *   images             [{...}]: accepted programs, by measurement; may be empty only beside a release_authority
 *   release_authority  null, or {"delay": s, "keys": ["02..", ...], "quorum": k}: who may add images on the ledger, secp256k1
 *                      keys in compressed form, delay at least seven days
 *   tcb                {"grace_evaluation": n, "grace_until": unix, "min_date": unix, "statuses": [...]}: accepted statuses by
 *                      Intel's names (Revoked never); a floor for the level's date (0: none); until grace_until, and while the
 *                      collateral's evaluation numbers are at most grace_evaluation, OutOfDate statuses pass as well (0: no grace)
 *   advisories         {"allowed": [...], "forbidden": [...]}: a status other than UpToDate passes only if every advisory that
 *                      applies is in allowed; a forbidden one refuses whatever the status
 *   platforms          "any", or a list of SHA-256(PPID), 64 hex digits: one physical machine each
 *   evaluation_floor   the least tcbEvaluationDataNumber of TCB info and of QE identity
 *   quote_age          seconds since the challenge in the quote was made; 0: no limit here (blocks limit it elsewhere)
 *
 * Images by kind, every field given, hex in lower case; "any" where marked with *:
 *
 *   {"kind": "tdx", "mr_td", "rtmr0", "rtmr1", "rtmr2", "rtmr3"*, "mr_config_id"*, "mr_owner", "mr_owner_config",
 *    "mr_seam"*, "mr_servicetd", "td_attributes", "xfam"}
 *   {"kind": "dstack", "mr_td", "rtmr0", "rtmr1", "rtmr2", "mr_seam"*, "td_attributes", "xfam", "app_id"*, "compose_hash",
 *    "key_provider", "key_provider_id"*}  with the event log judged by dstack.h; owner fields and service TD zero
 *   {"kind": "sgx", "mr_enclave"*, "mr_signer", "isv_prodid", "min_isv_svn", "attributes"} (mr_enclave "any" means: whatever
 *    this signer signs under this product id and at least this version)
 *
 * Reading is strict: unknown, absent and repeated fields are refused, lists must be sorted and without duplicates, text is
 * printable ASCII, numbers are integers. Nothing has a default. */
#ifndef UR_CORE_ATTEST_TEE_POLICY_H
#define UR_CORE_ATTEST_TEE_POLICY_H

#include "core/attest/dstack.h"
#include "core/attest/verify.h"
#include "core/codec/json.h"

#define UR_TEE_POLICY_MAX 65536u
#define UR_TEE_ROOTS_MAX 8u
#define UR_TEE_LIST_MAX 1024u /* entries of any other list */
#define UR_TEE_RELEASE_DELAY_MIN (7u * 86400u)

typedef struct ur_tee_policy {
    ur_attest_root roots[UR_TEE_ROOTS_MAX]; /* ready for ur_attest_verify; validity of Intel's root as its certificate says */
    size_t root_count;
    ur_attest_rules rules; /* for ur_attest_verify: what some image needs, and nothing else */
    ur_span images;        /* raw JSON of the list, checked */
    size_t image_count;
    bool has_release_authority;
    uint32_t release_quorum;
    uint64_t release_delay_s;
    ur_span release_keys; /* raw JSON of the list, checked for form (not for being points) */
    size_t release_key_count;
    uint32_t statuses; /* bit 1 << ur_tcb_status */
    int64_t min_date;
    int64_t grace_until;
    uint32_t grace_evaluation;
    ur_span allowed;   /* raw JSON of the lists, checked */
    ur_span forbidden;
    bool any_platform;
    ur_span platforms; /* raw JSON of the list, checked; empty if any_platform */
    size_t platform_count;
    uint32_t evaluation_floor;
    uint64_t quote_age_s;
} ur_tee_policy;

/* json: the object, nothing after it but blanks, at most UR_TEE_POLICY_MAX octets; borrowed by *out. On UR_E_INPUT and
 * UR_E_LIMIT *out is zeroed and *where (may be NULL) names the field that was wrong, in static storage. */
UR_MUST_USE ur_status ur_tee_policy_parse(ur_tee_policy *out, const char **where, ur_span json);
/* One image object, as a release authority would add it. */
UR_MUST_USE ur_status ur_tee_image_check(ur_span json);
/* What a person should be told of an image that is well-formed. */
typedef enum ur_image_doubt {
    UR_IMAGE_SOUND,
    UR_IMAGE_NEVER,     /* nothing will match it: no quote that ur_attest_verify accepts has this value */
    UR_IMAGE_UNMEASURED /* zeros where a program is measured: the firmware measured nothing there, whatever it booted */
} ur_image_doubt;

/* One image of a policy that was read. *field names the first field with the gravest doubt, in static storage; NULL without. */
ur_image_doubt ur_tee_image_doubt(const char **field, ur_json image);
/* Whether every root is a hardware vendor's (today: Intel's): what production ledgers demand. */
bool ur_tee_policy_is_production(const ur_tee_policy *p);

/* Whether an accepted verdict is within the policy. UR_OK, or the class of *why.
 *   dstack       what ur_dstack_check found in the event log, or NULL: then images of kind dstack match nothing
 *   added        a JSON list of images that the release authority added and whose delay has passed, or an empty span
 *   quote_made   Unix seconds of the challenge that the quote answers, or -1 if unknown
 * UR_E_USAGE if the verdict was not accepted. */
UR_MUST_USE ur_status ur_tee_policy_judge(const ur_tee_policy *p, ur_reason *why, const ur_verdict *verdict,
    const ur_dstack_identity *dstack, ur_span added, int64_t now, int64_t quote_made);

#endif
