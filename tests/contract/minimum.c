#include "tests/contract/minimum.h"

#include "tests/contract/script.h"
#include "tests/test.h"

#define MODULE UR_CONTRACT_DIR "/script.wasm.linked"
enum { MODULE_MAX = 1 << 20 };

/* ---- a host that answers as before ---- */

typedef struct replay {
    const host_mem *call;
    size_t at;
} replay;

static ur_status get(void *self, ur_span key, ur_span *value)
{
    replay *r = self;
    (void)key;
    while (r->at < r->call->op_count && r->call->ops[r->at].kind != HOST_READ) {
        r->at++;
    }
    assert_true(r->at < r->call->op_count);
    const host_op *op = &r->call->ops[r->at++];
    *value = ur_span_of(op->value, op->value_len);
    return op->value_len > 0 ? UR_OK : UR_E_ABSENT;
}

static ur_status put(void *self, ur_span key, ur_span value)
{
    (void)self;
    (void)key;
    (void)value;
    return UR_OK;
}

static ur_status remove_(void *self, ur_span key)
{
    (void)self;
    (void)key;
    return UR_OK;
}

static ur_status address_check(void *self, ur_span text)
{
    (void)self;
    (void)text;
    return UR_OK;
}

/* ---- the module, with a script in place of its mark ---- */

static uint8_t module[MODULE_MAX];
static size_t module_len, mark_at;

static void read_module(void)
{
    FILE *f = fopen(MODULE, "rb");
    assert_non_null(f);
    module_len = fread(module, 1, sizeof module, f);
    (void)fclose(f);
    while (!ur_eq_var(module + mark_at, SCRIPT_MARK, sizeof SCRIPT_MARK)) {
        mark_at++;
        assert_true(mark_at + SCRIPT_ROOM <= module_len);
    }
}

static void write_op(ur_writer *w, uint8_t kind, ur_span key, ur_span value)
{
    ur_writer_u8(w, kind);
    ur_writer_u32le(w, (uint32_t)key.n);
    ur_writer_u32le(w, (uint32_t)value.n);
    ur_writer_span(w, key);
    ur_writer_span(w, value);
}

static bool write_script(const host_mem *call, ur_span result)
{
    ur_writer w;
    ur_writer_init(&w, module + mark_at, SCRIPT_ROOM);
    for (size_t i = 0; i < call->op_count; i++) {
        const host_op *op = &call->ops[i];
        bool has_value = op->kind != HOST_READ; /* what was read is the host's to say */
        write_op(&w, (uint8_t)op->kind, ur_span_of(op->key, op->key_len), ur_span_of(op->value, has_value ? op->value_len : 0));
    }
    write_op(&w, SCRIPT_RESULT, (ur_span){NULL, 0}, result);
    return !w.overflow;
}

/* ---- the measurement ---- */

static vm machine;

static void close_machine(void) { vm_close(&machine); }

uint64_t minimum_gas(const host_mem *call, vm_entry entry, ur_span env, ur_span info, ur_span message, ur_span result)
{
    char error[512];
    vm_result r;
    replay memory = {call, 0};
    const uc_host host = {&memory, get, put, remove_, NULL, address_check, NULL};
    if (machine.self == NULL) {
        read_module();
        assert_ok(vm_open(&machine, &vm_library_3_0_7, MODULE, "[\"cosmwasm_2_1\"]", error));
        (void)atexit(close_machine);
    }
    if (entry == VM_QUERY || !write_script(call, result)) {
        return 0;
    }
    assert_ok(machine.library->store(machine.self, ur_span_of(module, module_len), error));
    vm_call(&machine, &r, entry, &host, env, info, message);
    assert_string_equal(r.error, "");
    uint64_t gas = r.gas;
    vm_result_clear(&r);
    return gas;
}
