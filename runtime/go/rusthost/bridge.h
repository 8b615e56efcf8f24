// The C side of the host: function pointers called from Go, the host API called by plugins.
// Go can't call a C function pointer, nor hand one of its own functions out; all of that is here.
#ifndef OCX_RUSTHOST_BRIDGE_H
#define OCX_RUSTHOST_BRIDGE_H

#include "otelcol_plugin.h"

// Memory that a plugin appends to. It grows by doubling up to limit, and only C allocates it:
// appending never crosses into Go.
struct otc_buffer {
	uint8_t *data;
	size_t size, capacity, limit;
};

// What a plugin is given: the table, and behind it what the host knows it by.
typedef struct ocx_host {
	otc_host_api api;
	uintptr_t library;
} ocx_host;

ocx_host *ocx_host_new(uintptr_t library, const char *collector, size_t collector_size);

// NULL and a malloc'd text when it fails.
void *ocx_open(const char *path, char **error);
void *ocx_symbol(void *library, const char *name, char **error);

int32_t ocx_register(void *function, ocx_host *host);
int32_t ocx_validate(const otc_component *component, const char *config, size_t config_size, otc_buffer *error);
int32_t ocx_create(const otc_component *component, otc_settings settings, uintptr_t instance, const char *id, const char *config,
                   void **handle, otc_buffer *error);
int32_t ocx_start(const otc_component *component, void *handle, otc_buffer *error);
int32_t ocx_consume(const otc_component *component, void *handle, uint32_t signal, const uint8_t *otlp, size_t otlp_size,
                    uint64_t timeout_ns, otc_buffer *output, otc_buffer *error);
int32_t ocx_shutdown(const otc_component *component, void *handle, uint64_t timeout_ns, otc_buffer *error);
void ocx_destroy(const otc_component *component, void *handle);

// How many buffers have memory.
size_t ocx_buffers(void);
void ocx_buffer_free(otc_buffer *buffer);

#endif
