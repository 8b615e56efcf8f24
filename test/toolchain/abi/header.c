// The header as a compiler sees it: in C and C++, and laid out as the Rust crate and the host assume.
#include "otelcol_plugin.h"

#ifndef __cplusplus
#define LAID_OUT(name, condition) typedef char name[(condition) ? 1 : -1]
#else
#define LAID_OUT(name, condition) static_assert(condition, #name)
#endif

// 64-bit targets: the offsets of version 1 never change.
#define AT(type, field, offset) LAID_OUT(type##_##field##_is_at_##offset, sizeof(void *) != 8 || offsetof(type, field) == (offset))
#define SIZE(type, bytes) LAID_OUT(type##_is_at_least_##bytes, sizeof(void *) != 8 || sizeof(type) >= (bytes))

AT(otc_batch, struct_size, 0);
AT(otc_batch, signal, 4);
AT(otc_batch, otlp, 8);
AT(otc_batch, otlp_size, 16);
AT(otc_batch, timeout_ns, 24);
SIZE(otc_batch, 32);

AT(otc_settings, struct_size, 0);
AT(otc_settings, signal, 4);
AT(otc_settings, output_signal, 8);
AT(otc_settings, log_level, 12);
AT(otc_settings, instance, 16);
AT(otc_settings, id, 24);
AT(otc_settings, id_size, 32);
AT(otc_settings, config, 40);
AT(otc_settings, config_size, 48);
SIZE(otc_settings, 56);

AT(otc_component, struct_size, 0);
AT(otc_component, kind, 4);
AT(otc_component, type, 8);
AT(otc_component, type_size, 16);
AT(otc_component, signals, 24);
AT(otc_component, connections, 32);
AT(otc_component, descriptor, 40);
AT(otc_component, descriptor_size, 48);
AT(otc_component, context, 56);
AT(otc_component, validate, 64);
AT(otc_component, create, 72);
AT(otc_component, start, 80);
AT(otc_component, consume, 88);
AT(otc_component, shutdown, 96);
AT(otc_component, destroy, 104);
SIZE(otc_component, 112);

AT(otc_host_api, struct_size, 0);
AT(otc_host_api, abi_version, 4);
AT(otc_host_api, register_component, 8);
AT(otc_host_api, buf_append, 16);
AT(otc_host_api, buf_extend, 24);
AT(otc_host_api, log, 32);
AT(otc_host_api, emit, 40);
AT(otc_host_api, report_status, 48);
AT(otc_host_api, collector, 56);
AT(otc_host_api, collector_size, 64);
SIZE(otc_host_api, 72);

int has_report_status(const otc_host_api *host);
int has_report_status(const otc_host_api *host) { return OTC_HAS(otc_host_api, host, report_status); }
